"""What the auditor found, held against the truth that was written down by hand before."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping

from audits.management.sample import county
from audits.management.sample.seed import key_of, sample_columns
from audits.runs.models import Verdict


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """A column's newest verdict: its state, and the last update as days before the inspection."""

    state: str
    updated: int | None


@dataclasses.dataclass(frozen=True, slots=True)
class Comparison:
    """`mismatches`: one line for each column that was found otherwise."""

    columns: int
    mismatches: tuple[str, ...]

    def __str__(self) -> str:
        return f"truth: {self.columns - len(self.mismatches)}/{self.columns} columns as expected"


def found(as_of: dt.datetime) -> dict[str, Finding]:
    """The newest verdicts by column key."""
    return {
        key_of(verdict.column): Finding(
            state=verdict.state, updated=(as_of.date() - verdict.updated).days if verdict.updated else None
        )
        for verdict in Verdict.objects.newest().filter(column__in=sample_columns()).select_related("column__site")
    }


def compare(findings: Mapping[str, Finding]) -> Comparison:
    """Hold findings (by column key) against the table."""
    mismatches = []
    for column in county.columns():
        wanted, got = Finding(column.state, column.updated), findings.get(column.key)
        if got != wanted:
            mismatches.append(f"{column.key} {column.name}: expected {_words(wanted)}, found {_words(got)}")
    return Comparison(len(county.columns()), tuple(mismatches))


def _words(finding: Finding | None) -> str:
    if finding is None:
        return "no verdict"
    updated = "no update" if finding.updated is None else f"updated {finding.updated} days before"
    return f"{finding.state} ({updated})"
