"""The figures of the county and of one unit."""

from __future__ import annotations

import datetime as dt

import pytest

from audits.cases import services as cases
from audits.reports.figures import Coverage, current_figures
from audits.rules.profiles import load_profile
from audits.runs import services as runs
from crawler.records import FetchOutcome
from tests.factories import UnitFactory
from tests.factories.audits import make_column, make_crawled_run, make_site

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 11, 18, 1, 0, tzinfo=dt.UTC)
FRESH, OLD, OLDER = dt.date(2026, 11, 15), dt.date(2026, 3, 1), dt.date(2026, 2, 1)


def inspect(seen, **more):
    run = make_crawled_run(seen, at=AT, **more)
    runs.import_records(run)
    runs.judge_run(run, load_profile(run.profile))
    cases.update_cases(run)
    run.step = "done"
    run.save()
    return run


def test_before_any_run():
    make_column(make_site())
    figures = current_figures()
    assert figures.last_run is None
    assert figures.coverage == Coverage(watched=1, seen=0, judged=0)
    assert (figures.columns, figures.stale, figures.cases) == ({}, (), {})


@pytest.fixture
def county():
    good, bad = UnitFactory(code="good"), UnitFactory(code="bad")
    site, zombie, second = make_site("good", unit=good), make_site("zombie", unit=bad), make_site("second", unit=bad)
    inspect({make_column(site, "/fresh/"): FRESH, make_column(site, "/down/"): FetchOutcome.TIMEOUT})
    inspect({make_column(zombie, f"/{number}/"): OLD for number in range(4)} | {make_column(zombie, "/x/"): OLDER})
    last = inspect({make_column(second): FRESH})
    make_column(second, "/never-seen/")
    return good, bad, last


def test_a_run_for_an_earlier_day_is_not_the_last_one(county):
    _, _, last = county
    inspect({make_column(make_site("archive")): OLD}, as_of=AT - dt.timedelta(days=90))
    assert current_figures().last_run == last


def test_county(county):
    _, _, last = county
    figures = current_figures()
    assert figures.last_run == last
    assert figures.columns == {"fresh": 2, "dormant": 5, "unreachable": 1}
    assert figures.sites == {"normal": 2, "zombie": 1}
    assert figures.units == {"normal": 1, "zombie": 1}
    assert [verdict.site.code for verdict in figures.zombies] == ["zombie"]
    assert [verdict.updated for verdict in figures.stale] == [OLDER, OLD, OLD, OLD, OLD]
    assert figures.cases == {"new": 5}
    assert (figures.pictures, figures.pictures_missing) == (0, 0)
    assert figures.coverage == Coverage(watched=9, seen=8, judged=7)


def test_one_unit(county):
    good, _, _ = county
    figures = current_figures([good])
    assert figures.columns == {"fresh": 1, "unreachable": 1}
    assert figures.cases == {}
    assert figures.coverage == Coverage(watched=2, seen=2, judged=1)


def test_queries_do_not_grow(county, django_assert_max_num_queries):
    with django_assert_max_num_queries(10):
        figures = current_figures()
        assert [verdict.column.site.unit for verdict in figures.stale]
