"""Writes of cases: what people did is added, the projection (Case, CaseEvent) follows from the facts."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from audits.cases.enums import ActKind, CaseState
from audits.cases.fold import ALLOWED, FRESHNESS, Act, Event, Look, Story, fold
from audits.cases.models import Case, CaseAct, CaseEvent
from audits.registry.models import Column
from audits.rules.states import STALE, ColumnState
from audits.rules.workdays import civil_day
from audits.runs.models import Run, Verdict
from portal.units.models import User


class IllegalActError(ValueError):
    """A case is in no state for what somebody wants to do with it; the message is one line for that person."""


def fingerprint(column: Column) -> str:
    """The identity of a column's freshness case."""
    return f"{FRESHNESS}:{column.uuid}"


@transaction.atomic
def update_cases(run: Run) -> list[Case]:
    """Bring the cases of a judged run's columns up to date; returns those that were opened or changed."""
    stale = run.verdicts.filter(profile=run.profile, state__in=[state.value for state in STALE])
    columns = set(stale.values_list("column_id", flat=True))
    columns |= set(Case.objects.filter(column__verdicts__run=run).values_list("column_id", flat=True))
    return _rebuild(columns)


@transaction.atomic
def rebuild(case: Case) -> Case:
    """Make a case and its ledger anew from the facts."""
    _rebuild({case.column_id})
    case.refresh_from_db()
    return case


def check(case: Case, kind: ActKind) -> None:
    """Raise IllegalActError unless `kind` may be done to the case as it stands."""
    if CaseState(case.state) not in ALLOWED[kind]:
        raise IllegalActError(
            _("%(case)s: a case that is “%(state)s” cannot take the step “%(act)s”.")
            % {"case": case.column, "state": case.get_state_display(), "act": kind.label}
        )


def why_not_nameable(case: Case, day: dt.date) -> str:
    """Why no paper may name the case on a civil day, in one line; empty if one may."""
    if Case.objects.nameable(day).filter(pk=case.pk).exists():
        return ""
    column = Column.objects.select_related("site").get(pk=case.column_id)
    exemption = column.exemptions.covering(day).first()
    if exemption is not None:
        return _("%(case)s: the column is exempt until %(day)s.") % {"case": column, "day": exemption.valid_until}
    return _("%(case)s: a column that is “%(standing)s” enters no paper.") % {
        "case": column,
        "standing": column.get_standing_display(),
    }


@transaction.atomic
def act(
    *,
    case: Case,
    kind: ActKind,
    actor: User,
    at: dt.datetime,
    reason: str = "",
    reference: str = "",
    verdict: Verdict | None = None,
) -> Case:
    """Record what a person did to a case. `verdict`: what they had before them; by default the case's newest.

    `reference` ("paper:12") makes the act count once for that paper or run: asked for again, it changes
    nothing. Raises IllegalActError when the case is in no state for it.
    """
    locked = Case.objects.select_for_update().select_related("column__site").get(pk=case.pk)
    if reference and CaseAct.objects.filter(case=locked, kind=kind, reference=reference).exists():
        return locked
    check(locked, kind)
    CaseAct.objects.create(
        case=locked,
        kind=kind,
        at=at,
        actor=actor,
        reason=reason,
        reference=reference,
        verdict_id=verdict.pk if verdict else locked.verdict_id,
    )
    rebuild(locked)
    case.refresh_from_db()
    return case


def _rebuild(columns: Collection[int]) -> list[Case]:
    """Fold the cases of these columns again and write what differs, in a constant number of queries."""
    cases = {case.column_id: case for case in Case.objects.select_for_update().filter(column__in=columns)}
    looks, acts = _looks(columns), _acts(columns)
    stories = {column: story for column in columns if (story := fold(looks[column], acts[column]))}

    opened = stories.keys() - cases.keys()
    for column in Column.objects.filter(pk__in=opened):
        cases[column.pk] = Case(column=column, fingerprint=fingerprint(column))
    changed = [cases[column] for column, story in stories.items() if _tell(cases[column], story)]
    Case.objects.bulk_create([case for case in changed if case.pk is None])
    Case.objects.bulk_update(
        [case for case in changed if case.column_id not in opened],
        ["rule_id", "state", "state_since", "opened_at", "is_baseline", "verdict"],
        batch_size=500,
    )
    _write_events({cases[column].pk: story.events for column, story in stories.items()})
    return changed


def _tell(case: Case, story: Story) -> bool:
    """Put the story's outcome on the case; whether that changed anything."""
    outcome = {
        "rule_id": story.rule_id,
        "state": story.state,
        "state_since": story.state_since,
        "opened_at": story.opened_at,
        "is_baseline": story.is_baseline,
        "verdict_id": story.verdict_id,
    }
    if case.pk is not None and all(getattr(case, name) == value for name, value in outcome.items()):
        return False
    for name, value in outcome.items():
        setattr(case, name, value)
    return True


def _write_events(ledgers: Mapping[int, Iterable[Event]]) -> None:
    """Make the stored ledgers say what `ledgers` (by case) say; lines that are right already are left alone."""
    stored = {(event.case_id, event.sequence): event for event in CaseEvent.objects.filter(case__in=ledgers).order_by()}
    wrong, missing = [], []
    for case, events in ledgers.items():
        for sequence, event in enumerate(events, start=1):
            row = CaseEvent(
                case_id=case,
                sequence=sequence,
                kind=event.kind,
                at=event.at,
                state=event.state,
                actor_id=event.actor_id,
                verdict_id=event.verdict_id,
                sentence=event.sentence,
            )
            old = stored.pop((case, sequence), None)
            if old is None:
                missing.append(row)
            elif _content(old) != _content(row):
                wrong.append(old.pk)
                missing.append(row)
    CaseEvent.objects.filter(pk__in=[*wrong, *(event.pk for event in stored.values())]).delete()
    CaseEvent.objects.bulk_create(missing, batch_size=500)


def _content(event: CaseEvent) -> tuple[object, ...]:
    return (event.kind, event.at, event.state, event.actor_id, event.verdict_id, event.sentence)


def _looks(columns: Collection[int]) -> Mapping[int, list[Look]]:
    """Everything ever seen of these columns, under the profile each run was made for."""
    looks = defaultdict(list)
    rows = Verdict.objects.filter(column__in=columns, profile=F("run__profile")).values_list(
        "column", "pk", "state", "underlying_state", "rule_id", "updated", "sentence",
        "run__as_of", "observation__fetched_at", "observation__is_baseline",
    )  # fmt: skip
    for column, pk, state, underlying, rule_id, updated, sentence, as_of, fetched_at, is_baseline in rows:
        looks[column].append(
            Look(
                observed_at=fetched_at,
                # Judged for a day that was still to come, a look is no newer than its page.
                as_of=min(civil_day(as_of), civil_day(fetched_at)),
                state=ColumnState(state),
                underlying_state=ColumnState(underlying),
                rule_id=rule_id,
                updated=updated,
                sentence=sentence,
                verdict_id=pk,
                is_baseline=is_baseline,
            )
        )
    return looks


def _acts(columns: Collection[int]) -> Mapping[int, list[Act]]:
    acts = defaultdict(list)
    rows = CaseAct.objects.filter(case__column__in=columns)
    for row in rows.select_related("case"):
        acts[row.case.column_id].append(
            Act(row.at, ActKind(row.kind), row.actor_id, row.pk, row.reason, row.verdict_id)
        )
    return acts
