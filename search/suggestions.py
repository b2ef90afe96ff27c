"""What continues a question while it is typed: units, people, then titles that the reader may read."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from portal.pages.models import ArticlePage
from portal.units.models import Person, Unit
from search import matching, reach
from search.keys import among, best_first

MOST = 8
MOST_NAMES = 3
#: Of these the reader may not read every one.
FIRST_LOOKED_UP = 200
#: One letter begins half of all words.
FEWEST_LETTERS = 2
LONGEST = 40


def complete(typed: str, *, request: HttpRequest, today: dt.date | None = None) -> list[str]:
    """Up to eight lines, without repetition; people who have a role on a civil day.

    Raises:
        IndexUnavailable: there is no index that can be read.
    """
    typed = " ".join(typed.split())[:LONGEST]
    if not typed or (typed.isascii() and len(typed) < FEWEST_LETTERS):
        return []
    units = reach.units_to_name(request=request)
    people = reach.people_to_name(today or timezone.localdate())
    readable = reach.in_portal(ArticlePage.objects.all(), request=request)
    lines = [
        *_best(matching.complete(typed, Unit), units, "name", MOST_NAMES),
        *_best(matching.complete(typed, Person), people, "name", MOST_NAMES),
        *_best(matching.complete(typed, ArticlePage), readable, "title", MOST),
    ]
    return list(dict.fromkeys(lines))[:MOST]


def _best(scores: dict[int, float], told: QuerySet[Any], name: str, most: int) -> list[str]:
    """A field of the best that the reader may be told of, by and by: what is closed takes no place away."""
    size = FIRST_LOOKED_UP
    key = told.model._meta.get_field("id")
    while True:
        ranked = best_first(scores, size)
        there = told.filter(pk__in=among(key, ranked, using=told.db)) if ranked else told.none()
        names = dict(there.order_by().values_list("pk", name))
        if len(names) >= most or len(ranked) == len(scores):
            return [names[pk] for pk in ranked if pk in names][:most]
        size *= 4
