"""What a portal page may show of an audit: newest verdicts in two queries, given the ids of column pages."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.conf import settings
from django.db.models import OuterRef, QuerySet, Subquery

from audits.desk.deadlines import rhythm_words
from audits.registry.models import Column
from audits.runs.models import Verdict
from portal.prepared import prepared

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
    # Asked apart: told both in one, PostgreSQL goes through all verdicts.
    newest = [pk for pk in _newest(page_ids=list(page_ids), profile=settings.AUDIT_PROFILE) if pk]
    return {page_id: State(*shown) for page_id, *shown in (_shown(pks=newest) if newest else [])}


@prepared
def _newest(page_ids: Any, profile: Any) -> QuerySet:
    verdicts = Verdict.objects.own().filter(column=OuterRef("pk"), profile=profile).order_by("-run__as_of", "-pk")
    columns = Column.objects.filter(page__in=page_ids).annotate(newest=Subquery(verdicts.values("pk")[:1]))
    return columns.values_list("newest", flat=True)


@prepared
def _shown(pks: Any) -> QuerySet:
    shown = [field.name for field in dataclasses.fields(State)]
    return Verdict.objects.filter(pk__in=pks).values_list("column__page", *shown)


@register.filter
def of_column(states: Mapping[int, Any], page_id: int) -> Any:
    """One column's entry among `columns_now`."""
    return states.get(page_id)


register.simple_tag(rhythm_words, name="column_rhythm")
