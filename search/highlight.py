"""Mark what was asked for in a title or a body; computed from text alone, whatever the engine."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from search.analysis import HAN, fold
from search.parsing import Question, alternatives

#: About two lines of a result on a desk.
SNIPPET_CHARACTERS = 110
_AFTER_A_SENTENCE = re.compile(r"(?<=[。！？；，：”]) ")
_LATIN = rf"[^\W_{HAN}]"


def _pattern(marks: Sequence[tuple[str, ...]]) -> re.Pattern[str]:
    return _pattern_of(tuple(marks))


@lru_cache(maxsize=256)
def _pattern_of(marks: tuple[tuple[str, ...], ...]) -> re.Pattern[str]:
    """Longest first, so that a phrase is marked as one; a Latin word only where it stands alone."""
    wanted = sorted({mark for mark in marks if mark}, key=lambda mark: -len("".join(mark)))
    return re.compile("|".join(_one(mark) for mark in wanted) or r"(?!)")


def _one(mark: tuple[str, ...]) -> str:
    literal = r"[\W_]*".join(map(re.escape, mark))
    before = rf"(?<!{_LATIN})" if re.match(_LATIN, mark[0]) else ""
    after = rf"(?!{_LATIN})" if re.match(_LATIN, mark[-1][-1]) else ""
    return before + literal + after


def marks_of(question: Question) -> list[tuple[str, ...]]:
    """What is marked for a question: its terms and what means the same."""
    return [same for term in question.terms for same in alternatives(term)]


def has_mark(text: str, marks: Sequence[tuple[str, ...]]) -> bool:
    return bool(_pattern(marks).search(fold(text)))


def highlight(text: str, marks: Sequence[tuple[str, ...]]) -> SafeString:
    """The text as HTML, escaped, with `<mark>` around every mark."""
    pieces: list[str] = []
    place = 0
    for found in _pattern(marks).finditer(fold(text)):
        pieces += [escape(text[place : found.start()]), "<mark>", escape(text[found.start() : found.end()]), "</mark>"]
        place = found.end()
    pieces.append(escape(text[place:]))
    # Every piece of the page's own text was escaped above.
    return mark_safe("".join(pieces).replace("</mark><mark>", ""))  # noqa: S308


def snippet(text: str, marks: Sequence[tuple[str, ...]]) -> SafeString:
    """The stretch of the text with the most different marks, as HTML; its beginning when there is none."""
    text = _AFTER_A_SENTENCE.sub("", " ".join(text.split()))
    found = [(match.start(), match[0]) for match in _pattern(marks).finditer(fold(text))]
    best = most = ahead = 0
    within: Counter[str] = Counter()
    for start, mark in found:
        while ahead < len(found) and found[ahead][0] < start + SNIPPET_CHARACTERS - 20:
            within[found[ahead][1]] += 1
            ahead += 1
        if len(within) > most:
            best, most = start, len(within)
        within[mark] -= 1
        if not within[mark]:
            del within[mark]
    start = _sentence_start(text, best)
    end = start + SNIPPET_CHARACTERS
    marked = highlight(text[start:end], marks)
    return mark_safe(f"{'…' if start else ''}{marked}{'…' if end < len(text) else ''}")  # noqa: S308 -- escaped above


def _sentence_start(text: str, place: int) -> int:
    """Where the sentence around a place begins, else the clause; a few characters before it when both are far."""
    for ends in ("。！？；!?;", "，、：,:"):
        for start in range(place, max(place - 30, 0), -1):
            if text[start - 1] in ends:
                return start
    return max(place - 16, 0)
