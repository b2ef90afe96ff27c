"""How far a search reaches: the pages of the site that a request may read, and whom it may name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.db.models.functions import Left
from django.http import HttpRequest
from wagtail.models import Page
from wagtail.query import PageQuerySet

from portal.pages.models import ColumnPage, UnitPage
from portal.pages.queries import closed_to, readable
from portal.pages.sites import site_of
from portal.prepared import prepared
from portal.units.models import Membership, Person, Unit


class Section(NamedTuple):
    """A unit's section, as far as the search needs it. Whole pages of a hundred units take longer than to search."""

    path: str
    pk: int
    unit_id: int
    unit_code: str
    title: str
    unit_name: str
    short_name: str

    @property
    def names(self) -> set[str]:
        """What readers call it."""
        return {self.title, self.unit_name, self.short_name} - {""}


def sections_to_choose(*, request: HttpRequest) -> list[Section]:
    """Units' sections that the request may read, by the county document's kinds; asked once a request."""
    if not hasattr(request, "_sections_to_choose"):
        sections = [Section(*row) for row in rows_in_portal(_sections(), request=request)]
        request._sections_to_choose = sections  # type: ignore[attr-defined]
    return request._sections_to_choose  # type: ignore[attr-defined]


@prepared
def _sections() -> QuerySet:
    names = ("path", "pk", "unit_id", "unit__code", "title", "unit__name", "unit__short_name")
    return _few(UnitPage).live().order_by("unit__kind", "path").values_list(*names)


def places_among(texts: Collection[str], units: Collection[str], *, request: HttpRequest) -> list[str]:
    """Those of `texts` that are one of the names in `units`, of a readable column, or both in a row."""
    rests = {text: {text, *(text.removeprefix(unit) for unit in units if text.startswith(unit))} for text in texts}
    called = _columns_called(titles=sorted(set().union(*rests.values())))
    columns = {title for _path, title in rows_in_portal(called, request=request)}
    return [text for text, rest in rests.items() if "" in rest or rest & columns]


@prepared
def _columns_called(titles: Any) -> QuerySet:
    return _few(ColumnPage).live().filter(title__in=titles).values_list("path", "title")


def units_to_name(*, request: HttpRequest) -> QuerySet[Unit]:
    """Active units, without those that have a section which the request may not read."""
    readable_sections = readable(UnitPage.objects.all(), request=request)
    closed = UnitPage.objects.exclude(pk__in=readable_sections.values("pk"))
    return Unit.objects.active().exclude(pk__in=closed.values("unit"))


def people_to_name(today: dt.date) -> QuerySet[Person]:
    """People whom the directory names on a civil day: nobody else is anybody's colleague."""
    held = Membership.objects.on(today).filter(unit__is_active=True)
    return Person.objects.filter(pk__in=held.values("person"))


def _few(kind: type[Page]) -> PageQuerySet:
    """All pages of a kind that there are few of: told so, SQLite begins with them, else it goes through all pages."""
    return kind.objects.filter(pk__in=kind.objects.values("pk"))


def in_portal(pages: PageQuerySet, *, request: HttpRequest) -> PageQuerySet:
    """The readable pages of the site that is asked; none where there is no site."""
    site = site_of(request)
    if not site:
        return pages.none()
    # Put like this, SQLite never goes through all pages by their paths to find the few that are asked for.
    root = site.root_page.path
    return readable(pages.alias(portal=Left("path", len(root))).filter(portal=root), request=request)


def rows_in_portal(rows: list[tuple], *, request: HttpRequest) -> list[tuple]:
    """As `in_portal`, of rows that begin with the path of a live page."""
    site = site_of(request)
    within = [row for row in rows if row[0].startswith(site.root_page.path)] if site else []
    closed = closed_to(request)
    return [row for row in within if not row[0].startswith(closed)]
