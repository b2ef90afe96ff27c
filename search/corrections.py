"""“Did you mean”: another way to write a question that found nothing, out of what everybody may read.

Words of public titles lie in the database with their pinyin, written by the queue. A stretch of the question that
sounds like such a word, or is one character off, is exchanged for it; what comes of that is shown only if an
anonymous reader finds something with it now.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise

from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Left, Right
from django.http import HttpRequest
from django.utils import timezone

from portal.pages.models import ArticlePage
from portal.pages.queries import readable
from search import queries, reach
from search.analysis import fold, pinyin_of, runs, segments
from search.errors import IndexUnavailable
from search.models import TitleWord
from search.parsing import parse

LONGEST = 8
#: Nobody sees the slip in a longer one, and every stretch of it would be looked up.
LONGEST_QUESTION = 40
#: Each is looked up, which costs time.
MOST_TRIED = 6
_ROWS = 500


def suggest(text: str, *, request: HttpRequest) -> str:
    """Another way to write a question, which finds something that everybody may read; empty where there is none."""
    if len(text) > LONGEST_QUESTION:
        return ""
    public = _as_anybody(request)
    for candidate in list(dict.fromkeys(_candidates(fold(text))))[:MOST_TRIED]:
        try:
            if queries.search(parse(candidate), request=public).total:
                return candidate
        except IndexUnavailable:
            return ""
    return ""


def _as_anybody(request: HttpRequest) -> HttpRequest:
    """The same site asked by somebody who has not signed in and has given no password."""
    public = HttpRequest()
    public.META = dict(request.META)
    public.method = "GET"
    public.user = AnonymousUser()
    public.session = SessionBase()
    return public


def _candidates(text: str) -> Iterator[str]:
    for run, is_han in runs(text):
        if not is_han:
            yield from (text.replace(run, word) for word in _typed_in_pinyin(run))
            continue
        yield from (text.replace(part, word) for part, word in _exchanges(run))


def _typed_in_pinyin(letters: str) -> list[str]:
    return [word.text for word in TitleWord.objects.filter(typed=letters).order_by("pk")[:MOST_TRIED]]


def _exchanges(run: str) -> Iterator[tuple[str, str]]:
    """Stretches of Han characters, the longest first, each with words that sound like it, then with words that differ
    in one character. Three queries, however long the run is."""
    near = _near(run)
    spoken = {character: sound for word, sounds in near for character, sound in zip(word, sounds.split(), strict=True)}
    sizes = range(min(LONGEST, len(run)), 1, -1)
    parts = [run[start : start + size] for size in sizes for start in range(len(run) - size + 1)]
    sound_of = {part: " ".join(spoken.get(character, "?") for character in part) for part in parts}
    alike: dict[str, list[str]] = defaultdict(list)
    same_sound = TitleWord.objects.filter(syllables__in=set(sound_of.values())).order_by("pk")
    for word, sounds in same_sound.values_list("text", "syllables"):
        alike[sounds].append(word)
    shapes: dict[str, list[str]] = defaultdict(list)
    for word, _sounds in near:
        for shape in _shapes(word):
            shapes[shape].append(word)
    for part in parts:
        words = alike[sound_of[part]][:3]
        if len(part) > 2:
            for shape in _shapes(part):
                words += [word for word in shapes[shape] if _one_off(part, word)][:3]
        yield from ((part, word) for word in words if word != part)


def _near(run: str) -> list[tuple[str, str]]:
    """Words, with their syllables, that begin or end with a character of the run: all that are one character off a
    stretch of it, and how nearly all of its characters are spoken."""
    characters = set(run)
    words = TitleWord.objects.annotate(first=Left("text", 1), last=Right("text", 1))
    near = words.filter(Q(first__in=characters) | Q(last__in=characters), size__lte=LONGEST + 1).order_by("pk")
    return list(near.values_list("text", "syllables"))


def _shapes(word: str) -> list[str]:
    """The word, and what is left of it without one character: words one character off have one of these in common."""
    return [word, *(word[:place] + word[place + 1 :] for place in range(len(word)))]


def _one_off(one: str, other: str) -> bool:
    """Whether one character was exchanged, left out or added."""
    if len(one) == len(other):
        return sum(a != b for a, b in zip(one, other, strict=True)) == 1
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    return len(longer) - len(shorter) == 1 and any(
        longer[:place] + longer[place + 1 :] == shorter for place in range(len(longer))
    )


@transaction.atomic
def gather(*, today: dt.date | None = None) -> int:
    """Write the words of what everybody may read on a civil day anew; returns how many there are.

    Needs pinyin: the queue's work.
    """
    words: Counter[str] = Counter()
    for title in _public_titles(today or timezone.localdate()):
        words.update(_words_of(title))
    rows = []
    for word in sorted(words):
        syllables = pinyin_of(word)
        rows.append(TitleWord(text=word, syllables=" ".join(syllables), typed="".join(syllables), size=len(word)))
    TitleWord.objects.all().delete()
    TitleWord.objects.bulk_create(rows, batch_size=_ROWS)
    return len(rows)


def _public_titles(today: dt.date) -> Iterator[str]:
    public = HttpRequest()
    public.user = AnonymousUser()
    public.session = SessionBase()
    yield from readable(ArticlePage.objects.all(), request=public).values_list("title", flat=True).iterator()
    for names in reach.units_to_name(request=public).values_list("name", "short_name"):
        yield from names
    yield from reach.people_to_name(today).values_list("name", flat=True)


def _words_of(title: str) -> Iterable[str]:
    """Dictionary words and pairs of neighbouring ones; a short title as a whole, which may be a name."""
    for run, is_han in runs(title):
        if not is_han:
            continue
        cut = [word for word, _start, _end in segments(run)]
        yield from (word for word in cut if 1 < len(word) <= LONGEST)
        yield from (one + two for one, two in pairwise(cut) if 1 < len(one + two) <= LONGEST)
        if 1 < len(run) <= LONGEST:
            yield run
