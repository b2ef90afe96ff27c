"""Words that the office teaches the search: dictionary words and synonyms, as this process knows them.

The analysis is pure given a lexicon; `refresh` brings it up to date with the database, at the edges only: before a
question is read and before documents are written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from django.db import connection

#: What is cut as runs anyway: Chinese characters alone, Latin words.
_ONE_RUN = re.compile(r"[\u3400-\u9fff]+|[a-z0-9\s]+")


@dataclass(frozen=True)
class Lexicon:
    """Folded words that are never cut, and folded groups of words that mean the same."""

    words: frozenset[str] = frozenset()
    groups: tuple[frozenset[str], ...] = ()

    @cached_property
    def _longest_first(self) -> re.Pattern[str] | None:
        whole = self.words.union(*self.groups)
        if not whole:
            return None
        return re.compile("|".join(map(re.escape, sorted(whole, key=lambda word: (-len(word), word)))))

    @cached_property
    def _mixed(self) -> re.Pattern[str] | None:
        mixed = [word for word in self.words.union(*self.groups) if not _ONE_RUN.fullmatch(word)]
        longest_first = sorted(mixed, key=lambda word: (-len(word), word))
        inside = "|".join(map(re.escape, longest_first))
        return re.compile(rf"(?<![a-z0-9])(?:{inside})(?![a-z0-9])") if mixed else None

    @cached_property
    def _lengths(self) -> tuple[int, ...]:
        return tuple(sorted({len(word) for word in self.words}))

    def mixed_in(self, text: str) -> Iterator[tuple[str, bool]]:
        """A folded text as (part, whether it is a word or synonym of several scripts, as 5g基站)."""
        place = 0
        for found in self._mixed.finditer(text) if self._mixed else ():
            yield text[place : found.start()], False
            yield found[0], True
            place = found.end()
        yield text[place:], False

    def cut(self, run: str) -> Iterator[tuple[str, int, bool]]:
        """A stretch of Han characters as (part, where it begins, whether it is a word or a synonym)."""
        place = 0
        for found in self._longest_first.finditer(run) if self._longest_first else ():
            if found.start() > place:
                yield run[place : found.start()], place, False
            yield found[0], found.start(), True
            place = found.end()
        if place < len(run):
            yield run[place:], place, False

    def all_within(self, run: str) -> list[tuple[str, int]]:
        """Every word in a stretch and where it begins, also those inside each other."""
        if not self.words:
            return []
        return [
            (run[start : start + length], start)
            for start in range(len(run))
            for length in self._lengths
            if run[start : start + length] in self.words and start + length <= len(run)
        ]

    def same_as(self, word: str) -> frozenset[str]:
        """Other words for a word."""
        found: set[str] = set()
        for group in self.groups:
            if word in group:
                found |= group
        return frozenset(found - {word})


_known = Lexicon()
_stamp: object = None


def known() -> Lexicon:
    """The lexicon as this process knows it."""
    return _known


def learn(*, words: Iterable[str] = (), groups: Iterable[Iterable[str]] = ()) -> None:
    """Take words and groups of synonyms, already folded, for the lexicon."""
    global _known  # noqa: PLW0603 -- one for the process, replaced as a whole
    _known = Lexicon(
        words=frozenset(word for word in words if len(word) > 1), groups=tuple(frozenset(group) for group in groups)
    )


def refresh() -> None:
    """Bring the lexicon up to date with the database, if that has changed."""
    # Models and analysis need the app registry and each other; the registry is ready when this is called.
    from search.analysis import fold  # noqa: PLC0415
    from search.models import DictionaryWord, Synonyms  # noqa: PLC0415

    global _stamp  # noqa: PLW0603 -- goes with `_known`
    # Asked before every question, so without what an ORM adds to it.
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(
                f"SELECT COUNT(*), MAX(id), MAX(changed_at) FROM {model._meta.db_table}"  # noqa: S608 -- our own tables
                for model in (DictionaryWord, Synonyms)
            )
        )
        stamp = cursor.fetchall()
    if stamp == _stamp:
        return
    learn(
        words=map(fold, DictionaryWord.objects.values_list("text", flat=True)),
        groups=[map(fold, synonyms.words) for synonyms in Synonyms.objects.all()],
    )
    _stamp = stamp
