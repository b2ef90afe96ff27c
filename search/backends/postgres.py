"""The engine for several web machines: PostgreSQL full text on tokens of our own analysis.

PostgreSQL's parsers take a stretch of Han characters for one word, so nothing is left to them: a document is stored as
a `tsvector` of our tokens with the positions that our analysis gives, and a question is a `tsquery` of the same (both
in `postgres_text`). One table holds all documents; a rebuild fills another and renames it in one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import Any

from django.core.cache import caches
from django.db import connection, transaction
from django.db.utils import NotSupportedError

from search import wanted
from search.backends.base import Backend, Engine
from search.backends.postgres_text import LAYOUT, Fields
from search.documents import Document, fingerprint
from search.errors import IndexUnavailable, RebuildRunning
from search.wanted import Wanted

#: The longest row that PostgreSQL keeps in one piece, in a page of 8 KB.
BYTES_OF_A_ROW = 8160
#: Advisory locks: the system releases them when a connection dies.
_WRITE_LOCK, _REBUILD_LOCK = 7_201, 7_202
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
        return f"search_index_{LAYOUT}_{fingerprint().replace('-', '_')}"

    def scores(self, asked: Wanted, *, root: str) -> dict[str, float]:
        if asked == wanted.Nothing():
            return {}
        self._check()
        # `{table}` is made of a number and hexadecimal digits; whatever a reader typed is a parameter.
        statement = f"SELECT pk, {{score}} FROM {self.table} WHERE root = %s AND {{found}}"  # noqa: S608
        fields = Fields(root)
        found, parameters = "TRUE", []
        if condition := fields.query(asked.needed if isinstance(asked, wanted.Rather) else asked):
            found, parameters = "words @@ %s::tsquery", [condition]
        ranks = fields.ranks(asked)
        score = " + ".join("%s * ts_rank(%s::real[], words, %s::tsquery)" for _ in ranks) or "1.0"
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
        fields = cache(Fields)
        rows = []
        for document in documents:
            root, pk = document.key.split(":", 1)
            rows.append((document.key, root, pk, fields(root).vector(document)))
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table} WHERE key = ANY(%s)", [keys])  # noqa: S608 -- as in `scores`
            cursor.executemany(f"INSERT INTO {table} VALUES (%s, %s, %s, %s::tsvector)", rows)  # noqa: S608


def _run(statement: str, parameters: list[Any] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


class SearchBackend(Backend):
    """`{"BACKEND": "search.backends.postgres"}` in WAGTAILSEARCH_BACKENDS."""

    def __init__(self, params: dict[str, Any]) -> None:
        super().__init__(params)
        self.engine = PostgresEngine()
