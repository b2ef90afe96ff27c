"""By when a column of the portal wants its next update, as of now: for the page editor and "my columns"."""

from __future__ import annotations

import dataclasses
import datetime as dt

from django import template
from django.db.models import Max
from django.utils import timezone

from audits.desk.deadlines import next_due, rhythm_words
from audits.templatetags.audit_state import column_states
from portal.pages.models import ArticlePage, ColumnPage

register = template.Library()


@dataclasses.dataclass(frozen=True, slots=True)
class Deadline:
    """`updated` is the newest publish time's civil day, `due_on` the last day in time for the next update.

    `state` is the newest verdict's, empty before the first run; `days_left` is None where no clock runs.
    """

    rhythm: str
    state: str
    updated: dt.date | None
    due_on: dt.date | None
    days_left: int | None

    @property
    def days_over(self) -> int:
        return max(0, -(self.days_left or 0))


@register.simple_tag
def column_deadline(column: ColumnPage, today: dt.date) -> Deadline:
    """What holds for a column on a day (Asia/Shanghai), counting what was published since the last run."""
    state = column_states([column.pk], today).get(column.pk)
    published = ArticlePage.objects.child_of(column).live().aggregate(newest=Max("first_published_at"))["newest"]
    updated = timezone.localdate(published) if published else state.updated if state else None
    due = next_due(column, updated) if updated else None
    left = (due - today).days if due else None
    word = state.state if state else ""
    if word in ("dormant", "blank", "undated", "due_soon") and left is not None and left >= 0 and state:
        word = "fresh" if updated != state.updated else word
    return Deadline(rhythm_words(column), word, updated, due, left)
