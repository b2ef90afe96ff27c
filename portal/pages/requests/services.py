"""Asking and deciding. Each decision is taken once; the second time raises."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from wagtail.actions.create_alias import CreatePageAliasAction
from wagtail.contrib.redirects.models import Redirect
from wagtail.log_actions import log
from wagtail.models import Page

from portal.pages import rhythm
from portal.pages.models import ArticlePage, ColumnPage, UnitPage
from portal.pages.permissions import DECIDE_SUBMISSION
from portal.pages.requests.enums import RequestKind, RequestState, SubmissionState
from portal.pages.requests.models import ColumnRequest, Submission
from portal.pages.requests.signals import request_granted
from portal.pages.services import add_column_page, copy_article
from portal.units.models import Unit, User
from portal.units.queries import units_of

DECIDE_REQUEST = "pages.decide_columnrequest"


class RequestError(ValueError):
    """What was asked for does not fit; the message is one line for the person."""


@transaction.atomic
def ask(*, unit: Unit, kind: RequestKind, reason: str, user: User, now: dt.datetime, **fields: Any) -> ColumnRequest:
    """A unit asks about a column. Raises PermissionDenied for someone else's unit, RequestError for what is missing."""
    if not units_of(user, timezone.localdate(now)).filter(pk=unit.pk).exists():
        raise PermissionDenied
    column, into = fields.get("column"), fields.get("into")
    if not reason.strip():
        raise RequestError("请写明理由")
    if kind == RequestKind.OPEN and not all(map(fields.get, ("title", "column_class", "leader", "officer"))):
        raise RequestError("新开栏目须写明名称、类别、分管领导和信息员")
    loose = rhythm.problem_with(fields.get("column_class") or "", fields.get("rhythm_days"))
    if kind == RequestKind.OPEN and loose:
        raise RequestError(loose)
    if kind != RequestKind.OPEN and column is None:
        raise RequestError("请选择栏目")
    if kind == RequestKind.EXEMPT and fields.get("until") is None:
        raise RequestError("豁免须写明截止日期")
    if kind == RequestKind.MERGE and (into is None or into == column):
        raise RequestError("请选择并入的栏目")
    for page in (column, into):
        if page is not None and not page.path.startswith(unit.page.path):
            raise PermissionDenied
    if column and ColumnRequest.objects.filter(column=column, kind=kind, state=RequestState.ASKED).exists():
        raise RequestError("同样的申请还在等待答复")
    return ColumnRequest.objects.create(
        unit=unit, kind=kind, reason=reason.strip(), asked_by=user, asked_at=now, **fields
    )


@transaction.atomic
def decide(
    *, request: ColumnRequest, grant: bool, answer: str, user: User, now: dt.datetime, slug: str = "", **instead: Any
) -> ColumnRequest:
    """The network centre grants or declines; granting also does what was asked.

    A column is opened at `slug`, with class, rhythm, leader and officer as asked, or as in `instead`.
    """
    if not user.has_perm(DECIDE_REQUEST):
        raise PermissionDenied
    request = ColumnRequest.objects.select_for_update().get(pk=request.pk)
    if request.state != RequestState.ASKED:
        raise RequestError("该申请已经答复过")
    if not grant and not answer.strip():
        raise RequestError("不同意须写明理由")
    request.state = RequestState.GRANTED if grant else RequestState.DECLINED
    request.answer, request.decided_by, request.decided_at = answer.strip(), user, now
    if grant:
        for name, value in instead.items():
            setattr(request, name, value)
        _DO[RequestKind(request.kind)](request, user, slug)
        request_granted.send(sender=ColumnRequest, column_request=request, actor=user, now=now)
    request.save()
    return request


def _open(request: ColumnRequest, user: User, slug: str) -> None:
    loose = rhythm.problem_with(request.column_class, request.rhythm_days)
    if loose:
        raise RequestError(loose)
    try:
        request.column = add_column_page(
            unit_page=UnitPage.objects.get(unit=request.unit),
            title=request.title,
            slug=slug or f"c{request.pk}",
            column_class=request.column_class,
            rhythm_days=request.rhythm_days,
            leader=request.leader,
            officer=request.officer,
        )
    except ValidationError as error:
        raise RequestError("；".join(error.messages)) from error


