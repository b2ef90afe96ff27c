"""Which documents of a Whoosh index match, and how well: all postings of a token at a time, in arrays.

All matches are needed, not the best ten: only the database knows which of them a reader may count. The score of a word
is BM25's; that of a phrase too, with its own frequency and the rarity of all its parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from math import log
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
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

#: Numbers of documents in a segment, ascending.
Documents = NDArray[np.intp]
#: Where something stands: document and position in one number, ascending.
Places = NDArray[np.int64]
_POSITION_BITS = 32


class Found(NamedTuple):
    """What matches in a segment, and the score of each."""

    documents: Documents
    scores: NDArray[np.float64]


NONE = Found(np.empty(0, np.intp), np.empty(0))


class Segment:
    """One segment, opened once: it never changes but for which of its documents were removed."""

    def __init__(self, reader: SegmentReader) -> None:
        self.reader = reader
        self.documents = reader.doc_count_all()
        self.note_removed(reader.segment().deleted_docs())
        codec, storage, segment = reader.codec(), reader.storage(), reader.segment()
        self._terms = codec.terms_reader(storage, segment)
        self._columns = codec.per_document_reader(storage, segment)
        self._lengths: dict[str, NDArray[np.uint8]] = {}
        self._frequencies: dict[tuple[str, bytes], int] = {}

    def note_removed(self, documents: Iterable[int]) -> None:
        """Which documents are no longer part of the index; nothing else of a segment ever changes."""
        self._is_there = np.ones(self.documents, bool)
        self._is_there[list(documents)] = False

    @cached_property
    def _keys(self) -> tuple[list[str], dict[str, NDArray[np.bool_]]]:
        """The primary key of each document; root -> whether each is of it."""
        column = self.reader.column_reader("key")
        roots, _, keys = zip(*(column[document].partition(":") for document in range(self.documents)), strict=True)
        all_roots = np.array(roots)
        return list(keys), {root: all_roots == root for root in set(roots)}

    def has(self, root: str) -> bool:
        return root in self._keys[1]

    def by_key(self, found: Found, root: str) -> dict[str, float]:
        """Primary key -> score of what is still there of a root."""
        keys, by_root = self._keys
        kept = (by_root[root] & self._is_there)[found.documents]
        documents, scores = found.documents[kept].tolist(), found.scores[kept].tolist()
        return dict(zip(map(keys.__getitem__, documents), scores, strict=True))

    def lengths(self, field: str) -> NDArray[np.uint8]:
        """How long the field is in each document, as Whoosh's scale of 256 steps."""
        if field not in self._lengths:
            name = f"_{field}_len"
            there = self._columns.has_column(name)
            stored = self._columns.column_reader(name, LENGTHS_COLUMN).load() if there else ()
            self._lengths[field] = np.frombuffer(bytes(stored).ljust(self.documents, b"\0"), np.uint8)
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
                known.note_removed(segment.deleted_docs())
                leaf.close()
            else:
                whoosh_sums.check_segment_once(Path(index.storage.folder), segment)
            self.all.append(known or Segment(leaf))
        for merged in opened.values():
            merged.close()
        self.documents = sum(segment.documents for segment in self.all)
        self._steps: dict[str, NDArray[np.float64]] = {}

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
            if segment.has(root):
                found |= segment.by_key(_Matching(self, segment).found(asked), root)
        return found

    def rarity(self, field: str, token: bytes) -> float:
        """BM25's inverse document frequency."""
        return log(self.documents / (sum(s.frequency(field, token) for s in self.all) + 1)) + 1

    def steps(self, field: str) -> NDArray[np.float64]:
        """For each step of Whoosh's lengths, what a frequency is weighed against."""
        if field not in self._steps:
            average = sum(segment.reader.field_length(field) for segment in self.all) / (self.documents or 1) or 1
            lengths = np.array([byte_to_length(step) for step in range(256)])
            self._steps[field] = K1 * (1 - B + B * lengths / average)
        return self._steps[field]


