"""What continues a question while it is typed: units, people, then titles that the reader may read."""

from __future__ import annotations

import datetime as dt

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
MOST_TITLES = 200
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
    titles = best_first(matching.complete(typed, ArticlePage), MOST_TITLES)
    readable = reach.in_portal(ArticlePage.objects.all(), request=request)
    shown = dict(
        readable.filter(pk__in=among(ArticlePage._meta.get_field("id"), titles, using=readable.db)).values_list(
            "pk", "title"
        )
        if titles
        else ()
    )
    lines = [
        *_names(matching.complete(typed, Unit), units),
        *_names(matching.complete(typed, Person), people),
        *(shown[pk] for pk in titles if pk in shown),
    ]
    return list(dict.fromkeys(lines))[:MOST]


def _names(scores: dict[int, float], to_name: QuerySet[Unit] | QuerySet[Person]) -> list[str]:
    """Of the best that may be named."""
    ranked = best_first(scores, MOST_NAMES * 4)
    names = dict(to_name.filter(pk__in=ranked).values_list("pk", "name"))
    return [names[pk] for pk in ranked if pk in names][:MOST_NAMES]
