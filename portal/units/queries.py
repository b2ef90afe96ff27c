"""Who belongs where, on a given day."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from portal.prepared import prepared
from portal.units.enums import UNIT_ROLES
from portal.units.models import Membership, Person, Unit, User, in_force


def units_of(user: User | AnonymousUser, day: dt.date) -> QuerySet[Unit]:
    """Active units in which the holder of an account writes or leads on a civil day, by name."""
    return units_held(user.pk, day) if user.is_authenticated else Unit.objects.none()


def list_units_of(user: User | AnonymousUser, day: dt.date) -> list[Unit]:
    """As `units_of`, asked at once."""
    return _list_held(user=user.pk, day=day) if user.is_authenticated else []


def units_held(user: Any, day: Any) -> QuerySet[Unit]:
    """As `units_of`, given the id of the account; for what is `prepared`."""
    held = {"memberships__person__user": user, "memberships__role__in": UNIT_ROLES}
    return Unit.objects.active().filter(in_force(day, "memberships__"), **held).order_by("name").distinct()


_list_held = prepared(units_held)


def units_reading_as(user: User | AnonymousUser, day: dt.date) -> list[Unit]:
    """Active units that the holder of an account belongs to in any role, those written for or led first, by name."""
    if not user.is_authenticated:
        return []
    memberships = Membership.objects.on(day).filter(person__user=user.pk, unit__is_active=True)
    held = sorted(memberships.select_related("unit"), key=lambda each: (each.role not in UNIT_ROLES, each.unit.name))
    return list(dict.fromkeys(each.unit for each in held))


def people_answering_for(unit: Unit, day: dt.date, role: str) -> QuerySet[Person]:
    """People who hold a role in a unit on a civil day, the longest-serving first."""
    memberships = Membership.objects.on(day).filter(unit=unit, role=role)
    return Person.objects.filter(memberships__in=memberships).order_by("memberships__valid_from", "pk")


def people_by_role(unit: Unit, day: dt.date) -> dict[str, list[Person]]:
    """As `people_answering_for`, for every role in one query."""
    found: dict[str, list[Person]] = {}
    members = Membership.objects.on(day).filter(unit=unit).select_related("person")
    for membership in members.order_by("valid_from", "person"):
        found.setdefault(membership.role, []).append(membership.person)
    return found
