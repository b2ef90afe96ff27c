"""Made list pages, of every shape, with every trap, in every charset, are read as they were made."""

import dataclasses
import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings

from crawler.reading import read_column
from crawler.reading.page import READER_ZONE
from tests.unit.reading.list_pages import COLUMN, SITE, TRAPS, URL, Case, cases, page, truth

NOV = dt.date(2026, 11, 18)
SHORT = settings(derandomize=True, max_examples=500, deadline=None, database=None)
# The same pages every time, so that a failure belongs to the change at hand.
DEEP = settings(
    derandomize=True, max_examples=8_000, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)


def hold(case: Case) -> None:
    reading = read_column(page(case), url=URL, as_of=dt.datetime.combine(case.as_of, dt.time(23, 59, 59), READER_ZONE))
    assert reading.updated == truth(case)
    assert reading.title == f"{COLUMN}-{SITE}"


@SHORT
@given(cases())
def test_made_pages(case: Case) -> None:
    hold(case)


@pytest.mark.long
@DEEP
@given(cases())
def test_many_made_pages(case: Case) -> None:
    hold(case)


def test_every_trap_is_made() -> None:
    """A trap that is not on its page tests nothing."""
    without = page(Case(NOV, (30, 60)))
    for trap in sorted(TRAPS - {"deadlines"}):
        assert page(Case(NOV, (30, 60), traps=frozenset((trap,)))) != without, trap
    table = Case(NOV, (30, 60), shape="table with a head")
    assert page(dataclasses.replace(table, traps=frozenset(("deadlines",)))) != page(table)
