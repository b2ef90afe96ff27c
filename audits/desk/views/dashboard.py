"""The desk's first page: whether the figures can be trusted, what needs a decision, how the county stands."""

from __future__ import annotations

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from audits.cases.enums import CaseState
from audits.cases.models import Case
from audits.desk import permissions
from audits.notices.enums import PaperState
from audits.notices.models import Paper
from audits.registry.enums import ColumnStanding
from audits.registry.models import Column
from audits.reports.figures import current_figures
from audits.runs.enums import COLUMN_STATE_LABELS, SITE_STATE_LABELS

#: Stale columns listed on the page; the rest is one click away.
LISTED = 15


@permission_required("audits.view_run", raise_exception=True)
def dashboard(request: HttpRequest) -> HttpResponse:
    """County staff see the county; people of one unit see that unit."""
    unit = None if permissions.sees_all_units(request.user) else permissions.visible_units(request.user).first()
    if unit is None and not permissions.sees_all_units(request.user):
        return render(request, "audits/desk/no_unit.html")
    figures = current_figures(unit)
    context = {
        "unit": unit,
        "figures": figures,
        "columns": [(state, COLUMN_STATE_LABELS[state], count) for state, count in figures.columns.items()],
        "sites": [(state, SITE_STATE_LABELS[state], count) for state, count in figures.sites.items()],
        "stale": figures.stale[:LISTED],
        "stale_total": len(figures.stale),
        "todo": [item for item in _todo(request) if item[1]],
    }
    return render(request, "audits/desk/dashboard.html", context)


def _todo(request: HttpRequest) -> list[tuple[str, int, str]]:
    """What waits for this person: words, how many, where."""
    user, today = request.user, permissions.today()
    cases = permissions.only_visible(Case.objects.all(), user, "column__site__unit")
    papers = permissions.only_visible(Paper.objects.all(), user, "unit")
    columns = permissions.only_visible(Column.objects.all(), user, "site__unit")
    listing = {name: reverse(f"audit_{name}:index") for name in ("cases", "papers", "columns")}
    items = [
        ("audits.confirm_case", _("cases to review"), cases.to_review(), reverse("audit_desk:review")),
        (
            "audits.close_case",
            _("fixed cases to close"),
            cases.to_close(),
            f"{listing['cases']}?state={CaseState.FIX_CONFIRMED}",
        ),
        ("audits.sign_paper", _("drafts to sign"), papers.drafts(), f"{listing['papers']}?state={PaperState.DRAFT}"),
        (
            "audits.deliver_paper",
            _("papers to deliver"),
            papers.filter(state=PaperState.SIGNED),
            f"{listing['papers']}?state={PaperState.SIGNED}",
        ),
        (
            "audits.recheck_paper",
            _("replies to re-check"),
            papers.filter(state=PaperState.REPLIED),
            f"{listing['papers']}?state={PaperState.REPLIED}",
        ),
        (
            "audits.acknowledge_paper",
            _("papers to acknowledge"),
            papers.filter(state=PaperState.DELIVERED),
            f"{listing['papers']}?state={PaperState.DELIVERED}",
        ),
        (
            "audits.reply_paper",
            _("papers to answer"),
            papers.filter(state__in=[PaperState.ACKNOWLEDGED, PaperState.RETURNED]),
            listing["papers"],
        ),
        ("audits.view_paper", _("replies overdue"), papers.overdue(today), f"{listing['papers']}?overdue=true"),
        (
            "audits.change_column",
            _("retirements to confirm"),
            columns.filter(standing=ColumnStanding.RETIRING),
            f"{listing['columns']}?standing={ColumnStanding.RETIRING}",
        ),
        (
            "audits.confirm_filing",
            _("columns on trial"),
            columns.filter(standing=ColumnStanding.TRIAL),
            f"{listing['columns']}?standing={ColumnStanding.TRIAL}",
        ),
    ]
    return [(words, rows.count(), where) for codename, words, rows, where in items if user.has_perm(codename)]
