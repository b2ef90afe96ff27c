"""The page inspector: a saved page with its dates marked, and the form to say how it is to be read instead."""

from __future__ import annotations

import dataclasses
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from audits.desk import permissions
from audits.desk.forms import OverrideForm, ReasonForm
from audits.registry import services
from audits.registry.enums import ColumnStanding
from audits.registry.plans import override_of
from audits.runs.models import Observation, Verdict
from audits.runs.saved import SavedPage, SavedPageError, saved_bytes, saved_pages
from crawler.plan import Override
from crawler.reading.annotate import STYLE_SOURCE, annotated
from crawler.reading.findings import Findings, findings
from crawler.reading.override import Trial, trial

#: Rows of a table shown on the page; the page itself, below, has them all.
LISTED = 100
#: Nothing is loaded and nothing runs, however the page is opened; its look is our own style sheet's alone.
POLICY = (
    f"default-src 'none'; style-src {STYLE_SOURCE}; img-src 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox"
)


@dataclasses.dataclass(frozen=True, slots=True)
class _Look:
    """One saved page of an observation, read again as things stand or as a person tries; `problem`: why it is not."""

    page: SavedPage | None
    found: Findings | None = None
    problem: str = ""


@permission_required("audits.view_column", raise_exception=True)
def inspect_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What was read of an observation's page and why. `selector` in the query: as if that were set."""
    seen = _observation(request, pk)
    column = seen.column
    said = request.POST if request.method == "POST" else request.GET
    may = request.user.has_perm("audits.change_column") and column.standing != ColumnStanding.RETIRED
    form = OverrideForm(said) if may and "selector" in said else None
    tried = _given(form)
    look = _look(seen, said, tried)
    reads = bool(form and tried and look.found and form.tried(_trial(tried, look.found)))
    reason = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if not may:
            raise PermissionDenied
        if reads and tried and reason.is_valid() and _save(request, seen, tried, reason.cleaned_data["reason"]):
            return redirect("audit_desk:inspect_page", seen.pk)
    context = {
        **_context(seen, look, tried),
        "form": (form or OverrideForm(initial=_initial(seen))) if may and look.found else None,
        "reason_form": reason if reads else None,
        "trying": tried is not None,
        "frame_query": _query(look, tried),
    }
    return render(request, "audits/desk/inspector.html", context)


@permission_required("audits.view_column", raise_exception=True)
@xframe_options_sameorigin
@require_safe
def annotated_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The marked page itself, for the inspector's frame."""
    seen = _observation(request, pk)
    look = _look(seen, request.GET, _given(OverrideForm(request.GET)) if "selector" in request.GET else None)
    if look.found is None:
        problem = look.problem or _("No page was saved.")
        response = HttpResponse(problem, status=404, content_type="text/plain; charset=utf-8")
    else:
        response = HttpResponse(annotated(look.found))
    response["Content-Security-Policy"] = POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "private, no-store"
    return response


def _observation(request: HttpRequest, pk: int) -> Observation:
    rows = Observation.objects.select_related("run", "column__site__unit")
    return get_object_or_404(permissions.only_visible(rows, request.user, "column__site__unit"), pk=pk)


def _given(form: OverrideForm | None) -> Override | None:
    """What a person tries; None if that is nothing that can be tried."""
    return Override(**form.cleaned_data) if form is not None and form.is_valid() else None


def _look(seen: Observation, said: QueryDict, tried: Override | None) -> _Look:
    """The page that was asked for, else the one that was read."""
    pages = saved_pages(seen)
    page = pages.get(said.get("page", "")) or next((page for page in pages.values() if page.was_read), None)
    if page is None:
        return _Look(None)
    try:
        body = saved_bytes(seen, page)
    except SavedPageError as error:
        return _Look(page, problem=str(error))
    override = tried or override_of(seen.column)
    found = findings(body, url=seen.final_url, as_of=seen.as_of, headers=page.headers, override=override)
    return _Look(page, found)


def _trial(tried: Override, found: Findings) -> Trial:
    return trial(tried, list(found.matches or ()), found.reading)


def _save(request: HttpRequest, seen: Observation, tried: Override, reason: str) -> bool:
    """Set what was tried on the column; whether that went well, the person is told."""
    try:
        services.set_override(
            column=seen.column,
            selector=tried.selector,
            date_format=tried.date_format,
            actor=permissions.signed_in(request),
            reason=reason,
            now=timezone.now(),
        )
    except ValueError as error:
        messages.error(request, str(error))
        return False
    messages.success(request, _("Saved; the next run reads the page like this."))
    return True


def _context(seen: Observation, look: _Look, tried: Override | None) -> dict[str, Any]:
    found = look.found
    reading = found.reading if found else None
    # What was read beside a page that says nothing itself is kept with the observation.
    beside = bool(
        seen.followed and tried is None and look.page and look.page.was_read and not (reading and reading.updated)
    )
    return {
        "seen": seen,
        "column": seen.column,
        "verdict": _verdict(seen),
        "pages": saved_pages(seen).values(),
        "look": look,
        "reading": reading,
        "last_update": seen.updated if beside else reading and reading.updated,
        "basis": (seen.reading or {}).get("basis") if beside else reading and reading.basis,
        "differs": bool(found and tried is None and _differs(seen, look.page, found)),
        "entries": found.reading.entries[:LISTED] if found else (),
        "rejected": found.rejected[:LISTED] if found else (),
        "rejected_count": len(found.rejected) if found else 0,
        "blocks": found.blocks[:LISTED] if found and found.matches is None else (),
        "listed": LISTED,
    }


def _verdict(seen: Observation) -> Verdict | None:
    """The verdict under the profile of the run, else the newest."""
    verdicts = seen.verdicts.order_by("-pk")
    return verdicts.filter(profile=seen.run.profile).first() or verdicts.first()


def _differs(seen: Observation, page: SavedPage | None, found: Findings) -> bool:
    """Whether the page says something else to today's reader and settings than it said in the run."""
    if page is None or not page.was_read or seen.followed or not seen.reading:
        return False
    return (seen.updated, seen.reading.get("kind")) != (found.reading.updated, found.reading.kind)


def _initial(seen: Observation) -> dict[str, str]:
    column = seen.column
    return {"selector": column.override_selector, "date_format": column.override_date_format}


def _query(look: _Look, tried: Override | None) -> str:
    """What the frame is asked for: the same page, read the same way."""
    query = QueryDict(mutable=True)
    if look.page:
        query["page"] = look.page.which
    if tried:
        query.update(dataclasses.asdict(tried))
    return query.urlencode()
