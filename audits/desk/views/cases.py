"""Acts on cases, and the review of many at once."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audits import tasks, workflow
from audits.cases.enums import ActKind
from audits.cases.fold import ALLOWED
from audits.cases.models import Case
from audits.desk import permissions
from audits.desk.forms import ReasonForm
from audits.desk.views.acts import Act, ActView

#: Cases on one review page.
REVIEW_PAGE = 50


def _confirm(case: Case, user: Any, said: Any) -> None:
    _confirm_all([case], user, said["reason"])


def _confirm_all(cases: list[Case], user: Any, reason: str) -> None:
    with transaction.atomic():
        workflow.confirm_cases(cases=cases, actor=user, reason=reason)
        tasks.queue_follow_up()


def _write_off(case: Case, user: Any, said: Any) -> None:
    workflow.write_off_case(case=case, actor=user, reason=said["reason"])


def _close(case: Case, user: Any, said: Any) -> None:
    workflow.close_case(case=case, actor=user, reason=said["reason"])


CASE_ACTS = {
    "confirm": Act(
        name="confirm",
        label=gettext_lazy("Confirm the case"),
        permission="audits.confirm_case",
        allowed=lambda case: case.state in ALLOWED[ActKind.CONFIRM],
        do=_confirm,
        form=ReasonForm,
        done=gettext_lazy("Confirmed; it is in the unit's open draft now."),
    ),
    "write-off": Act(
        name="write-off",
        label=gettext_lazy("Write off"),
        permission="audits.write_off_case",
        allowed=lambda case: case.state in ALLOWED[ActKind.WRITE_OFF],
        do=_write_off,
        form=ReasonForm,
        done=gettext_lazy("Written off."),
    ),
    "close": Act(
        name="close",
        label=gettext_lazy("Close the case"),
        permission="audits.close_case",
        allowed=lambda case: case.state in ALLOWED[ActKind.CLOSE],
        do=_close,
        form=ReasonForm,
        done=gettext_lazy("Closed."),
    ),
}


class CaseActView(ActView):
    model = Case
    acts = CASE_ACTS
    unit_path = "column__site__unit"
    inspect_url_name = "audit_cases:inspect"


@permission_required("audits.confirm_case", raise_exception=True)
def review(request: HttpRequest) -> HttpResponse:
    """Cases that wait for a decision, each with its sentence; the ticked ones are confirmed together."""
    waiting = permissions.only_visible(Case.objects.to_review().with_subject(), request.user, "column__site__unit")
    form = ReasonForm(request.POST or None)
    chosen = list(waiting.filter(pk__in=[pk for pk in request.POST.getlist("case") if pk.isdigit()]))
    if request.method == "POST" and form.is_valid():
        if not chosen:
            messages.error(request, _("No case was ticked."))
        else:
            try:
                _confirm_all(chosen, permissions.signed_in(request), form.cleaned_data["reason"])
            except ValueError as error:
                messages.error(request, str(error))
            else:
                count = len(chosen)
                messages.success(request, ngettext("%d case confirmed.", "%d cases confirmed.", count) % count)
            return redirect("audit_desk:review")
    cases = waiting.order_by("column__site__unit__name", "column__name")[:REVIEW_PAGE]
    context = {"cases": cases, "total": waiting.count(), "form": form, "chosen": {case.pk for case in chosen}}
    return render(request, "audits/desk/review.html", context)
