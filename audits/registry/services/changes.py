"""Every change of a column is written with its event: what it was before, what it is now, who says so and why."""

from __future__ import annotations

import datetime as dt
from typing import Any

from audits.registry.enums import RegistryEventKind
from audits.registry.models import Column, RegistryEvent
from audits.registry.suggest import CLASS_TITLES
from portal.pages.enums import ColumnClass
from portal.units.models import User


def change(
    column: Column,
    values: dict[str, Any],
    *,
    actor: User | None,
    reason: str,
    now: dt.datetime,
    kind: RegistryEventKind = RegistryEventKind.CHANGED,
) -> Column:
    before = snapshot(column)
    for field, value in values.items():
        setattr(column, field, value)
    column.save(update_fields=list(values))
    record(column, kind, before=before, actor=actor, reason=reason, now=now)
    return column


def to_standing(
    column: Column, standing: str, kind: RegistryEventKind, *, actor: User | None, reason: str, now: dt.datetime
) -> Column:
    before = snapshot(column)
    column.standing = standing
    column.save(update_fields=["standing"])
    record(column, kind, before=before, actor=actor, reason=reason, now=now)
    return column


def record(
    column: Column,
    kind: RegistryEventKind,
    *,
    before: dict[str, Any],
    actor: User | None,
    reason: str,
    now: dt.datetime,
) -> None:
    RegistryEvent.objects.create(
        column=column, at=now, actor=actor, kind=kind, before=before, after=snapshot(column), reason=reason[:300]
    )


def snapshot(column: Column) -> dict[str, Any]:
    """What an event keeps of a column, as JSON-ready values."""
    return {
        "site": column.site.code,
        "name": column.name,
        "location": column.location,
        **terms_of(column),
        "leader": column.leader.name if column.leader else "",
        "officer": column.officer.name if column.officer else "",
        "standing": column.standing,
        "override_selector": column.override_selector,
        "override_date_format": column.override_date_format,
    }


def terms_of(column: Column) -> dict[str, Any]:
    return {"column_class": column.column_class, "rhythm_days": column.rhythm_days}


def in_words(*, column_class: str, rhythm_days: int | None) -> str:
    rhythm = f"更新周期{rhythm_days}日" if rhythm_days else "更新周期按规则"
    return f"{CLASS_TITLES[ColumnClass(column_class)]}、{rhythm}"
