"""The embedded engine: Whoosh, in one folder of files, for one web machine.

SEARCH_INDEX_DIR/
  current -> <generation>     switched atomically when a rebuild is done
  <generation>/               one Whoosh index; the one before is kept: readers may have it open, and it is what is
                              read while a damaged current one is being rebuilt
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
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from whoosh import analysis, fields, index, query
from whoosh.searching import Searcher
from whoosh.writing import SegmentWriter

from search import wanted
from search.analysis import Word, analyzer_of
from search.backends.base import Backend, Engine
from search.documents import Document, all_fields, fingerprint
from search.errors import IndexUnavailable, RebuildRunning
from search.wanted import Wanted

logger = logging.getLogger(__name__)

#: Loose files: a compound segment is copied into the memory of every process that reads it.
_WRITING = {"compound": False, "timeout": 10, "delay": 0.02, "limitmb": 256}

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

    def rank(self, asked: Wanted, *, root: str) -> dict[str, float]:
        if asked == wanted.Nothing():
            return {}
        failure: Exception | None = None
        for generation in self._generations():
            try:
                return _rank(_searcher(generation), _translate(asked), root)
            # Whoosh meets broken bytes with errors of almost any type; a question is never what is wrong, because
            # it has no syntax.
            except Exception as error:
                logger.exception("Search index %s cannot be read", generation)
                self.is_damaged = True
                failure = error
        raise IndexUnavailable("no search index that can be read") from failure

    def _generations(self) -> list[Path]:
        """Indexes that could be read: the current one, then the one before it."""
        current = self._current()
        older = [path for path in self.folder.glob(f"{_prefix()}*") if path != current]
        older.sort(key=lambda path: path.stat().st_mtime, reverse=True)
        return [*([current] if current else []), *older] if current else []

    def _current(self) -> Path | None:
        """The generation in use, if it is one of this version and of these fields."""
        link = self.folder / "current"
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
        current = self._current()
        if not current:
            raise IndexUnavailable("no search index yet")
        try:
            writer = index.open_dir(current).writer(**_WRITING)
        except Exception as error:  # as in `rank`
            logger.exception("Search index %s cannot be written", current)
            raise IndexUnavailable(f"search index {current.name} cannot be written") from error
        _write(writer, remove, add)

    def start_rebuild(self) -> None:
        try:
            self._rebuilding.enter_context(self._flock("rebuild.lock", wait=False))
        except BlockingIOError as error:
            raise RebuildRunning("another rebuild of the search index is running") from error
        self._aside = self._create()
        self._aside_writer = self._aside.writer(**_WRITING)

    def write_aside(self, add: Iterable[Document]) -> None:
        for document in add:
            self._aside_writer.add_document(key=document.key, **document.texts)

    def finish_rebuild(self, *, remove: Iterable[str], add: Iterable[Document]) -> None:
        # Whoosh removes only what was committed before.
        self._aside_writer.commit()
        _write(self._aside.writer(**_WRITING), remove, add)
        self._switch(self._aside)
        (self.folder / "requested").unlink(missing_ok=True)
        self._rebuilding.close()

    def abandon_rebuild(self) -> None:
        self._aside_writer.cancel()
        shutil.rmtree(self._aside.storage.folder)
        self._rebuilding.close()

    def claim_rebuild(self, *, now: float, patience: float = 3600) -> bool:
        requested = self.folder / "requested"
        if requested.exists() and now - requested.stat().st_mtime < patience:
            return False
        requested.touch()
        return True

    def reset(self) -> None:
        self._switch(self._create())

    def size(self) -> int:
        current = self._current()
        try:
            return index.open_dir(current).doc_count() if current else 0
        except Exception as error:  # as in `rank`
            raise IndexUnavailable(f"search index {current} cannot be read") from error

    def _create(self) -> index.FileIndex:
        """A new, empty generation; nobody sees it before the switch."""
        generation = self.folder / f"{_prefix()}{uuid.uuid4().hex}"
        generation.mkdir()
        return index.create_in(generation, _schema())

    def _switch(self, ix: index.FileIndex) -> None:
        """Make a generation the current one, atomically, and drop all but it and the one before."""
        generation = Path(ix.storage.folder)
        before = self._current()
        fresh = self.folder / "current.new"
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(generation.name)
        fresh.replace(self.folder / "current")
        for folder in self.folder.glob("v*-*"):
            if folder not in (generation, before):
                shutil.rmtree(folder)

    @contextmanager
    def _flock(self, name: str, *, wait: bool) -> Iterator[None]:
        with (self.folder / name).open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            yield


def _write(writer: SegmentWriter, remove: Iterable[str], add: Iterable[Document]) -> None:
    try:
        for key in remove:
            writer.delete_by_term("key", key)
        for document in add:
            writer.add_document(key=document.key, **document.texts)
    except BaseException:
        writer.cancel()
        raise
    writer.commit()


def _schema() -> fields.Schema:
    schema = fields.Schema(key=fields.ID(unique=True, sortable=True))
    for name in all_fields():
        schema.add(name, fields.TEXT(analyzer=_Analyzer(analyzer_of(name)), spelling=False))
    return schema


def _prefix() -> str:
    """How the names of usable generations begin: the analysis and the fields are this program's."""
    return f"v{fingerprint()}-"


