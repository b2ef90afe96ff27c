"""What waits for a person: shown on the overview and on the first page after signing in."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext as _

from audits.cases.enums import CaseState
from audits.cases.models import Case
from audits.desk import permissions
from audits.notices.enums import PaperState
from audits.notices.queries import PaperQuerySet
from audits.registry.enums import ColumnStanding
from audits.registry.models import Column, Site
from portal.units.queries import units_of


def waiting_for(user: Any) -> list[tuple[str, int, str]]:
    """What, how many, and the address that lists them; only what there is."""
    today = permissions.today()
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
        (
            "change_column",
            _("class changes to decide on"),
            columns.with_open_proposal(),
            _listing("columns", proposed="true"),
        ),
        ("confirm_filing", _("filing forms to confirm"), sites.with_trial_columns(), _listing("sites", trial="true")),
    ]
    permitted = [(words, rows, where) for name, words, rows, where in items if user.has_perm(f"audits.{name}")]
    counts = _counts([rows for _words, rows, _where in permitted])
    return [(words, counts[place], where) for place, (words, _rows, where) in enumerate(permitted) if place in counts]


def _counts(querysets: list[QuerySet]) -> dict[int, int]:
    """Place among `querysets` -> how many rows it has, in one query; those without any are left out."""
    counted = [
        rows.order_by()
        .values(place=Value(place))
        .annotate(number=Count("pk", distinct=True))
        .values_list("place", "number")
        for place, rows in enumerate(querysets)
    ]
    found = counted[0].union(*counted[1:], all=True) if counted else []
    return {place: number for place, number in found if number}


def _in_state(papers: PaperQuerySet, *states: PaperState) -> tuple[PaperQuerySet, str]:
    return papers.filter(state__in=states), _listing("papers", state=[state.value for state in states])


def _listing(name: str, **filters: Any) -> str:
    return f"{reverse(f'audit_{name}:index')}?{urlencode(filters, doseq=True)}"
