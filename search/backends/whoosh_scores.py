"""Which documents of a Whoosh index match, and how well: whole blocks of postings at a time, in plain dictionaries.

All matches are needed, not the best ten: only the database knows which of them a reader may count. The score of a word
is BM25's; that of a phrase too, with its own frequency and the rarity of all its parts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice
from math import log
from pathlib import Path

from whoosh.codec.whoosh3 import LENGTHS_COLUMN
from whoosh.index import FileIndex
from whoosh.reading import SegmentReader, TermNotFound
from whoosh.util.numeric import byte_to_length

from search import wanted
from search.backends import whoosh_sums
from search.backends.whoosh_storage import PostingsReader
from search.wanted import Wanted

#: BM25: how soon repeating a word stops to help, and how much a long text counts against it. Official texts are long
#: because they are thorough, and short notices mention much that they are not about.
K1, B = 2.0, 0.3

#: Frequencies that a segment remembers: a question needs each a few times, and so does the next one.
MOST_REMEMBERED = 4096

Scores = dict[int, float]


class Segment:
    """One segment, opened once: it never changes but for which of its documents were removed."""

    def __init__(self, reader: SegmentReader) -> None:
        self.reader = reader
        self.documents = reader.doc_count_all()
        self.removed = frozenset(reader.segment().deleted_docs())
        codec, storage, segment = reader.codec(), reader.storage(), reader.segment()
        self._terms = codec.terms_reader(storage, segment)
        self._columns = codec.per_document_reader(storage, segment)
        self._lengths: dict[str, bytes] = {}
        self._frequencies: dict[tuple[str, bytes], int] = {}

    @cached_property
    def keys(self) -> dict[str, dict[int, str]]:
        """Root -> document -> primary key."""
        column = self.reader.column_reader("key")
        by_root: dict[str, dict[int, str]] = {}
        for document in range(self.documents):
            root, _, pk = column[document].partition(":")
            by_root.setdefault(root, {})[document] = pk
        return by_root

    def lengths(self, field: str) -> bytes:
        """How long the field is in each document, as Whoosh's scale of 256 steps."""
        if field not in self._lengths:
            name = f"_{field}_len"
            there = self._columns.has_column(name)
            stored = self._columns.column_reader(name, LENGTHS_COLUMN).load() if there else ()
            self._lengths[field] = bytes(stored).ljust(self.documents, b"\0")
        return self._lengths[field]

    def close(self) -> None:
        self._terms.close()
        self._columns.close()
        self.reader.close()

    def frequency(self, field: str, token: bytes) -> int:
        """In how many documents a token stands."""
        key = (field, token)
        if key not in self._frequencies:
            if len(self._frequencies) >= MOST_REMEMBERED:
                self._frequencies.clear()
            try:
                self._frequencies[key] = int(self._terms.term_info(field, token).doc_frequency())
            except TermNotFound:
                self._frequencies[key] = 0
        return self._frequencies[key]

    def postings(self, field: str, token: bytes) -> PostingsReader:
        return self._terms.matcher(field, token, self.reader.schema[field].format)


