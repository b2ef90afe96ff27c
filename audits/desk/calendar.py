"""What is due from the reader's unit, on the days of a month."""

from __future__ import annotations

import calendar
import datetime as dt

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from audits.desk.my_columns import MyColumn, my_columns
from audits.desk.permissions import today
from audits.rules.workdays import workday_deadline
from portal.pages.months import month_asked
from portal.units.session import units_read_for


@login_required(login_url="sign_in")
def month(request: HttpRequest) -> HttpResponse:
    """A month as weeks of days, each with the columns that are due on it; what is late stands above."""
    now = today()
    asked = month_asked(request, today=now)
    first = asked.first
    rows = my_columns(units_read_for(request), now)
    due: dict[dt.date, list[MyColumn]] = {}
    for row in rows:
        if row.due_on:
            due.setdefault(row.due_on, []).append(row)
    weeks = [
        [
            {"day": day, "inside": day.month == first.month, "free": not _works(day), "rows": due.get(day, [])}
            for day in week
        ]
        for week in calendar.Calendar().monthdatescalendar(first.year, first.month)
    ]
    context = {
        "weeks": weeks,
        "first": first,
        "before": asked.before,
        "after": asked.after,
        "late": [row for row in rows if row.urgency < (1, 0)],
        "today": now,
        "has_columns": bool(rows),
    }
    return render(request, "audits/calendar.html", context)


def _works(day: dt.date) -> bool:
    """Whether a day is worked, holidays and worked weekends counted where they are known."""
    return workday_deadline(day - dt.timedelta(days=1), 1).day == day
