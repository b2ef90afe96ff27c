"""What the portal's pages show: only what the reader of a request may open, in a constant number of queries."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db.models import Count, Max, Q, QuerySet
from django.db.models.functions import ExtractYear, Length, Substr
from django.http import HttpRequest
from wagtail.models import Page, PageViewRestriction
from wagtail.query import PageQuerySet

if TYPE_CHECKING:
    from portal.pages.models import ArticlePage, ColumnPage, UnitPage


@dataclasses.dataclass(frozen=True, slots=True)
class Headline:
    """An article in a list, with where it stands."""

    article: ArticlePage
    column: ColumnPage
    section: UnitPage


@dataclasses.dataclass(frozen=True, slots=True)
class Figures:
    """What a stretch of time brought, as far as the reader may see it."""

    articles: int
    columns: int
    units: int


class TreeQuerySet(PageQuerySet):
    """What lies below a page, found by the index on `path`: SQLite answers Wagtail's LIKE by reading every page."""

    def descendant_of_q(self, other: Page, inclusive: bool = False) -> Q:
        first, last = Page._get_children_path_interval(other.path)
        return Q(path__range=(other.path if inclusive else first, last))


def readable(pages: PageQuerySet, *, request: HttpRequest) -> PageQuerySet:
    """Live pages among `pages` that the reader of `request` may open (Wagtail's view restrictions)."""
    pages = pages.live()
    for closed in _closed_to(request):
        pages = pages.not_descendant_of(closed, inclusive=True)
    return pages


def _closed_to(request: HttpRequest) -> list[Page]:
    """Pages whose restriction the reader does not pass; asked once a request, however many lists a page has."""
    if not hasattr(request, "_closed_pages"):
        restrictions = PageViewRestriction.objects.select_related("page").prefetch_related("groups")
        closed = [each.page for each in restrictions if not each.accept_request(request)]
        request._closed_pages = closed  # type: ignore[attr-defined]
    return request._closed_pages  # type: ignore[attr-defined]


def newest_first(articles: QuerySet) -> QuerySet:
    """`articles` for a list: by publish time, which all that is live has and an index keeps, without their bodies."""
    return articles.order_by("-first_published_at", "-pk").defer("body")


def in_columns(articles: QuerySet, columns: QuerySet) -> QuerySet:
    """Those of `articles` that stand in one of `columns`."""
    return articles.annotate(column_path=_path_above("path", 1)).filter(column_path__in=columns.values("path"))


def in_sections(articles: QuerySet, sections: Iterable[UnitPage]) -> QuerySet:
    """Those of `articles` that stand in a column of one of `sections`."""
    paths = [section.path for section in sections]
    return articles.annotate(section_path=_path_above("path", 2)).filter(section_path__in=paths)


def headlines(
    articles: Iterable[ArticlePage], *, columns: QuerySet[ColumnPage], sections: Iterable[UnitPage]
) -> list[Headline]:
    """Articles of `sections` with their column and section: one query, however many articles."""
    articles = list(articles)
    column_at = {page.path: page for page in columns.filter(path__in={_up(a.path, 1) for a in articles})}
    section_at = {page.path: page for page in sections}
    return [Headline(a, column_at[_up(a.path, 1)], section_at[_up(a.path, 2)]) for a in articles]


def years(articles: QuerySet) -> list[tuple[int, int]]:
    """(year, number of articles), the newest year first."""
    dated = articles.filter(first_published_at__isnull=False).annotate(year=ExtractYear("first_published_at"))
    return list(dated.order_by("-year").values_list("year").annotate(Count("pk")))


def last_updates(columns: Iterable[ColumnPage], articles: QuerySet) -> dict[int, dt.datetime]:
    """Column page id -> publish time of the newest of `articles` in it; columns without any are left out."""
    id_at = {column.path: column.pk for column in columns}
    within = Q(pk__in=[])  # the index finds the sections; the columns it would not
    for section in {_up(path, 1) for path in id_at}:
        within |= Q(path__range=Page._get_children_path_interval(section))
    newest = (
        articles.filter(within)
        .annotate(column_path=_path_above("path", 1))
        .filter(column_path__in=list(id_at), first_published_at__isnull=False)
        .order_by()
        .values_list("column_path")
        .annotate(Max("first_published_at"))
    )
    return {id_at[path]: moment for path, moment in newest}


def figures_since(articles: QuerySet, moment: dt.datetime) -> Figures:
    """What was published from `moment` (aware) on."""
    counts = articles.filter(first_published_at__gte=moment).aggregate(
        articles=Count("pk"),
        columns=Count(_path_above("path", 1), distinct=True),
        units=Count(_path_above("path", 2), distinct=True),
    )
    return Figures(**counts)


def _path_above(field: str, levels: int) -> Substr:
    """In the database: the path of the page so many levels further up the tree."""
    return Substr(field, 1, Length(field) - levels * Page.steplen)


def _up(path: str, levels: int) -> str:
    return path[: -levels * Page.steplen]