class Segments:
    """An index at the state of one commit."""

    def __init__(self, index: FileIndex, before: Segments | None = None) -> None:
        """What `before` had open already is taken over."""
        opened = {segment.reader.segment().segment_id(): segment for segment in before.all} if before else {}
        reader = index.reader()
        self.index = index
        self.generation = reader.generation()
        whoosh_sums.check_contents(index, self.generation)
        self.all: list[Segment] = []
        for leaf, _offset in reader.leaf_readers():
            segment = leaf.segment()
            if not segment:  # an index without any document
                continue
            if known := opened.pop(segment.segment_id(), None):
                known.removed = frozenset(segment.deleted_docs())
                leaf.close()
            else:
                whoosh_sums.check_segment_once(Path(index.storage.folder), segment)
            self.all.append(known or Segment(leaf))
        for merged in opened.values():
            merged.close()
        self.documents = sum(segment.documents for segment in self.all)
        self._steps: dict[str, list[float]] = {}

    def close(self) -> None:
        for segment in self.all:
            segment.close()

    def refreshed(self) -> Segments:
        """The same index at the state of its last commit."""
        return self if self.index.latest_generation() == self.generation else Segments(self.index, self)

    def scores(self, asked: Wanted, root: str) -> dict[str, float]:
        """Primary key -> score of what matches below a root, in no order."""
        found: dict[str, float] = {}
        for segment in self.all:
            if keys := segment.keys.get(root):
                matching = _Matching(self, segment).scores(asked)
                for document in segment.removed & matching.keys():
                    del matching[document]
                found |= {keys[document]: score for document, score in matching.items() if document in keys}
        return found

    def rarity(self, field: str, token: bytes) -> float:
        """BM25's inverse document frequency."""
        return log(self.documents / (sum(s.frequency(field, token) for s in self.all) + 1)) + 1

    def steps(self, field: str) -> list[float]:
        """For each step of Whoosh's lengths, what a frequency is weighed against."""
        if field not in self._steps:
            average = sum(segment.reader.field_length(field) for segment in self.all) / (self.documents or 1) or 1
            self._steps[field] = [K1 * (1 - B + B * byte_to_length(step) / average) for step in range(256)]
        return self._steps[field]


