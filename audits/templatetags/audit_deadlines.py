"""By when columns of the portal want their next update, as of now: for every page that shows a column's state."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.utils import timezone

from audits.desk.deadlines import Standing, standing
from audits.templatetags.audit_state import column_states
from portal.pages import queries
from portal.pages.models import ColumnPage

register = template.Library()


@register.simple_tag
def columns_now(columns: Iterable[ColumnPage], today: dt.date) -> dict[int, Standing]:
    """Column page id -> how it stands on a day (Asia/Shanghai), counting what was published since the last run."""
    listed = [column for column in columns if column.pk]
    return _now(listed, _newest(listed), today)


@register.simple_tag(takes_context=True)
def columns_now_to_all(
    context: Any, columns: Iterable[Any], today: dt.date, updated: Mapping[str, dt.datetime] | None = None
) -> dict[int, Standing]:
    """As `columns_now`, for pages of which anybody is a reader: an article that is closed to some of them counts for
    none, as it does for the crawler.

    `columns`: column pages, or rows with their pk, path, column_class and rhythm_days.
    `updated`: by path, the newest article that the reader may open, if that is known; mostly it is the one for all.
    """
    listed, request = list(columns), context["request"]
    closed = queries.closed_to_some(request)
    if updated is None or closed != queries.closed_to(request):
        updated = _newest(listed, closed)
    return _now(listed, updated, today)


@register.simple_tag
def column_deadline(column: ColumnPage, today: dt.date) -> Standing:
    """As `columns_now`, of one column."""
    return columns_now([column], today).get(column.pk) or Standing()


def _newest(columns: list[Any], closed: tuple[str, ...] = ()) -> dict[str, dt.datetime]:
    return queries.last_updates([column.path for column in columns], closed=closed)


def _now(columns: list[Any], published: Mapping[str, dt.datetime], today: dt.date) -> dict[int, Standing]:
    if not columns:
        return {}
    states = column_states([column.pk for column in columns])
    now = {}
    for column in columns:
        state, newest = states.get(column.pk), published.get(column.path)
        now[column.pk] = standing(
            column,
            state=state.state if state else "",
            seen=state.updated if state else None,
            due_on=state.due_on if state else None,
            published=timezone.localdate(newest) if newest else None,
            today=today,
        )
    return now
