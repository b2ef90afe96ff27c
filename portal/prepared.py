"""Queries that are put together once a process.

To put a query together takes Django ten times as long as SQLite takes to answer it, and a page that is made anew for
each reader asks a dozen. What a prepared query asks for is given when it is asked; how it asks never changes.
"""

from __future__ import annotations

import copy
import datetime as dt
import functools
import json
from collections.abc import Callable
from typing import Any

from django.db import connections
from django.db.models import Expression, QuerySet


class Given(Expression):
    """Stands in a query for a value that is given when it is asked.

    `listed`: for a list that stands after `__in`, PostgreSQL's type of what is in it.
    """

    def __init__(self, name: str, *, listed: str = "") -> None:
        super().__init__()
        self.name = name
        self.listed = listed

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "SELECT value FROM json_each(%s)" if self.listed else "%s", (self,)

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return f"SELECT unnest(%s::{self.listed}[])" if self.listed else "%s", (self,)

    def bound(self, value: Any, connection: Any) -> Any:
        """A value as the database takes it."""
        if self.listed and connection.vendor == "sqlite":
            return json.dumps(value)
        if self.listed == "bigint":  # a list would be written out number by number, each by a call of its own
            return f"{{{','.join(map(str, value))}}}"
        if isinstance(value, dt.datetime):
            return connection.ops.adapt_datetimefield_value(value)
        return connection.ops.adapt_datefield_value(value) if isinstance(value, dt.date) else value


def _listed(value: Any) -> str:
    if not isinstance(value, list):
        return ""
    return "text" if value and isinstance(value[0], str) else "bigint"


def prepared(build: Callable[..., QuerySet]) -> Callable[..., list[Any]]:
    """The rows of the queryset that `build` returns, asked with values for its arguments, which are given by name.

    `build` is called once for each choice of arguments, with a `Given` in place of each value: what it looks at besides
    never changes. Values are texts, numbers, days and aware moments; for an argument that stands after `__in`, a list
    of numbers or of texts (an empty one is taken for one of numbers).
    """

    @functools.cache
    def put_together(*arguments: tuple[str, str]) -> tuple[Any, Any, str, tuple[Any, ...]]:
        queryset = build(**{name: Given(name, listed=listed) for name, listed in arguments})
        compiler = queryset.query.get_compiler(queryset.db)
        sql, params = compiler.as_sql()
        return queryset, compiler, sql, params

    @functools.wraps(build)
    def ask(**values: Any) -> list[Any]:
        queryset, compiler, sql, params = put_together(*((name, _listed(value)) for name, value in values.items()))
        # Django makes rows of what a compiler answers: here one that knows its words.
        compiler, query = copy.copy(compiler), copy.copy(queryset.query)
        connection = connections[queryset.db]
        bound = tuple(each.bound(values[each.name], connection) if isinstance(each, Given) else each for each in params)
        compiler.connection = connection
        compiler.as_sql = lambda: (sql, bound)
        query.get_compiler = lambda using: compiler
        asking: Any = QuerySet(queryset.model, query, queryset.db)
        asking._fields, asking._iterable_class = queryset._fields, queryset._iterable_class
        return list(asking)

    return ask
