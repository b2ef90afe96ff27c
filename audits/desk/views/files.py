"""Pictures and papers, to those who may see them; they have no other address."""

from __future__ import annotations

from pathlib import Path

from django.contrib.auth.decorators import permission_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render

from audits.desk import permissions
from audits.evidence.models import Evidence
from audits.evidence.queries import EvidenceFileError, evidence_path
from audits.notices.models import PaperFile
from audits.notices.queries import PaperFileError, paper_path
from audits.registry.filing import filing_context
from audits.registry.models import Site


def _send(path: Path, *, name: str = "") -> FileResponse:
    """The file itself; with a name, as a download."""
    response = FileResponse(path.open("rb"), filename=name or path.name, as_attachment=bool(name))
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@permission_required("audits.view_case", raise_exception=True)
def evidence(request: HttpRequest, pk: int, which: str) -> HttpResponseBase:
    """One picture of a piece of evidence: original, stamped or thumbnail."""
    rows = permissions.only_visible(Evidence.objects.all(), request.user, "case__column__site__unit")
    row = get_object_or_404(rows, pk=pk)
    try:
        return _send(evidence_path(row, which))
    except EvidenceFileError as error:
        raise Http404(str(error)) from error


@permission_required("audits.view_paper", raise_exception=True)
def paper_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A rendering of a paper, as a download with a name that people can file."""
    papers = permissions.visible_papers(request.user)
    rows = PaperFile.objects.filter(paper__in=papers).select_related("paper__unit")
    row = get_object_or_404(rows, pk=pk)
    paper = row.paper
    name = f"{paper.unit.name}-{paper.get_step_display()}-{paper.number or paper.get_state_display()}.{row.format}"
    try:
        return _send(paper_path(row), name=name)
    except PaperFileError as error:
        raise Http404(str(error)) from error


@permission_required("audits.view_site", raise_exception=True)
def filing_form(request: HttpRequest, code: str) -> HttpResponse:
    """The printable 栏目备案表 of a site."""
    sites = permissions.only_visible(Site.objects.all(), request.user, "unit")
    site = get_object_or_404(sites, code=code)
    return render(request, "audits/filing_form.html", filing_context(site))
