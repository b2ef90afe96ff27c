"""Writes of papers: drafts follow their cases, people sign, deliver, answer and settle. Twice changes nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection

from django.db import IntegrityError, transaction
from django.db.models import F, Max, Q
from django.utils.translation import gettext as _

from audits.cases.enums import SETTLED, CaseState, EventKind
from audits.cases.models import Case
from audits.cases.services import why_not_nameable
from audits.notices.content import chinese_day, item_facts, reply_workdays
from audits.notices.enums import UNSETTLED, PaperActKind, PaperState, Step
from audits.notices.files import render
from audits.notices.models import Paper, PaperAct, PaperItem
from audits.rules.states import ALIVE, STALE, ColumnState
from audits.rules.workdays import civil_day, workday_deadline
from audits.runs.models import Run, Verdict
from portal.units.models import User

#: In which states a paper may take which step.
ALLOWED: dict[PaperActKind, Collection[PaperState]] = {
    PaperActKind.SIGN: (PaperState.DRAFT,),
    PaperActKind.DELIVER: (PaperState.SIGNED,),
    PaperActKind.ACKNOWLEDGE: (PaperState.DELIVERED,),
    PaperActKind.REPLY: (PaperState.ACKNOWLEDGED, PaperState.RETURNED),
    PaperActKind.RETURN: (PaperState.REPLIED, PaperState.RETURNED),
    PaperActKind.SETTLE: (PaperState.REPLIED, PaperState.RETURNED),
    PaperActKind.UNCLEAR: (PaperState.REPLIED, PaperState.RETURNED),
    PaperActKind.WITHDRAW: UNSETTLED,
}
#: Signers that may ask for the same number at one moment.
ATTEMPTS = 20


class PaperError(ValueError):
    """A paper cannot take the step; the message is one line for the person who asked."""


def step_for(case: Case) -> Step:
    """How a unit is told of a case: softly of what was there before anyone watched, firmly of what came back.

    What came back without the unit ever having been told of it is no reason to be firm.
    """
    happened = set(case.events.values_list("kind", flat=True))
    if happened >= {EventKind.NOTIFIED, EventKind.RELAPSED}:
        return Step.SUPERVISION
    return Step.REMINDER if case.is_baseline else Step.RECTIFICATION


@transaction.atomic
def add_to_draft(*, case: Case, now: dt.datetime) -> Paper:
    """Put a confirmed case into its unit's open draft of its step, which is made when there is none.

    A case that is in a draft, or in a signed paper that is not settled, stays there: that paper is returned.
    Raises PaperError for a case that nobody confirmed, a column that is on trial, retired or exempt, and for
    a site that belongs to no unit.
    """
    case = Case.objects.select_for_update(of=("self",)).with_subject().get(pk=case.pk)
    holding = Paper.objects.filter(items__case=case, state__in=(PaperState.DRAFT, *UNSETTLED)).first()
    if holding:
        return holding
    if case.state != CaseState.CONFIRMED:
        raise PaperError(_("%(case)s: only a confirmed case enters a paper.") % {"case": case.column})
    if why := why_not_nameable(case, civil_day(now)):
        raise PaperError(why)
    unit = case.column.site.unit
    if unit is None:
        raise PaperError(
            _("%(case)s: the site belongs to no unit that a paper could be sent to; enter its unit in the registry.")
            % {"case": case.column}
        )
    paper, _created = Paper.objects.get_or_create(
        unit=unit, step=step_for(case), state=PaperState.DRAFT, defaults={"created_at": now}
    )
    # Somebody may be signing this very draft: it is locked, and looked at again.
    if Paper.objects.select_for_update().get(pk=paper.pk).state != PaperState.DRAFT:
        return add_to_draft(case=case, now=now)
    last = paper.items.aggregate(last=Max("position"))["last"] or 0
    PaperItem.objects.create(paper=paper, case=case, position=last + 1, facts=item_facts(case))
    return paper


@transaction.atomic
def remove_from_draft(*, case: Case, now: dt.datetime) -> Paper | None:
    """Take a case out of the draft it is in; returns that draft. Signed papers keep what they say."""
    item = PaperItem.objects.filter(case=case, paper__state=PaperState.DRAFT).select_related("paper").first()
    if item is None:
        return None
    paper = _lock(item.paper)
    if paper.state == PaperState.DRAFT:
        item.delete()
    return paper


@transaction.atomic
def refresh_drafts(now: dt.datetime) -> list[Paper]:
    """Bring drafts up to date with their cases: who is in, in which order, and what is said. Returns the drafts.

    Cases that are no longer confirmed (fixed, written off meanwhile) leave, and so do those whose column is
    on trial, retired or exempt by now, or whose site belongs to another unit; confirmed ones that are in no open
    paper join, unless their site has no unit.
    """
    nameable = Case.objects.confirmed().nameable(civil_day(now))
    astray = ~Q(case__in=nameable) | ~Q(case__column__site__unit=F("paper__unit"))
    for item in PaperItem.objects.filter(astray, paper__state=PaperState.DRAFT):
        remove_from_draft(case=item.case, now=now)
    waiting = nameable.filter(column__site__unit__isnull=False)
    for case in waiting.exclude(paper_items__paper__state__in=(PaperState.DRAFT, *UNSETTLED)):
        add_to_draft(case=case, now=now)
    drafts = list(Paper.objects.drafts().select_related("unit").order_by("unit__code", "step"))
    for paper in drafts:
        items = list(paper.items.all())
        subjects = Case.objects.with_subject().prefetch_related("evidence").filter(paper_items__paper=paper)
        cases = {case.pk: case for case in subjects}
        items.sort(key=lambda item: (cases[item.case_id].column.site.code, cases[item.case_id].column.pk))
        for position, item in enumerate(items, start=1):
            facts = item_facts(cases[item.case_id])
            if (item.position, item.facts) != (position, facts):
                item.position, item.facts = position, facts
                item.save(update_fields=["position", "facts"])
    return drafts


def render_drafts(*, now: dt.datetime, progress: Callable[[str], None] = lambda line: None) -> list[Paper]:
    """Render every draft whose content has no files yet; returns all drafts, each with its files."""
    drafts = list(Paper.objects.drafts().select_related("unit").order_by("unit__code", "step"))
    for number, paper in enumerate(drafts, start=1):
        if render(paper, now=now):
            progress(f"文书草稿 {number}/{len(drafts)}：{paper.unit.name}")
    return drafts


@transaction.atomic
def sign(*, paper: Paper, actor: User, signatory: str, now: dt.datetime) -> Paper:
    """签发: number, date and deadline are given, what the paper says is frozen, the final files are made.

    Numbers run without gaps within a year: whatever fails here takes the number back. Raises PaperError
    when the draft is empty, when it names a case that is no longer confirmed, a column that is on trial, retired
    or exempt by now, or one whose site belongs to another unit, or when somebody else signed it.
    """
    signatory = signatory.strip()
    if not signatory:
        raise PaperError(_("A paper needs the name of the person who signs it."))
    paper = _lock(paper)
    if paper.serial and paper.signatory == signatory:
        return paper
    _check(paper, PaperActKind.SIGN)
    today = civil_day(now)
    items = list(paper.items.select_related("case__column__site"))
    if not items:
        raise PaperError(_("%(paper)s: the draft has no cases.") % {"paper": _name(paper)})
    for item in items:
        if item.case.state != CaseState.CONFIRMED:
            raise PaperError(
                _("%(paper)s: “%(case)s” is no longer confirmed; refresh the draft and look at it again.")
                % {"paper": _name(paper), "case": item.case.column}
            )
        if why := why_not_nameable(item.case, today):
            raise PaperError(why)
        if item.case.column.site.unit_id != paper.unit_id:
            raise PaperError(
                _("%(paper)s: the site of “%(case)s” belongs to another unit by now; refresh the draft.")
                % {"paper": _name(paper), "case": item.case.column}
            )
    deadline = workday_deadline(today, reply_workdays(paper.step, [item.facts for item in items]))
    paper.state, paper.signatory = PaperState.SIGNED, signatory
    paper.year, paper.signed_on, paper.deadline = today.year, today, deadline.day
    _number(paper)
    note = "" if deadline.calendar_complete else f"{deadline.day.year}年节假日安排尚未公布，期限按周末推算，请复核。"
    PaperAct.objects.create(paper=paper, kind=PaperActKind.SIGN, at=now, actor=actor, text=note)
    render(paper, now=now)
    return paper


def deliver(*, paper: Paper, actor: User, now: dt.datetime) -> Paper:
    """送达."""
    return _advance(paper, PaperActKind.DELIVER, PaperState.DELIVERED, actor=actor, now=now)


def acknowledge(*, paper: Paper, actor: User, now: dt.datetime) -> Paper:
    """签收 by the unit."""
    return _advance(paper, PaperActKind.ACKNOWLEDGE, PaperState.ACKNOWLEDGED, actor=actor, now=now)


@transaction.atomic
def reply(*, paper: Paper, actor: User, text: str, now: dt.datetime) -> Paper:
    """反馈 by the unit. The same reply sent twice is one reply; after a return (退回重办) a new one is due."""
    text = text.strip()
    if not text:
        raise PaperError(_("A reply needs a text."))
    paper = _lock(paper)
    last = paper.acts.filter(kind=PaperActKind.REPLY).order_by("-pk").first()
    if paper.state == PaperState.REPLIED and last and last.text == text:
        return paper
    return _record(paper, PaperActKind.REPLY, PaperState.REPLIED, actor=actor, now=now, text=text)


@transaction.atomic
def record_recheck(*, paper: Paper, actor: User, run: Run, now: dt.datetime) -> Paper:
    """复查: what a run found of the paper's columns.

    All fixed: the paper is settled. Any still out of date: it is returned, and the act names them. What
    could not be reached or judged is neither; with nothing worse the paper stays as it is, and the act says so.
    """
    paper = _lock(paper)
    if paper.acts.filter(run_id=run.pk).exists():
        return paper
    stale, unclear = _recheck(paper, run)
    heading = f"复查（检查批次#{run.pk}，截至{chinese_day(civil_day(run.as_of))}）："
    findings = [f"仍未更新：{'；'.join(stale)}" if stale else "", f"无法判定：{'；'.join(unclear)}" if unclear else ""]
    text = (
        heading
        + ("。".join(finding for finding in findings if finding) or "附件所列栏目均已恢复更新或者无须更新")
        + "。"
    )
    if stale:
        kind, state = PaperActKind.RETURN, PaperState.RETURNED
    elif unclear:
        kind, state = PaperActKind.UNCLEAR, PaperState(paper.state)
    else:
        kind, state = PaperActKind.SETTLE, PaperState.SETTLED
    return _record(paper, kind, state, actor=actor, now=now, text=text, run_id=run.pk)


@transaction.atomic
def withdraw(*, paper: Paper, actor: User, reason: str, now: dt.datetime) -> Paper:
    """Take a signed paper back, with a reason; it keeps its number."""
    if not reason.strip():
        raise PaperError(_("Withdrawing a paper needs a reason."))
    return _advance(paper, PaperActKind.WITHDRAW, PaperState.WITHDRAWN, actor=actor, now=now, text=reason.strip())


@transaction.atomic
def _advance(
    paper: Paper, kind: PaperActKind, state: PaperState, *, actor: User, now: dt.datetime, text: str = ""
) -> Paper:
    """Record a step that a paper takes once; asked for again, it changes nothing."""
    paper = _lock(paper)
    if paper.acts.filter(kind=kind).exists():
        return paper
    return _record(paper, kind, state, actor=actor, now=now, text=text)


def _record(
    paper: Paper,
    kind: PaperActKind,
    state: PaperState,
    *,
    actor: User,
    now: dt.datetime,
    text: str,
    run_id: int | None = None,
) -> Paper:
    _check(paper, kind)
    PaperAct.objects.create(paper=paper, kind=kind, at=now, actor=actor, text=text, run_id=run_id)
    paper.state = state
    paper.save(update_fields=["state"])
    return paper


def _lock(paper: Paper) -> Paper:
    return Paper.objects.select_for_update(of=("self",)).select_related("unit").get(pk=paper.pk)


def _check(paper: Paper, kind: PaperActKind) -> None:
    if paper.state not in ALLOWED[kind]:
        raise PaperError(
            _("%(paper)s: a paper that is “%(state)s” cannot take the step “%(act)s”.")
            % {"paper": _name(paper), "state": paper.get_state_display(), "act": kind.label}
        )


def _name(paper: Paper) -> str:
    return paper.number or f"{paper.unit} · {paper.get_step_display()}"


def _number(paper: Paper) -> None:
    """Save the paper under the next number of its year. Who loses a race for one takes the next."""
    for _attempt in range(ATTEMPTS):
        last = Paper.objects.filter(year=paper.year).aggregate(last=Max("serial"))["last"] or 0
        paper.serial = last + 1
        try:
            with transaction.atomic():
                paper.save()
        except IntegrityError:
            if not Paper.objects.filter(year=paper.year, serial=paper.serial).exists():
                raise
        else:
            return
    raise RuntimeError(f"the number of a paper was taken {ATTEMPTS} times in a row")


def _recheck(paper: Paper, run: Run) -> tuple[list[str], list[str]]:
    """Columns of the paper that the run found still out of date, and those it could say nothing of, with why."""
    stale, unclear = [], []
    newest = {
        verdict.column_id: verdict for verdict in Verdict.objects.filter(run=run, profile=run.profile).order_by("pk")
    }
    for item in paper.items.select_related("case__column__site"):
        verdict = newest.get(item.case.column_id)
        if item.case.state in SETTLED or (
            verdict and verdict.state in {*ALIVE, ColumnState.EXEMPT, ColumnState.RETIRED}
        ):
            continue
        if verdict is None:
            unclear.append(f"{item.case.column}（本批次没有检查）")
        elif verdict.state in STALE:
            stale.append(f"{item.case.column}")
        else:
            unclear.append(f"{item.case.column}（{verdict.sentence.rstrip('。')}）")
    return stale, unclear
