"""Primary keys with scores: many in one statement, the best of them first."""

from __future__ import annotations

import heapq
import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connections, models
from django.db.models.expressions import RawSQL


def among(field: models.Field, values: Sequence[Any], *, using: str) -> Any:
    """The right-hand side of `__in` for any number of keys: they travel as one parameter."""
    connection = connections[using]
    # Numbers are what they are; preparing twenty thousand of them one by one is not free.
    is_plain = isinstance(field, models.IntegerField)
    prepared = sorted(values) if is_plain else [field.get_db_prep_value(value, connection) for value in values]
    if connection.vendor == "sqlite":
        return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(prepared)])
    if connection.vendor == "postgresql":
        if is_plain:  # a list would be written out number by number, each by a call of its own
            return RawSQL("SELECT unnest(%s::bigint[])", ["{" + ",".join(map(str, prepared)) + "}"])
        # PostgreSQL does not guess of what type a list of texts is; the type is the field's own.
        return RawSQL(f"SELECT unnest(%s::{field.rel_db_type(connection)}[])", [prepared])  # noqa: S611
    return prepared


def best_first(scores: Mapping[Any, float], most: int | None = None) -> list[Any]:
    """The keys by score; among equals the newest first, which has the highest key."""
    pairs = zip(scores.values(), scores, strict=True)
    if most is None or most >= len(scores):
        best = sorted(pairs, reverse=True)
    else:
        # Numbers alone are compared sooner than pairs.
        least = heapq.nlargest(most, scores.values())[-1] if most else 0.0
        best = sorted((pair for pair in pairs if pair[0] >= least), reverse=True)[:most]
    return [key for _, key in best]
