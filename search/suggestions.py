"""What continues a question while it is typed: units, people, then titles that the reader may read."""

from __future__ import annotations

from django.http import HttpRequest

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


def complete(typed: str, *, request: HttpRequest) -> list[str]:
    """Up to eight lines, without repetition.

    Raises:
        IndexUnavailable: there is no index that can be read.
    """
    typed = " ".join(typed.split())[:LONGEST]
    if not typed or (typed.isascii() and len(typed) < FEWEST_LETTERS):
        return []
    units = best_first(matching.complete(typed, Unit), MOST_NAMES)
    people = best_first(matching.complete(typed, Person), MOST_NAMES)
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
        *Unit.objects.active().filter(pk__in=units).values_list("name", flat=True),
        *Person.objects.filter(pk__in=people).values_list("name", flat=True),
        *(shown[pk] for pk in titles if pk in shown),
    ]
    return list(dict.fromkeys(lines))[:MOST]
