"""Cases as runs and people leave them: found stale, confirmed by a person."""

from __future__ import annotations

import datetime as dt

from audits.cases import services
from audits.cases.enums import ActKind
from audits.cases.models import Case
from audits.registry.enums import ColumnStanding
from audits.registry.models import Column, Exemption
from audits.rules.profiles import load_profile
from audits.runs import services as runs
from audits.runs.enums import RunStep
from audits.runs.models import Run
from portal.units.models import User
from tests.factories.audits import CREATED, Seen, make_crawled_run

#: Long enough before any run of a test to be stale in every class.
OLD = dt.date(2024, 3, 1)


def inspect(seen: dict[Column, Seen], *, at: dt.datetime) -> Run:
    """A run that saw this, imported, judged and told to the cases."""
    run = make_crawled_run(seen, at=at)
    runs.import_records(run)
    runs.judge_run(run, load_profile(run.profile))
    services.update_cases(run)
    run.step = RunStep.DONE
    run.save()
    return run


def confirm(case: Case, *, actor: User, at: dt.datetime) -> Case:
    return services.act(case=case, kind=ActKind.CONFIRM, actor=actor, at=at, reason="截图核实，确未更新")


def make_confirmed_case(column: Column, *, actor: User, at: dt.datetime, seen: Seen = OLD) -> Case:
    """A column that a run saw stale, and a person's word that it is so."""
    inspect({column: seen}, at=at)
    return confirm(Case.objects.get(column=column), actor=actor, at=at + dt.timedelta(hours=1))


def exempt(column: Column, *, actor: User, day: dt.date) -> None:
    """An exemption whose last day is `day`."""
    Exemption.objects.create(
        column=column,
        reason="机构改革",
        approved_by=actor,
        valid_from=day - dt.timedelta(days=9),
        valid_until=day,
        created_at=CREATED,
    )


def bar_from_papers(column: Column, bar: str, *, actor: User, day: dt.date) -> None:
    """Make a column one that no paper may name on `day`: "trial", "retired" or "exempt"."""
    if bar == "exempt":
        exempt(column, actor=actor, day=day)
    else:
        Column.objects.filter(pk=column.pk).update(standing=ColumnStanding(bar))
