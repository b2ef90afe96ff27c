"""The embedded engine: Whoosh, in one folder of files, for one web machine.

SEARCH_INDEX_DIR/
  current -> <generation>     switched atomically when a rebuild is done
  previous -> <generation>    the one before: readers may have it open, and it is what is read while a damaged current
                              one is being rebuilt
  <generation>/               one Whoosh index; without a link to it, it is being built or was never finished
    damaged                   its files are not what was written: nobody reads it any more
  write.lock rebuild.lock     flock: the system releases them when a process dies
  requested                   somebody has already asked for a rebuild
"""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
import threading
import uuid
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from whoosh import fields, index

from search import wanted
from search.backends import whoosh_sums
from search.backends.base import Backend, Engine
from search.backends.whoosh_scores import Segments
from search.backends.whoosh_storage import LAYOUT, Codec, Pool, Tokens, postings
from search.backends.whoosh_sums import Writer
from search.documents import Document, all_fields, fingerprint
from search.errors import IndexUnavailable, RebuildRunning
from search.wanted import Wanted

logger = logging.getLogger(__name__)

#: Loose files: a compound segment is copied into the memory of every process that reads it.
_WRITING = {"compound": False, "timeout": 10, "delay": 0.02}

_DAMAGED = "damaged"
_COMMITS_MEANWHILE = 3

_open = threading.local()


class WhooshEngine(Engine):
    """See `Engine`. An instance is cheap: what is open belongs to the thread."""

    def __init__(self) -> None:
        self._rebuilding = ExitStack()

    @property
    def folder(self) -> Path:
        """The folder of the index, made on first use."""
        folder = Path(settings.SEARCH_INDEX_DIR)
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    # --- reading

    def scores(self, asked: Wanted, *, root: str) -> dict[str, float]:
        if asked == wanted.Nothing():
            return {}
        failure: Exception | None = None
        try:
            generations = self._generations()
        except OSError as error:
            raise IndexUnavailable(f"{settings.SEARCH_INDEX_DIR} cannot be read") from error
        for generation in generations:
            try:
                return _segments(generation).scores(asked, root)
            # Whoosh meets broken bytes with errors of almost any type; a question is never what is wrong, because
            # it has no syntax.
            except Exception as error:
                logger.exception("Search index %s cannot be read", generation)
                self.is_damaged = True
                failure = error
        raise IndexUnavailable("no search index that can be read") from failure

    def _generations(self) -> list[Path]:
        """Indexes that could be read: the current one, then the one before it."""
        current = self._linked("current")
        linked = [current, self._linked("previous")] if current else []
        return list(dict.fromkeys(generation for generation in linked if generation))

    def _linked(self, name: str) -> Path | None:
        """The generation that a link names, if it is one of this version and of these fields."""
        link = self.folder / name
        if not link.is_symlink():
            return None
        generation = link.parent / link.readlink()
        return generation if generation.name.startswith(_prefix()) else None

    # --- writing

    @contextmanager
    def write_lock(self) -> Iterator[None]:
        with self._flock("write.lock", wait=True):
            yield

    def write(self, *, remove: Iterable[str], add: Iterable[Document]) -> None:
        current = self._linked("current")
        if not current:
            raise IndexUnavailable("no search index yet")
        with _unavailable_if_broken(current.name):
            writer = _writer(_opened(current))
        _write(writer, remove, add)

    def start_rebuild(self) -> None:
        try:
            self._rebuilding.enter_context(self._flock("rebuild.lock", wait=False))
        except BlockingIOError as error:
            raise RebuildRunning("another rebuild of the search index is running") from error
        self._drop_unlinked()
        self._aside = self._create()
        self._aside_writer = _writer(self._aside)

    def write_aside(self, *, remove: Iterable[str] = (), add: Iterable[Document]) -> None:
        # All are analysed first: a batch that fails at one of them leaves none.
        analysed = [_analysed(document) for document in add]
        with _unavailable_if_broken(Path(self._aside.storage.folder).name):
            if keys := list(remove):
                # Whoosh removes only what was committed before.
                self._aside_writer.commit()
                self._aside_writer = _writer(self._aside)
                _remove(self._aside_writer, keys)
            for fields_of_one in analysed:
                self._aside_writer.add_document(**fields_of_one)

    def finish_rebuild(self) -> None:
        with _unavailable_if_broken(Path(self._aside.storage.folder).name):
            self._aside_writer.commit()
        self._switch(self._aside)
        (self.folder / "requested").unlink(missing_ok=True)
        self._rebuilding.close()

    def abandon_rebuild(self) -> None:
        _give_up(self._aside_writer)
        self._drop_unlinked()
        self._rebuilding.close()

    def claim_rebuild(self, *, now: float, patience: float = 3600) -> bool:
        try:
            requested = self.folder / "requested"
            if requested.exists() and now - requested.stat().st_mtime < patience:
                return False
            requested.touch()
        except OSError:
            # Where nothing can be written, nothing can be built either; whoever asked gets a page that says so.
            logger.exception("%s cannot be written", settings.SEARCH_INDEX_DIR)
            return False
        return True

    def reset(self) -> None:
        self._switch(self._create())

    def size(self) -> int:
        try:
            current = self._linked("current")
            return _opened(current).doc_count() if current else 0
        except Exception as error:  # as in `scores`
            raise IndexUnavailable("the search index cannot be read") from error

    def look_through(self) -> bool:
        current = self._linked("current")
        with self.write_lock():
            is_intact = not current or _is_intact(current)
        if current and not is_intact:
            (current / _DAMAGED).touch()
        return is_intact

    def _create(self) -> index.FileIndex:
        """A new, empty generation; nobody sees it before the switch."""
        generation = self.folder / f"{_prefix()}{uuid.uuid4().hex}"
        generation.mkdir()
        made = index.create_in(generation, _schema())
        whoosh_sums.sum_up_contents(made)
        return made

    def _switch(self, ix: index.FileIndex) -> None:
        """Make a generation the current one, atomically, and drop all but it and the one before."""
        generation = Path(ix.storage.folder)
        before = self._linked("current")
        self._link("current", generation)
        # One that is damaged can stand in for no other: the one before it stays.
        if before and _is_intact(before):
            self._link("previous", before)
        elif not self._linked("previous"):
            (self.folder / "previous").unlink(missing_ok=True)
        self._drop_unlinked()

    def _link(self, name: str, generation: Path) -> None:
        fresh = self.folder / f"{name}.new"
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(generation.name)
        fresh.replace(self.folder / name)

    def _drop_unlinked(self) -> None:
        """Nothing is left of rebuilds that were killed; what programs of another version read stays."""
        linked = [self.folder / name for name in ("current", "previous")]
        kept = {link.readlink().name for link in linked if link.is_symlink()}
        for folder in self.folder.glob("v*-*"):
            if folder.name not in kept:
                shutil.rmtree(folder)

    @contextmanager
    def _flock(self, name: str, *, wait: bool) -> Iterator[None]:
        with (self.folder / name).open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            yield


