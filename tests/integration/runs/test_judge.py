"""Observations become verdicts, with what excuses a column or a site."""

from __future__ import annotations

import datetime as dt

import pytest

from audits.registry.enums import ColumnStanding
from audits.registry.models import Downtime, Exemption
from audits.rules.profiles import load_profile
from audits.runs import services
from audits.runs.models import SiteVerdict, Verdict
from crawler.records import FetchOutcome
from tests.factories import UserFactory
from tests.factories.audits import CREATED, make_column, make_crawled_run, make_site

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 11, 18, 1, 0, tzinfo=dt.UTC)
FRESH, OLD = dt.date(2026, 11, 15), dt.date(2026, 3, 1)


def judged(seen, **more):
    run = make_crawled_run(seen, at=AT, **more)
    services.import_records(run)
    services.judge_run(run, load_profile(run.profile))
    return run


def states(run):
    return {verdict.column.location: verdict.state for verdict in run.verdicts.select_related("column")}


def test_verdicts_of_columns_and_site():
    site = make_site()
    seen = {
        make_column(site, "/fresh/"): FRESH,
        make_column(site, "/old/"): OLD,
        make_column(site, "/blank/"): "blank",
        make_column(site, "/down/"): FetchOutcome.TIMEOUT,
        make_column(site, "/script/"): "scripted",
        make_column(site, "/trial/", standing=ColumnStanding.TRIAL): OLD,
    }
    run = judged(seen)
    assert states(run) == {
        "/fresh/": "fresh",
        "/old/": "dormant",
        "/blank/": "blank",
        "/down/": "unreachable",
        "/script/": "inconclusive",
        "/trial/": "trial",
    }
    assert run.verdicts.get(column__location="/trial/").underlying_state == "dormant"
    assert all(verdict.sentence.endswith("。") for verdict in run.verdicts.all())
    assert run.site_verdicts.get().site == site


def test_judging_twice_adds_nothing():
    site = make_site()
    run = judged({make_column(site): OLD})
    assert services.judge_run(run, load_profile("county")) == []
    assert (Verdict.objects.count(), SiteVerdict.objects.count()) == (1, 1)


def test_another_profile_adds_its_own_verdicts():
    site = make_site()
    run = judged({make_column(site): OLD})
    assert len(services.judge_run(run, load_profile("census-2015"))) == 1
    assert set(run.verdicts.values_list("profile", flat=True)) == {"county", "census-2015"}


@pytest.mark.parametrize(("until", "state"), [(18, "exempt"), (17, "dormant")])
def test_exemption_counts_on_its_last_day_and_not_after(until, state):
    column = make_column(make_site())
    Exemption.objects.create(
        column=column,
        reason="机构改革",
        approved_by=UserFactory(),
        valid_from=dt.date(2026, 11, 1),
        valid_until=dt.date(2026, 11, until),
        created_at=CREATED,
    )
    run = judged({column: OLD})
    assert states(run) == {"/dt/": state}
    assert run.verdicts.get().underlying_state == "dormant"


@pytest.mark.parametrize(("minutes", "state"), [(1, "inconclusive"), (-1, "unreachable")])
def test_filed_downtime_counts_until_its_end(minutes, state):
    site = make_site()
    Downtime.objects.create(
        site=site,
        reason="机房搬迁",
        approved_by=UserFactory(),
        starts_at=AT - dt.timedelta(hours=2),
        ends_at=AT + dt.timedelta(minutes=minutes),
        created_at=CREATED,
    )
    assert states(judged({make_column(site): FetchOutcome.REFUSED})) == {"/dt/": state}


def complete(*runs):
    for run in runs:
        services.import_records(run)
        services.judge_run(run, load_profile("county"))
        run.step = "done"
        run.save()


def test_newest_verdicts_go_by_the_time_of_the_fetch_not_of_the_import():
    column = make_column(make_site())
    later = make_crawled_run({column: FRESH}, at=AT)
    earlier = make_crawled_run({column: OLD}, at=AT - dt.timedelta(days=1))
    complete(later, earlier)
    assert [verdict.state for verdict in Verdict.objects.newest()] == ["fresh"]


def test_a_run_for_an_earlier_day_says_nothing_of_today():
    column = make_column(make_site())
    now = make_crawled_run({column: FRESH}, at=AT)
    for_march = make_crawled_run({column: OLD}, at=AT + dt.timedelta(hours=1), as_of=AT - dt.timedelta(days=240))
    complete(now, for_march)
    assert [verdict.run for verdict in Verdict.objects.newest()] == [now]
    assert [verdict.run for verdict in SiteVerdict.objects.newest()] == [now]


def test_of_two_runs_on_one_day_the_later_look_is_the_newest_though_the_first_was_for_the_whole_day():
    column = make_column(make_site())
    whole_day = make_crawled_run({column: OLD}, at=AT, as_of=AT + dt.timedelta(hours=14))
    again = make_crawled_run({column: FRESH}, at=AT + dt.timedelta(hours=1))
    complete(whole_day, again)
    assert [verdict.run for verdict in Verdict.objects.newest()] == [again]
    assert [verdict.run for verdict in SiteVerdict.objects.newest()] == [again]


def test_newest_verdicts_leave_out_unfinished_runs_and_other_profiles():
    column = make_column(make_site())
    done = judged({column: FRESH})
    done.step = "done"
    done.save()
    services.judge_run(done, load_profile("census-2015"))
    judged({column: OLD}, profile="census-2015")
    newest = Verdict.objects.newest()
    assert [(verdict.state, verdict.profile) for verdict in newest] == [("fresh", "county")]
    assert [verdict.profile for verdict in SiteVerdict.objects.newest()] == ["county"]