def _merge(request: ColumnRequest, user: User, slug: str) -> None:
    """归并: articles keep their addresses and publish times; the column's own address leads to the other one."""
    assert request.column  # noqa: S101 -- asked for with both
    for article in ArticlePage.objects.child_of(request.column):
        article.move(Page.objects.get(pk=request.into_id), pos="last-child", user=user)
    old = Redirect.normalise_path(request.column.get_url() or "")
    _close(request, user, slug)
    Redirect.objects.update_or_create(old_path=old, site=None, defaults={"redirect_page": request.into})


def _close(request: ColumnRequest, user: User, slug: str) -> None:
    assert request.column  # noqa: S101 -- asked for with one
    column = ColumnPage.objects.get(pk=request.column_id)
    column.unpublish(user=user)
    log(column, "portal.take_down", user=user, data={"reason": request.reason[:300]})


def _leave_to_others(request: ColumnRequest, user: User, slug: str) -> None:
    """An exemption is the registry's: it listens to `request_granted`."""


_DO = {
    RequestKind.OPEN: _open,
    RequestKind.MERGE: _merge,
    RequestKind.CLOSE: _close,
    RequestKind.EXEMPT: _leave_to_others,
}


@transaction.atomic
def offer(*, article: ArticlePage, column: ColumnPage, user: User, now: dt.datetime) -> Submission:
    """信息报送: a unit offers a published article to a county-level column; twice returns the first."""
    section = UnitPage.objects.get(path=article.path[: -2 * Page.steplen])
    if not units_of(user, timezone.localdate(now)).filter(pk=section.unit_id).exists():
        raise PermissionDenied
    if not article.live or article.alias_of_id:
        raise RequestError("只能报送本单位已发布的稿件")
    if not column.takes_submissions or article.path.startswith(column.path):
        raise RequestError("该栏目不接收报送")
    open_ones = Submission.objects.exclude(state=SubmissionState.RETURNED)
    return open_ones.get_or_create(
        article=article,
        column=column,
        defaults={"unit": section.unit, "offered_by": user, "offered_at": now},
    )[0]


@transaction.atomic
def take_up(*, submission: Submission, user: User, now: dt.datetime) -> Submission:
    """Accept as it is: an alias, which is the same article under the same address, so nothing counts twice."""
    submission = _decided(submission, SubmissionState.ACCEPTED, user, now)
    parent = Page.objects.get(pk=submission.column_id)
    action = CreatePageAliasAction(submission.article, parent=parent, user=user)
    alias = action.execute(skip_permission_checks=True)
    submission.taken_as = alias
    submission.save()
    log(alias, "portal.submission", user=user, data={"from": submission.unit.name})
    return submission


@transaction.atomic
def take_up_with_edits(*, submission: Submission, user: User, now: dt.datetime) -> Submission:
    """Accept with edits: a draft in the county-level column that names its source and is linked to it."""
    submission = _decided(submission, SubmissionState.EDITED, user, now)
    copy = copy_article(
        article=submission.article,
        column=submission.column,
        user=user,
        source=submission.unit.name,
        copied_from=submission.article,
    )
    submission.taken_as = copy
    submission.save()
    log(copy, "portal.submission", user=user, data={"from": submission.unit.name})
    return submission


@transaction.atomic
def give_back(*, submission: Submission, reason: str, user: User, now: dt.datetime) -> Submission:
    if not reason.strip():
        raise RequestError("退回须写明理由")
    submission = _decided(submission, SubmissionState.RETURNED, user, now)
    submission.reason = reason.strip()
    submission.save()
    return submission


def _decided(submission: Submission, state: SubmissionState, user: User, now: dt.datetime) -> Submission:
    if not user.has_perm(DECIDE_SUBMISSION):
        raise PermissionDenied
    submission = Submission.objects.select_for_update().get(pk=submission.pk)
    if submission.state != SubmissionState.OFFERED:
        raise RequestError("该稿件已经处理过")
    submission.state, submission.decided_by, submission.decided_at = state, user, now
    return submission


def figures(first: dt.datetime, end: dt.datetime) -> list[dict[str, Any]]:
    """Per unit: articles submitted from `first` to before `end` (aware), and how many of them were accepted."""
    accepted = Q(state__in=(SubmissionState.ACCEPTED, SubmissionState.EDITED))
    rows = Submission.objects.filter(offered_at__gte=first, offered_at__lt=end).values("unit__name")
    counted = rows.annotate(
        submitted=Count("article", distinct=True), accepted=Count("article", distinct=True, filter=accepted)
    )
    return [dict(row) for row in counted.order_by("-accepted", "-submitted", "unit__name")]
