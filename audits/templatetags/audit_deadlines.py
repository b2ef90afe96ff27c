"""By when columns of the portal want their next update, as of now: for the page editor and the front page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django import template
from django.utils import timezone

from audits.desk.deadlines import Standing, standing
from audits.templatetags.audit_state import column_states
from portal.pages.models import ArticlePage, ColumnPage
from portal.pages.queries import last_updates

register = template.Library()


@register.simple_tag
def columns_now(columns: Iterable[ColumnPage], today: dt.date) -> dict[int, Standing]:
    """Column page id -> how it stands on a day (Asia/Shanghai), counting what was published since the last run."""
    columns = [column for column in columns if column.pk]
    states = column_states([column.pk for column in columns], today)
    published = last_updates([column.path for column in columns], ArticlePage.objects.live())
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


@register.simple_tag
def column_deadline(column: ColumnPage, today: dt.date) -> Standing:
    """As `columns_now`, of one column."""
    return columns_now([column], today).get(column.pk) or Standing()