class _Matching:
    """One question to one segment."""

    def __init__(self, whole: Segments, segment: Segment) -> None:
        self.whole = whole
        self.segment = segment

    def scores(self, asked: Wanted, among: Scores | None = None) -> Scores:
        """Document -> score; with `among`, of these documents only."""
        if among is not None and not among:
            return {}
        match asked:
            case wanted.Everything():
                return dict.fromkeys(range(self.segment.documents) if among is None else among, 1.0)
            case wanted.Nothing():
                return {}
            case wanted.Run(field, (token,), boost):
                return self._token(field, token.encode(), boost, among)
            case wanted.Run(field, tokens, boost):
                return self._phrase(field, [token.encode() for token in tokens], boost, among)
            case wanted.Beginning(field, _, boost) | wanted.Near(field, _, boost):
                return _sum(self._token(field, token, boost, among) for token in self._expanded(asked))
            case wanted.Any(parts):
                return _sum(self.scores(part, among) for part in parts)
            case wanted.All(parts):
                return self._all(parts, among)
            case wanted.Rather(needed, liked):
                found = self.scores(needed, among)
                return _sum([found, self.scores(liked, found)])
            case wanted.Without(part):
                there = self.scores(wanted.Everything(), among)
                return {document: there[document] for document in there.keys() - self.scores(part, there).keys()}
        raise NotImplementedError(f"{asked!r} is nothing that this engine can be asked for")

    def _all(self, parts: Sequence[Wanted], among: Scores | None) -> Scores:
        """The rarest part first: the others are looked up in what it leaves."""
        first, *others = sorted(parts, key=self._most)
        found = self.scores(first, among)
        for part in others:
            more = self.scores(part, found)
            found = {document: found[document] + more[document] for document in more}
        return found

    def _most(self, asked: Wanted) -> int:
        """How many documents a part can find at most, as far as that is cheap to know."""
        match asked:
            case wanted.Run(field, tokens, _):
                return min(self.segment.frequency(field, token.encode()) for token in tokens)
            case wanted.Any(parts):
                return sum(map(self._most, parts))
            case wanted.All(parts):
                return min(map(self._most, parts))
            case wanted.Rather(needed, _):
                return self._most(needed)
        return self.segment.documents

    def _token(self, field: str, token: bytes, boost: float, among: Scores | None) -> Scores:
        frequency = self.segment.frequency(field, token)
        if not frequency:
            return {}
        steps, lengths = self.whole.steps(field), self.segment.lengths(field)
        top = boost * self.whole.rarity(field, token) * (K1 + 1)
        # A score depends on frequency and length alone, and there are only few of both: each is computed once.
        known = {1.0: [top / (1 + step) for step in steps]}
        found: Scores = {}
        few = sorted(among) if among and len(among) < frequency else None
        for documents, weights in self.segment.postings(field, token).blocks(few):
            steps_of = map(lengths.__getitem__, documents)
            if weights is None:
                found.update(zip(documents, map(known[1.0].__getitem__, steps_of), strict=True))
                continue
            for weight in set(weights) - known.keys():
                known[weight] = [top * weight / (weight + step) for step in steps]
            found.update(
                zip(documents, [known[w][step] for w, step in zip(weights, steps_of, strict=True)], strict=True)
            )
        return found if among is None else {document: found[document] for document in found.keys() & among.keys()}

    def _phrase(self, field: str, tokens: list[bytes], boost: float, among: Scores | None) -> Scores:
        """The rarest token first: where each next one is looked up, few documents are left."""
        counts = [self.segment.frequency(field, token) for token in tokens]
        if not all(counts):
            return {}
        first, *others = sorted(range(len(tokens)), key=counts.__getitem__)
        stands = self._places(field, tokens[first], among)
        for place in others:
            stands = self._beside(field, tokens[place], stands, place - first)
        steps, lengths = self.whole.steps(field), self.segment.lengths(field)
        top = boost * sum(self.whole.rarity(field, token) for token in tokens) * (K1 + 1)
        return {d: top * len(at) / (len(at) + steps[lengths[d]]) for d, at in stands.items()}

    def _places(self, field: str, token: bytes, among: Collection[int] | None) -> dict[int, Sequence[int]]:
        """Document -> positions of a token."""
        found: dict[int, Sequence[int]] = {}
        for positions, stretches in self._stretches(field, token, among):
            found |= {document: positions[start:end] for document, start, end in stretches}
        return found if among is None else {document: found[document] for document in found.keys() & among}

    def _beside(
        self, field: str, token: bytes, stands: dict[int, Sequence[int]], shift: int
    ) -> dict[int, Sequence[int]]:
        """What is left of `stands` (document -> positions) where a token stands at a distance from each."""
        found: dict[int, Sequence[int]] = {}
        for positions, stretches in self._stretches(field, token, stands):
            for document, start, end in stretches:
                if document in stands:
                    there = set(positions[start:end])
                    if kept := [position for position in stands[document] if position + shift in there]:
                        found[document] = kept
        return found

    def _stretches(
        self, field: str, token: bytes, among: Collection[int] | None
    ) -> Iterator[tuple[Sequence[int], Iterator[tuple[int, int, int]]]]:
        """Positions of a token in many documents, and for each of these where its own begin and end; with `among`, of
        blocks only that may hold one of them."""
        few = sorted(among) if among is not None and len(among) < self.segment.frequency(field, token) else None
        postings = self.segment.postings(field, token)
        for documents, _ in postings.blocks(few):
            positions, ends = postings.positions()
            yield positions, zip(documents, ends, islice(ends, 1, None), strict=False)

    def _expanded(self, asked: wanted.Beginning | wanted.Near) -> list[bytes]:
        """The tokens of the segment that begin like one, or are one character off."""
        if asked.field not in self.segment.reader.indexed_field_names():
            return []
        if isinstance(asked, wanted.Beginning):
            return list(self.segment.reader.expand_prefix(asked.field, asked.start))
        return [token.encode() for token in self.segment.reader.terms_within(asked.field, asked.token, 1)]


def _sum(parts: Iterable[Scores]) -> Scores:
    """Scores added up by document."""
    largest, *rest = sorted(parts, key=len, reverse=True) or [{}]
    total = dict(largest)
    for part in rest:
        for document, score in part.items():
            total[document] = total.get(document, 0.0) + score
    return total
