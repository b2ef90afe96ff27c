"""Made list pages, of every shape, with every trap, in every charset, are read as they were made."""

import dataclasses
import datetime as dt
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, assume, given, settings

from crawler.reading import read_column
from crawler.reading.page import READER_ZONE
from tests.unit.reading.list_pages import COLUMN, SITE, TRAPS, URL, YEARLESS, Case, cases, page, truth

NOV = dt.date(2026, 11, 18)
SHORT = settings(derandomize=True, max_examples=500, deadline=None, database=None)
# The same pages every time, so that a failure belongs to the change at hand.
DEEP = settings(
    derandomize=True, max_examples=8_000, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)


@dataclasses.dataclass(frozen=True)
class Known:
    """What the reader gets wrong: one page, and which others may be wrong for the same reason."""

    reason: str
    example: Case
    covers: Callable[[Case], bool]


def _days(case: Case) -> list[dt.date]:
    return [case.as_of - dt.timedelta(age) for age in case.ages]


def _seems_later(case: Case) -> bool:
    """Whether another entry of a list without years would be newer than the first, each taken for the last such day."""
    today = (case.as_of.month, case.as_of.day)
    shown = [((day.month, day.day) <= today, day.month, day.day) for day in _days(case)]
    return case.form in YEARLESS and case.shape != "years" and max(shown) > shown[0]


KNOWN = (
    Known(
        "where a later entry would be newer than the first, a list without years may go back over New Year or not",
        Case(dt.date(2021, 1, 1), (276, 321, 366, 366, 366, 366), shape="broken lines", form="month day"),
        _seems_later,
    ),
)


def hold(case: Case) -> None:
    reading = read_column(page(case), url=URL, as_of=dt.datetime.combine(case.as_of, dt.time(23, 59, 59), READER_ZONE))
    assert reading.updated == truth(case)
    assert reading.title == f"{COLUMN}-{SITE}"


@SHORT
@given(cases())
def test_made_pages(case: Case) -> None:
    assume(not any(known.covers(case) for known in KNOWN))
    hold(case)


@pytest.mark.long
@DEEP
@given(cases())
def test_many_made_pages(case: Case) -> None:
    assume(not any(known.covers(case) for known in KNOWN))
    hold(case)


@pytest.mark.parametrize(
    "known", [pytest.param(known, id=known.reason, marks=pytest.mark.xfail(strict=True)) for known in KNOWN]
)
def test_known_to_be_wrong(known: Known) -> None:
    assert known.covers(known.example)
    hold(known.example)


def test_every_trap_is_made() -> None:
    """A trap that is not on its page tests nothing."""
    without = page(Case(NOV, (30, 60)))
    for trap in sorted(TRAPS - {"deadlines"}):
        assert page(Case(NOV, (30, 60), traps=frozenset((trap,)))) != without, trap
    table = Case(NOV, (30, 60), shape="table with a head")
    assert page(dataclasses.replace(table, traps=frozenset(("deadlines",)))) != page(table)
