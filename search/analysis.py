"""Text -> tokens, for Chinese and Latin alike; the same for what is indexed and for what is asked.

Every Han character is a token with a position of its own, and so is every Latin word or number. A phrase is therefore a
run of neighbouring positions, wherever the dictionary would cut: a quoted phrase finds what a reader sees. Dictionary
words, and the words inside them, are further tokens at the position of their first character: a question is asked
with them, so that 公开 finds 政务公开 and not 办公开始.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

import opencc
import rjieba

from search import lexicon
from search.documents import COMPLETION

HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_RUN = re.compile(rf"(?P<han>[{HAN}]+)|[^\W_{HAN}]+")
_BEGINS_HAN = re.compile(rf"[{HAN}]").match
_DIGITS = "一二三四五六七八九"
#: What is typed for the 〇 between Chinese digits; elsewhere it means other things.
_NOUGHTS = re.compile(
    rf"(?<=[{_DIGITS}])(?:[〇○◯零o0]+(?=[{_DIGITS}年])|[〇○◯零]+(?=号|[^{HAN}]|$)|[〇○◯]+)|[○◯]+(?=[{_DIGITS}])"
)
_NUMBER = re.compile(rf"[{_DIGITS}]*〇[{_DIGITS}〇]*|[{_DIGITS}]{{4,}}")
_SIMPLIFIED = opencc.OpenCC("t2s")
#: How many characters what is typed in pinyin may run over from where it begins.
_TYPED_AHEAD = 10


#: Token -> its positions in a text, each once.
Places = dict[str, list[int]]


def is_unit(token: str) -> bool:
    """Whether phrases are made of such tokens: a Han character, a Latin word or a number."""
    return len(token) == 1 or not _BEGINS_HAN(token)


def fold(text: str) -> str:
    """Fold width, case, compatibility forms, traditional characters and the noughts of 二○二六 and 二零二六.

    Character by character, so that offsets stay what they were.
    """
    if text.isascii():
        return text.lower()
    return _NOUGHTS.sub(lambda found: "〇" * len(found[0]), "".join(map(_fold_character, text)))


@lru_cache(maxsize=65536)
def _fold_character(character: str) -> str:
    folded = unicodedata.normalize("NFKC", character).lower()
    folded = _SIMPLIFIED.convert(folded) if len(folded) == 1 else character
    return folded if len(folded) == 1 else character


def words(text: str) -> Places:
    """Every token of a text, for the index."""
    found: Places = defaultdict(list)
    for run, position in _runs(text):
        if not run["han"]:
            found[run[0]].append(position)
            continue
        for place, character in enumerate(run[0], position):
            found[character].append(place)
        for word, start in _words_in(run[0]):
            found[word].append(position + start)
    return found


def _runs(text: str) -> Iterator[tuple[re.Match[str], int]]:
    """Unbroken stretches with the position of their first token; a new line keeps phrases from running over."""
    folded = fold(text)
    position = end = 0
    for run in _RUN.finditer(folded):
        if end and "\n" in folded[end : run.start()]:
            position += 1
        yield run, position
        position += len(run[0]) if run["han"] else 1
        end = run.end()


def _words_in(run: str) -> Iterable[tuple[str, int]]:
    """Words in a stretch of Han characters, each with where it begins: the dictionary's, those inside them, and the
    office's."""
    found: dict[tuple[str, int], None] = {}
    for word, start, end in segments(run):
        if end - start > 1:
            found[word, start] = None
            for inner, inner_start, _ in _inner_words(word):
                found[inner, start + inner_start] = None
    found.update(dict.fromkeys(lexicon.known().all_within(run)))
    return found


def runs(text: str) -> Iterator[tuple[str, bool]]:
    """The unbroken stretches of a text, folded: a stretch of Han characters (True) or one Latin word or number."""
    for run in _RUN.finditer(fold(text)):
        yield run[0], bool(run["han"])


def segments(run: str) -> list[tuple[str, int, int]]:
    """Cut a stretch of Han characters into dictionary words and single characters: (text, start, end).

    Guessing words that no dictionary holds is off: the guess depends on the words around, so what is asked would be
    cut differently from what is written. For the same reason a number in Chinese digits is single characters: the
    dictionary finds 六年 in 二〇二六年.
    """
    cut: list[tuple[str, int, int]] = []
    place = 0
    for number in _NUMBER.finditer(run):
        cut += _dictionary_words(run, place, number.start())
        cut += [(run[at], at, at + 1) for at in range(*number.span())]
        place = number.end()
    return cut + _dictionary_words(run, place, len(run))


def _dictionary_words(run: str, start: int, end: int) -> list[tuple[str, int, int]]:
    found = rjieba.tokenize(run[start:end], "default", False)
    return [(word, start + first, start + last) for word, first, last in found] if start else found


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


def completions(text: str) -> Places:
    """The tokens that complete what is being typed: characters, Latin words, and pinyin from each word's beginning.

    政务公开 is completed from 政, 务公, zhengwu, gongk, zwgk and gk.
    """
    found: Places = defaultdict(list)
    for run, position in _runs(text):
        if not run["han"]:
            found[run[0]].append(position)
            continue
        for place, character in enumerate(run[0], position):
            found[character].append(place)
        spoken = pinyin_of(run[0])
        for _, start, _ in segments(run[0]):
            ahead = spoken[start : start + _TYPED_AHEAD]
            for typed in dict.fromkeys(["".join(ahead), "".join(syllable[0] for syllable in ahead)]):
                found[typed].append(position + start)
    return found


def pinyin_of(run: str) -> list[str]:
    """The syllable of each character, without tones."""
    # Its tables take 50 MB, which only the process that writes the index needs.
    from pypinyin import lazy_pinyin  # noqa: PLC0415

    syllables: list[str] = lazy_pinyin(run)
    return syllables if len(syllables) == len(run) else [lazy_pinyin(character)[0] for character in run]


def analyzer_of(field: str) -> Callable[[str], Places]:
    """How the text of an index field becomes tokens."""
    return completions if field.startswith(COMPLETION) else words
