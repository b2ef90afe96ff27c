"""The desk's first page: whether the figures can be trusted, what needs a decision, how the county stands."""

from __future__ import annotations

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from audits.desk import permissions
from audits.desk.todo import waiting_for
from audits.reports.figures import current_figures
from audits.runs.enums import COLUMN_STATE_LABELS, SITE_STATE_LABELS

#: Stale columns listed on the page; the rest is one click away.
LISTED = 15


@permission_required("audits.view_run", raise_exception=True)
def dashboard(request: HttpRequest) -> HttpResponse:
    """County staff see the county; others the units they write for or lead."""
    units = None if permissions.sees_all_units(request.user) else list(permissions.visible_units(request.user))
    if units == []:
        return render(request, "audits/desk/no_unit.html")
    figures = current_figures(units)
    context = {
        "units": units,
        "figures": figures,
        "columns": [(state, COLUMN_STATE_LABELS[state], count) for state, count in figures.columns.items()],
        "sites": [(state, SITE_STATE_LABELS[state], count) for state, count in figures.sites.items()],
        "stale": figures.stale[:LISTED],
        "stale_total": len(figures.stale),
        "todo": waiting_for(request),
    }
    return render(request, "audits/desk/dashboard.html", context)
