"""What the demo tells at its end: one page of plain text."""

from __future__ import annotations

import dataclasses
import datetime as dt
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.conf import settings
from django.db.models import Count

from audits.cases.enums import CaseState
from audits.cases.models import Case
from audits.evidence.models import Evidence
from audits.management.sample import county
from audits.notices.models import Paper, PaperFile
from audits.notices.queries import current_files
from audits.reports.figures import Figures, current_figures
from audits.runs.models import Run
from search.models import OutsideTitle
from search.outbox import waiting


@dataclasses.dataclass(frozen=True, slots=True)
class Tally:
    """How much there is of what a second demo must not add to."""

    cases: int
    evidence: int
    papers: int
    files: int

    @classmethod
    def now(cls) -> Tally:
        return cls(Case.objects.count(), Evidence.objects.count(), Paper.objects.count(), PaperFile.objects.count())


def summary(*, run: Run, as_of: dt.datetime, before: Tally) -> Iterator[str]:
    """The lines of the summary. `before`: the tally before this demo did anything."""
    figures = current_figures()
    yield ""
    yield f"===== {county.NAME}, as of {as_of:%Y-%m-%d %H:%M}, run {run.pk} ====="
    yield f"units       {_counts(figures.units)}"
    yield f"sites       {_counts(figures.sites)}"
    yield f"columns     {_counts(figures.columns)}"
    yield from _zombies(figures)
    yield from _stale(figures)
    yield ""
    now = Tally.now()
    cases = {state: figures.cases[state] for state in CaseState if state in figures.cases}
    yield f"cases       {_counts(cases)}{_change(before.cases, now.cases)}"
    missing = f"{figures.pictures_missing} missing"
    yield f"evidence    {figures.pictures} pictures, {missing}{_change(before.evidence, now.evidence)}"
    yield f"            {settings.EVIDENCE_DIR}"
    yield f"papers      {now.papers}{_change(before.files, now.files, what='files')}"
    yield f"            {settings.PAPERS_DIR}"
    yield from _papers()
    yield f"search      {OutsideTitle.objects.count()} titles of outside sites, {waiting()} changes waiting"
    yield f"run         {run.folder} (plan, records, saved pages)"
    yield "portal      make serve"
    yield from accounts()


def accounts() -> Iterator[str]:
    """The sample's accounts, one per role."""
    yield f"accounts    password {county.PASSWORD}"
    units = county.units()
    for account in county.accounts():
        who = f"{account.role}: {account.name}, {units[account.unit].short_name}"
        yield f"            {_pad(account.username, 10)}{who}"


def _zombies(figures: Figures) -> Iterator[str]:
    yield ""
    yield f"zombie sites ({len(figures.zombies)})"
    for verdict in figures.zombies:
        yield f"  {_pad(verdict.site.code, 12)}{verdict.site.name}: {verdict.sentence}"


def _stale(figures: Figures) -> Iterator[str]:
    yield ""
    yield f"columns not updated ({len(figures.stale)})"
    rows = [
        (
            verdict.column.site.name,
            verdict.column.name,
            verdict.state,
            f"{verdict.updated:%Y-%m-%d}" if verdict.updated else "-",
            str(verdict.days_overdue or "-"),
        )
        for verdict in figures.stale
    ]
    yield from _table(("site", "column", "state", "last update", "days overdue"), rows)


def _papers() -> Iterator[str]:
    papers = Paper.objects.annotate(count=Count("items")).filter(count__gt=0).select_related("unit")
    for paper in papers.order_by("unit__code", "pk"):
        names = " ".join(file.path for file in current_files(paper).values())
        yield f"  {_pad(paper.unit.short_name, 14)}{paper.step} {paper.state}, {paper.count} columns: {names}"


def _counts(counts: Mapping[Any, int]) -> str:
    each = ", ".join(f"{number} {str(state).replace('_', ' ')}" for state, number in counts.items())
    return f"{sum(counts.values())}: {each}"


def _change(before: int, now: int, *, what: str = "") -> str:
    if before == now:
        return " (unchanged)"
    return f" ({now - before} new{f' {what}' if what else ''})"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    lines = [head, *rows]
    widths = [max(_width(line[at]) for line in lines) for at in range(len(head))]
    for line in lines:
        yield "  " + "  ".join(_pad(cell, width) for cell, width in zip(line, widths, strict=True)).rstrip()


def _width(text: str) -> int:
    """Columns on a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _pad(text: str, width: int) -> str:
    return text + " " * max(1 if width > _width(text) else 0, width - _width(text))
