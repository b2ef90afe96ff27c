"""The only place in audits where the loop closes and the clock is read.

registry -> plan => crawl => records -> runs -> rules -> cases -> (a person confirms) -> evidence ->
notices -> a new run -> re-check. Every function may be called twice; the second call changes nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audits.cases import services as cases_
from audits.cases.enums import IN_HAND, ActKind, CaseState
from audits.cases.fold import ALLOWED
from audits.cases.models import Case
from audits.evidence.queries import pending_cases
from audits.evidence.services import capture
from audits.notices import services as notices
from audits.notices.enums import PaperActKind, PaperState
from audits.notices.models import Paper
from audits.registry.models import Column, Site
from audits.registry.plans import build_plan
from audits.rules.profiles import load_profile
from audits.rules.states import STALE
from audits.rules.workdays import civil_day
from audits.runs import services as runs
from audits.runs.crawl import CrawlError, alone, run_crawler, write_plan
from audits.runs.dates import check_has_come
from audits.runs.enums import RunKind, RunStep
from audits.runs.findable import make_findable
from audits.runs.models import Run
from portal.units.models import User

#: Called with a line of progress for a person.
Progress = Callable[[str], None]


class RunFailedError(RuntimeError):
    """A run stopped; it keeps what it has and can be taken up again. The message is one line that says why."""


# Runs


@transaction.atomic
def start_run(
    *,
    site_code: str | None = None,
    columns: Iterable[str] = (),
    as_of: dt.datetime | None = None,
    profile: str | None = None,
    requested_by: User | None = None,
) -> Run:
    """Make a run and write its plan. `columns` (uuids) makes it a re-check. Raises ValueError in one clear line."""
    now = timezone.now()
    if as_of is not None:
        check_has_come(as_of, now=now)
    profile = load_profile(settings.AUDIT_PROFILE if profile is None else profile).code
    uuids = sorted(set(columns))
    sites = [] if uuids else _sites(site_code)
    chosen = list(Column.objects.watched().filter(uuid__in=uuids).select_related("site")) if uuids else None
    if missing := set(uuids) - {str(column.uuid) for column in chosen or ()}:
        raise ValueError(f"column {min(missing)} is not watched")
    run = Run.objects.create(
        kind=RunKind.RECHECK if uuids else RunKind.SITE if site_code else RunKind.FULL,
        as_of=as_of or now,
        profile=profile,
        site=sites[0] if site_code else None,
        column_uuids=uuids,
        requested_by=requested_by,
        created_at=now,
    )
    write_plan(build_plan(run_id=run.pk, as_of=run.as_of, sites=sites, columns=chosen), run.folder)
    return run


def execute_run(run: Run, *, progress: Progress | None = None) -> Run:
    """Crawl, import, judge and bring cases up to date, from whatever step the run has reached.

    Every step leaves the run as it was or one step further: a run that was killed anywhere goes on from
    there, and one that is complete, or under way in another process, is not done twice. Raises
    RunFailedError after noting the reason on the run, which may then be executed again.
    """
    if run.step == RunStep.DONE:
        return run
    try:
        with alone(run.folder / "run.lock"):
            run.refresh_from_db()  # who waited for the lock may find the work done
            _execute(run, progress or _silent)
    except Exception as error:  # whatever ended it: the run's row says why, and the caller hears of it
        known = isinstance(error, (ValueError, OSError, CrawlError))
        line = str(error) if known else f"{type(error).__name__}: {error}"
        run.step, run.error = RunStep.FAILED, " ".join(line.split())[:500]
        run.save(update_fields=["step", "error"])
        raise RunFailedError(run.error) from error
    return run


def _execute(run: Run, say: Progress) -> None:
    if run.step == RunStep.FAILED:
        run.step = RunStep.PLANNED  # what was crawled and imported is found again
    if run.step == RunStep.PLANNED:
        run_crawler(runs.load_plan(run), run.folder, say)
        _reached(run, RunStep.CRAWLED)
    if run.step == RunStep.CRAWLED:
        with transaction.atomic():
            count = runs.import_records(run)
            titles = make_findable(run)
            _reached(run, RunStep.IMPORTED)
        say(_("%(count)d records imported") % {"count": count})
        say(_("%(count)d titles of outside sites are new in the search") % {"count": titles})
    if run.step == RunStep.IMPORTED:
        with transaction.atomic():
            count = len(runs.judge_run(run, load_profile(run.profile)))
            _reached(run, RunStep.JUDGED)
        say(_("%(count)d columns judged") % {"count": count})
    if run.step == RunStep.JUDGED:
        with transaction.atomic():
            count = len(cases_.update_cases(run))
            run.finished_at = timezone.now()
            _reached(run, RunStep.DONE)
        say(_("%(count)d cases opened or changed") % {"count": count})


def reread_run(run: Run) -> int:
    """Read a complete run's saved bytes again with today's reader and judge what it says; returns the pages read."""
    with transaction.atomic():
        count = len(runs.reread(run))
        if count:
            make_findable(run)
            runs.judge_run(run, load_profile(run.profile))
            cases_.update_cases(run)
    return count


def _sites(code: str | None) -> list[Site]:
    sites = Site.objects.active().order_by("code")
    if code is not None:
        sites = sites.filter(code=code)
    if not sites:
        raise ValueError("there is no active site to inspect" if code is None else f"there is no active site {code!r}")
    return list(sites)


def _reached(run: Run, step: RunStep) -> None:
    run.step, run.error = step, ""
    run.save(update_fields=["step", "error", "finished_at"])


def _silent(line: str) -> None:
    """Progress that nobody asked for."""


# Cases


@transaction.atomic
def confirm_cases(*, cases: Iterable[Case], actor: User, reason: str) -> list[Case]:
    """A person confirms cases: they join their unit's open draft; evidence is wanted from then on (`capture_evidence`).

    All or none. Cases that are confirmed already stay as they are. Raises ValueError in one clear line for
    a case that cannot be confirmed, a column that is on trial, retired or exempt today, and a site without a unit.
    """
    now = timezone.now()
    asked = list(Case.objects.with_subject().filter(pk__in=[case.pk for case in cases]).order_by("pk"))
    fresh = [case for case in asked if case.state not in IN_HAND]
    for case in fresh:
        if why := cases_.why_not_nameable(case, civil_day(now)):
            raise cases_.IllegalActError(why)
        cases_.act(case=case, kind=ActKind.CONFIRM, actor=actor, at=now, reason=reason)
        notices.add_to_draft(case=case, now=now)
    return asked


@transaction.atomic
def write_off_case(*, case: Case, actor: User, reason: str) -> Case:
    """A person writes a case off (核减) with a reason; it leaves the open draft."""
    if case.state == CaseState.WRITTEN_OFF:
        return case
    now = timezone.now()
    _needs(reason, _("Writing a case off needs a reason."))
    cases_.act(case=case, kind=ActKind.WRITE_OFF, actor=actor, at=now, reason=reason)
    notices.remove_from_draft(case=case, now=now)
    return case


@transaction.atomic
def close_case(*, case: Case, actor: User, reason: str) -> Case:
    """A person closes (销号) a case whose fix a re-check confirmed."""
    if case.state == CaseState.CLOSED:
        return case
    _needs(reason, _("Closing a case needs a reason."))
    return cases_.act(case=case, kind=ActKind.CLOSE, actor=actor, at=timezone.now(), reason=reason)


def _needs(reason: str, message: str) -> None:
    if not reason.strip():
        raise cases_.IllegalActError(message)


# Evidence and papers


def capture_evidence(*, progress: Progress | None = None) -> int:
    """Take the missing screenshots of confirmed cases; returns how many rows were added."""
    return len(capture(cases=pending_cases(), now=timezone.now(), progress=progress or _silent))


def draft_papers(*, progress: Progress | None = None) -> list[Paper]:
    """Refresh open drafts from their cases and render them; returns the papers that have files now."""
    now = timezone.now()
    notices.refresh_drafts(now)
    return notices.render_drafts(now=now, progress=progress or _silent)


def follow_up(*, progress: Progress | None = None) -> list[Paper]:
    """What confirmed cases want: the missing screenshots, then drafts that show them."""
    capture_evidence(progress=progress)
    return draft_papers(progress=progress)


@transaction.atomic
def sign_paper(*, paper: Paper, actor: User, signatory: str) -> Paper:
    """签发: number, date, deadline; items are frozen, final files rendered, cases notified."""
    now = timezone.now()
    paper = notices.sign(paper=paper, actor=actor, signatory=signatory, now=now)
    for case in _cases_of(paper):
        cases_.act(
            case=case, kind=ActKind.NOTIFY, actor=actor, at=now, reason=paper.number, reference=f"paper:{paper.pk}"
        )
    return paper


def deliver_paper(*, paper: Paper, actor: User) -> Paper:
    """送达."""
    return notices.deliver(paper=paper, actor=actor, now=timezone.now())


def acknowledge_paper(*, paper: Paper, actor: User) -> Paper:
    """签收 by the unit."""
    return notices.acknowledge(paper=paper, actor=actor, now=timezone.now())


@transaction.atomic
def reply_to_paper(*, paper: Paper, actor: User, text: str) -> Paper:
    """反馈 by the unit; its cases become replied."""
    now = timezone.now()
    paper = notices.reply(paper=paper, actor=actor, text=text, now=now)
    _tell_cases(paper, ActKind.REPLY, actor=actor, now=now, reason=text)
    return paper


@transaction.atomic
def withdraw_paper(*, paper: Paper, actor: User, reason: str) -> Paper:
    """Take a signed paper back; its cases are confirmed again and wait for another paper."""
    now = timezone.now()
    paper = notices.withdraw(paper=paper, actor=actor, reason=reason, now=now)
    _tell_cases(paper, ActKind.WITHDRAW, actor=actor, now=now, reason=reason)
    return paper


def recheck_paper(*, paper: Paper, actor: User, progress: Progress | None = None) -> Paper:
    """复查: a new run over the paper's columns; the paper is settled or returned (退回重办).

    All fixed: settled, and a person closes the cases. Any still stale: returned. What could not be reached
    or judged is neither: the paper says so and stays open. Raises ValueError for a paper that is not
    waiting for a re-check, RunFailedError when the run stopped.
    """
    paper = Paper.objects.get(pk=paper.pk)
    if paper.state == PaperState.SETTLED:
        return paper
    if paper.state not in notices.ALLOWED[PaperActKind.SETTLE]:
        raise notices.PaperError(
            _("%(paper)s: a paper that is “%(state)s” is not waiting for a re-check.")
            % {"paper": paper.number or paper.unit, "state": paper.get_state_display()}
        )
    columns = [
        str(uuid)
        for uuid in Column.objects.watched().filter(cases__paper_items__paper=paper).values_list("uuid", flat=True)
    ]
    if not columns:
        raise notices.PaperError(_("%(paper)s: none of its columns is watched any more.") % {"paper": paper.number})
    run = execute_run(start_run(columns=columns, requested_by=actor), progress=progress)
    with transaction.atomic():
        now = timezone.now()
        paper = notices.record_recheck(paper=paper, actor=actor, run=run, now=now)
        stale = set(run.verdicts.filter(state__in=[state.value for state in STALE]).values_list("column_id", flat=True))
        for case in _cases_of(paper):
            if case.column_id in stale and case.state in ALLOWED[ActKind.RETURN]:
                cases_.act(
                    case=case,
                    kind=ActKind.RETURN,
                    actor=actor,
                    at=now,
                    reason=case.verdict.sentence[:300],
                    reference=f"run:{run.pk}",
                )
    return paper


def _cases_of(paper: Paper) -> list[Case]:
    return list(Case.objects.with_subject().filter(paper_items__paper=paper).order_by("paper_items__position"))


def _tell_cases(paper: Paper, kind: ActKind, *, actor: User, now: dt.datetime, reason: str) -> None:
    """Note a step of the paper on those of its cases that wait for it (others were fixed or settled meanwhile)."""
    step = paper.acts.order_by("-pk").values_list("pk", flat=True)[0]
    for case in _cases_of(paper):
        if case.state in ALLOWED[kind]:
            cases_.act(case=case, kind=kind, actor=actor, at=now, reason=reason[:300], reference=f"paper-act:{step}")
