"""What waits for a person: shown on the overview and on the first page after signing in."""

from __future__ import annotations

import dataclasses
import functools
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
from audits.notices.queries import PaperQuerySet
from audits.registry.enums import ColumnStanding
from audits.registry.models import Column, Site
from audits.registry.queries import ColumnQuerySet, SiteQuerySet
from portal.prepared import prepared
from portal.units.session import own_units


@dataclasses.dataclass(frozen=True, slots=True)
class _Reach:
    """What a person may look at on a civil day; `own` are the units they write for or lead, `seen` those seen from."""

    own: Any
    seen: Any
    today: Any

    def cases(self) -> CaseQuerySet:
        return permissions.seen_from(self.seen, Case.objects.all(), "column__site__unit")

    def papers(self) -> PaperQuerySet:
        return permissions.papers_seen_from(self.seen)

    def own_papers(self) -> PaperQuerySet:
        return permissions.papers_seen_from(self.own)

    def columns(self) -> ColumnQuerySet:
        return permissions.seen_from(self.seen, Column.objects.all(), "site__unit")

    def sites(self) -> SiteQuerySet:
        return permissions.seen_from(self.seen, Site.objects.all(), "unit")


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
    user, units = request.user, [unit.pk for unit in own_units(request)]
    permitted = tuple(place for place, item in enumerate(ITEMS) if user.has_perm(f"audits.{item.permission}"))
    count = _counts(permitted, permissions.sees_all_units(user))
    found = dict(count(units=units, today=permissions.today())) if permitted else {}
    return [(item.words, found[place], item.address) for place, item in enumerate(ITEMS) if found.get(place)]


@functools.cache
def _counts(places: tuple[int, ...], sees_all: bool) -> Callable[..., list[tuple[int, int]]]:
    """Of those of `ITEMS`: place and how many rows it has, in one query, given a person's units and the civil day."""

    @prepared
    def counts(units: Any, today: Any) -> QuerySet:
        reach = _Reach(units, None if sees_all else units, today)
        counted = [
            ITEMS[place]
            .rows(reach)
            .order_by()
            .values(place=Value(place))
            .annotate(number=Count("pk", distinct=True))
            .values_list("place", "number")
            for place in places
        ]
        return counted[0].union(*counted[1:], all=True)

    return counts
