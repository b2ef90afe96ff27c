"""Starting an audit by a button."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from audits import tasks
from audits.desk import permissions
from audits.desk.forms import StartRunForm


@permission_required("audits.add_run", raise_exception=True)
def start(request: HttpRequest) -> HttpResponse:
    """Queue a run; the worker crawls and judges, the run's page shows how far it is."""
    form = StartRunForm(request.POST or None, initial={"profile": settings.AUDIT_PROFILE})
    if request.method == "POST" and form.is_valid():
        site = form.cleaned_data["site"]
        try:
            run = tasks.queue_run(
                site_code=site.code if site else None,
                as_of=form.cleaned_data["as_of"],
                profile=form.cleaned_data["profile"],
                requested_by=permissions.signed_in(request),
            )
        except ValueError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Run %(run)s is queued.") % {"run": run})
            return redirect("audit_runs:inspect", run.pk)
    return render(request, "audits/desk/start_run.html", {"form": form})
