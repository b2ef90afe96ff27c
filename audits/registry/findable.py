"""Which columns of outside sites the staff search shows titles of, and under which names."""

from __future__ import annotations

from collections.abc import Iterable

from audits.registry.models import Column
from search import outside
from search.outside import OutsideColumn


def as_shown(column: Column) -> OutsideColumn:
    """A column as the staff search names it."""
    return OutsideColumn(
        uuid=column.uuid,
        name=column.name,
        site=column.site.name,
        unit=column.site.unit,
        column_class=column.column_class,
    )


def follow(columns: Iterable[Column]) -> None:
    """What changed in the registry changes in the search: names, and that a column is watched no longer."""
    uuids = [column.uuid for column in columns]
    shown = list(Column.objects.open_to_all().filter(uuid__in=uuids).select_related("site__unit"))
    outside.forget(set(uuids) - {column.uuid for column in shown})
    for column in shown:
        outside.rename(as_shown(column))
