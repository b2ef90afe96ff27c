"""Acts on cases, and the review of many at once."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
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
        hint=gettext_lazy(
            "The case enters the unit's open draft, and a picture of the page is taken. Look at the page first."
        ),
        done=gettext_lazy("Confirmed; it is in the unit's open draft now."),
    ),
    "write-off": Act(
        name="write-off",
        label=gettext_lazy("Write off"),
        permission="audits.write_off_case",
        allowed=lambda case: case.state in ALLOWED[ActKind.WRITE_OFF],
        do=_write_off,
        form=ReasonForm,
        hint=gettext_lazy(
            "The finding was wrong. The case leaves the draft, and comes back only when something else is found."
        ),
        done=gettext_lazy("Written off."),
    ),
    "close": Act(
        name="close",
        label=gettext_lazy("Close the case"),
        permission="audits.close_case",
        allowed=lambda case: case.state in ALLOWED[ActKind.CLOSE],
        do=_close,
        form=ReasonForm,
        hint=gettext_lazy("A re-check saw the column updated. A relapse takes the case up again."),
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
    ticked = set(request.POST.getlist("case"))
    chosen = [case for case in waiting if str(case.pk) in ticked] if ticked else []
    if request.method == "POST" and form.is_valid():
        _confirm_chosen(request, chosen, ticked=len(ticked), reason=form.cleaned_data["reason"])
        return redirect("audit_desk:review")
    cases = waiting.order_by("column__site__name", "column__name")[:REVIEW_PAGE]
    context = {"cases": cases, "total": waiting.count(), "form": form, "chosen": {case.pk for case in chosen}}
    return render(request, "audits/desk/review.html", context)


def _confirm_chosen(request: HttpRequest, chosen: list[Case], *, ticked: int, reason: str) -> None:
    """Confirm what is still waiting, all or none of it, and say what came of it."""
    if not ticked:
        messages.error(request, _("No case was ticked."))
    if chosen:
        try:
            _confirm_all(chosen, permissions.signed_in(request), reason)
        except ValueError as error:
            messages.error(request, str(error))
            return
        count = len(chosen)
        messages.success(request, ngettext("%d case confirmed.", "%d cases confirmed.", count) % count)
    if gone := ticked - len(chosen):
        left = ngettext(
            "%d ticked case no longer waits; it was left as it is.",
            "%d ticked cases no longer wait; they were left as they are.",
            gone,
        )
        messages.warning(request, left % gone)
