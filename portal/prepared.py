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
    """Stands in a query for a value that is given when it is asked: text, number, day, or numbers after `__in`."""

    def __init__(self, name: str, *, many: bool) -> None:
        super().__init__()
        self.name = name
        self.many = many

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (self,)

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return ("SELECT value FROM json_each(%s)" if self.many else "%s"), (self,)

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return ("SELECT unnest(%s::bigint[])" if self.many else "%s"), (self,)

    def bound(self, value: Any, connection: Any) -> Any:
        """A value as the database takes it."""
        if self.many:
            return json.dumps(list(value)) if connection.vendor == "sqlite" else list(value)
        return connection.ops.adapt_datefield_value(value) if isinstance(value, dt.date) else value


def prepared(build: Callable[..., QuerySet]) -> Callable[..., list[Any]]:
    """The rows of the queryset that `build` returns, asked with values for its arguments, which are given by name.

    `build` is called once, with a `Given` in place of each value, which it must not look at. Values are texts, numbers,
    days, and for arguments that stand after `__in` lists of numbers.
    """

    @functools.cache
    def put_together(*names: tuple[str, bool]) -> tuple[Any, Any, str, tuple[Any, ...]]:
        queryset = build(**{name: Given(name, many=many) for name, many in names})
        compiler = queryset.query.get_compiler(queryset.db)
        sql, params = compiler.as_sql()
        return queryset, compiler, sql, params

    @functools.wraps(build)
    def ask(**values: Any) -> list[Any]:
        queryset, compiler, sql, params = put_together(*((name, isinstance(values[name], list)) for name in values))
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
