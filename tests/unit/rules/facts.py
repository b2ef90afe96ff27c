"""Facts of columns as the rules' tests need them: a readable list page, seen on one day."""

from __future__ import annotations

import datetime as dt
from typing import Any

from audits.rules.freshness import ColumnFacts, ColumnVerdict, judge_column
from audits.rules.profiles import load_profile

AS_OF = dt.date(2026, 11, 18)


def column(column_class: str = "dynamic", **changes: Any) -> ColumnFacts:
    values: dict[str, Any] = {
        "column_class": column_class,
        "as_of": AS_OF,
        "outcome": "ok",
        "page_kind": "list",
        "entries": 10,
    }
    return ColumnFacts(**{**values, **changes})


def judged(column_class: str = "dynamic", *, profile: str = "county", **changes: Any) -> ColumnVerdict:
    return judge_column(column(column_class, **changes), load_profile(profile))


def ago(days: int) -> dt.date:
    return AS_OF - dt.timedelta(days=days)
