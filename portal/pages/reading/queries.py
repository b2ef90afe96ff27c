"""The directory, and problems with pages."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from portal.pages.models import UnitPage
from portal.pages.queries import SECTION_DEPTH, path_at
from portal.pages.reading.models import PageProblem
from portal.prepared import prepared
from portal.units.enums import COUNTY_ROLES, UNIT_ROLES
from portal.units.models import Membership, Unit, User

SETTLES_ALL = "pages.change_columnpage"


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """A line of the directory; the phone as far as the reader may see it."""

    name: str
    position: str
    unit: str
    role: str
    phone: str


def masked(phone: str) -> str:
    """0851-87221234 -> 0851****34."""
    return f"{phone[:4]}****{phone[-2:]}" if len(phone) > 7 else "****"


def sees_phones_of(user: User | AnonymousUser, day: dt.date) -> set[int] | None:
    """Units whose people's phones a reader sees: None means all. Those who write, lead or serve the county see all."""
    if not user.is_authenticated:
        return set()
    held = Membership.objects.on(day).filter(person__user=user.pk)
    if held.filter(role__in=(*COUNTY_ROLES, *UNIT_ROLES)).exists():
        return None
    return set(held.values_list("unit", flat=True))


def directory(user: User | AnonymousUser, *, words: str, day: dt.date) -> QuerySet[Membership]:
    """Who holds a role on a civil day, by unit and name; `words` in name, position or unit."""
    rows = Membership.objects.on(day).filter(unit__is_active=True).select_related("person", "unit")
    for word in words.split()[:5]:
        rows = rows.filter(
            Q(person__name__contains=word)
            | Q(person__position__contains=word)
            | Q(unit__name__contains=word)
            | Q(unit__short_name__contains=word)
        )
    return rows.order_by("unit__name", "role", "person__name", "pk")


def entry(membership: Membership, seen: set[int] | None) -> Entry:
    phone = membership.person.phone or membership.unit.phone
    open_ = seen is None or membership.unit_id in seen
    return Entry(
        membership.person.name,
        membership.person.position,
        membership.unit.name,
        membership.get_role_display(),
        phone if open_ or not phone else masked(phone),
    )


def problems_for(user: User, own: Iterable[Unit]) -> QuerySet[PageProblem]:
    """Problems that are a person's to settle: of the pages of their own units; for the network centre all."""
    rows = PageProblem.objects.select_related("page", "told_by", "settled_by").order_by("settled_at", "-told_at")
    if user.has_perm(SETTLES_ALL):
        return rows
    return _within(rows, own)


def count_open_problems(user: User, own: Iterable[Unit]) -> int:
    """How many of those of `problems_for` are not settled yet."""
    if user.has_perm(SETTLES_ALL):
        return PageProblem.objects.filter(settled_at__isnull=True).count()
    return len(_open_within(units=[unit.pk for unit in own]))


@prepared
def _open_within(units: Any) -> QuerySet:
    return _within(PageProblem.objects.filter(settled_at__isnull=True), units).values_list("pk")


def _within(problems: QuerySet[PageProblem], units: Any) -> QuerySet[PageProblem]:
    sections = UnitPage.objects.filter(unit__in=units).values("path")
    return problems.alias(section=path_at(SECTION_DEPTH, "page__path")).filter(section__in=sections)
