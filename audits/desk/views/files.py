"""Pictures and papers, to those who may see them; they have no other address."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth.decorators import permission_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from audits.desk import permissions
from audits.models import Evidence, PaperFile, Site
from audits.registry.filing import filing_context

PICTURES = ("original", "stamped", "thumbnail")


def _send(path: Path, *, name: str = "") -> FileResponse:
    try:
        handle = path.open("rb")
    except FileNotFoundError as error:
        raise Http404(path.name) from error
    response = FileResponse(handle, filename=name or path.name, as_attachment=bool(name))
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@permission_required("audits.view_case", raise_exception=True)
def evidence(request: HttpRequest, pk: int, which: str) -> HttpResponse:
    """One picture of a piece of evidence: original, stamped or thumbnail."""
    if which not in PICTURES:
        raise Http404(which)
    rows = permissions.only_visible(Evidence.objects.all(), request.user, "case__column__site__unit")
    row = get_object_or_404(rows, pk=pk)
    relative = getattr(row, which)
    if not relative:
        raise Http404(row.missing_reason)
    return _send(settings.EVIDENCE_DIR / relative)


@permission_required("audits.view_paper", raise_exception=True)
def paper_file(request: HttpRequest, pk: int) -> HttpResponse:
    """A rendering of a paper, as a download with a name people can file."""
    rows = permissions.only_visible(PaperFile.objects.select_related("paper__unit"), request.user, "paper__unit")
    row = get_object_or_404(rows, pk=pk)
    paper = row.paper
    title = f"{paper.unit.name}-{paper.get_step_display()}-{paper.number or paper.get_state_display()}.{row.format}"
    response = _send(settings.PAPERS_DIR / row.path, name="paper." + row.format)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(title)}"
    return response


@permission_required("audits.view_site", raise_exception=True)
def filing_form(request: HttpRequest, code: str) -> HttpResponse:
    """The printable 栏目备案表 of a site."""
    sites = permissions.only_visible(Site.objects.all(), request.user, "unit")
    site = get_object_or_404(sites, code=code)
    return render(request, "audits/filing_form.html", filing_context(site))
