"""What a portal page may show of an audit: newest verdicts in two queries, given the ids of column pages."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.conf import settings
from django.db.models import OuterRef, Subquery

from audits.desk.deadlines import rhythm_words
from audits.registry.models import Column
from audits.runs.models import Verdict

register = template.Library()


@dataclasses.dataclass(frozen=True, slots=True)
class State:
    """A column's newest verdict: how it stood on the day of the run."""

    state: str
    sentence: str
    updated: dt.date | None
    due_on: dt.date | None


def column_states(page_ids: Iterable[int]) -> dict[int, State]:
    """Column page id -> newest verdict of a complete run under the county's profile; never judged: left out."""
    of_a_column = Verdict.objects.own().filter(column=OuterRef("pk"), profile=settings.AUDIT_PROFILE)
    newest = Subquery(of_a_column.order_by("-run__as_of", "-pk").values("pk")[:1])
    columns = Column.objects.filter(page__in=list(page_ids)).annotate(newest=newest)
    # Asked apart: told both in one, PostgreSQL goes through all verdicts.
    pks = [pk for pk in columns.values_list("newest", flat=True) if pk]
    verdicts = Verdict.objects.filter(pk__in=pks).values_list("column__page", "state", "sentence", "updated", "due_on")
    return {page_id: State(state, sentence, updated, due) for page_id, state, sentence, updated, due in verdicts}


@register.filter
def of_column(states: Mapping[int, Any], page_id: int) -> Any:
    """One column's entry among `columns_now`."""
    return states.get(page_id)


register.simple_tag(rhythm_words, name="column_rhythm")
