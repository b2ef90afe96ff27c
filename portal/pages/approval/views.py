"""Approval as its people meet it, on a phone as on a desk; below /approval/."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.models import PageLogEntry, TaskState

from portal.pages import attachments, content_checks
from portal.pages.approval import queries, services
from portal.pages.approval.enums import ApprovalStep
from portal.pages.approval.forms import AgreeForm, DeputyForm, EmergencyForm, OfflineForm, SendBackForm
from portal.pages.approval.models import Deputy, UnitTaskState
from portal.pages.blocks import pictures_told_by_caption, plain_text
from portal.pages.models import ArticlePage
from portal.units.enums import Role
from portal.units.models import Membership, Person
from portal.units.queries import units_of
from portal.units.session import signed_in


def _article(request: HttpRequest, pk: int) -> ArticlePage:
    """Raises Http404 for an article whose approval is none of the person's business: nobody learns that it is there."""
    article = get_object_or_404(ArticlePage, pk=pk)
    if not queries.may_see(signed_in(request), article=article, day=timezone.localdate()):
        raise Http404
    return article


@login_required(login_url="sign_in")
def waiting(request: HttpRequest) -> HttpResponse:
    """What waits for the reader, what is on its way in the own unit and at whom, and what was sent back."""
    day = timezone.localdate()
    rows = queries.under_way(signed_in(request), day)
    context = {
        "mine": [row for row in rows if row.mine],
        "others": [row for row in rows if not row.mine],
        "returned": queries.sent_back(signed_in(request), day),
        "now": timezone.now(),
        "is_leader": _leads(request).exists(),
    }
    return render(request, "approval/waiting.html", context)


@login_required(login_url="sign_in")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """An article as it will be published, what should be looked at twice, and what the reader may do."""
    article = _article(request, pk)
    return render(request, "approval/detail.html", _context(request, article))


def _context(request: HttpRequest, article: ArticlePage) -> dict[str, Any]:
    day = timezone.localdate()
    draft = article.get_latest_revision_as_object()
    state = article.current_workflow_state
    step = state.current_task_state.task.specific.step if state and state.current_task_state else ""
    unit = queries.unit_of(article)
    leaders = queries.people_for(unit, step=ApprovalStep.SIGN_OFF, drafter=None, day=day)
    people = queries.people_for(unit, step=step, drafter=state.requested_by, day=day) if state and step else []
    return {
        "today": day,
        "article": article,
        "draft": draft,
        "column": article.get_parent().specific,
        "section": unit.page,
        "unit": unit,
        **_to_look_at(draft),
        "state": state,
        "step": step,
        "is_signing": step == ApprovalStep.SIGN_OFF,
        "people": people,
        "mine": any(person.user_id == signed_in(request).pk for person in people),
        "can_edit": article.permissions_for_user(signed_in(request)).can_edit(),
        "steps": _steps(article),
        "agree": AgreeForm(initial={"conclusion": "不涉密，可以公开" if step == ApprovalStep.SECRECY else ""}),
        "send_back": SendBackForm(),
        "offline": OfflineForm(people=leaders),
        "now": timezone.now(),
    }


def _to_look_at(draft: ArticlePage) -> dict[str, Any]:
    """What a person should look at before a draft is let out."""
    looked = attachments.look_into(draft.body)
    return {
        "findings": [*looked.stops, *content_checks.findings(services.text_of(draft)), *looked.warnings],
        "unread": looked.unread,
        "pictures_told_by_caption": pictures_told_by_caption(draft.body),
        "pictures_without_text": sum(1 for block in draft.body if block.block_type == "image" and not block.value.alt),
    }


def _steps(article: ArticlePage) -> list[dict[str, Any]]:
    """The three steps of the newest approval, done or not, for the sheet and the page."""
    state = queries.last_state(article)
    done: dict[str, UnitTaskState] = {}
    if state:
        for each in UnitTaskState.objects.filter(workflow_state=state).order_by("pk").select_related("finished_by"):
            done[each.task.specific.step] = each
    return [
        {"step": step.value, "label": step.label, "state": done.get(step.value), "approved": TaskState.STATUS_APPROVED}
        for step in ApprovalStep
    ]


