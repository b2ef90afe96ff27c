"""The month that a page is asked for: ?month=2026-11."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re

from django.http import Http404, HttpRequest

#: Beyond these the days around a month are no dates any more.
YEARS = range(1900, 9000)


@dataclasses.dataclass(frozen=True, slots=True)
class Month:
    first: dt.date

    @property
    def before(self) -> dt.date:
        """The first day of the month before."""
        return (self.first - dt.timedelta(days=1)).replace(day=1)

    @property
    def after(self) -> dt.date:
        """The first day of the month after."""
        return (self.first + dt.timedelta(days=32)).replace(day=1)


def month_asked(request: HttpRequest, *, today: dt.date) -> Month:
    """The present month where none is asked for. Raises Http404 for what is no month."""
    asked = request.GET.get("month", "")
    if not asked:
        return Month(today.replace(day=1))
    found = re.fullmatch(r"(\d{4})-(\d{2})", asked, re.ASCII)
    if not found or int(found[1]) not in YEARS or not 1 <= int(found[2]) <= 12:
        raise Http404(f"no month {asked!r}")
    return Month(dt.date(int(found[1]), int(found[2]), 1))
