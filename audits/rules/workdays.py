"""Deadlines in workdays, with the national holidays and the weekends that are worked instead (调休)."""

from __future__ import annotations

import dataclasses
import datetime as dt
import zoneinfo

import chinese_calendar

SHANGHAI = zoneinfo.ZoneInfo("Asia/Shanghai")


@dataclasses.dataclass(frozen=True, slots=True)
class Deadline:
    """The last civil day on which something is in time.

    `calendar_complete` is False when a day on the way lies in a year whose holidays are not published
    yet: only weekends were left out there, and the day must be looked at again.
    """

    day: dt.date
    calendar_complete: bool


def civil_day(moment: dt.datetime) -> dt.date:
    """The civil day (Asia/Shanghai) of an aware moment. Raises ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no time zone")
    return moment.astimezone(SHANGHAI).date()


def workday_deadline(start: dt.date, days: int) -> Deadline:
    """The civil day that is `days` workdays after `start` (the day itself does not count)."""
    if days < 0:
        raise ValueError(f"a deadline lies ahead, not {days} workdays")
    day, complete = start, True
    while days:
        day += dt.timedelta(days=1)
        is_workday, known = _is_workday(day)
        complete = complete and known
        days -= is_workday
    return Deadline(day, complete)


def _is_workday(day: dt.date) -> tuple[bool, bool]:
    """Whether a day is a workday, and whether the holidays of its year are known."""
    try:
        return chinese_calendar.is_workday(day), True
    except NotImplementedError:  # its way of saying that the year is not in its data
        return day.weekday() < 5, False
