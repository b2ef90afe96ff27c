"""How tokens lie in Whoosh's files: a codec of our own, made to be read by the block and not by the posting.

Whoosh's own codec hands out one posting at a time, which in Python costs more than everything else in a search. Here a
block of postings is three buffers: document numbers, frequencies, and positions, which only phrases look at. Whoosh's
writers, segments, merging and term index are used as they are.
"""

from __future__ import annotations

import heapq
import pickle
from array import array
from collections.abc import Iterable, Iterator
from itertools import accumulate, groupby, pairwise
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import fields, formats
from whoosh.codec import whoosh3

from search.analysis import analyzer_of, is_unit

#: How the files are laid out: an index of another layout counts as missing.
LAYOUT = 2
#: Postings in a block: a phrase skips the blocks that cannot hold it.
BLOCK = 256
#: Bytes of postings that a writer holds in memory before it writes them aside.
MEMORY = 96_000_000
#: What a posting takes beside its positions, about.
_POSTING = 60
#: Numbers below fit into two bytes.
_SHORT = 1 << 16

Term = tuple[str, bytes]
#: A term with all its postings: documents (ascending), frequencies, and packed positions (or none at all).
Postings = tuple[Term, "array[int]", "array[float]", list[bytes]]


#: Token, frequency, weight, packed positions: a token of a document as Whoosh takes it.
Posting = tuple[bytes, int, float, bytes]


def postings(field: str, text: str) -> list[Posting]:
    """A text analysed by us. Words are found alone; only what a phrase is made of keeps its positions."""
    return [
        (
            token.encode(),
            len(positions),
            float(len(positions)),
            array("I", positions).tobytes() if is_unit(token) else b"",
        )
        for token, positions in analyzer_of(field)(text).items()
    ]


class Tokens(fields.FieldType):
    """A field whose values are `postings`: the analysis is done before a writer is touched."""

    def __init__(self) -> None:
        super().__init__(format=formats.Positions(), analyzer=None, scorable=True)

    def index(self, value: list[Posting], **kwargs: Any) -> list[Posting]:
        return value


class Codec(whoosh3.W3Codec):
    """Whoosh's codec but for the postings."""

    #: Nobody asks for the shortest and longest document of a block.
    length_stats = False

    def field_writer(self, storage: Any, segment: Any) -> _FieldWriter:
        return _FieldWriter(self, storage, segment)

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> _PostingsWriter:
        return _PostingsWriter(dbfile, BLOCK)

    def postings_reader(
        self, dbfile: Any, terminfo: Any, format_: Any, term: Any = None, scorer: Any = None
    ) -> PostingsReader:
        return PostingsReader(dbfile, *terminfo.extent(), format_, term=term, scorer=scorer)


class Pool:
    """A writer's postings, by term; more than fits into memory waits in files."""

    def __init__(self) -> None:
        self._held: dict[Term, tuple[array[int], array[float], list[bytes]]] = {}
        self._size = 0
        self._folder = TemporaryDirectory(prefix="search-")
        self._files: list[Path] = []

    def add(self, item: tuple[str, bytes, int, float, bytes | None]) -> None:
        """One posting: field, token, document, frequency, positions; Whoosh hands them over by document."""
        field, text, document, weight, value = item
        held = self._held.get((field, text))
        if held is None:
            held = self._held[field, text] = (array("I"), array("f"), [])
        held[0].append(document)
        held[1].append(weight)
        if value:
            held[2].append(value)
            self._size += len(value)
        self._size += _POSTING
        if self._size > MEMORY:
            self._set_aside()

    def _set_aside(self) -> None:
        path = Path(self._folder.name) / str(len(self._files))
        with path.open("wb") as file:
            for postings in self._sorted():
                pickle.dump(postings, file, pickle.HIGHEST_PROTOCOL)
        self._files.append(path)
        self._held, self._size = {}, 0

    def _sorted(self) -> Iterator[Postings]:
        for term in sorted(self._held):
            yield (term, *self._held[term])

    def iter_postings(self) -> Iterator[Postings]:
        """Everything, by term. What was set aside earlier holds lower document numbers."""
        parts = [*map(_stored, self._files), self._sorted()]
        for term, same in groupby(heapq.merge(*parts, key=itemgetter(0)), key=itemgetter(0)):
            documents, weights = array("I"), array("f")
            values: list[bytes] = []
            for _, more_documents, more_weights, more_values in same:
                documents += more_documents
                weights += more_weights
                values += more_values
            yield term, documents, weights, values

    def cleanup(self) -> None:
        self._folder.cleanup()


