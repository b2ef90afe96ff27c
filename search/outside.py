"""Titles that the crawler has read in columns of registered outside sites: kept, named after their column, forgotten.

Whoever watches the sites calls these; here nobody knows how a title was read. A title stays after it has left the
first page of its list, until its column is forgotten. Twice changes nothing.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from portal.units.models import Unit
from search import outbox, tasks
from search.models import OutsideTitle

_ROWS = 500
#: As long as the fields of `OutsideTitle` are.
_LONGEST_ADDRESS, _LONGEST_TITLE = 1000, 300


@dataclass(frozen=True)
class OutsideColumn:
    """Where titles stand: the column's lasting identity, and the names that its titles are shown with."""

    uuid: uuid.UUID
    name: str
    site: str
    unit: Unit | None
    column_class: str

    @property
    def labels(self) -> dict[str, Any]:
        return {
            "site": self.site,
            "column": self.name,
            "unit_id": self.unit.pk if self.unit else None,
            "column_class": self.column_class,
        }


@transaction.atomic
def keep(column: OutsideColumn, entries: Iterable[tuple[str, str, dt.date | None]]) -> int:
    """Make a column's (address, title, civil day) findable; returns how many became so or changed.

    An address that another column has listed before stays with that one. What has no title or no web address that a
    reader could follow is left out.
    """
    titles = {url: (title[:_LONGEST_TITLE], day) for url, title, day in entries if title and _can_be_followed(url)}
    known = {row.url: row for row in OutsideTitle.objects.filter(url__in=list(titles))}
    new, changed = [], []
    for url, (title, day) in titles.items():
        row = known.get(url)
        if row is None:
            new.append(OutsideTitle(url=url, title=title, day=day, column_uuid=column.uuid, **column.labels))
        elif row.column_uuid == column.uuid and (row.title, row.day) != (title, day):
            row.title, row.day = title, day
            changed.append(row)
    OutsideTitle.objects.bulk_create(new, batch_size=_ROWS)
    OutsideTitle.objects.bulk_update(changed, ["title", "day"], batch_size=_ROWS)
    _look_at([row.pk for row in (*new, *changed)])
    return len(new) + len(changed)


@transaction.atomic
def rename(column: OutsideColumn) -> int:
    """Show a column's titles with the names it has now; returns how many had others."""
    labels = column.labels
    rows = OutsideTitle.objects.filter(column_uuid=column.uuid)
    old = [row.pk for row in rows if any(getattr(row, name) != value for name, value in labels.items())]
    OutsideTitle.objects.filter(column_uuid=column.uuid).update(**labels)
    _look_at(old)
    return len(old)


@transaction.atomic
def forget(columns: Collection[uuid.UUID]) -> int:
    """Titles of these columns are findable no longer; returns how many there were."""
    rows = OutsideTitle.objects.filter(column_uuid__in=columns)
    gone = list(rows.values_list("pk", flat=True))
    rows.delete()
    _look_at(gone)
    return len(gone)


def forget_all_but(columns: Collection[uuid.UUID]) -> int:
    """Only titles of these columns stay findable; returns how many went."""
    kept = set(columns)
    there = OutsideTitle.objects.order_by().values_list("column_uuid", flat=True).distinct()
    return forget([column for column in there if column not in kept])


def _look_at(pks: Sequence[int]) -> None:
    if pks:
        outbox.note(OutsideTitle, pks)
        tasks.queue_index_changes()


def _can_be_followed(url: str) -> bool:
    return url.startswith(("http://", "https://")) and len(url) <= _LONGEST_ADDRESS