class _Matching:
    """One question to one segment. With `among`, of these documents only."""

    def __init__(self, whole: Segments, segment: Segment) -> None:
        self.whole = whole
        self.segment = segment

    def found(self, asked: Wanted, among: Documents | None = None) -> Found:
        """What matches."""
        if among is not None and not among.size:
            return NONE
        match asked:
            case wanted.Everything():
                everything = np.arange(self.segment.documents) if among is None else among
                return Found(everything, np.ones(everything.size))
            case wanted.Nothing():
                return NONE
            case wanted.Run(field, (token,), boost):
                return self._token(field, token.encode(), boost, among)
            case wanted.Run(field, tokens, boost):
                return self._phrase(field, [token.encode() for token in tokens], boost, among)
            case wanted.Beginning(field, _, boost) | wanted.Near(field, _, boost):
                return self._any(self._token(field, token, boost, among) for token in self._expanded(asked))
            case wanted.Any(parts):
                return self._any(self.found(part, among) for part in parts)
            case wanted.All(parts):
                return self._all(parts, among)
            case wanted.Rather(needed, liked):
                found = self.found(needed, among)
                return self._any([found, self.found(liked, found.documents)])
            case wanted.Without(part):
                there = self.found(wanted.Everything(), among).documents
                left = there[~self._is_in(self.found(part, there).documents)[there]]
                return Found(left, np.ones(left.size))
        raise NotImplementedError(f"{asked!r} is nothing that this engine can be asked for")

    def _any(self, parts: Iterable[Found]) -> Found:
        """Scores added up by document."""
        some = [part for part in parts if part.documents.size]
        if len(some) < 2:
            return some[0] if some else NONE
        is_in, scores = np.zeros(self.segment.documents, bool), np.zeros(self.segment.documents)
        for part in some:
            is_in[part.documents] = True
            scores[part.documents] += part.scores
        documents = np.flatnonzero(is_in)
        return Found(documents, scores[documents])

    def _all(self, parts: Sequence[Wanted], among: Documents | None) -> Found:
        """The rarest part first: the others are looked up in what it leaves."""
        first, *others = sorted(parts, key=self._most)
        found = self.found(first, among)
        for part in others:
            more = self.found(part, found.documents)
            before = found.scores[np.searchsorted(found.documents, more.documents)]
            found = Found(more.documents, before + more.scores)
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

    def _token(self, field: str, token: bytes, boost: float, among: Documents | None) -> Found:
        frequency = self.segment.frequency(field, token)
        if not frequency:
            return NONE
        postings = self.segment.postings(field, token)
        blocks = [(postings.documents(), postings.frequencies()) for _ in postings.blocks(_few(among, frequency))]
        if not blocks:
            return NONE
        documents, frequencies = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
        if among is not None:
            kept = self._is_in(among)[documents]
            documents, frequencies = documents[kept], frequencies[kept]
        return self._scored(field, [token], boost, documents, frequencies)

    def _phrase(self, field: str, tokens: list[bytes], boost: float, among: Documents | None) -> Found:
        """The rarest token first: where each next one is looked up, few documents are left."""
        counts = [self.segment.frequency(field, token) for token in tokens]
        if not all(counts):
            return NONE
        first, *others = sorted(range(len(tokens)), key=counts.__getitem__)
        stands = self._places(field, tokens[first], among)
        if among is not None:
            stands = stands[self._is_in(among)[stands >> _POSITION_BITS]]
        for place in others:
            documents = np.flatnonzero(self._is_in(stands >> _POSITION_BITS))
            stands = _both(stands, self._places(field, tokens[place], documents) - (place - first))
        frequencies = np.bincount(stands >> _POSITION_BITS)
        documents = np.flatnonzero(frequencies)
        return self._scored(field, tokens, boost, documents, frequencies[documents])

    def _scored(
        self, field: str, tokens: list[bytes], boost: float, documents: Documents, frequencies: NDArray
    ) -> Found:
        """BM25 of tokens that stand so often in the documents."""
        top = boost * sum(self.whole.rarity(field, token) for token in tokens) * (K1 + 1)
        against = self.whole.steps(field)[self.segment.lengths(field)[documents]]
        return Found(documents, top * frequencies / (frequencies + against))

    def _places(self, field: str, token: bytes, among: Documents | None) -> Places:
        """Where a token stands, in these documents and, since blocks are read whole, in their neighbours."""
        postings = self.segment.postings(field, token)
        documents, positions = [np.empty(0, np.intp)], [np.empty(0, np.int64)]
        for _ in postings.blocks(_few(among, self.segment.frequency(field, token))):
            counts, block = postings.positions()
            documents.append(np.repeat(postings.documents(), counts))
            positions.append(block)
        return (np.concatenate(documents) << _POSITION_BITS) | np.concatenate(positions)

    def _is_in(self, documents: Documents) -> NDArray[np.bool_]:
        """For each document of the segment, whether it is one of these."""
        is_in = np.zeros(self.segment.documents, bool)
        is_in[documents] = True
        return is_in

    def _expanded(self, asked: wanted.Beginning | wanted.Near) -> list[bytes]:
        """The tokens of the segment that begin like one, or are one character off."""
        if asked.field not in self.segment.reader.indexed_field_names():
            return []
        if isinstance(asked, wanted.Beginning):
            return list(self.segment.reader.expand_prefix(asked.field, asked.start))
        return [token.encode() for token in self.segment.reader.terms_within(asked.field, asked.token, 1)]


def _few(among: Documents | None, frequency: int) -> Documents | None:
    """The documents, if there are so few that blocks without any of them may be skipped."""
    return among if among is not None and among.size < frequency else None


def _both(one: Places, other: Places) -> Places:
    """What is in both; neither repeats itself."""
    together = np.concatenate((one, other))
    together.sort(kind="stable")  # which finds the two ascending runs and merges them
    return together[:-1][together[1:] == together[:-1]]
