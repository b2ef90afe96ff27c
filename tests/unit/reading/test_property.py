"""Made list pages, of every shape, with every trap, in every charset, are read as they were made."""

import dataclasses
import datetime as dt
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, assume, given, settings

from crawler.reading import read_column
from crawler.reading.page import READER_ZONE
from tests.unit.reading.list_pages import COLUMN, SIDES, SITE, TRAPS, URL, YEARLESS, Case, cases, page, truth

NOV = dt.date(2026, 11, 18)
SHORT = settings(derandomize=True, max_examples=500, deadline=None, database=None)
DEEP = settings(max_examples=8_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@dataclasses.dataclass(frozen=True)
class Known:
    """What the reader gets wrong: one page, and which others may be wrong for the same reason."""

    reason: str
    example: Case
    covers: Callable[[Case], bool]


_LINKED = frozenset(("floating", "weather", "marquee", "header notice", "friend links"))
_ASIDES = SIDES | {"side list", "left list", "hot tabs"}


def _days(case: Case) -> list[dt.date]:
    return [case.as_of - dt.timedelta(age) for age in case.ages]


def _seems_later(case: Case) -> bool:
    """Whether another entry of a list without years would be newer than the first, each taken for the last such day."""
    today = (case.as_of.month, case.as_of.day)
    shown = [((day.month, day.day) <= today, day.month, day.day) for day in _days(case)]
    return case.form in YEARLESS and case.shape != "years" and max(shown) > shown[0]


KNOWN = (
    Known(
        "a labelled date without a year, or with a short one, is no date in a card",
        Case(NOV, (69, 80, 91), shape="cards", form="month day hanzi"),
        lambda case: case.shape == "cards" and case.form in ("month day hanzi", "short year"),
    ),
    Known(
        "of groups below their years only the largest is the column's",
        Case(NOV, (644, 935, 1235, 1238, 1326), shape="years", form="month day"),
        lambda case: case.shape == "years" and len({day.year for day in _days(case)}) > 1,
    ),
    Known(
        "a single dated link outweighs a list that has no pager, or few entries",
        Case(NOV, (233, 250), traps=frozenset(("floating",)), heading=False, pager=False),
        lambda case: (
            bool(case.traps & _LINKED) and (len(case.ages) <= 4 or not case.pager or bool(case.traps & _ASIDES))
        ),
    ),
    Known(
        "a list below a heading of its own outweighs the column's where both have rows of headings or few entries",
        Case(NOV, (234,), shape="table with a head", traps=frozenset(("side newer",)), heading=True, pager=False),
        lambda case: (
            (bool(case.traps & SIDES) and case.shape in ("table with a head", "years"))
            or (bool(case.traps & _ASIDES) and len(case.ages) <= (2 if case.pager else 5))
        ),
    ),
    Known(
        "a list without years that goes back over New Year is not seen to be in order",
        Case(NOV, (300, 345, 373), form="month day hanzi"),
        _seems_later,
    ),
    Known(
        "few entries without a pager are lost beside a calendar",
        Case(
            dt.date(2021, 1, 1),
            (1,),
            shape="broken lines",
            form="month day",
            traps=frozenset(("banner", "calendar")),
            heading=True,
            pager=False,
        ),
        lambda case: "calendar" in case.traps and len(case.ages) <= 3 and not case.pager,
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
