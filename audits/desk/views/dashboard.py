"""The desk's first page: whether the figures can be trusted, what needs a decision, how the county stands."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import permission_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from audits.cases.enums import CaseState
from audits.cases.models import Case
from audits.desk import permissions
from audits.notices.enums import PaperState
from audits.notices.queries import PaperQuerySet
from audits.registry.enums import ColumnStanding
from audits.registry.models import Column, Site
from audits.reports.figures import current_figures
from audits.runs.enums import COLUMN_STATE_LABELS, SITE_STATE_LABELS
from portal.units.queries import units_of

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
        "todo": _todo(request),
    }
    return render(request, "audits/desk/dashboard.html", context)


def _todo(request: HttpRequest) -> list[tuple[str, int, str]]:
    """What waits for this person: words, how many, where."""
    user, today = request.user, permissions.today()
    cases = permissions.only_visible(Case.objects.all(), user, "column__site__unit")
    papers = permissions.visible_papers(user)
    own_papers = papers.filter(unit__in=units_of(user, today))
    columns = permissions.only_visible(Column.objects.all(), user, "site__unit")
    sites = permissions.only_visible(Site.objects.all(), user, "unit")
    items: list[tuple[str, str, QuerySet, str]] = [
        ("confirm_case", _("cases to review"), cases.to_review(), reverse("audit_desk:review")),
        ("close_case", _("fixed cases to close"), cases.to_close(), _listing("cases", state=CaseState.FIX_CONFIRMED)),
        ("sign_paper", _("drafts to sign"), papers.drafts(), _listing("papers", state=PaperState.DRAFT)),
        ("deliver_paper", _("papers to deliver"), *_in_state(papers, PaperState.SIGNED)),
        ("recheck_paper", _("replies to re-check"), *_in_state(papers, PaperState.REPLIED)),
        ("acknowledge_paper", _("papers to acknowledge"), *_in_state(own_papers, PaperState.DELIVERED)),
        ("reply_paper", _("papers to answer"), *_in_state(own_papers, PaperState.ACKNOWLEDGED, PaperState.RETURNED)),
        ("view_paper", _("replies overdue"), papers.overdue(today), _listing("papers", overdue="true")),
        (
            "change_column",
            _("retirements to confirm"),
            columns.filter(standing=ColumnStanding.RETIRING),
            _listing("columns", standing=ColumnStanding.RETIRING),
        ),
        ("confirm_filing", _("filing forms to confirm"), sites.with_trial_columns(), _listing("sites", trial="true")),
    ]
    permitted = [(words, rows.count(), where) for name, words, rows, where in items if user.has_perm(f"audits.{name}")]
    return [(words, count, where) for words, count, where in permitted if count]


def _in_state(papers: PaperQuerySet, *states: PaperState) -> tuple[PaperQuerySet, str]:
    return papers.filter(state__in=states), _listing("papers", state=[state.value for state in states])


def _listing(name: str, **filters: Any) -> str:
    return f"{reverse(f'audit_{name}:index')}?{urlencode(filters, doseq=True)}"
