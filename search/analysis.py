"""Text -> tokens, for Chinese and Latin alike; the same for what is indexed and for what is asked.

Every Han character is a token with a position of its own, and so is every Latin word or number. A phrase is therefore a
run of neighbouring positions, wherever the dictionary would cut: a quoted phrase finds what a reader sees. Dictionary
words, and the words inside them, are further tokens at the position of their first character: a question is asked
with them, so that 公开 finds 政务公开 and not 办公开始.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

import rjieba

from search.documents import COMPLETION

HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_RUN = re.compile(rf"(?P<han>[{HAN}]+)|[^\W_{HAN}]+")


class Word(NamedTuple):
    """A token: its folded text, its position in the text, and the characters it covers."""

    text: str
    position: int
    start: int
    end: int


def fold(text: str) -> str:
    """Fold width, case and compatibility forms; character by character, so that offsets stay what they were."""
    if text.isascii():
        return text.lower()
    return "".join(map(_fold_character, text))


@lru_cache(maxsize=65536)
def _fold_character(character: str) -> str:
    folded = unicodedata.normalize("NFKC", character).lower()
    return folded if len(folded) == 1 else character


def words(text: str) -> Iterator[Word]:
    """Every token of a text, for the index."""
    position = 0
    for run in _RUN.finditer(fold(text)):
        if not run["han"]:
            yield Word(run[0], position, run.start(), run.end())
            position += 1
            continue
        for word, start, end in segments(run[0]):
            for offset in range(start, end):
                yield Word(run[0][offset], position + offset, run.start() + offset, run.start() + offset + 1)
                if offset == start and end - start > 1:
                    yield Word(word, position + start, run.start() + start, run.start() + end)
                for inner, inner_start, inner_end in _inner_words(word):
                    if offset == start + inner_start:
                        yield Word(inner, position + offset, run.start() + offset, run.start() + start + inner_end)
        position += len(run[0])


def runs(text: str) -> Iterator[tuple[str, bool]]:
    """The unbroken stretches of a text, folded: a stretch of Han characters (True) or one Latin word or number."""
    for run in _RUN.finditer(fold(text)):
        yield run[0], bool(run["han"])


def segments(run: str) -> list[tuple[str, int, int]]:
    """Cut a stretch of Han characters into dictionary words and single characters: (text, start, end).

    Guessing words that no dictionary holds is off: the guess depends on the words around, so what is asked would be
    cut differently from what is written.
    """
    return rjieba.tokenize(run, "default", False)


@lru_cache(maxsize=65536)
def _inner_words(word: str) -> tuple[tuple[str, int, int], ...]:
    """Dictionary words inside a word: 人民 and 政府 in 人民政府, but not 民政, which would leave 人 and 府 over."""
    if len(word) < 3:
        return ()
    inner = [found for found in rjieba.tokenize(word, "search", False) if 1 < found[2] - found[1] < len(word)]
    spans = {(start, end) for _, start, end in inner}
    return tuple(
        (text, start, end)
        for text, start, end in inner
        if _left_over(0, start, spans) + _left_over(end, len(word), spans) <= 1
    )


def _left_over(start: int, end: int, spans: set[tuple[int, int]]) -> int:
    """The fewest characters between two places that no word of `spans` covers when they are laid end to end."""
    fewest = {start: 0}
    for place in range(start + 1, end + 1):
        fewest[place] = min(
            [fewest[place - 1] + 1, *(fewest[left] for left, right in spans if right == place and left in fewest)]
        )
    return fewest[end]


def completions(text: str) -> Iterator[Word]:
    """The tokens that complete what is being typed: single Han characters and Latin words."""
    position = 0
    for run in _RUN.finditer(fold(text)):
        if run["han"]:
            for offset, character in enumerate(run[0]):
                yield Word(character, position + offset, run.start() + offset, run.start() + offset + 1)
        else:
            yield Word(run[0], position, run.start(), run.end())
        position += len(run[0]) if run["han"] else 1


def analyzer_of(field: str) -> Callable[[str], Iterator[Word]]:
    """How the text of an index field becomes tokens."""
    return completions if field.startswith(COMPLETION) else words