@login_required(login_url="sign_in")
@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Submit, agree, send back, or hand in a signed sheet."""
    article = _article(request, pk)
    day, user = timezone.localdate(), signed_in(request)
    try:
        if name == "submit":
            services.submit(article=article, user=user)
            messages.success(request, _("Submitted; it waits for proofreading."))
        elif name == "agree":
            form = AgreeForm(request.POST)
            said = form.cleaned_data if form.is_valid() else {}
            services.agree(article=article, user=user, day=day, **said)
            messages.success(request, _("Done."))
        elif name == "send-back":
            services.send_back(article=article, user=user, comment=request.POST.get("comment", ""), day=day)
            messages.success(request, _("Sent back to the drafter."))
        elif name == "offline":
            return _offline(request, article)
        else:
            raise Http404(name)
    except services.ApprovalError as error:
        messages.error(request, str(error))
    return redirect("portal_approval:detail", article.pk)


def _offline(request: HttpRequest, article: ArticlePage) -> HttpResponse:
    day = timezone.localdate()
    leaders = queries.people_for(queries.unit_of(article), step=ApprovalStep.SIGN_OFF, drafter=None, day=day)
    form = OfflineForm(request.POST, request.FILES, people=leaders)
    if form.is_valid():
        services.sign_offline(article=article, user=signed_in(request), day=day, **form.cleaned_data)
        messages.success(request, _("The signed sheet is on record."))
        return redirect("portal_approval:detail", article.pk)
    return render(
        request, "approval/detail.html", {**_context(request, article), "offline": form, "offline_open": True}
    )


@login_required(login_url="sign_in")
def emergency(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks for the reason, and for what a secrecy review would ask; then the article is public."""
    article, user = _article(request, pk), signed_in(request)
    if not article.permissions_for_user(user).can_edit():
        raise PermissionDenied
    form = EmergencyForm(request.POST or None)
    if form.is_valid():
        try:
            services.publish_emergency(article=article, user=user, day=timezone.localdate(), **form.cleaned_data)
        except services.ApprovalError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Published; the reason is on record. Have the sheet signed afterwards."))
            return redirect("portal_approval:detail", article.pk)
    draft = article.get_latest_revision_as_object()
    return render(request, "approval/emergency.html", {"article": article, "form": form, **_to_look_at(draft)})


@login_required(login_url="sign_in")
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """信息发布审签单: one printed page, with empty fields where a step is still to be done."""
    article = _article(request, pk)
    entry = PageLogEntry.objects.filter(page=article.pk, action="portal.emergency").order_by("-timestamp").first()
    draft = article.get_latest_revision_as_object()
    last = queries.last_state(article)
    context = {
        **_context(request, article),
        "emergency": entry,
        "last": last,
        "words": len("".join(f"{draft.title}{plain_text(draft.body)}".split())),
        "pictures": sum(1 for block in draft.body if block.block_type == "image"),
        "attachments": [doc for block in draft.body if block.block_type == "attachments" for doc in block.value],
    }
    return render(request, "approval/sheet.html", context)


@login_required(login_url="sign_in")
def photo(request: HttpRequest, pk: int, state_pk: int) -> HttpResponseBase:
    """The photo of a signed sheet, for those whose business the approval is."""
    article = _article(request, pk)
    state = get_object_or_404(
        UnitTaskState.objects.exclude(photo=""), pk=state_pk, workflow_state__object_id=str(article.pk)
    )
    return FileResponse(state.photo.open(), content_type="image/jpeg")


@login_required(login_url="sign_in")
def deputies(request: HttpRequest) -> HttpResponse:
    """A leader, or the network centre for any unit the person leads, says who signs while he is away."""
    day, units = timezone.localdate(), _leads(request)
    unit = units.first()
    if unit is None:
        raise PermissionDenied
    leaders = Person.objects.filter(user=signed_in(request))
    members = (
        Person.objects.filter(memberships__in=Membership.objects.on(day).filter(unit=unit), user__isnull=False)
        .exclude(user=signed_in(request))
        .distinct()
    )
    form = DeputyForm(request.POST or None, leaders=leaders, people=members, initial={"leader": leaders.first()})
    if request.method == "POST" and form.is_valid():
        try:
            services.name_deputy(unit=unit, by=signed_in(request), now=timezone.now(), **form.cleaned_data)
        except services.ApprovalError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Noted."))
            return redirect("portal_approval:deputies")
    known = Deputy.objects.filter(unit=unit).select_related("leader", "deputy").order_by("-valid_from")
    return render(request, "approval/deputies.html", {"unit": unit, "form": form, "deputies": known})


def _leads(request: HttpRequest) -> Any:
    """Units that the reader leads today."""
    day = timezone.localdate()
    return units_of(signed_in(request), day).filter(
        memberships__in=Membership.objects.on(day).filter(person__user=signed_in(request), role=Role.LEADER)
    )
