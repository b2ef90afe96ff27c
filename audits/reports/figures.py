"""How the county stands: figures for the top line of the desk and for a summary. Read-only, constant queries."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Collection, Mapping

from django.db.models import Count

from audits.cases.enums import CaseState
from audits.cases.models import Case
from audits.evidence.enums import EvidenceStatus
from audits.evidence.models import Evidence
from audits.registry.models import Column, Site
from audits.rules.states import STALE, UNKNOWN, ColumnState, SiteState
from audits.runs.models import Run, SiteVerdict, Verdict
from portal.units.models import Unit

#: A unit with several sites is as badly off as its worst.
WORST_FIRST = (
    SiteState.ZOMBIE,
    SiteState.FAILING,
    SiteState.UNREACHABLE,
    SiteState.INCONCLUSIVE,
    SiteState.TRIAL,
    SiteState.NORMAL,
)


@dataclasses.dataclass(frozen=True, slots=True)
class Coverage:
    """Of the columns that are watched: how many were looked at, and how many of those could be judged."""

    watched: int
    seen: int
    judged: int


@dataclasses.dataclass(frozen=True, slots=True)
class Figures:
    """The newest verdict on every watched column and active site, and what became of the cases.

    States that do not occur are left out of the counts. `stale`: the most overdue first.
    """

    last_run: Run | None
    units: Mapping[SiteState, int]
    sites: Mapping[SiteState, int]
    columns: Mapping[ColumnState, int]
    zombies: tuple[SiteVerdict, ...]
    stale: tuple[Verdict, ...]
    cases: Mapping[CaseState, int]
    pictures: int
    pictures_missing: int
    coverage: Coverage


def current_figures(units: Collection[Unit] | None = None) -> Figures:
    """The figures of the county, or of some units."""
    sites, columns, cases = Site.objects.active(), Column.objects.watched(), Case.objects.all()
    pictures = Evidence.objects.filter(status=EvidenceStatus.CAPTURED)
    if units is not None:
        sites, columns = sites.filter(unit__in=units), columns.filter(site__unit__in=units)
        cases = cases.of_units(units)
        pictures = pictures.filter(case__in=cases)
    site_verdicts = list(SiteVerdict.objects.newest().filter(site__in=sites).select_related("site__unit"))
    verdicts = Verdict.objects.newest().filter(column__in=columns)
    by_state = {
        ColumnState(state): count for state, count in verdicts.values_list("state").order_by().annotate(Count("pk"))
    }
    stale = verdicts.filter(state__in=[state.value for state in STALE]).with_subject()
    seen = sum(by_state.values())
    return Figures(
        last_run=Run.objects.complete().inspections().newest_first().first(),
        units=_units(site_verdicts),
        sites=_in_order(Counter(SiteState(verdict.state) for verdict in site_verdicts)),
        columns={state: by_state[state] for state in ColumnState if state in by_state},
        zombies=tuple(verdict for verdict in site_verdicts if verdict.state == SiteState.ZOMBIE),
        stale=tuple(stale.order_by("-days_overdue", "column__site__code", "column_id")),
        cases=cases.by_state(),
        pictures=pictures.count(),
        pictures_missing=cases.in_hand().exclude(evidence__status=EvidenceStatus.CAPTURED).count(),
        coverage=Coverage(
            watched=columns.count(), seen=seen, judged=seen - sum(by_state.get(state, 0) for state in UNKNOWN)
        ),
    )


def _units(verdicts: list[SiteVerdict]) -> Mapping[SiteState, int]:
    worst: dict[int, SiteState] = {}
    for verdict in verdicts:
        if verdict.site.unit_id is not None:
            states = (SiteState(verdict.state), worst.get(verdict.site.unit_id, SiteState.NORMAL))
            worst[verdict.site.unit_id] = min(states, key=WORST_FIRST.index)
    return _in_order(Counter(worst.values()))


def _in_order(counts: Counter[SiteState]) -> Mapping[SiteState, int]:
    return {state: counts[state] for state in reversed(WORST_FIRST) if counts[state]}
