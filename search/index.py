"""The index on disk: where it lies, how it is opened, written, and replaced as a whole.

SEARCH_INDEX_DIR/
  current -> <generation>     switched atomically when a rebuild is done
  <generation>/               one Whoosh index; the one before is kept for readers that still have it open
  write.lock rebuild.lock     flock: the system releases them when a process dies
  late                        page ids written to the old generation while a new one is being built
  requested                   somebody has already asked for a rebuild
"""

from __future__ import annotations

import fcntl
import logging
import shutil
import uuid
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from django.conf import settings
from whoosh import fields, index
from whoosh.writing import SegmentWriter

from search.analysis import ChineseAnalyzer

logger = logging.getLogger(__name__)

#: Raised by one when schema or analysis change: an index of another version counts as missing.
VERSION = 1

SCHEMA = fields.Schema(
    id=fields.NUMERIC(int, bits=64, unique=True, sortable=True),
    title=fields.TEXT(analyzer=ChineseAnalyzer(), spelling=False),
    body=fields.TEXT(analyzer=ChineseAnalyzer(), stored=True, spelling=False),
    #: The names of the unit and of the column.
    place=fields.TEXT(analyzer=ChineseAnalyzer(), spelling=False),
)


class IndexUnavailable(Exception):
    """There is no index, or it cannot be read; a rebuild mends it."""


class RebuildRunning(Exception):
    """Another process is rebuilding the index."""


def root() -> Path:
    """The folder of the index, made on first use."""
    folder = Path(settings.SEARCH_INDEX_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def current() -> Iterator[index.FileIndex]:
    """The index that readers and writers use.

    Whatever goes wrong between opening it and leaving the block means that it is missing or damaged: Whoosh meets
    broken bytes with errors of almost any type. The cause is logged.

    Raises:
        IndexUnavailable: no index of this version, or one that cannot be read.
    """
    try:
        generation = (root() / "current").resolve(strict=True)
    except FileNotFoundError as error:
        raise IndexUnavailable("no search index yet") from error
    if not generation.name.startswith(f"v{VERSION}-"):
        raise IndexUnavailable(f"search index {generation.name} is of another version")
    try:
        yield index.open_dir(generation)
    except Exception as error:
        logger.exception("Search index %s cannot be used", generation)
        raise IndexUnavailable(f"search index {generation.name} cannot be used") from error


def create() -> index.FileIndex:
    """A new, empty generation; nobody sees it before `switch`."""
    folder = root() / f"v{VERSION}-{uuid.uuid4().hex}"
    folder.mkdir()
    return index.create_in(folder, SCHEMA)


def writer(ix: index.FileIndex) -> SegmentWriter:
    """A writer of loose files: a compound segment is copied into the memory of every process that reads it."""
    return ix.writer(compound=False, timeout=10, delay=0.02, limitmb=256)


def switch(ix: index.FileIndex) -> None:
    """Make a generation the current one, atomically, and drop all but it and the one before."""
    generation = Path(ix.storage.folder)
    link = root() / "current"
    before = link.resolve()
    fresh = root() / "current.new"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(generation.name)
    fresh.replace(link)
    for folder in root().glob("v*-*"):
        if folder not in (generation.resolve(), before):
            shutil.rmtree(folder)


def discard(ix: index.FileIndex) -> None:
    """Remove a generation that did not become current."""
    shutil.rmtree(ix.storage.folder)


@contextmanager
def _flock(name: str, *, wait: bool) -> Iterator[None]:
    with (root() / name).open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        yield


@contextmanager
def write_lock() -> Iterator[None]:
    """One writer at a time; the others wait in line."""
    with _flock("write.lock", wait=True):
        yield


@contextmanager
def rebuild_lock() -> Iterator[None]:
    """One rebuild at a time; from now on writers leave word of what they write.

    Raises:
        RebuildRunning: somebody else is at it.
    """
    with ExitStack() as stack:
        try:
            stack.enter_context(_flock("rebuild.lock", wait=False))
        except BlockingIOError as error:
            raise RebuildRunning("another rebuild of the search index is running") from error
        (root() / "late").write_text("")
        stack.callback((root() / "requested").unlink, missing_ok=True)
        stack.callback((root() / "late").unlink)
        yield


def leave_word(ids: Iterable[int]) -> None:
    """Tell a rebuild that is under way which pages changed meanwhile. Under `write_lock`."""
    late = root() / "late"
    if late.exists():
        with late.open("a") as file:
            file.writelines(f"{pk}\n" for pk in ids)


def late_ids() -> list[int]:
    """The pages that changed while the rebuild was under way. Under `write_lock`."""
    return sorted({int(line) for line in (root() / "late").read_text().split()})


def claim_request(*, now: float, patience: float = 3600) -> bool:
    """Whether the caller is the one to ask for a rebuild: nobody has within `patience` seconds of `now`."""
    requested = root() / "requested"
    if requested.exists() and now - requested.stat().st_mtime < patience:
        return False
    requested.touch()
    return True
