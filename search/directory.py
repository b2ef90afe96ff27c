"""Units and people that a question names: they stand above the results."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.http import HttpRequest

from portal.pages.models import UnitPage
from portal.pages.reading.queries import Entry, directory, entry, sees_phones_of
from portal.units.models import Person, Unit
from search import matching, reach
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
    """Someone who has a role today; the phone as far as the directory shows it to the reader."""

    name: str
    position: str
    units: str
    phone: str


def units(question: Question, *, request: HttpRequest, sections: list[reach.Section]) -> list[UnitHit]:
    """Units whose names contain the question; `sections` are those that the request may read."""
    scores = matching.match(question, Unit)
    if not scores:
        return []
    # Who may not be named takes no place away from who may: that would tell of them.
    found = reach.units_to_name(request=request).in_bulk(list(scores))
    ranked = best_first({pk: scores[pk] for pk in found}, MOST_UNITS)
    open_to_reader = {section.unit_id: section.pk for section in sections}
    pages = UnitPage.objects.filter(pk__in=[open_to_reader[pk] for pk in ranked if pk in open_to_reader])
    section_of = {page.unit_id: page for page in pages}
    return [
        UnitHit(
            name=found[pk].name,
            url=section_of[pk].get_url(request) if pk in section_of else "",
            phone=found[pk].phone,
        )
        for pk in ranked
    ]


def people(question: Question, *, request: HttpRequest, today: dt.date) -> list[PersonHit]:
    """People with a role on a civil day whose names contain the question."""
    scores = matching.match(question, Person)
    if not scores:
        return []
    named = directory(request.user, words="", day=today)
    known = named.filter(person__in=list(scores)).values_list("person", flat=True)
    ranked = best_first({pk: scores[pk] for pk in known}, MOST_PEOPLE)
    seen = sees_phones_of(request.user, today)
    held: dict[int, list[Entry]] = {}
    for membership in named.filter(person__in=ranked).order_by("pk"):
        held.setdefault(membership.person_id, []).append(entry(membership, seen))
    return [
        PersonHit(
            name=held[pk][0].name,
            position=held[pk][0].position,
            units="、".join(dict.fromkeys(line.unit for line in held[pk])),
            phone=min((line.phone for line in held[pk]), key=lambda phone: (not phone, "*" in phone)),
        )
        for pk in ranked
    ]
