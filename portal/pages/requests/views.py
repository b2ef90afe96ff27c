"""Requests about columns and submissions upward, as units and the county meet them; below /requests/."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.pages.models import ArticlePage, ColumnPage
from portal.pages.months import month_asked
from portal.pages.permissions import DECIDE_SUBMISSION
from portal.pages.requests import services
from portal.pages.requests.enums import RequestKind, RequestState, SubmissionState
from portal.pages.requests.forms import AskForm, OfferForm, OpeningForm
from portal.pages.requests.models import ColumnRequest, Submission
from portal.units.enums import Role
from portal.units.models import Unit
from portal.units.queries import people_answering_for, units_of
from portal.units.session import signed_in


def _own_unit(request: HttpRequest) -> Unit | None:
    return units_of(signed_in(request), timezone.localdate()).first()


@login_required(login_url="sign_in")
def columns(request: HttpRequest) -> HttpResponse:
    """A unit's requests and their state; for the network centre all that wait, with what to answer."""
    user, unit = signed_in(request), _own_unit(request)
    decides = user.has_perm(services.DECIDE_REQUEST)
    if unit is None and not decides:
        raise PermissionDenied
    today = timezone.localdate()
    form = None
    if unit is not None:
        form = AskForm(
            request.POST or None,
            columns=ColumnPage.objects.descendant_of_unit(unit.pk).live(),
            leaders=people_answering_for(unit, today, Role.LEADER),
            officers=people_answering_for(unit, today, Role.EDITOR),
        )
        if request.method == "POST" and form.is_valid():
            said = {key: value for key, value in form.cleaned_data.items() if key not in ("kind", "reason")}
            try:
                services.ask(
                    unit=unit,
                    kind=RequestKind(form.cleaned_data["kind"]),
                    reason=form.cleaned_data["reason"],
                    user=user,
                    now=timezone.now(),
                    **said,
                )
            except services.RequestError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("Handed in; the network centre answers here."))
                return redirect("portal_requests:columns")
    return _columns_page(request, unit, form)


def _columns_page(
    request: HttpRequest, unit: Unit | None, form: AskForm | None, opening: OpeningForm | None = None
) -> HttpResponse:
    """`opening`: what was decided and cannot be done as it stands."""
    decides = signed_in(request).has_perm(services.DECIDE_REQUEST)
    today = timezone.localdate()
    own = ColumnRequest.objects.filter(unit=unit).select_related("column", "into", "decided_by").order_by("-pk")
    waiting = ColumnRequest.objects.filter(state=RequestState.ASKED).select_related("unit__page", "column", "into")
    forms = {
        each.pk: OpeningForm(asked=each, today=today) for each in waiting if decides and each.kind == RequestKind.OPEN
    }
    if opening:
        forms[opening.asked.pk] = opening
    context = {
        "unit": unit,
        "form": form,
        "own": own[:100] if unit else [],
        "waiting": [(each, forms.get(each.pk)) for each in waiting.order_by("asked_at")] if decides else [],
        "decides": decides,
        "answer": request.POST.get("answer", "") if opening else "",
        "open_form": form is not None and form.is_bound,
    }
    return render(request, "requests/columns.html", context)


@login_required(login_url="sign_in")
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    if not user.has_perm(services.DECIDE_REQUEST):
        raise PermissionDenied
    asked = get_object_or_404(ColumnRequest.objects.select_related("unit__page"), pk=pk)
    grant, chosen = "grant" in request.POST, {}
    if grant and asked.kind == RequestKind.OPEN and asked.state == RequestState.ASKED:
        opening = OpeningForm(request.POST, asked=asked, today=timezone.localdate())
        if not opening.is_valid():
            return _columns_page(request, None, None, opening)
        chosen = opening.cleaned_data
    try:
        services.decide(
            request=asked,
            grant=grant,
            answer=request.POST.get("answer", ""),
            user=user,
            now=timezone.now(),
            **chosen,
        )
    except services.RequestError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Answered."))
    return redirect("portal_requests:columns")


@login_required(login_url="sign_in")
def submissions(request: HttpRequest) -> HttpResponse:
    """What waits for the county office, what the own unit has offered, and the month in figures."""
    user, unit = signed_in(request), _own_unit(request)
    decides = user.has_perm(DECIDE_SUBMISSION)
    if unit is None and not decides:
        raise PermissionDenied
    month = month_asked(request, today=timezone.localdate())
    first, end = (
        dt.datetime.combine(day, dt.time(), timezone.get_current_timezone()) for day in (month.first, month.after)
    )
    rows = Submission.objects.select_related("article", "column", "unit", "taken_as")
    context = {
        "waiting": rows.filter(state=SubmissionState.OFFERED).order_by("offered_at") if decides else [],
        "drafts": rows.filter(state=SubmissionState.EDITED, taken_as__live=False).order_by("pk") if decides else [],
        "unit": unit,
        "own": rows.filter(unit=unit).order_by("-pk")[:100] if unit else [],
        "figures": services.figures(first, end),
        "month": month,
        "decides": decides,
    }
    return render(request, "requests/submissions.html", context)


@login_required(login_url="sign_in")
def offer(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer an article of the own unit to a county-level column."""
    user = signed_in(request)
    article = get_object_or_404(ArticlePage, pk=pk, live=True)
    if not article.permissions_for_user(user).can_edit():
        raise Http404
    form = OfferForm(request.POST or None, columns=ColumnPage.objects.live().filter(takes_submissions=True))
    if request.method == "POST" and form.is_valid():
        try:
            services.offer(article=article, column=form.cleaned_data["column"], user=user, now=timezone.now())
        except services.RequestError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Offered; the county office decides."))
            return redirect("portal_requests:submissions")
    return render(request, "requests/offer.html", {"article": article, "form": form})


@login_required(login_url="sign_in")
@require_POST
def take(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Accept, accept with edits, or return."""
    submission, user, now = get_object_or_404(Submission, pk=pk), signed_in(request), timezone.now()
    try:
        if name == "accept":
            services.take_up(submission=submission, user=user, now=now)
        elif name == "edit":
            taken = services.take_up_with_edits(submission=submission, user=user, now=now)
            return redirect("portal_approval:detail", taken.taken_as_id)
        elif name == "return":
            services.give_back(submission=submission, reason=request.POST.get("reason", ""), user=user, now=now)
        else:
            raise Http404(name)
    except services.RequestError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Done."))
    return redirect("portal_requests:submissions")
