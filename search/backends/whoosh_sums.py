"""Whether an index's files are still what its writer wrote: a flipped bit is noticed before it answers anything.

Whoosh reads a broken posting like any other. So with each segment the table of contents keeps the checksums of the
segment's files, which never change, and ends in its own: the table is exchanged in one step, sums included.
"""

from __future__ import annotations

import hashlib
import time
from functools import lru_cache
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import RamStorage
from whoosh.index import TOC, FileIndex, clean_files
from whoosh.reading import SegmentReader
from whoosh.writing import SegmentWriter

_SIZE = hashlib.sha256().digest_size


class Damaged(Exception):
    """A file of an index is not what was written."""


class Writer(SegmentWriter):
    """Whoosh's writer, which also writes the checksums, and builds on nothing that is damaged."""

    def __init__(self, index: FileIndex, **kwargs: Any) -> None:
        check_contents(index, index.latest_generation())
        super().__init__(index, **kwargs)

    def add_reader(self, reader: SegmentReader) -> None:
        """What is merged would come out with a sum of its own, however damaged it was."""
        check_segment(_folder(self), reader.segment())
        super().add_reader(reader)

    def _commit_toc(self, segments: list[Any]) -> None:
        for segment in segments:
            if not hasattr(segment, "sums"):
                segment.sums = _sums(_folder(self), segment)
        built = RamStorage()
        TOC(self.schema, segments, self.generation).write(built, self.indexname)
        [(name, content)] = built.files.items()
        passing = f"{name}.{time.time()}"
        with self.storage.create_file(passing) as file:
            file.write(content + hashlib.sha256(content).digest())
        self.storage.rename_file(passing, name, safe=True)
        clean_files(self.storage, self.indexname, self.generation, segments)


def sum_up_contents(index: FileIndex) -> None:
    """Of an index that Whoosh has just made and nobody reads yet."""
    path = _contents(index, index.latest_generation())
    content = path.read_bytes()
    path.write_bytes(content + hashlib.sha256(content).digest())


def check_contents(index: FileIndex, generation: int) -> None:
    """Raises Damaged where the table of contents of a commit is not what was written."""
    content = _contents(index, generation).read_bytes()
    if hashlib.sha256(content[:-_SIZE]).digest() != content[-_SIZE:]:
        raise Damaged(f"table of contents {generation}")


def check_segment(folder: Path, segment: Any) -> None:
    """Raises Damaged where a file of a segment is not what was written."""
    _check_files.__wrapped__(folder, tuple(segment.sums.items()))


def check_segment_once(folder: Path, segment: Any) -> None:
    """As `check_segment`, once in a process: 2 MB take about 1 ms."""
    _check_files(folder, tuple(segment.sums.items()))


def check(index: FileIndex) -> None:
    """Raises Damaged where any file of the last commit is not what was written. Nobody may write meanwhile."""
    contents = index._read_toc()
    check_contents(index, contents.generation)
    for segment in contents.segments:
        check_segment(Path(index.storage.folder), segment)


@lru_cache(maxsize=512)
def _check_files(folder: Path, sums: tuple[tuple[str, str], ...]) -> None:
    for name, wanted in sums:
        if _sum(folder / name) != wanted:
            raise Damaged(name)


def _sums(folder: Path, segment: Any) -> dict[str, str]:
    return {path.name: _sum(path) for path in sorted(folder.glob(f"{segment.segment_id()}.*"))}


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _folder(writer: SegmentWriter) -> Path:
    return Path(writer.storage.folder)


def _contents(index: FileIndex, generation: int) -> Path:
    return Path(index.storage.folder) / TOC._filename(index.indexname, generation)
