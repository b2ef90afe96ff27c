"""Deadlines in workdays, with the national holidays and the weekends that are worked instead (调休)."""

from __future__ import annotations

import datetime as dt


def add_workdays(start: dt.date, days: int) -> dt.date:
    """The civil day that is `days` workdays after `start` (the day itself does not count)."""
    raise NotImplementedError
