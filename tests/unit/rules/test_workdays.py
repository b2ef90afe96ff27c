"""Deadlines in workdays: national holidays, worked weekends, the year that is not published yet, midnight."""

from __future__ import annotations

import datetime as dt

import pytest

from audits.rules.workdays import civil_day, workday_deadline

CST = dt.timezone(dt.timedelta(hours=8))


@pytest.mark.parametrize(
    ("start", "days", "day"),
    [
        ("2026-11-18", 0, "2026-11-18"),
        ("2026-11-18", 1, "2026-11-19"),
        ("2026-11-20", 1, "2026-11-23"),  # a Friday; an ordinary weekend lies between
        ("2026-11-21", 1, "2026-11-23"),  # from a Saturday
        ("2026-09-30", 1, "2026-10-08"),  # 国庆 1 to 7 October
        ("2026-10-09", 1, "2026-10-10"),  # 调休: a Saturday that is worked
        ("2026-09-18", 1, "2026-09-20"),  # 调休: a Sunday that is worked, before the holiday
        ("2026-02-13", 1, "2026-02-14"),  # 调休: the Saturday before 春节
        ("2026-02-13", 2, "2026-02-24"),  # 春节 15 to 23 February
        ("2025-12-31", 1, "2026-01-04"),  # 元旦 1 to 3 January, the Sunday after is worked
        ("2024-02-28", 1, "2024-02-29"),  # a leap day is a day like any other
        ("2024-02-29", 1, "2024-03-01"),
        ("2026-09-24", 10, "2026-10-15"),  # 中秋 25 to 27 September and 国庆 on the way
    ],
)
def test_day_and_calendar(start: str, days: int, day: str) -> None:
    deadline = workday_deadline(dt.date.fromisoformat(start), days)

    assert deadline.day.isoformat() == day
    assert deadline.calendar_complete


def test_year_without_published_holidays_leaves_out_weekends_and_says_so() -> None:
    deadline = workday_deadline(dt.date(2035, 9, 28), 3)

    assert deadline.day == dt.date(2035, 10, 3)  # inside 国庆, which nobody has published yet
    assert not deadline.calendar_complete


def test_deadline_that_reaches_into_an_unpublished_year_says_so() -> None:
    assert not workday_deadline(dt.date(2034, 12, 28), 5).calendar_complete


def test_deadline_never_lies_behind() -> None:
    with pytest.raises(ValueError, match="-1 workdays"):
        workday_deadline(dt.date(2026, 11, 18), -1)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (dt.datetime(2026, 11, 18, 23, 59, 59, tzinfo=CST), dt.date(2026, 11, 18)),
        (dt.datetime(2026, 11, 19, 0, 0, 0, tzinfo=CST), dt.date(2026, 11, 19)),
        (dt.datetime(2026, 11, 18, 15, 59, 59, tzinfo=dt.UTC), dt.date(2026, 11, 18)),
        (dt.datetime(2026, 11, 18, 16, 0, 0, tzinfo=dt.UTC), dt.date(2026, 11, 19)),
    ],
)
def test_civil_day_turns_at_midnight_in_shanghai(moment: dt.datetime, day: dt.date) -> None:
    assert civil_day(moment) == day


def test_civil_day_of_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        civil_day(dt.datetime(2026, 11, 18, 23, 59))  # noqa: DTZ001 -- naive on purpose
