"""Writes of an approval. The clock and the person are arguments; what is not allowed raises."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.db import transaction
from wagtail.log_actions import log
from wagtail.models import Page, Workflow, WorkflowPage, WorkflowState, WorkflowTask

from portal.pages import attachments, content_checks
from portal.pages.approval import queries
from portal.pages.approval.enums import ApprovalStep, SigningMethod
from portal.pages.approval.models import Deputy, UnitTask, UnitTaskState
from portal.pages.blocks import plain_text
from portal.pages.models import ArticlePage, HomePage
from portal.units.models import Membership, Person, Unit, User

WORKFLOW = "信息发布审签"
STEP_NAMES = {
    ApprovalStep.PROOFREAD: "校对",
    ApprovalStep.SECRECY: "保密审查",
    ApprovalStep.SIGN_OFF: "审签",
}


class ApprovalError(ValueError):
    """What was asked for does not fit; the message is one line for the person."""


@transaction.atomic
def ensure_workflow(home: HomePage) -> Workflow:
    """The approval that everything below the front page passes; twice changes nothing."""
    workflow, _ = Workflow.objects.get_or_create(name=WORKFLOW)
    for order, (step, name) in enumerate(STEP_NAMES.items()):
        task = UnitTask.objects.filter(step=step).first() or UnitTask.objects.create(step=step, name=name)
        WorkflowTask.objects.get_or_create(workflow=workflow, task=task, defaults={"sort_order": order})
    WorkflowPage.objects.get_or_create(page=home.page_ptr, defaults={"workflow": workflow})
    return workflow


def text_of(article: ArticlePage) -> str:
    """Everything that a draft says, its fields first."""
    return "\n".join([*(getattr(article, name) for name in ArticlePage.TEXT_FIELDS), plain_text(article.body)])


def warnings(article: ArticlePage) -> list[content_checks.Finding]:
    """What a person should look at twice, in the text of a draft and in its attachments."""
    return [*content_checks.warnings(text_of(article)), *attachments.look_into(article.body).warnings]


def refuse_marks(article: ArticlePage) -> None:
    """Raises ApprovalError for a draft that carries a secrecy mark, in its text or in an attachment."""
    for finding in [*content_checks.stops(text_of(article)), *attachments.look_into(article.body).stops]:
        raise ApprovalError(finding.sentence)


def seen_by_a_person(article: ArticlePage, *, is_said: bool) -> str:
    """For the record, that a person has looked at the attachments that the system did not read as a whole.

    Empty where there are none; raises ApprovalError where there are and nobody says so (`is_said`).
    """
    names = "、".join(f"“{title}”" for title, _why in attachments.look_into(article.body).unread)
    if names and not is_said:
        raise ApprovalError(f"系统未能读全附件{names}：请逐个打开，确认没有密级标志，并勾选。")
    return f"（已人工核对附件{names}）" if names else ""


@transaction.atomic
def submit(*, article: ArticlePage, user: User) -> WorkflowState:
    """Send a draft on its way from the first step on. Raises ApprovalError for a mark or one that is under way."""
    if not article.permissions_for_user(user).can_edit():
        raise PermissionDenied
    refuse_marks(article.get_latest_revision_as_object())
    if article.current_workflow_state:
        raise ApprovalError("稿件已在审签中")
    state: WorkflowState = article.get_workflow().start(article, user)
    return state


@transaction.atomic
def agree(
    *, article: ArticlePage, user: User, conclusion: str = "", attachments_seen: bool = False, day: dt.date
) -> None:
    """The present step is done, by someone whose turn it is; after the last one the article is published.

    Raises ApprovalError at the secrecy review while there are attachments that the system did not read as a whole and
    the reviewer does not say that he has looked at each (`attachments_seen`); what he says stays in the conclusion.
    """
    state = _turn_of(article, user, day)
    if state.task.specific.step == ApprovalStep.SECRECY:
        conclusion += seen_by_a_person(state.revision.as_object(), is_said=attachments_seen)
    if state.task.specific.step == ApprovalStep.SIGN_OFF:
        unit = queries.unit_of(article)
        if queries.signs_as_deputy(user, unit=unit, day=day):
            state.method = SigningMethod.DEPUTY
            state.save(update_fields=["method"])
    state.task.specific.on_action(state, user, "approve", comment=conclusion)


@transaction.atomic
def send_back(*, article: ArticlePage, user: User, comment: str, day: dt.date) -> None:
    """Back to the drafter, with a reason."""
    if not comment.strip():
        raise ApprovalError("退回须写明意见")
    state = _turn_of(article, user, day)
    state.task.specific.on_action(state, user, "reject", comment=comment.strip())


@transaction.atomic
def sign_offline(*, article: ArticlePage, user: User, signed_by: str, photo: File, day: dt.date) -> None:
    """线下审签: someone of the unit hands in a photo of the sheet that a leader has signed on paper."""
    state = _current(article)
    if state.task.specific.step != ApprovalStep.SIGN_OFF:
        raise ApprovalError("校对和保密审查完成后，才能登记线下审签")
    leaders = queries.people_for(queries.unit_of(article), step=ApprovalStep.SIGN_OFF, drafter=None, day=day)
    if signed_by not in [leader.name for leader in leaders]:
        raise ApprovalError(f"{signed_by}不是本单位的分管领导或其代签人")
    if not article.permissions_for_user(user).page.pk or not queries.may_see(user, article=article, day=day):
        raise PermissionDenied
    state.method, state.signed_by = SigningMethod.OFFLINE, signed_by
    state.photo.save(f"{article.slug}.jpg", photo, save=False)
    state.save()
    state.task.specific.on_action(state, user, "approve", comment=f"线下审签：{signed_by}")


@transaction.atomic
def publish_emergency(
    *, article: ArticlePage, user: User, reason: str, attachments_seen: bool = False, day: dt.date
) -> None:
    """Publish at once, whatever hour was planned, with a reason on record; the approval that was under way ends.

    The leader signs afterwards. There is no secrecy review on this way: raises ApprovalError as `agree` does there.
    """
    if len(reason.strip()) < 5:
        raise ApprovalError("紧急发布须写明事由和同意发布的领导")
    if not (queries.may_see(user, article=article, day=day) and article.permissions_for_user(user).can_edit()):
        raise PermissionDenied
    draft = article.get_latest_revision_as_object()
    refuse_marks(draft)
    seen = seen_by_a_person(draft, is_said=attachments_seen)
    state = article.current_workflow_state
    if state:
        state.cancel(user=user)
    revision = article.get_latest_revision()
    if draft.go_live_at:
        draft.go_live_at = None
        revision = draft.save_revision(user=user, clean=False)
    revision.publish(user=user, skip_permission_checks=True)
    log(article, "portal.emergency", user=user, data={"reason": reason.strip() + seen})


def publish_signed(workflow_state: WorkflowState, user: User | None = None) -> None:
    """Publish exactly what was signed. Raises ApprovalError for a draft that was changed since, or bears a mark."""
    article = Page.objects.get(pk=workflow_state.object_id).specific
    revision = workflow_state.current_task_state.revision
    if revision.pk != article.latest_revision_id:
        raise ApprovalError("稿件在审签期间被改动，请重新提交")
    refuse_marks(revision.as_object())
    revision.publish(user=user, skip_permission_checks=True)


@transaction.atomic
def name_deputy(
    *, unit: Unit, leader: Person, deputy: Person, valid_from: dt.date, valid_until: dt.date, by: User, now: dt.datetime
) -> Deputy:
    """From one civil day until another, both included, someone else signs for a leader (AB角)."""
    if valid_until < valid_from:
        raise ApprovalError("截止日期早于开始日期")
    if leader == deputy:
        raise ApprovalError("代签人不能是本人")
    values = {"unit": unit, "leader": leader, "deputy": deputy, "valid_from": valid_from, "valid_until": valid_until}
    return Deputy.objects.get_or_create(**values, defaults={"named_by": by, "created_at": now})[0]


def stop_deputising(*, unit: Unit, person: Person, last_day: dt.date) -> None:
    """Whoever belongs to a unit no longer signs there for nobody after the last civil day; what never began goes."""
    if Membership.objects.on(last_day + dt.timedelta(days=1)).filter(person=person, unit=unit).exists():
        return
    own = Deputy.objects.filter(unit=unit, deputy=person, valid_until__gt=last_day)
    own.filter(valid_from__gt=last_day).delete()
    own.update(valid_until=last_day)


def _current(article: ArticlePage) -> UnitTaskState:
    workflow_state = article.current_workflow_state
    if workflow_state is None or workflow_state.status != WorkflowState.STATUS_IN_PROGRESS:
        raise ApprovalError("稿件不在审签中")
    state: UnitTaskState = workflow_state.current_task_state.specific
    return state


def _turn_of(article: ArticlePage, user: User, day: dt.date) -> UnitTaskState:
    state = _current(article)
    step = state.task.specific.step
    if not queries.may_act(user, article=article, step=step, day=day):
        raise PermissionDenied
    return state
