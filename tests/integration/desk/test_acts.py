"""Acts of the desk: who may, what they write, what they say when the row is in no state for them."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import serializers
from django.urls import reverse
from django.utils import timezone

from audits.cases.enums import CaseState
from audits.cases.models import Case, CaseAct
from audits.models import Column, Downtime, Exemption, Observation, Paper, PaperAct, RegistryEvent, Run, Site, SiteEvent
from audits.notices.enums import PaperState
from audits.registry.enums import ColumnStanding
from audits.runs.enums import RunStep
from portal.units.enums import Role
from portal.units.models import User
from portal.units.services import enrol
from tests.integration.desk.county import (
    DOWNTIME,
    EVERYONE,
    HIDDEN,
    HOME,
    OK,
    OWN,
    REASON,
    SIGN_IN,
    VISITOR,
    Desk,
    answer_of,
    in_the_portal,
    said_by,
)

pytestmark = pytest.mark.usefixtures("queued")

TODAY = timezone.localdate()
EXEMPTION = {**REASON, "valid_from": f"{TODAY}", "valid_until": f"{TODAY + dt.timedelta(days=30)}"}


@dataclasses.dataclass(frozen=True)
class Offer:
    """An act, a row in the state for it, what is said, who may, and one in no state for it (if there can be one).

    What is said may be a function of the desk.
    """

    kind: str
    name: str
    row: Callable[[Desk], Any]
    may: frozenset[str]
    said: dict[str, Any]
    not_now: Callable[[Desk], Any] | None = None

    def __str__(self) -> str:
        return f"{self.kind}-{self.name}"

    def words(self, desk: Desk) -> dict[str, Any]:
        return {field: said(desk) if callable(said) else said for field, said in self.said.items()}


def paper(state: PaperState) -> Callable[[Desk], Paper]:
    return lambda desk: desk.papers[state]


def written_off(desk: Desk) -> Case:
    desk.client("reviewer").post(desk.act("case", desk.new, "write-off"), REASON)
    return desk.new


REVIEWER, BUREAU = frozenset({"reviewer"}), frozenset({"bureau"})
SETTLED = paper(PaperState.SETTLED)
ACTS = [
    Offer("case", "confirm", lambda desk: desk.new, REVIEWER, REASON, lambda desk: desk.fixed),
    Offer("case", "write-off", lambda desk: desk.new, REVIEWER, REASON, written_off),
    Offer("case", "close", lambda desk: desk.fixed, REVIEWER | BUREAU, REASON, lambda desk: desk.new),
    Offer("paper", "sign", paper(PaperState.DRAFT), BUREAU, {"signatory": "阚守正"}, SETTLED),
    Offer("paper", "deliver", paper(PaperState.SIGNED), BUREAU, {}, SETTLED),
    Offer("paper", "acknowledge", paper(PaperState.DELIVERED), OWN, {}, SETTLED),
    Offer("paper", "reply", paper(PaperState.ACKNOWLEDGED), OWN, {"text": "已更新"}, SETTLED),
    Offer("paper", "recheck", paper(PaperState.REPLIED), BUREAU, {}, SETTLED),
    Offer("paper", "withdraw", paper(PaperState.DELIVERED), BUREAU, REASON, SETTLED),
    Offer(
        "site",
        "confirm-filing",
        lambda desk: desk.site,
        frozenset({"reviewer", "leader"}),
        {**REASON, "columns": lambda desk: [desk.trial.pk]},
        lambda desk: all_confirmed(desk.site),
    ),
    Offer(
        "site",
        "change",
        lambda desk: desk.site,
        REVIEWER,
        {**REASON, "name": "云溪新网"},
        lambda desk: in_the_portal(desk.site),
    ),
    Offer("site", "file-downtime", lambda desk: desk.site, REVIEWER, DOWNTIME),
    Offer("column", "exempt", lambda desk: desk.stale, REVIEWER, EXEMPTION, lambda desk: desk.trial),
    Offer(
        "column",
        "change-class",
        lambda desk: desk.stale,
        REVIEWER,
        {**REASON, "column_class": "notice", "rhythm_days": "10"},
        lambda desk: desk.retiring,
    ),
    Offer("column", "clear-override", lambda desk: overridden(desk.stale), REVIEWER, REASON, lambda desk: desk.fresh),
    Offer("column", "turn-down", lambda desk: desk.trial, REVIEWER, REASON, lambda desk: desk.stale),
    Offer("column", "propose-retirement", lambda desk: desk.stale, REVIEWER, REASON, lambda desk: desk.retiring),
    Offer("column", "retire", lambda desk: desk.retiring, REVIEWER, REASON, lambda desk: desk.stale),
    Offer("column", "keep", lambda desk: desk.retiring, REVIEWER, REASON, lambda desk: desk.stale),
    Offer("run", "resume", lambda desk: failed(desk.run), REVIEWER, {}, None),
]
each_act = pytest.mark.parametrize("act", ACTS, ids=str)


def overridden(column: Column) -> Column:
    Column.objects.filter(pk=column.pk).update(override_selector=".list li", override_date_format="MM-DD")
    return column


def all_confirmed(site: Site) -> Site:
    site.columns.on_trial().update(standing=ColumnStanding.CONFIRMED)
    return site


def failed(run: Run) -> Run:
    Run.objects.filter(pk=run.pk).update(step=RunStep.FAILED)
    return run


def everything() -> str:
    """All rows that an act could touch."""
    models = (
        *(Case, CaseAct, Column, Downtime, Exemption, Observation, Paper, PaperAct),
        *(RegistryEvent, Run, Site, SiteEvent),
    )
    return "\n".join(serializers.serialize("json", model.objects.order_by("pk")) for model in models)


@each_act
def test_only_those_who_may_are_let_in_and_looking_changes_nothing(desk, act):
    row = act.row(desk)
    url, before = desk.act(act.kind, row, act.name), everything()

    answers = {who: answer_of(desk.get(who, url)) for who in EVERYONE}

    for who, answer in answers.items():
        if who in act.may:
            assert answer == OK, who
        elif who in {VISITOR, "reader"}:
            assert answer == SIGN_IN, who
        else:
            assert answer in {HOME, HIDDEN}, (who, answer)
    assert everything() == before


@each_act
def test_those_who_may_not_change_nothing(desk, act):
    row = act.row(desk)
    url, before = desk.act(act.kind, row, act.name), everything()

    for who in EVERYONE:
        if who not in act.may:
            answer = answer_of(desk.client(who).post(url, act.words(desk)))
            assert answer in ({SIGN_IN} if who in {VISITOR, "reader"} else {HOME, HIDDEN}), (who, answer)
    assert everything() == before


@each_act
def test_a_post_without_its_token_is_refused(desk, act):
    who = min(act.may)
    url = desk.act(act.kind, act.row(desk), act.name)
    before = everything()

    assert desk.client(who, enforce_csrf_checks=True).post(url, act.words(desk)).status_code == 403
    assert everything() == before


@each_act
def test_sent_twice_it_counts_once(desk, act, django_capture_on_commit_callbacks):
    client = desk.client(min(act.may))
    row = act.row(desk)
    url, inspect = desk.act(act.kind, row, act.name), reverse(f"audit_{act.kind}s:inspect", args=[row.pk])
    before = everything()

    first = client.post(url, act.words(desk))
    after = everything()
    second = client.post(url, act.words(desk))

    assert answer_of(first) == answer_of(second) == inspect
    assert len(said_by(first)) == 1
    assert everything() == after
    if act.name not in {"recheck", "resume"}:  # the queue does these
        assert after != before


@pytest.mark.parametrize("act", [act for act in ACTS if act.not_now], ids=str)
def test_in_the_wrong_state_it_says_so_and_changes_nothing(desk, act):
    client, row = desk.client(min(act.may)), act.not_now(desk)
    url, inspect = desk.act(act.kind, row, act.name), reverse(f"audit_{act.kind}s:inspect", args=[row.pk])
    before = everything()

    for response in (client.get(url), client.post(url, act.words(desk))):
        assert answer_of(response) == inspect
        assert re.fullmatch("当前状态下不能执行“.+”，未作任何改动。", said_by(response)[-1])
    assert everything() == before
    assert url not in client.get(inspect).content.decode()


@pytest.mark.parametrize("act", [act for act in ACTS if act.said], ids=str)
@pytest.mark.parametrize("nothing", ["", " \n "])
def test_without_words_it_is_not_done(desk, act, nothing):
    row = act.row(desk)
    url, before = desk.act(act.kind, row, act.name), everything()

    for field in act.said.keys() - {"rhythm_days"}:
        response = desk.client(min(act.may)).post(url, {**act.words(desk), field: nothing})
        assert response.status_code == 200, field
        assert response.context["form"].errors.keys() == {field}
    assert everything() == before


@pytest.mark.parametrize(
    ("kind", "name", "said"),
    [
        ("column", "exempt", {**REASON, "valid_from": "2026-11-20", "valid_until": "2026-11-19"}),
        ("column", "exempt", {**REASON, "valid_from": "2026-11-31", "valid_until": "2026-12-19"}),
        ("column", "change-class", {**REASON, "column_class": "novel"}),
        ("column", "change-class", {**REASON, "column_class": "notice", "rhythm_days": "0"}),
        ("site", "file-downtime", {**DOWNTIME, "ends_at": DOWNTIME["starts_at"]}),
        ("column", "exempt", {**EXEMPTION, "reason": "长" * 301}),
        ("site", "change", {**REASON, "name": "长" * 121}),
        ("site", "change", {**REASON, "name": "云溪信息网", "unit": "999999"}),
        ("site", "confirm-filing", {**REASON, "columns": ["x"]}),
        ("site", "confirm-filing", {**REASON, "columns": ["999999"]}),
    ],
)
def test_nonsense_is_not_written(desk, kind, name, said):
    row = desk.site if kind == "site" else desk.stale
    before = everything()

    response = desk.client("reviewer").post(desk.act(kind, row, name), said)

    assert response.status_code == 200
    assert response.context["form"].errors
    assert everything() == before


def test_a_case_is_confirmed_by_name_and_its_picture_and_paper_are_wanted(
    desk, queued, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        desk.client("reviewer").post(desk.act("case", desk.new, "confirm"), REASON)

    desk.new.refresh_from_db()
    act = desk.new.acts.get()
    assert (desk.new.state, act.actor, act.reason) == (CaseState.CONFIRMED, desk.users["reviewer"], "经核对属实")
    assert desk.new.paper_items.get().paper.unit == desk.a
    assert queued == ["follow_up"]


def test_a_column_that_is_exempt_today_is_not_confirmed(desk, queued, django_capture_on_commit_callbacks):
    client = desk.client("reviewer")
    client.post(desk.act("column", desk.stale, "exempt"), EXEMPTION)

    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(desk.act("case", desk.new, "confirm"), REASON)

    desk.new.refresh_from_db()
    assert desk.new.state == CaseState.NEW
    assert "豁免" in said_by(response)[-1]
    assert queued == []
    exemption = Exemption.objects.get()
    assert (exemption.approved_by, exemption.valid_from) == (desk.users["reviewer"], TODAY)


def test_write_off_and_closing_carry_name_and_reason(desk):
    desk.client("reviewer").post(desk.act("case", desk.new, "write-off"), {"reason": "页面改版，误判"})
    desk.client("bureau").post(desk.act("case", desk.fixed, "close"), {"reason": "复查属实"})

    for case, state, who, reason in (
        (desk.new, CaseState.WRITTEN_OFF, "reviewer", "页面改版，误判"),
        (desk.fixed, CaseState.CLOSED, "bureau", "复查属实"),
    ):
        case.refresh_from_db()
        last = case.acts.order_by("-pk").first()
        assert (case.state, last.actor, last.reason) == (state, desk.users[who], reason)


def test_a_paper_goes_from_draft_to_reply(desk, queued, django_capture_on_commit_callbacks):
    row = desk.papers[PaperState.DRAFT]
    with django_capture_on_commit_callbacks(execute=True):
        for who, name, said in (
            ("bureau", "sign", {"signatory": "阚守正"}),
            ("bureau", "deliver", {}),
            ("leader", "acknowledge", {}),
            ("editor", "reply", {"text": "已于今日更新。\n今后按周更新。"}),
            ("bureau", "recheck", {}),
        ):
            response = desk.client(who).post(desk.act("paper", row, name), said)
            assert answer_of(response) == reverse("audit_papers:inspect", args=[row.pk]), name

    row.refresh_from_db()
    assert row.state == PaperState.REPLIED
    assert row.number.startswith("栖督〔")
    assert {file.format for file in row.files.all()} == {"docx", "pdf"}
    acts = [(act.kind, act.actor.username) for act in row.acts.order_by("pk")]
    assert acts == [("sign", "bureau"), ("deliver", "bureau"), ("acknowledge", "leader"), ("reply", "editor")]
    desk.in_hand.refresh_from_db()
    assert desk.in_hand.state == CaseState.REPLIED
    assert queued == ["recheck_paper"]

    page = desk.get("leader", reverse("audit_papers:inspect", args=[row.pk])).content.decode()
    for words in (row.number, "阚守正", "施怀远", "温若岚", "今后按周更新。"):
        assert words in page


def test_only_the_units_own_people_answer_for_it(desk):
    """Whoever works in the network centre and writes for a unit sees all papers, and answers those of the unit."""
    both = desk.users["reviewer"]
    enrol(person=both.person, unit=desk.b, role=Role.EDITOR, day=TODAY)
    delivered = desk.papers[PaperState.DELIVERED]
    client = desk.client("reviewer")
    client.force_login(User.objects.get(pk=both.pk))

    assert answer_of(client.post(desk.act("paper", delivered, "acknowledge"))) == HOME
    delivered.refresh_from_db()
    assert delivered.state == PaperState.DELIVERED
    page = client.get(reverse("audit_papers:inspect", args=[delivered.pk])).content.decode()
    assert desk.act("paper", delivered, "acknowledge") not in page


# Many at once


def test_ticked_cases_are_confirmed_together(desk, queued, django_capture_on_commit_callbacks):
    url = reverse("audit_desk:review")
    said = {**REASON, "case": [desk.new.pk, desk.neighbours.pk]}

    with django_capture_on_commit_callbacks(execute=True):
        response = desk.client("reviewer").post(url, said)

    assert answer_of(response) == url
    assert said_by(response) == ["已确认 2 个问题。"]
    assert {case.state for case in Case.objects.filter(pk__in=said["case"])} == {CaseState.CONFIRMED}
    assert queued == ["follow_up"]


def test_a_case_that_somebody_else_has_handled_is_left_and_named(desk):
    said = {**REASON, "case": [desk.new.pk, desk.neighbours.pk]}
    desk.client("reviewer").post(desk.act("case", desk.new, "write-off"), REASON)

    response = desk.client("reviewer").post(reverse("audit_desk:review"), said)

    assert said_by(response) == ["已确认 1 个问题。", "所选问题中有 1 个已由他人处理，未作改动。"]
    desk.new.refresh_from_db()
    assert desk.new.state == CaseState.WRITTEN_OFF


@pytest.mark.parametrize("ticked", [[], ["x"], [str(2**70)], ["²"]])
def test_nothing_ticked_that_waits_confirms_nothing(desk, queued, ticked, django_capture_on_commit_callbacks):
    before = everything()

    with django_capture_on_commit_callbacks(execute=True):
        response = desk.client("reviewer").post(reverse("audit_desk:review"), {**REASON, "case": ticked})

    assert len(said_by(response)) == 1
    assert everything() == before
    assert queued == []


def test_ticks_stay_when_the_reason_is_missing(desk):
    response = desk.client("reviewer").post(reverse("audit_desk:review"), {"reason": " ", "case": [desk.new.pk]})

    assert response.status_code == 200
    assert f'id="case-{desk.new.pk}" checked' in response.content.decode()
    desk.new.refresh_from_db()
    assert desk.new.state == CaseState.NEW


def test_all_or_none_when_one_cannot_be_confirmed(desk):
    client = desk.client("reviewer")
    client.post(desk.act("column", desk.stale, "exempt"), EXEMPTION)

    client.post(reverse("audit_desk:review"), {**REASON, "case": [desk.new.pk, desk.neighbours.pk]})

    assert {case.state for case in (desk.new, desk.neighbours) if not case.refresh_from_db()} == {CaseState.NEW}


# Runs


def test_a_run_is_planned_and_queued(desk, queued, django_capture_on_commit_callbacks):
    said = {"site": desk.site.pk, "profile": "county", "as_of": "2026-11-18"}
    with django_capture_on_commit_callbacks(execute=True):
        response = desk.client("reviewer").post(reverse("audit_desk:start_run"), said)

    run = Run.objects.latest("pk")
    assert answer_of(response) == reverse("audit_runs:inspect", args=[run.pk])
    assert (run.site, run.requested_by, run.step) == (desk.site, desk.users["reviewer"], RunStep.PLANNED)
    assert timezone.localtime(run.as_of).isoformat() == "2026-11-18T23:59:59+08:00"
    assert queued == ["execute_run"]


def test_a_second_run_over_the_same_sites_waits_for_the_first(desk, queued, django_capture_on_commit_callbacks):
    said = {"site": desk.site.pk, "profile": "county"}
    client = desk.client("reviewer")
    with django_capture_on_commit_callbacks(execute=True):
        first = client.post(reverse("audit_desk:start_run"), said)
        second = client.post(reverse("audit_desk:start_run"), said)

    assert answer_of(first) == answer_of(second)
    assert "正在检查" in said_by(second)[-1]
    assert queued == ["execute_run"]


@pytest.mark.parametrize(
    ("field", "value"), [("as_of", f"{TODAY + dt.timedelta(days=1)}"), ("profile", "mine"), ("site", "999999")]
)
def test_a_run_that_cannot_be_is_not_started(desk, field, value):
    before = everything()

    response = desk.client("reviewer").post(
        reverse("audit_desk:start_run"), {"site": desk.site.pk, "profile": "county", field: value}
    )

    assert response.context["form"].errors.keys() == {field}
    assert everything() == before


def test_without_an_active_site_one_line_says_so(desk):
    Site.objects.update(is_active=False)

    response = desk.client("reviewer").post(reverse("audit_desk:start_run"), {"profile": "county"})

    assert len(said_by(response)) == 1
    assert Run.objects.count() == 3
