"""A person leaves a unit: the columns go to someone else, or stand without an owner for everyone to see."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from portal.pages.approval.services import stop_deputising
from portal.pages.models import ColumnPage
from portal.units.enums import UNIT_ROLES
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
    columns = columns_of(membership.person, unit.pk)
    for column in columns:
        if column.officer_id == membership.person_id:
            column.officer = successor
        if column.leader_id == membership.person_id:
            column.leader = successor
        column.save()
        column.save_revision(clean=False)
    return columns
