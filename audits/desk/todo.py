"""What waits for a person: shown on the overview and on the first page after signing in."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, QuerySet, Value
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audits.cases.enums import CaseState
from audits.cases.models import Case
from audits.cases.queries import CaseQuerySet
from audits.desk import permissions
from audits.notices.enums import PaperState
from audits.notices.models import Paper
from audits.notices.queries import PaperQuerySet
from audits.registry.enums import ColumnStanding
from audits.registry.models import Column, Site
from audits.registry.queries import ColumnQuerySet, SiteQuerySet
from portal.units.models import Unit
from portal.units.session import own_units


@dataclasses.dataclass(frozen=True, slots=True)
class _Reach:
    """What a person may look at on a civil day; `units` are those they write for or lead."""

    user: Any
    units: list[Unit]
    today: dt.date

    def cases(self) -> CaseQuerySet:
        return permissions.only_visible(Case.objects.all(), self.user, "column__site__unit", self.units)

    def papers(self) -> PaperQuerySet:
        return permissions.visible_papers(self.user, self.units)

    def own_papers(self) -> PaperQuerySet:
        return Paper.objects.delivered().for_units(self.units)

    def columns(self) -> ColumnQuerySet:
        return permissions.only_visible(Column.objects.all(), self.user, "site__unit", self.units)

    def sites(self) -> SiteQuerySet:
        return permissions.only_visible(Site.objects.all(), self.user, "unit", self.units)


@dataclasses.dataclass(frozen=True, slots=True)
class _Item:
    """Something that may wait for those who hold `permission`: which rows, and the listing that shows them."""

    permission: str
    words: Promise
    rows: Callable[[_Reach], QuerySet]
    listing: str
    filters: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def address(self) -> str:
        filters = f"?{urlencode(self.filters, doseq=True)}" if self.filters else ""
        return reverse(self.listing) + filters


def _papers(permission: str, words: Promise, *states: PaperState, own: bool = False) -> _Item:
    """Papers in one of some states; `own`: only those to the person's own units."""
    return _Item(
        permission,
        words,
        lambda reach: (reach.own_papers() if own else reach.papers()).filter(state__in=states),
        "audit_papers:index",
        {"state": [state.value for state in states]},
    )


ITEMS = (
    _Item("confirm_case", _("cases to review"), lambda reach: reach.cases().to_review(), "audit_desk:review"),
    _Item(
        "close_case",
        _("fixed cases to close"),
        lambda reach: reach.cases().to_close(),
        "audit_cases:index",
        {"state": CaseState.FIX_CONFIRMED.value},
    ),
    _Item(
        "sign_paper",
        _("drafts to sign"),
        lambda reach: reach.papers().drafts(),
        "audit_papers:index",
        {"state": PaperState.DRAFT.value},
    ),
    _papers("deliver_paper", _("papers to deliver"), PaperState.SIGNED),
    _papers("recheck_paper", _("replies to re-check"), PaperState.REPLIED),
    _papers("acknowledge_paper", _("papers to acknowledge"), PaperState.DELIVERED, own=True),
    _papers("reply_paper", _("papers to answer"), PaperState.ACKNOWLEDGED, PaperState.RETURNED, own=True),
    _Item(
        "view_paper",
        _("replies overdue"),
        lambda reach: reach.papers().overdue(reach.today),
        "audit_papers:index",
        {"overdue": "true"},
    ),
    _Item(
        "change_column",
        _("retirements to confirm"),
        lambda reach: reach.columns().filter(standing=ColumnStanding.RETIRING),
        "audit_columns:index",
        {"standing": ColumnStanding.RETIRING.value},
    ),
    _Item(
        "change_column",
        _("class changes to decide on"),
        lambda reach: reach.columns().with_open_proposal(),
        "audit_columns:index",
        {"proposed": "true"},
    ),
    _Item(
        "confirm_filing",
        _("filing forms to confirm"),
        lambda reach: reach.sites().with_trial_columns(),
        "audit_sites:index",
        {"trial": "true"},
    ),
)


def waiting_for(request: HttpRequest) -> list[tuple[Promise, int, str]]:
    """What, how many, and the address that lists them, for whoever asks; only what there is."""
    reach = _Reach(request.user, own_units(request), permissions.today())
    permitted = [item for item in ITEMS if request.user.has_perm(f"audits.{item.permission}")]
    counts = _counts([item.rows(reach) for item in permitted])
    return [(item.words, counts[place], item.address) for place, item in enumerate(permitted) if place in counts]


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
