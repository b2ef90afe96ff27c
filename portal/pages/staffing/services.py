"""A person leaves a unit: the columns go to someone else, or stand without an owner for everyone to see."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

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

    Raises ValueError for a successor who does not belong to the unit, or a last day before the first.
    """
    if last_day < membership.valid_from:
        raise ValueError("最后一天早于任职开始日期")
    unit = membership.unit
    if successor and not Membership.objects.on(today).filter(person=successor, unit=unit, role__in=UNIT_ROLES).exists():
        raise ValueError(f"{successor.name}不是{unit.name}的人员")
    leave(membership=membership, last_day=last_day, today=today)
    stop_deputising(unit=unit, person=membership.person, last_day=last_day)
    person = membership.person
    after = Membership.objects.on(last_day + dt.timedelta(days=1)).filter(person=person, unit=unit)
    kept = set(after.values_list("role", flat=True))
    changed = []
    for column in columns_of(person, unit.pk):
        # Who goes on in another role of the unit keeps what that role answers for.
        leaves_writing = column.officer_id == person.pk and Role.EDITOR not in kept
        leaves_leading = column.leader_id == person.pk and Role.LEADER not in kept
        if leaves_writing:
            column.officer = successor
        if leaves_leading:
            column.leader = successor
        if leaves_writing or leaves_leading:
            column.save()
            column.save_revision(clean=False)
            changed.append(column)
    return changed
