"""A person leaves a unit: the columns go to someone else, or stand without an owner for everyone to see."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Q

from portal.pages.approval.services import stop_deputising
from portal.pages.models import ColumnPage
from portal.units.enums import UNIT_ROLES, Role
from portal.units.models import Membership, Person
from portal.units.services import leave


def columns_of(person: Person, unit_id: int) -> list[ColumnPage]:
    """Columns of a unit that a person answers for, as officer or as leader."""
    of_unit = ColumnPage.objects.descendant_of_unit(unit_id)
    return list((of_unit.filter(officer=person) | of_unit.filter(leader=person)).order_by("path"))


@transaction.atomic
def leave_unit(
    *, membership: Membership, last_day: dt.date, successor: Person | None, today: dt.date
) -> list[ColumnPage]:
    """End a role with its last civil day; returns the columns that changed hands or have no owner now.

    A role that holds today keeps its columns: they change hands when its last day is over (`hand_over`).
    Raises ValueError for a successor who does not belong to the unit, or a last day before the first.
    """
    if last_day < membership.valid_from:
        raise ValueError("最后一天早于任职开始日期")
    unit = membership.unit
    if successor and not _belongs(successor, unit.pk, today):
        raise ValueError(f"{successor.name}不是{unit.name}的人员")
    leave(membership=membership, last_day=last_day, today=today, successor=successor)
    stop_deputising(unit=unit, person=membership.person, last_day=last_day)
    return hand_over(day=today)


@transaction.atomic
def hand_over(*, day: dt.date, **_signal: Any) -> list[ColumnPage]:
    """Columns of those whose role ended before a civil day go to who was named then, or stand without an owner.

    Receiver of `portal.units.signals.roles_of_the_day`; twice changes nothing. Returns the columns that changed.
    """
    answering = Q(person__in=ColumnPage.objects.values("officer")) | Q(person__in=ColumnPage.objects.values("leader"))
    ended = Membership.objects.filter(answering, valid_until__lt=day).select_related("person", "successor")
    gone: dict[tuple[Person, int], dict[str, Membership]] = {}
    for membership in ended.order_by("valid_until", "pk"):
        gone.setdefault((membership.person, membership.unit_id), {})[membership.role] = membership
    return [
        column
        for (person, unit_id), roles in gone.items()
        for column in columns_of(person, unit_id)
        if _hand_over_column(column, person, unit_id, roles, day)
    ]


def _hand_over_column(
    column: ColumnPage, person: Person, unit_id: int, ended: dict[str, Membership], day: dt.date
) -> bool:
    """Whoever goes on in another role of the unit keeps what that role answers for."""
    on_that_day = Membership.objects.on(day).filter(person=person, unit=unit_id, role__in=UNIT_ROLES)
    kept = set(on_that_day.values_list("role", flat=True))
    changed = False
    for name, role in (("officer", Role.EDITOR), ("leader", Role.LEADER)):
        if getattr(column, name) != person or role in kept or (kept and role not in ended):
            continue
        last = ended.get(role) or max(ended.values(), key=lambda each: each.valid_until or day)
        successor = last.successor
        setattr(column, name, successor if successor and _belongs(successor, unit_id, day) else None)
        changed = True
    if changed:
        column.save()
        column.save_revision(clean=False)
    return changed


def _belongs(person: Person, unit_id: int, day: dt.date) -> bool:
    return Membership.objects.on(day).filter(person=person, unit=unit_id, role__in=UNIT_ROLES).exists()