def _writer(ix: index.FileIndex) -> Writer:
    writer = Writer(ix, codec=Codec(), **_WRITING)
    writer.pool = Pool()
    return writer


@contextmanager
def _unavailable_if_broken(name: str) -> Iterator[None]:
    """Errors of writing are the index's; Whoosh meets broken bytes with errors of almost any type."""
    try:
        yield
    except Exception as error:
        logger.exception("Search index %s cannot be written", name)
        raise IndexUnavailable(f"search index {name} cannot be written") from error


def _write(writer: Writer, remove: Iterable[str], add: Iterable[Document]) -> None:
    name = Path(writer.storage.folder).name
    try:
        with _unavailable_if_broken(name):
            _remove(writer, remove)
        for document in add:
            analysed = _analysed(document)  # what fails here is the document
            with _unavailable_if_broken(name):
                writer.add_document(**analysed)
        with _unavailable_if_broken(name):
            writer.commit()
    except BaseException:
        _give_up(writer)
        raise


def _remove(writer: Writer, keys: Iterable[str]) -> None:
    for key in keys:
        writer.delete_by_term("key", key)


def _give_up(writer: Writer) -> None:
    """Close what a writer has open; in the middle of a commit that fails, too, may be impossible."""
    with suppress(Exception):
        writer.cancel()


def _analysed(document: Document) -> dict[str, Any]:
    return {"key": document.key, **{name: postings(name, text) for name, text in document.texts.items()}}


def _schema() -> fields.Schema:
    schema = fields.Schema(key=fields.ID(unique=True, sortable=True))
    for name in all_fields():
        schema.add(name, Tokens())
    return schema


def _prefix() -> str:
    """How the names of usable generations begin: the analysis, the fields and the layout are this program's."""
    return f"v{fingerprint()}-{LAYOUT}-"


def _opened(generation: Path) -> index.FileIndex:
    if (generation / _DAMAGED).exists():
        raise whoosh_sums.Damaged(generation.name)
    return index.open_dir(generation)


def _is_intact(generation: Path) -> bool:
    """Whether every file is what was written. Under `write_lock`."""
    try:
        whoosh_sums.check(_opened(generation))
    # As in `scores`: what is broken can break in any way.
    except Exception:
        logger.exception("Search index %s is damaged", generation)
        return False
    return True


def _segments(generation: Path) -> Segments:
    """What this thread has open of a generation, at the state of its last commit.

    A commit may remove a file between the moments when its name was read and when it is opened; then its successor is.
    """
    for _ in range(_COMMITS_MEANWHILE):
        with suppress(FileNotFoundError):
            return _segments_now(generation)
    return _segments_now(generation)


def _segments_now(generation: Path) -> Segments:
    # A forked process shares the place in each open file with its parent, so it opens its own.
    mine = (os.getpid(), generation)
    opened, before = getattr(_open, "kept", (None, None))
    if before and opened == mine and not (generation / _DAMAGED).exists():
        segments = before.refreshed()
    else:
        segments = Segments(_opened(generation))
        if before and opened and opened[0] == os.getpid():
            before.close()
    _open.kept = (mine, segments)
    return segments


class SearchBackend(Backend):
    """`{"BACKEND": "search.backends.whoosh"}` in WAGTAILSEARCH_BACKENDS."""

    def __init__(self, params: dict[str, Any]) -> None:
        super().__init__(params)
        self.engine = WhooshEngine()
