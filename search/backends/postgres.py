"""The engine for several web machines: PostgreSQL full text on tokens of our own analysis.

PostgreSQL's parsers take a stretch of Han characters for one word, so nothing is left to them: a document is stored as
a `tsvector` whose lexemes are `field:token` with the positions that our analysis gives, and a question is a `tsquery`
of the same lexemes. One table holds all documents; a rebuild fills another and renames it in one transaction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any

from django.core.cache import caches
from django.db import connection, transaction
from django.db.utils import NotSupportedError

from search import wanted
from search.analysis import analyzer_of
from search.backends.base import Backend, Engine
from search.documents import Document, fingerprint
from search.errors import IndexUnavailable, RebuildRunning
from search.wanted import Wanted

#: Limits of a tsvector: what stands further back is found at the last position, more places of a lexeme are left out,
#: and longer vectors are refused.
LAST_POSITION = 16_383
PLACES_OF_A_LEXEME = 255
BYTES = 1_000_000
#: The longest row that PostgreSQL keeps in one piece, in a page of 8 KB.
BYTES_OF_A_ROW = 8160
#: A longer lexeme is refused; nobody means more than how it begins.
BYTES_OF_A_LEXEME = 2000
#: A longer phrase is ranked by how it begins: each token is held against each other. It is found whole, or not.
TOKENS_OF_A_RANK = 8
#: Advisory locks: the system releases them when a connection dies.
_WRITE_LOCK, _REBUILD_LOCK = 7_201, 7_202
Leaf = wanted.Run | wanted.Beginning | wanted.Near
#: When somebody last asked for a rebuild, in the cache that all machines share; lost, it costs one rebuild more.
_REQUESTED = "search-rebuild-requested"


class PostgresEngine(Engine):
    """See `Engine`. Fuzzy words are those that begin alike: PostgreSQL keeps no list of lexemes to compare with."""

    def __init__(self) -> None:
        if connection.vendor != "postgresql":
            raise NotSupportedError("search.backends.postgres needs PostgreSQL as the database")
        self._rebuilding = ExitStack()

    @property
    def table(self) -> str:
        """Of this analysis and these fields; an index of others counts as missing."""
        return f"search_index_{fingerprint().replace('-', '_')}"

    def scores(self, asked: Wanted, *, root: str) -> dict[str, float]:
        if asked == wanted.Nothing():
            return {}
        self._check()
        # `{table}` is made of a number and hexadecimal digits; whatever a reader typed is a parameter.
        statement = f"SELECT pk, {{score}} FROM {self.table} WHERE root = %s AND {{found}}"  # noqa: S608
        found, parameters = "TRUE", []
        if condition := _tsquery(_needed(asked)):
            found, parameters = "words @@ %s::tsquery", [condition]
        ranks = _ranks(asked)
        score = " + ".join("%s * ts_rank(words, %s::tsquery)" for _ in ranks) or "1.0"
        with connection.cursor() as cursor:
            cursor.execute(
                statement.format(score=score, found=found),
                [*(part for rank in ranks for part in rank), root, *parameters],
            )
            return dict(cursor.fetchall())

    @contextmanager
    def write_lock(self) -> Iterator[None]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_WRITE_LOCK])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_WRITE_LOCK])

    def write(self, *, remove: Iterable[str], add: Iterable[Document]) -> None:
        self._check()
        with transaction.atomic():
            self._write(self.table, remove, add)

    def start_rebuild(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [_REBUILD_LOCK])
            if not cursor.fetchone()[0]:
                raise RebuildRunning("another rebuild of the search index is running")
        self._rebuilding.callback(_run, "SELECT pg_advisory_unlock(%s)", [_REBUILD_LOCK])
        self._create(f"{self.table}_new")

    def write_aside(self, *, remove: Iterable[str] = (), add: Iterable[Document]) -> None:
        with transaction.atomic():
            self._write(f"{self.table}_new", remove, add)

    def finish_rebuild(self) -> None:
        new = f"{self.table}_new"
        with transaction.atomic():
            _run(f"CREATE INDEX ON {new} USING gin (words)")
            self._take_into_use(new)
        caches["pages"].delete(_REQUESTED)
        self._rebuilding.close()

    def claim_rebuild(self, *, now: float, patience: float = 3600) -> bool:
        asked: float | None = caches["pages"].get(_REQUESTED)
        if asked is not None and now - asked < patience:
            return False
        caches["pages"].set(_REQUESTED, now, patience)
        return True

    def abandon_rebuild(self) -> None:
        _run(f"DROP TABLE IF EXISTS {self.table}_new")
        self._rebuilding.close()

    def reset(self) -> None:
        new = f"{self.table}_new"
        with transaction.atomic():
            self._create(new)
            _run(f"CREATE INDEX ON {new} USING gin (words)")
            self._take_into_use(new)

    def size(self) -> int:
        if not self._exists():
            return 0
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {self.table}")  # noqa: S608 -- as in `scores`
            return int(cursor.fetchone()[0])

    def _exists(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [self.table])
            return bool(cursor.fetchone()[0])

    def _check(self) -> None:
        if not self._exists():
            raise IndexUnavailable("no search index of this version in PostgreSQL yet")

    def _create(self, table: str) -> None:
        _run(f"DROP TABLE IF EXISTS {table}")
        _run(
            f"CREATE TABLE {table} "
            "(key text PRIMARY KEY, root text NOT NULL, pk text NOT NULL, words tsvector NOT NULL) "
            f"WITH (toast_tuple_target = {BYTES_OF_A_ROW})"
        )
        # In the row wherever it fits: to rank a document its words are read a dozen times, and would be fetched and
        # put together from another table each time.
        _run(f"ALTER TABLE {table} ALTER words SET STORAGE MAIN")

    def _take_into_use(self, new: str) -> None:
        """Rename, and drop the indexes of other versions."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT tablename FROM pg_tables WHERE tablename ~ '^search_index_[0-9a-f_]+$'")
            old = [name for (name,) in cursor.fetchall() if name != new]
        for name in old:
            _run(f"DROP TABLE {name}")
        _run(f"ALTER TABLE {new} RENAME TO {self.table}")

    def _write(self, table: str, remove: Iterable[str], add: Iterable[Document]) -> None:
        documents = list(add)
        keys = [*remove, *(document.key for document in documents)]
        rows = [(document.key, *document.key.split(":", 1), tsvector(document)) for document in documents]
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table} WHERE key = ANY(%s)", [keys])  # noqa: S608 -- as in `scores`
            cursor.executemany(f"INSERT INTO {table} VALUES (%s, %s, %s, %s::tsvector)", rows)  # noqa: S608


