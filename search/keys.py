"""Any number of primary keys in one statement."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.db import connections, models
from django.db.models.expressions import RawSQL


def among(field: models.Field, values: Sequence[Any], *, using: str) -> Any:
    """The right-hand side of `__in` for any number of keys: they travel as one parameter."""
    connection = connections[using]
    prepared = [field.get_db_prep_value(value, connection) for value in values]
    if connection.vendor == "sqlite":
        return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(prepared)])
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s)", [prepared])
    return prepared
