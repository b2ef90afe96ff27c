"""What a run read on outside sites -> the staff search."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import OuterRef, Subquery

from audits.registry.findable import as_shown
from audits.registry.models import Column
from audits.runs.models import Observation, Run
from crawler.reading import PageKind
from crawler.records import FetchOutcome
from search import outside

#: Pages whose entries are a column's titles.
_WITH_TITLES = (PageKind.LIST, PageKind.LANDING)


def make_findable(run: Run) -> int:
    """Hand over titles, links and dates that a run read; returns how many became findable or changed.

    A column that could not be read keeps what was read before, and an older run never overwrites a newer one's.
    Titles of columns that are watched no longer go. What two columns list is the older one's of the registry,
    whichever page answered first. Twice changes nothing.
    """
    shown = Column.objects.open_to_all()
    outside.forget_all_but(shown.values_list("uuid", flat=True))
    last_read = Observation.objects.filter(column=OuterRef("pk"), outcome=FetchOutcome.OK.value)
    newest = shown.annotate(last_read=Subquery(last_read.order_by("-fetched_at", "-pk").values("pk")[:1]))
    seen = run.observations.filter(pk__in=newest.values("last_read")).select_related("column__site__unit")
    return sum(outside.keep(as_shown(one.column), _titles(one.reading or {})) for one in seen.order_by("column_id"))


def _titles(reading: dict[str, Any]) -> Iterator[tuple[str, str, dt.date | None]]:
    if reading.get("kind") in _WITH_TITLES:
        for entry in reading["entries"]:
            day = entry["date"]
            yield entry["url"], entry["title"], dt.date.fromisoformat(day) if day else None