def _searcher(generation: Path) -> Searcher:
    """This thread's searcher of a generation, at the state of its last commit.

    It is opened anew after each commit: Whoosh's own `refresh` goes on answering from segments that were merged away,
    and from those that lost documents as if they had not.
    """
    # A forked process shares the place in each open file with its parent, so it opens its own.
    mine = (os.getpid(), generation)
    opened, before = getattr(_open, "kept", (None, None))
    if before and opened == mine and before.up_to_date():
        return before
    searcher = index.open_dir(generation).searcher()
    if before and opened and opened[0] == mine[0]:
        before.close()
    _open.kept = (mine, searcher)
    known = _open.keys if opened == mine else {}
    _open.keys = {name: known[name] for name in map(_segment, _leaves(searcher)) if name in known}
    return searcher


def _leaves(searcher: Searcher) -> list[Searcher]:
    return [leaf for leaf, _offset in searcher.leaf_searchers() if leaf.reader().segment()]


def _segment(leaf: Searcher) -> str:
    name: str = leaf.reader().segment().segment_id()
    return name


def _rank(searcher: Searcher, asked: query.Query, root: str) -> dict[str, float]:
    """Every match with its score. All are needed: only the database knows which of them a reader may count."""
    context = searcher.context()
    asked = asked.normalize()
    beginning = f"{root}:"
    found: list[tuple[float, int, str]] = []
    for leaf in _leaves(searcher):
        keys = _keys(leaf)
        matcher = asked.matcher(leaf, context)
        while matcher.is_active():
            key = keys[matcher.id()]
            if key.startswith(beginning):
                found.append((matcher.score(), len(key), key))
            matcher.next()
    # Among equals the newest first: keys of one length sort like their numbers.
    found.sort(reverse=True)
    skip = len(beginning)
    return {key[skip:]: score for score, _length, key in found}


def _keys(leaf: Searcher) -> list[str]:
    """Document number -> key, of one segment; read once, since segments never change but for what is removed."""
    name = _segment(leaf)
    if name not in _open.keys:
        reader = leaf.reader()
        column = reader.column_reader("key")
        _open.keys[name] = [column[number] for number in range(reader.doc_count_all())]
    keys: list[str] = _open.keys[name]
    return keys


def _translate(asked: Wanted) -> query.Query:
    match asked:
        case wanted.Everything():
            return query.Every()
        case wanted.Nothing():
            return query.NullQuery
        case wanted.Run(field, (token,), boost):
            return query.Term(field, token, boost=boost)
        case wanted.Run(field, tokens, boost):
            return query.Phrase(field, list(tokens), boost=boost)
        case wanted.Beginning(field, start, boost):
            return query.Prefix(field, start, boost=boost, constantscore=False)
        case wanted.Near(field, token, boost):
            return query.FuzzyTerm(field, token, boost=boost, maxdist=1, prefixlength=0, constantscore=False)
        case wanted.All(parts):
            return query.And([_translate(part) for part in parts])
        case wanted.Any(parts):
            return query.Or([_translate(part) for part in parts])
        case wanted.Rather(needed, liked):
            return query.AndMaybe(_translate(needed), _translate(liked))
        case wanted.Without(part):
            return query.Not(_translate(part))
    raise NotImplementedError(f"{asked!r} is nothing that this engine can be asked for")


class _Analyzer(analysis.Analyzer):
    """Whoosh's door to our analysis; kept by name, because Whoosh pickles its schema."""

    def __init__(self, analyze: Callable[[str], Iterator[Word]]) -> None:
        self.analyze = analyze

    def __call__(  # noqa: PLR0917 -- Whoosh calls it so
        self,
        value: str,
        positions: bool = False,
        chars: bool = False,
        keeporiginal: bool = False,
        removestops: bool = True,
        start_pos: int = 0,
        start_char: int = 0,
        mode: str = "",
        **kwargs: Any,
    ) -> Iterator[analysis.Token]:
        token = analysis.Token(positions, chars, removestops=removestops, mode=mode, **kwargs)
        for word in self.analyze(value):
            token.text = word.text
            token.boost = 1.0
            token.stopped = False
            if positions:
                token.pos = start_pos + word.position
            yield token


class SearchBackend(Backend):
    """`{"BACKEND": "search.backends.whoosh"}` in WAGTAILSEARCH_BACKENDS."""

    def __init__(self, params: dict[str, Any]) -> None:
        super().__init__(params)
        self.engine = WhooshEngine()