def _stored(path: Path) -> Iterator[Postings]:
    with path.open("rb") as file:
        while file.peek(1):
            yield pickle.load(file)  # noqa: S301 -- our own, of this process


class _FieldWriter(whoosh3.W3FieldWriter):
    def add_postings(self, schema: Any, lengths: Any, items: Iterable[Postings]) -> None:
        for field, terms in groupby(items, key=lambda postings: postings[0][0]):
            self.start_field(field, schema[field])
            for (_, text), documents, weights, values in terms:
                self.start_term(text)
                self._postwriter.write(documents, weights, values)
                self.finish_term()
            self.finish_field()


class _PostingsWriter(whoosh3.W3PostingsWriter):
    def write(self, documents: array[int], weights: array[float], values: list[bytes]) -> None:
        """All postings of the term that was started."""
        for start in range(0, len(documents), BLOCK):
            end = start + BLOCK
            self._ids, self._weights, self._values = documents[start:end], weights[start:end], values[start:end]
            self._maxweight = max(self._weights)
            self._write_block(last=end >= len(documents))
        self._ids = array("I")

    def _write_block(self, last: bool = False) -> None:
        if not self._blockcount:
            self._postfile.write(whoosh3.WHOOSH3_HEADER_MAGIC)
        self._terminfo.add_block(self)
        weights = None if self._maxweight == 1.0 else self._weights.tobytes()
        data = pickle.dumps((self._ids.tobytes(), weights, *_packed(self._values)), 4)
        # The frame of a block is Whoosh's, so that its reader finds its way from one to the next.
        info = pickle.dumps((len(self._ids), self._ids[-1], self._maxweight, 0, 0, 0), 2)
        length = len(info) + len(data)
        self._postfile.write_int(-length if last else length)
        self._postfile.write(info)
        self._postfile.write(data)
        self._blockcount += 1


def _packed(values: list[bytes]) -> tuple[bytes, str, bytes]:
    """How many positions each posting of a block has, and all of them, in numbers of two bytes if they fit.

    Not compressed: to unpack them would take longer than all else in a phrase.
    """
    positions = array("I", b"".join(values))
    counts = array("I", (len(value) // positions.itemsize for value in values))
    if positions and max(positions) < _SHORT:
        positions = array("H", positions)
    return counts.tobytes(), positions.typecode, positions.tobytes()


class PostingsReader(whoosh3.W3LeafMatcher):
    """The postings of one term in one segment, posting by posting as Whoosh wants them, or block by block."""

    def blocks(self, among: NDArray[np.intp] | None = None) -> Iterator[None]:
        """From block to block; with `among` (ascending) only to blocks that may hold one of these documents."""
        place = 0
        while True:
            if among is None:
                yield
            elif place == among.size:
                return
            elif among[place] <= self._maxid:
                place = int(np.searchsorted(among, self._maxid, "right"))
                yield
            if self._lastblock:
                return
            self._next_block()

    def documents(self) -> NDArray[np.intp]:
        """Of the current block, ascending."""
        return np.frombuffer(self._read()[0], np.uint32).astype(np.intp)

    def frequencies(self) -> NDArray[np.float64]:
        """How often the term stands in each document of the current block."""
        weights = self._read()[1]
        if weights is None:
            return np.ones(self._blocklength)
        return np.frombuffer(weights, np.float32).astype(np.float64)

    def positions(self) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
        """In how many places the term stands in each document of the current block, and these, ascending in each."""
        _ids, _weights, counts, typecode, positions = self._read()
        return np.frombuffer(counts, np.uint32), np.frombuffer(positions, typecode).astype(np.int64)

    def _read(self) -> tuple[bytes, bytes | None, bytes, str, bytes]:
        if self._data is None:
            self._read_data()
        return self._data

    # --- as Whoosh wants them, where it merges segments

    def _read_ids(self) -> None:
        self._ids = array("I", self._read()[0])

    def _read_weights(self) -> array[float]:
        weights = self._read()[1]
        self._weights = array("f", [1.0]) * self._blocklength if weights is None else array("f", weights)
        return self._weights

    def _read_values(self) -> None:
        _ids, _weights, counts, typecode, positions = self._read()
        everywhere = array(typecode, positions)
        ends = accumulate(array("I", counts) or (0,) * self._blocklength, initial=0)
        self._values = [array("I", everywhere[start:end]).tobytes() for start, end in pairwise(ends)]
