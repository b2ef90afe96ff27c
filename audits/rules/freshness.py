"""How fresh a column is under a profile: one pure function from facts to a verdict and its sentence."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from audits.rules.profiles import Profile
from audits.rules.states import ColumnState


@dataclasses.dataclass(frozen=True, slots=True)
class ColumnFacts:
    """What is known of a column when it is judged.

    `outcome` is a `crawler.records.FetchOutcome` value, `page_kind` and `warnings` are values of
    `crawler.reading`'s PageKind and Warn. `updated` and `as_of` are civil dates (Asia/Shanghai).
    `exempt_reason` / `downtime_reason` are set when an exemption or a filed downtime covers the visit.
    """

    column_class: str
    as_of: dt.date
    outcome: str
    outcome_detail: str = ""
    page_kind: str = ""
    updated: dt.date | None = None
    entries: int = 0
    warnings: tuple[str, ...] = ()
    rhythm_days: int | None = None
    trial: bool = False
    retired: bool = False
    exempt_reason: str = ""
    downtime_reason: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class ColumnVerdict:
    """A verdict with everything an appeal asks for. `sentence` is Chinese, stored, never translated."""

    state: ColumnState
    underlying_state: ColumnState
    rule_id: str
    sentence: str
    inputs: dict[str, Any]
    updated: dt.date | None
    due_on: dt.date | None
    days_overdue: int


def judge_column(facts: ColumnFacts, profile: Profile) -> ColumnVerdict:
    """Judge one column."""
    raise NotImplementedError
