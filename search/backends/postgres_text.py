"""Documents as `tsvector`s and questions as `tsquery`s and ranks, in the text that PostgreSQL reads; no statement here.

What costs is to look lexemes up: twenty words of eight fields are a hundred and sixty in each of twenty thousand
documents. So up to four fields share their lexemes, and are told apart by the weights that PostgreSQL keeps with
positions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

from django.apps import apps
from django.db import models
from modelsearch.backends.base import get_model_root

from search import wanted
from search.analysis import analyzer_of
from search.documents import COMPLETION, WORDS, Document, fields_of, indexed_models
from search.wanted import Wanted

#: Raised when what is stored changes here: an index of another layout counts as missing.
LAYOUT = 2
#: Limits of a tsvector: what stands further back is found at the last position, more places of a lexeme are left out,
#: and longer vectors are refused.
LAST_POSITION = 16_383
PLACES_OF_A_LEXEME = 255
BYTES = 1_000_000
#: A longer lexeme is refused; nobody means more than how it begins.
BYTES_OF_A_LEXEME = 2000
#: A longer phrase, and a question of more terms, is ranked by how it begins: it is found whole, or not.
TOKENS_OF_A_RANK = 8
TERMS_OF_A_RANK = 8
#: What is only liked is boosted for scores that know how rare a word is; PostgreSQL's do not, and are smaller.
OF_A_LIKING = 0.25
#: PostgreSQL's weights, in the order in which `ts_rank` takes them.
_WEIGHTS = "DCBA"
Leaf = wanted.Run | wanted.Beginning | wanted.Near


class Place(NamedTuple):
    """Where a field is kept: the group whose lexemes it shares, and its weight there."""

    group: str
    weight: str


class Rank(NamedTuple):
    """Part of a score: `factor * ts_rank(weights, words, query)`."""

    factor: float
    weights: list[float]
    query: str


class Fields:
    """The fields of the documents below one root: what is stored and what is asked for is spelt alike."""

    def __init__(self, root: str) -> None:
        self._root = root

    @cached_property
    def _places(self) -> dict[str, Place]:
        model: type[models.Model] = apps.get_model(self._root)
        # Of its own: a word of every page says nothing about people.
        first = sorted({get_model_root(each)._meta.label_lower for each in indexed_models()}).index(self._root)
        places: dict[str, Place] = {}
        for prefix in (WORDS, COMPLETION):
            names = list(fields_of(model, prefix))
            # Neighbours go to different groups: a body and its attachments are both long.
            groups = -(-len(names) // len(_WEIGHTS))
            for number, name in enumerate(names):
                places[name] = Place(f"{first}{prefix[0]}{number % groups}", _WEIGHTS[number // groups])
        return places

    @cached_property
    def _weights(self) -> dict[str, set[str]]:
        """Group -> the weights in use there."""
        weights: dict[str, set[str]] = defaultdict(set)
        for group, weight in self._places.values():
            weights[group].add(weight)
        return weights

    def vector(self, document: Document) -> str:
        """A document as the text of a tsvector; what does not fit into one is left out, from the end."""
        found: dict[str, list[str]] = defaultdict(list)
        ends: dict[str, int] = defaultdict(int)
        # One field of a group behind the other, the longest last: only so many positions are told apart.
        for field, text in sorted(document.texts.items(), key=lambda item: len(item[1])):
            group, weight = self._places[field]
            start = ends[group]
            for token, positions in analyzer_of(field)(text).items():
                places = [start + position + 1 for position in positions]
                ends[group] = max(ends[group], *places)
                found[_lexeme(group, token)] += [f"{min(place, LAST_POSITION)}{weight}" for place in places]
        parts: list[str] = []
        size = 0
        for lexeme, everywhere in found.items():
            kept = list(dict.fromkeys(everywhere))[:PLACES_OF_A_LEXEME]
            size += len(lexeme.encode()) + 8 + 2 * len(kept)
            if size <= BYTES:
                parts.append(f"{lexeme}:{','.join(kept)}")
        return " ".join(parts)

    def query(self, asked: Wanted) -> str:
        """The condition as the text of a tsquery; empty where every document is wanted."""
        match asked:
            case wanted.Everything():
                return ""
            case wanted.Run() | wanted.Beginning() | wanted.Near():
                return self._either([asked])
            case wanted.All(parts):
                return "(" + " & ".join(map(self.query, parts)) + ")"
            case wanted.Any(parts):
                leaves = [part for part in parts if isinstance(part, Leaf)]
                others = [self.query(part) for part in parts if not isinstance(part, Leaf)]
                return "(" + " | ".join(others + ([self._either(leaves)] if leaves else [])) + ")"
            case wanted.Without(part):
                return f"!{self.query(part)}"
        raise NotImplementedError(f"{asked!r} is nothing that this engine can be asked for")

    def ranks(self, asked: Wanted) -> list[Rank]:
        """What adds to the score: lexemes of the same boosts are ranked together."""
        boosts: dict[str, dict[str, float]] = defaultdict(lambda: dict.fromkeys(_WEIGHTS, 0.0))
        for leaf in dict.fromkeys(_leaves(asked)):
            lexemes = dict.fromkeys(self._lexemes(leaf))
            for lexeme in lexemes:
                boosts[lexeme][self._places[leaf.field].weight] += leaf.boost / len(lexemes)
        alike: dict[tuple[float, ...], list[str]] = defaultdict(list)
        for lexeme, by_weight in boosts.items():
            alike[tuple(by_weight.values())].append(lexeme)
        return [_rank(weights, lexemes) for weights, lexemes in alike.items() if any(weights)]

    def _either(self, leaves: Sequence[Leaf]) -> str:
        """At least one of the leaves; a word that several fields of a group are asked for is looked up once."""
        words: dict[str, set[str]] = defaultdict(set)
        phrases: list[str] = []
        group_of: dict[str, str] = {}
        # Where one alternative is found, no other is looked for, and a body holds nearly every word of its document:
        # the field that is boosted neither way.
        for leaf in sorted(leaves, key=lambda leaf: leaf.boost != 1.0):
            group, weight = self._places[leaf.field]
            lexemes = self._lexemes(leaf)
            if len(lexemes) > 1:
                phrases.append(" <-> ".join(_only(lexeme, {weight}) for lexeme in lexemes))
                continue
            words[lexemes[0]].add(weight)
            group_of[lexemes[0]] = group
        alternatives = [
            lexeme if weights == self._weights[group_of[lexeme]] else _only(lexeme, weights)
            for lexeme, weights in words.items()
        ]
        return "(" + " | ".join(alternatives + phrases) + ")"

    def _lexemes(self, leaf: Leaf) -> list[str]:
        """What stands beside each other."""
        group = self._places[leaf.field].group
        match leaf:
            case wanted.Run(_, tokens, _):
                return [_lexeme(group, token) for token in tokens]
            case wanted.Beginning(_, start, _):
                return [f"{_lexeme(group, start)}:*"]
            case wanted.Near(_, token, _):
                return [f"{_lexeme(group, token[: max(1, len(token) - 1)])}:*"]


def _lexeme(group: str, token: str) -> str:
    lexeme = f"{group}:{token}".encode()[:BYTES_OF_A_LEXEME].decode(errors="ignore")
    escaped = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def _only(lexeme: str, weights: set[str]) -> str:
    """A lexeme where it has one of the weights."""
    return f"{lexeme}{'' if lexeme.endswith(':*') else ':'}{''.join(sorted(weights))}"


def _rank(boosts: Sequence[float], lexemes: Sequence[str]) -> Rank:
    # PostgreSQL wants weights up to 1, and divides by the number of lexemes.
    most = max(boosts)
    return Rank(most * len(lexemes), [boost / most for boost in boosts], " | ".join(lexemes))


def _leaves(asked: Wanted) -> Iterator[Leaf]:
    match asked:
        case wanted.Run():
            yield replace(asked, tokens=asked.tokens[:TOKENS_OF_A_RANK])
        case wanted.Beginning() | wanted.Near():
            yield asked
        case wanted.All(parts):
            for part in parts[:TERMS_OF_A_RANK]:
                yield from _leaves(part)
        case wanted.Any(parts):
            for part in parts:
                yield from _leaves(part)
        case wanted.Rather(needed, liked):
            yield from _leaves(needed)
            yield from (replace(leaf, boost=leaf.boost * OF_A_LIKING) for leaf in _leaves(liked))
