"""Civil days (Asia/Shanghai) and the moments that runs are judged as of."""

from __future__ import annotations

import datetime as dt
import re

from django.utils.translation import gettext as _

from audits.rules.workdays import SHANGHAI, civil_day

#: Years that a county could mean; others are slips of the keyboard, and no date near their ends can be reckoned with.
_YEARS = range(1990, 2101)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def end_of_day(day: dt.date) -> dt.datetime:
    """23:59:59 of a civil day: the moment that a bare date stands for."""
    return dt.datetime.combine(day, dt.time(23, 59, 59), tzinfo=SHANGHAI)


def check_has_come(as_of: dt.datetime, *, now: dt.datetime) -> None:
    """Raise ValueError with one line for a day to come; today counts to its end, which a bare date stands for."""
    day = civil_day(as_of)
    if day > civil_day(now):
        raise ValueError(_("%(day)s is a day to come: it cannot be judged yet.") % {"day": day})


def parse_as_of(text: str) -> dt.datetime:
    """The aware moment that "2026-11-18" (its end) or "2026-11-18T09:30[+08:00]" stands for.

    A moment without an offset is one in Asia/Shanghai. Raises ValueError with one line.
    """
    text = text.strip()
    if _DAY.match(text):
        try:
            is_day = _DAY.fullmatch(text)
            moment = end_of_day(dt.date.fromisoformat(text)) if is_day else dt.datetime.fromisoformat(text)
        except ValueError:
            pass
        else:
            if moment.year in _YEARS:
                return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)
            raise ValueError(f"{text!r}: the year must be from {_YEARS[0]} to {_YEARS[-1]}")
    raise ValueError(f"{text!r} is no date: write 2026-11-18 or 2026-11-18T09:30")
