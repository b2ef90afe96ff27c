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
    """A column's newest verdict: its state, and the last update as days before the inspection.

    `needs_browser`: a script fills its list, and there was no Chromium to run it.
    """

    state: str
    updated: int | None
    needs_browser: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Comparison:
    """`columns`: how many were compared. `mismatches`: one line for each column that was found otherwise."""

    columns: int
    mismatches: tuple[str, ...]
    need_browser: int = 0

    def __str__(self) -> str:
        line = f"truth: {self.columns - len(self.mismatches)}/{self.columns} columns as expected"
        return f"{line}, {self.need_browser} more cannot be read without Chromium" if self.need_browser else line


def found(as_of: dt.datetime) -> dict[str, Finding]:
    """The newest verdicts by column key."""
    return {
        key_of(verdict.column): Finding(
            state=verdict.state,
            updated=(as_of.date() - verdict.updated).days if verdict.updated else None,
            needs_browser=verdict.observation.lacks_browser,
        )
        for verdict in Verdict.objects.newest().filter(column__in=sample_columns()).with_subject()
    }


def compare(findings: Mapping[str, Finding]) -> Comparison:
    """Hold findings (by column key) against the table."""
    mismatches = []
    unread = {key for key, finding in findings.items() if finding.needs_browser}
    compared = [column for column in county.columns() if column.key not in unread]
    for column in compared:
        wanted, got = Finding(column.state, column.updated), findings.get(column.key)
        if got != wanted:
            mismatches.append(f"{column.key} {column.name}: expected {_words(wanted)}, found {_words(got)}")
    return Comparison(len(compared), tuple(mismatches), len(unread))


def _words(finding: Finding | None) -> str:
    if finding is None:
        return "no verdict"
    updated = "no update" if finding.updated is None else f"updated {finding.updated} days before"
    return f"{finding.state} ({updated})"
