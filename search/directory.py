"""Units and people that a question names: they stand above the results."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.http import HttpRequest

from portal.pages.models import UnitPage
from portal.units.models import Membership, Person, Unit
from search import matching
from search.keys import best_first
from search.parsing import Question

MOST_UNITS = 3
MOST_PEOPLE = 5


@dataclass(frozen=True)
class UnitHit:
    name: str
    url: str
    phone: str


@dataclass(frozen=True)
class PersonHit:
    """Someone who has a role today. Without a sign-in the phone is left out, as on the units' pages."""

    name: str
    position: str
    units: str
    phone: str


def units(question: Question, *, request: HttpRequest, sections: list[UnitPage]) -> list[UnitHit]:
    """Active units whose names contain the question; `sections` are those that the request may read."""
    ranked = best_first(matching.match(question, Unit), MOST_UNITS)
    found = Unit.objects.active().in_bulk(ranked)
    section_of = {section.unit_id: section for section in sections}
    return [
        UnitHit(
            name=found[pk].name,
            url=section_of[pk].get_url(request) if pk in section_of else "",
            phone=found[pk].phone,
        )
        for pk in ranked
        if pk in found
    ]


def people(question: Question, *, request: HttpRequest, today: dt.date) -> list[PersonHit]:
    """People with a role on a civil day whose names contain the question."""
    ranked = best_first(matching.match(question, Person), MOST_PEOPLE * 4)
    units_of: dict[int, dict[str, None]] = {}
    for membership in Membership.objects.on(today).filter(person__in=ranked).select_related("unit").order_by("pk"):
        units_of.setdefault(membership.person_id, {})[membership.unit.name] = None
    found = Person.objects.in_bulk([pk for pk in ranked if pk in units_of])
    may_call = request.user.is_authenticated
    return [
        PersonHit(
            name=found[pk].name,
            position=found[pk].position,
            units="、".join(units_of[pk]),
            phone=found[pk].phone if may_call else "",
        )
        for pk in ranked
        if pk in found
    ][:MOST_PEOPLE]
