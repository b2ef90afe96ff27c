"""“Did you mean”: another way to write a question that found nothing, out of what everybody may read.

Words of public titles lie in the database with their pinyin, written by the queue. A stretch of the question that
sounds like such a word, or is one character off, is exchanged for it; what comes of that is shown only if an
anonymous reader finds something with it now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise

from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest

from portal.pages.models import ArticlePage
from portal.pages.queries import readable
from portal.units.models import Person, Unit
from search import queries
from search.analysis import fold, pinyin_of, runs, segments
from search.errors import IndexUnavailable
from search.models import TitleWord
from search.parsing import parse

LONGEST = 8
#: Nobody sees the slip in a longer one, and every stretch of it would be looked up.
LONGEST_QUESTION = 20
#: Each is looked up, which costs time.
MOST_TRIED = 6
#: Words that differ in one character from one stretch.
MOST_ALIKE = 20
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
    stretches = [(run, is_han) for run, is_han in runs(text)]
    syllables = _syllables_of({character for run, is_han in stretches if is_han for character in run})
    for run, is_han in stretches:
        if not is_han:
            yield from (text.replace(run, word) for word in _typed_in_pinyin(run))
            continue
        for length in range(min(LONGEST, len(run)), 1, -1):
            for start in range(len(run) - length + 1):
                part = run[start : start + length]
                for word in _alike(part, syllables):
                    yield text.replace(part, word)


def _typed_in_pinyin(letters: str) -> list[str]:
    return [word.text for word in TitleWord.objects.filter(typed=letters).order_by("pk")[:MOST_TRIED]]


def _alike(part: str, syllables: dict[str, str]) -> list[str]:
    """Words that sound like a stretch, then, for longer ones, words that differ in one character."""
    sounds = " ".join(syllables.get(character, "?") for character in part)
    found = list(TitleWord.objects.filter(syllables=sounds).exclude(text=part).values_list("text", flat=True)[:3])
    if len(part) > 2:
        same_but_one = Q()
        for place in range(len(part)):
            same_but_one |= Q(text__startswith=part[:place], text__endswith=part[place + 1 :])
        sizes = (len(part) - 1, len(part), len(part) + 1)
        others = TitleWord.objects.filter(same_but_one, size__in=sizes).exclude(text=part).order_by("pk")
        found += [word for word in others.values_list("text", flat=True)[:MOST_ALIKE] if _one_off(part, word)]
    return found


def _one_off(one: str, other: str) -> bool:
    """Whether one character was exchanged, left out or added."""
    if len(one) == len(other):
        return sum(a != b for a, b in zip(one, other, strict=True)) == 1
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    return len(longer) - len(shorter) == 1 and any(
        longer[:place] + longer[place + 1 :] == shorter for place in range(len(longer))
    )


def _syllables_of(characters: set[str]) -> dict[str, str]:
    """How characters are spoken, as the words of titles tell."""
    spoken: dict[str, str] = {}
    for character in characters:
        word = TitleWord.objects.filter(text__contains=character).order_by("size", "pk").first()
        if word:
            spoken[character] = word.syllables.split()[word.text.index(character)]
    return spoken


@transaction.atomic
def gather() -> int:
    """Write the words of what everybody may read anew; returns how many there are. Needs pinyin: the queue's work."""
    words: Counter[str] = Counter()
    for title in _public_titles():
        words.update(_words_of(title))
    rows = []
    for word in sorted(words):
        syllables = pinyin_of(word)
        rows.append(TitleWord(text=word, syllables=" ".join(syllables), typed="".join(syllables), size=len(word)))
    TitleWord.objects.all().delete()
    TitleWord.objects.bulk_create(rows, batch_size=_ROWS)
    return len(rows)


def _public_titles() -> Iterator[str]:
    public = HttpRequest()
    public.user = AnonymousUser()
    public.session = SessionBase()
    yield from readable(ArticlePage.objects.all(), request=public).values_list("title", flat=True).iterator()
    yield from Unit.objects.active().values_list("name", flat=True)
    yield from Unit.objects.active().values_list("short_name", flat=True)
    yield from Person.objects.values_list("name", flat=True)


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
