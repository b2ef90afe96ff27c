"""Cases follow the verdicts of runs and what people do."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from audits.cases import services
from audits.cases.enums import ActKind, CaseState
from audits.cases.models import Case, CaseAct, CaseEvent
from audits.facts import FactChangedError
from audits.registry.enums import ColumnStanding
from audits.registry.models import Column
from audits.rules.profiles import load_profile
from audits.runs import services as runs
from crawler.records import FetchOutcome
from tests.factories import UnitFactory, UserFactory
from tests.factories.audits import make_column, make_crawled_run, make_site

pytestmark = pytest.mark.django_db
START = dt.datetime(2026, 11, 10, 1, 0, tzinfo=dt.UTC)
OLD = dt.date(2026, 3, 1)


def at(day: int) -> dt.datetime:
    return START + dt.timedelta(days=day)


def inspect(day: int, seen, *, as_of: dt.datetime | None = None):
    """A run of that day, judged and told to the cases; "fresh" is an update on the very day it is judged for."""
    seen = {column: (as_of or at(day)).date() if what == "fresh" else what for column, what in seen.items()}
    run = make_crawled_run(seen, at=at(day), as_of=as_of)
    runs.import_records(run)
    runs.judge_run(run, load_profile(run.profile))
    run.step = "done"
    run.save()
    return run, services.update_cases(run)


@pytest.fixture
def column():
    return make_column(make_site(unit=UnitFactory()))


@pytest.fixture
def reviewer():
    return UserFactory()


def do(case: Case, kind: ActKind, day: int, actor, **more) -> Case:
    return services.act(case=case, kind=kind, actor=actor, at=at(day) + dt.timedelta(hours=1), **more)


def test_a_stale_column_opens_one_case_for_ever(column):
    _, first = inspect(1, {column: OLD})
    _, second = inspect(2, {column: "blank"})
    _, third = inspect(3, {column: "fresh"})
    _, fourth = inspect(4, {column: at(3).date() - dt.timedelta(days=200)})
    case = Case.objects.get()
    assert {case} == {*first, *second, *third, *fourth}
    assert case.fingerprint == f"freshness:{column.uuid}"
    assert [event.kind for event in case.events.all()] == ["opened", "fix_seen", "relapsed"]
    assert [event.sequence for event in case.events.all()] == [1, 2, 3]
    assert case.is_baseline


def test_the_baseline_is_the_first_run_after_the_trial():
    column = make_column(make_site(), standing=ColumnStanding.TRIAL)
    _, opened = inspect(1, {column: OLD})
    assert opened == []
    Column.objects.update(standing=ColumnStanding.CONFIRMED)
    _, [case] = inspect(2, {column: OLD})
    assert case.is_baseline
    later = make_column(column.site, "/tz/")
    inspect(3, {column: OLD, later: OLD})
    assert dict(Case.objects.values_list("column", "is_baseline")) == {column.pk: True, later.pk: False}


def test_a_look_made_as_of_an_earlier_day_is_no_news(column, reviewer):
    _, [case] = inspect(5, {column: OLD})
    do(case, ActKind.CONFIRM, 5, reviewer)
    _, changed = inspect(6, {column: "fresh"}, as_of=at(4))
    assert (changed, Case.objects.get().state) == ([], CaseState.CONFIRMED)
    _, changed = inspect(7, {column: "fresh"}, as_of=at(5))
    assert (changed, Case.objects.get().state) == ([case], CaseState.FIX_CONFIRMED)


def test_a_look_made_as_of_a_day_to_come_does_not_make_history_of_all_others(column):
    inspect(1, {column: OLD}, as_of=at(9000))
    inspect(2, {column: "fresh"})
    assert Case.objects.get().state == CaseState.CLOSED


def test_only_stale_confirmed_columns_open_cases():
    site = make_site()
    seen = {
        make_column(site, "/fresh/"): "fresh",
        make_column(site, "/down/"): FetchOutcome.TIMEOUT,
        make_column(site, "/script/"): "scripted",
        make_column(site, "/trial/", standing=ColumnStanding.TRIAL): OLD,
        make_column(site, "/archive/", column_class="archive"): OLD,
        make_column(site, "/stale/"): OLD,
    }
    _, opened = inspect(1, seen)
    assert [case.column.location for case in opened] == ["/stale/"]


def test_updating_twice_changes_nothing(column):
    run, _ = inspect(1, {column: OLD})
    before = list(Case.objects.values()), list(CaseEvent.objects.values())
    assert services.update_cases(run) == []
    assert (list(Case.objects.values()), list(CaseEvent.objects.values())) == before


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_runs_in_any_order_make_the_same_case(column, order):
    seen = [OLD, FetchOutcome.TIMEOUT, "fresh", "blank"]
    for number in order:
        inspect(number, {column: seen[number]})
    case = Case.objects.get()
    assert case.state == CaseState.RELAPSED
    assert [(event.kind, event.at) for event in case.events.all()] == [
        ("opened", at(0)),
        ("unclear", at(1)),
        ("fix_seen", at(2)),
        ("relapsed", at(3)),
    ]


def test_a_late_old_run_does_not_reopen_a_closed_case(column, reviewer):
    _, [case] = inspect(1, {column: OLD})
    do(case, ActKind.CONFIRM, 1, reviewer)
    inspect(5, {column: "fresh"})
    do(case, ActKind.CLOSE, 5, reviewer, reason="已恢复更新")
    inspect(3, {column: OLD})
    case.refresh_from_db()
    assert case.state == CaseState.CLOSED


def test_rebuilding_from_nothing_gives_the_same_case(column, reviewer):
    _, [case] = inspect(1, {column: OLD})
    do(case, ActKind.CONFIRM, 1, reviewer, reason="属实")
    inspect(2, {column: FetchOutcome.TIMEOUT})
    inspect(3, {column: "fresh"})
    said = list(case.events.values_list("sequence", "kind", "at", "state", "actor", "verdict", "sentence"))
    case.events.all().delete()
    Case.objects.update(state=CaseState.NEW, is_baseline=False)
    services.rebuild(case)
    assert case.state == CaseState.FIX_CONFIRMED
    assert case.is_baseline
    assert list(case.events.values_list("sequence", "kind", "at", "state", "actor", "verdict", "sentence")) == said


def test_an_act_is_kept_with_actor_reason_and_verdict(column, reviewer):
    _, [case] = inspect(1, {column: OLD})
    do(case, ActKind.CONFIRM, 1, reviewer, reason="电话核实属实")
    act = case.acts.get()
    assert (act.actor, act.reason, act.verdict) == (reviewer, "电话核实属实", case.verdict)
    last = case.events.last()
    assert (last.kind, last.actor, last.sentence) == ("confirmed", reviewer, "电话核实属实")


def test_an_act_with_a_reference_counts_once(column, reviewer):
    _, [case] = inspect(1, {column: OLD})
    do(case, ActKind.CONFIRM, 1, reviewer)
    for _ in range(2):
        do(case, ActKind.NOTIFY, 2, reviewer, reference="paper:1")
    assert case.acts.filter(kind=ActKind.NOTIFY).count() == 1
    assert case.state == CaseState.NOTIFIED


@pytest.mark.parametrize(
    ("seen", "kind"),
    [
        (["fresh"], ActKind.CONFIRM),
        ([FetchOutcome.TIMEOUT], ActKind.CONFIRM),
        ([], ActKind.NOTIFY),
        ([], ActKind.REPLY),
        ([], ActKind.CLOSE),
        (["fresh"], ActKind.WRITE_OFF),
    ],
)
def test_acts_that_do_not_fit_are_refused_in_one_line(column, reviewer, seen, kind):
    _, [case] = inspect(1, {column: OLD})
    for day, what in enumerate(seen, start=2):
        inspect(day, {column: what})
    with pytest.raises(services.IllegalActError) as caught:
        do(case, kind, 5, reviewer)
    assert str(column) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not CaseAct.objects.exists()


def test_acts_are_facts(column, reviewer):
    _, [case] = inspect(1, {column: OLD})
    do(case, ActKind.CONFIRM, 1, reviewer)
    with pytest.raises(FactChangedError):
        case.acts.update(reason="其他")
    with pytest.raises(FactChangedError):
        case.acts.get().delete()


def test_domain_words(column, reviewer):
    site = column.site
    others = [make_column(site, f"/{number}/") for number in range(3)]
    inspect(1, dict.fromkeys([column, *others], OLD))
    cases = list(Case.objects.order_by("column"))
    do(cases[0], ActKind.CONFIRM, 1, reviewer)
    do(cases[1], ActKind.WRITE_OFF, 1, reviewer)
    do(cases[2], ActKind.CONFIRM, 1, reviewer)
    inspect(2, {others[1]: "fresh"})
    assert set(Case.objects.to_review()) == {cases[3]}
    assert set(Case.objects.confirmed()) == {cases[0]}
    assert set(Case.objects.to_close()) == {cases[2]}
    assert set(Case.objects.open()) == {cases[0], cases[2], cases[3]}
    assert set(Case.objects.in_hand()) == {cases[0]}
    assert Case.objects.by_state() == {"confirmed": 1, "written_off": 1, "fix_confirmed": 1, "new": 1}
    assert set(Case.objects.of_units([site.unit])) == set(cases)


def test_queries_do_not_grow_with_cases(django_assert_max_num_queries):
    site = make_site()
    columns = [make_column(site, f"/{number}/") for number in range(40)]
    inspect(1, dict.fromkeys(columns, OLD))
    run = make_crawled_run(dict.fromkeys(columns, "blank"), at=at(2))
    runs.import_records(run)
    runs.judge_run(run, load_profile(run.profile))
    with django_assert_max_num_queries(16):
        assert len(services.update_cases(run)) == 40