def tsvector(document: Document) -> str:
    """A document as the text of a tsvector; what does not fit into one is left out, from the end."""
    parts: list[str] = []
    size = 0
    for field, text in document.texts.items():
        for token, positions in analyzer_of(field)(text).items():
            places = dict.fromkeys(min(position + 1, LAST_POSITION) for position in positions)
            kept = list(places)[:PLACES_OF_A_LEXEME]
            lexeme = _quoted(field, token)
            size += len(lexeme.encode()) + 8 + 2 * len(kept)
            if size <= BYTES:
                parts.append(f"{lexeme}:{','.join(map(str, kept))}")
    return " ".join(parts)


def _quoted(field: str, token: str) -> str:
    lexeme = f"{field}:{token}".encode()[:BYTES_OF_A_LEXEME].decode(errors="ignore")
    escaped = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def _tsquery(asked: Wanted) -> str:
    """The condition as the text of a tsquery; empty where every document is wanted."""
    match asked:
        case wanted.Everything():
            return ""
        case wanted.Run(field, tokens, _):
            return "(" + " <-> ".join(_quoted(field, token) for token in tokens) + ")"
        case wanted.Beginning(field, start, _):
            return f"{_quoted(field, start)}:*"
        case wanted.Near(field, token, _):
            return f"{_quoted(field, token[: max(1, len(token) - 1)])}:*"
        case wanted.All(parts):
            return "(" + " & ".join(map(_tsquery, parts)) + ")"
        case wanted.Any(parts):
            return "(" + " | ".join(map(_tsquery, parts)) + ")"
        case wanted.Without(part):
            return f"!{_tsquery(part)}"
    raise NotImplementedError(f"{asked!r} is nothing that this engine can be asked for")


def _needed(asked: Wanted) -> Wanted:
    return asked.needed if isinstance(asked, wanted.Rather) else asked


def _ranks(asked: Wanted) -> list[tuple[float, str]]:
    """What adds to the score: (boost, tsquery); leaves of one boost are ranked together."""
    leaves: dict[float, list[str]] = defaultdict(list)
    for leaf in _leaves(asked):
        leaves[leaf.boost].append(_tsquery(_ranked(leaf)))
    return [(boost, " | ".join(dict.fromkeys(parts))) for boost, parts in leaves.items() if boost]


def _ranked(leaf: Leaf) -> Leaf:
    """What stands for a leaf in a rank."""
    return replace(leaf, tokens=leaf.tokens[:TOKENS_OF_A_RANK]) if isinstance(leaf, wanted.Run) else leaf


def _leaves(asked: Wanted) -> Iterator[Leaf]:
    match asked:
        case wanted.Run() | wanted.Beginning() | wanted.Near():
            yield asked
        case wanted.All(parts) | wanted.Any(parts):
            for part in parts:
                yield from _leaves(part)
        case wanted.Rather(needed, liked):
            yield from _leaves(needed)
            yield from _leaves(liked)


def _run(statement: str, parameters: list[Any] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


class SearchBackend(Backend):
    """`{"BACKEND": "search.backends.postgres"}` in WAGTAILSEARCH_BACKENDS."""

    def __init__(self, params: dict[str, Any]) -> None:
        super().__init__(params)
        self.engine = PostgresEngine()
