"""Starting an audit by a button, and taking up one that stopped."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits import tasks
from audits.desk import permissions
from audits.desk.forms import NoForm, StartRunForm
from audits.desk.views.acts import Act, ActView
from audits.runs.enums import RunStep
from audits.runs.models import Run


def _resume(run: Run, user: Any, said: Any) -> None:
    tasks.resume_run(run)


RUN_ACTS = {
    "resume": Act(
        name="resume",
        label=gettext_lazy("Take up again"),
        permission="audits.add_run",
        allowed=lambda run: run.step != RunStep.DONE,
        do=_resume,
        form=NoForm,
        hint=gettext_lazy("The run goes on from the step it has reached. One that is under way is not done twice."),
        done=gettext_lazy("The run is queued again; this page shows how far it is."),
    ),
}


class RunActView(ActView):
    model = Run
    acts = RUN_ACTS
    inspect_url_name = "audit_runs:inspect"

    def visible_rows(self) -> QuerySet[Run]:
        return permissions.visible_runs(self.request.user)


@permission_required("audits.add_run", raise_exception=True)
def start(request: HttpRequest) -> HttpResponse:
    """Queue a run; the worker crawls and judges, the run's page shows how far it is."""
    form = StartRunForm(request.POST or None, initial={"profile": settings.AUDIT_PROFILE})
    if request.method == "POST" and form.is_valid():
        site, profile = form.cleaned_data["site"], form.cleaned_data["profile"]
        under_way = Run.objects.under_way().inspections().filter(site=site, profile=profile).first()
        if under_way:
            messages.warning(request, _("Run %(run)s over the same sites is still under way.") % {"run": under_way})
            return redirect("audit_runs:inspect", under_way.pk)
        try:
            run = tasks.queue_run(
                site_code=site.code if site else None,
                as_of=form.cleaned_data["as_of"],
                profile=profile,
                requested_by=permissions.signed_in(request),
            )
        except ValueError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Run %(run)s is queued.") % {"run": run})
            return redirect("audit_runs:inspect", run.pk)
    return render(request, "audits/desk/start_run.html", {"form": form})
