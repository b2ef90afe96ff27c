"""What a reader typed -> what is asked for; no engine in here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from search import days, lexicon
from search.analysis import fold, runs, segments

#: Longer questions are cut here, and the reader is told.
MAX_CHARACTERS = 200
#: So are questions of more words; nobody types them, and each word costs time.
MAX_TERMS = 24
#: Of these, phrases and names that no dictionary holds: one costs as much as many words.
MAX_PHRASES = 3

#: What follows in a longer one is not compared: hardly two titles begin alike for so long.
LONGEST_PHRASE = 40

_QUOTED = re.compile(r"[\"“”「『]([^\"“”「」『』]+)[\"“”」』]")
#: Said in a question without meaning that the page must contain them.
_FILLERS = frozenset(
    [
        *("的", "了", "在", "是", "和", "与", "及", "或", "等", "吗", "呢", "我", "想", "要", "需要", "想要", "请问"),
        *("给", "为", "对", "把", "向", "从", "到", "能", "可以"),
        *("怎么", "怎样", "如何", "什么", "哪些", "哪里", "哪儿", "哪个", "多少", "谁"),
    ]
)


@dataclass(frozen=True)
class Question:
    """What a page must contain: every term, each a word or a run of neighbouring characters."""

    text: str
    terms: tuple[tuple[str, ...], ...]
    #: The stretches as they were typed: a title that contains one as it stands comes first.
    stretches: tuple[tuple[str, ...], ...]
    was_cut: bool = False

    #: Terms that were between quotes: nothing else is meant by them.
    quoted: frozenset[tuple[str, ...]] = frozenset()
    #: Stretches that only say where to look: 垃圾分类 通知公告 is about the first, in the column of that name.
    places: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.terms)

    def within(self, places: Iterable[str]) -> Question:
        """The same, where `places` are names of units and columns; by itself, a name is a word like any other."""
        named = frozenset(places)
        is_about_more = any(not any("".join(term) in place for place in named) for term in self.terms)
        return replace(self, places=named) if is_about_more else self

    @property
    def loosened(self) -> Question:
        """The same with every longer word as its characters, wherever they stand: 引进人才 finds 人才引进."""
        terms = [[term] if term in self.quoted else _characters(term) for term in self.terms]
        return replace(self, terms=tuple(dict.fromkeys(part for parts in terms for part in parts)))


def parse(text: str) -> Question:
    """Read a question: “quoted phrases” stay together, everything else is cut into words, all of them wanted.

    A day or a month is one term, however it is written. There are no operators: punctuation of any kind only separates.
    """
    text = " ".join(text.split())
    was_cut = len(text) > MAX_CHARACTERS
    text = text[:MAX_CHARACTERS]

    terms: list[tuple[str, ...]] = []
    stretches: list[tuple[str, ...]] = []
    quoted: set[tuple[str, ...]] = set()
    for place, part in enumerate(_QUOTED.split(text)):
        if place % 2:  # what stood between quotes
            phrase = _units(part)
            terms.append(phrase)
            stretches.append(phrase)
            quoted.add(phrase)
            continue
        for between, day in days.split(fold(part)):
            if day:
                terms.append(day)
                stretches.append(day)
                continue
            for piece, is_word in lexicon.known().mixed_in(between):
                if is_word:
                    terms.append(_units(piece))
                    stretches.append(_units(piece))
                    continue
                for run, is_han in runs(piece):
                    terms.extend(_terms_of(run) if is_han else [(run,)])
                    stretches.append(tuple(run) if is_han else (run,))

    was_cut = was_cut or any(len(term) > LONGEST_PHRASE for term in terms)
    terms, stretches = ([each[:LONGEST_PHRASE] for each in some] for some in (terms, stretches))
    wanted = [term for term in dict.fromkeys(terms) if term]
    telling = [term for term in wanted if "".join(term) not in _FILLERS] or wanted
    dear = {term for place, term in enumerate(filter(_is_phrase, telling)) if place >= MAX_PHRASES}
    kept = [term for term in telling if term not in dear][:MAX_TERMS]
    liked = [stretch for stretch in dict.fromkeys(stretches) if _is_phrase(stretch) and stretch not in dear]
    return Question(
        text=text,
        terms=tuple(kept),
        stretches=tuple(liked[:MAX_TERMS]),
        was_cut=was_cut or len(kept) < len(telling),
        quoted=frozenset(phrase[:LONGEST_PHRASE] for phrase in quoted),
    )


def _is_phrase(term: tuple[str, ...]) -> bool:
    return len(term) > 1


def _units(text: str) -> tuple[str, ...]:
    """A text as it stands: its characters and Latin words beside each other."""
    return tuple(token for run, is_han in runs(text) for token in (run if is_han else (run,)))


def _characters(term: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Of a word or a run of more than two characters; two are too common apart."""
    characters = "".join(term)
    is_long = len(characters) > 2 and all(is_han for _, is_han in runs(characters))
    return [(character,) for character in characters] if is_long else [term]


def terms_of(text: str) -> list[tuple[str, ...]]:
    """Every term of a text, without a look at quotes or fillers."""
    terms: list[tuple[str, ...]] = []
    for between, day in days.split(fold(text)):
        if day:
            terms.append(day)
        for piece, is_word in () if day else lexicon.known().mixed_in(between):
            if is_word:
                terms.append(_units(piece))
                continue
            for run, is_han in runs(piece):
                terms += _terms_of(run) if is_han else [(run,)]
    return terms


def _terms_of(run: str) -> list[tuple[str, ...]]:
    """Cut a stretch of Han characters: the office's words stay whole, the rest is cut by the dictionary."""
    terms: list[tuple[str, ...]] = []
    for part, _start, is_whole in lexicon.known().cut(run):
        cut = [(part,)] if part in lexicon.known().words else _cut(part)
        # A synonym of several dictionary words is asked for as it stands.
        terms += [tuple(part)] if is_whole and len(cut) > 1 else cut
    return terms


def _cut(part: str) -> list[tuple[str, ...]]:
    """Single characters beside each other are a name that no dictionary holds."""
    terms: list[tuple[str, ...]] = []
    name: list[str] = []
    for word, start, end in segments(part):
        if end - start == 1 and word not in _FILLERS:
            name.append(word)
            continue
        if name:
            terms.append(tuple(name))
            name = []
        terms.append((word,))
    if name:
        terms.append(tuple(name))
    return terms


def alternatives(term: tuple[str, ...]) -> list[tuple[str, ...]]:
    """A term and what means the same: each a word or a run of neighbouring tokens."""
    others = sorted(lexicon.known().same_as("".join(term)))
    return [term, *days.other_ways(term), *(_as_run(other) for other in others)]


def _as_run(text: str) -> tuple[str, ...]:
    """A text as it stands: one token where it is a word, else its characters and Latin words beside each other."""
    cut = terms_of(text)
    if len(cut) == 1:
        return cut[0]
    return _units(text)
