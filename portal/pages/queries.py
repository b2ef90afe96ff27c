"""What the portal's pages show: only what the reader of a request may open, in a constant number of queries."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery, Value, prefetch_related_objects
from django.db.models.functions import Concat, ExtractYear, Left
from django.http import HttpRequest
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction
from wagtail.query import PageQuerySet

from portal.pages.addresses import address_of
from portal.prepared import prepared
from portal.units.enums import UnitKind

if TYPE_CHECKING:
    from portal.pages.models import HomePage


#: Root, front page, section, column, article: `parent_page_types` allows no other tree.
SECTION_DEPTH, COLUMN_DEPTH, ARTICLE_DEPTH = 3, 4, 5
#: Fields of an article that lists show, and that its address is made of.
IN_LISTS = ("title", "slug", "path", "depth", "url_path", "first_published_at")
_ROW = ("path", "title", "slug", "first_published_at")
_NEWEST_OF_ALL = 100


@dataclasses.dataclass(frozen=True, slots=True)
class Section:
    """A unit's section as the front page names it. Whole pages of a hundred units take longer than all the rest."""

    pk: int
    path: str
    title: str
    url: str
    unit_id: int
    short_name: str
    kind: str


@dataclasses.dataclass(frozen=True, slots=True)
class Headline:
    """An article in a list, with the name and address of where it stands."""

    title: str
    url: str
    published_at: dt.datetime
    where: str
    where_url: str

    @property
    def day(self) -> str:
        return timezone.localdate(self.published_at).isoformat()


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


def published() -> TreeQuerySet:
    """Live articles, which have a publish time, as far as lists show them: of the pages' own table.

    An article's row is as long as its text; PostgreSQL would read through all of them rather than look up thousands.
    """
    return TreeQuerySet(Page).filter(depth=ARTICLE_DEPTH, first_published_at__isnull=False).live()


def articles(*, request: HttpRequest, below: Page | None = None) -> TreeQuerySet:
    """Those of `published` that the reader of `request` may open, of the whole portal or below a page."""
    return readable(published().descendant_of(below) if below else published(), request=request)


def readable(pages: PageQuerySet, *, request: HttpRequest) -> PageQuerySet:
    """Live pages among `pages` that the reader of `request` may open (Wagtail's view restrictions)."""
    return _outside_of((page for page, is_open in _restricted(request) if not is_open), pages.live())


def closed_pages(request: HttpRequest) -> dict[int, str]:
    """Id -> path of the pages that the reader of `request` may not open, nor anything below: what `readable` leaves
    out.
    """
    return {page.pk: page.path for page, is_open in _restricted(request) if not is_open}


def closed_to(request: HttpRequest) -> tuple[str, ...]:
    """The paths of `closed_pages`."""
    return tuple(closed_pages(request).values())


def closed_to_some(request: HttpRequest) -> tuple[str, ...]:
    """As `closed_to`, of the pages that not everybody may open, whoever asks."""
    return tuple(page.path for page, _is_open in _restricted(request))


def _outside_of(closed: Iterable[Page], pages: PageQuerySet) -> PageQuerySet:
    for page in closed:
        pages = pages.not_descendant_of(page, inclusive=True)
    return pages


def _restricted(request: HttpRequest) -> list[tuple[Page, bool]]:
    """Pages with a restriction, and whether the reader passes it; asked once a request, however many lists it has."""
    if not hasattr(request, "_restricted_pages"):
        restrictions = _restrictions()
        prefetch_related_objects(restrictions, "groups")
        restricted = [(each.page, each.accept_request(request)) for each in restrictions]
        request._restricted_pages = restricted  # type: ignore[attr-defined]
    return request._restricted_pages  # type: ignore[attr-defined]


@prepared
def _restrictions() -> QuerySet[PageViewRestriction]:
    return PageViewRestriction.objects.select_related("page")


def newest_first(articles: QuerySet) -> QuerySet:
    """`articles` for a list, with what a list shows: by publish time, of which there is an index."""
    return articles.order_by("-first_published_at", "-pk").only(*IN_LISTS)


def in_columns(articles: QuerySet, columns: QuerySet) -> QuerySet:
    """Those of `articles` that stand in one of `columns`."""
    return articles.annotate(column_path=path_at(COLUMN_DEPTH)).filter(column_path__in=columns.values("path"))


def sections(home: HomePage, *, request: HttpRequest) -> list[Section]:
    """The readable sections below the front page, by the name of their unit."""
    closed, root = closed_to(request), home.get_url(request) or "/"
    return [
        Section(pk, path, title, root + url_path.removeprefix(home.url_path), unit_id, short_name, kind)
        for pk, path, title, url_path, unit_id, short_name, kind in _sections()
        if not path.startswith(closed)
    ]


@prepared
def _sections() -> QuerySet:
    names = ("pk", "path", "title", "url_path", "unit_id", "unit__short_name", "unit__kind")
    return apps.get_model("pages", "UnitPage").objects.live().order_by("unit__name").values_list(*names)


def in_sections(articles: QuerySet, sections: Iterable[Section]) -> QuerySet:
    """Those of `articles` that stand in a column of one of `sections`."""
    paths = [section.path for section in sections]
    return articles.annotate(section_path=path_at(SECTION_DEPTH)).filter(section_path__in=paths)


def newest_of_each(
    articles: QuerySet, kinds: Mapping[UnitKind, list[Section]], *, most: int
) -> dict[UnitKind, list[Headline]]:
    """The newest of `articles` in the sections of each kind; mostly they are among the newest of all, asked once."""
    newest = list(newest_first(articles).values_list(*_ROW)[:_NEWEST_OF_ALL])
    found = {}
    for kind, sections in kinds.items():
        named = {section.path: (section.short_name, section.url) for section in sections}
        rows = [row for row in newest if _up(row[0], 2) in named][:most]
        if len(rows) < most and len(newest) == _NEWEST_OF_ALL:  # a kind that publishes less than the others
            rows = list(newest_first(in_sections(articles, sections)).values_list(*_ROW)[:most])
        found[kind] = _headlines(rows, named, levels=2)
    return found


def headlines(articles: QuerySet, named: Mapping[str, tuple[str, str]], *, levels: int) -> list[Headline]:
    """Those of `articles` that stand in one of `named`: path of a page so many levels up -> its name and address."""
    return _headlines(articles.values_list(*_ROW), named, levels=levels)


def _headlines(rows: Iterable[Any], named: Mapping[str, tuple[str, str]], *, levels: int) -> list[Headline]:
    places = ((title, address_of(slug), at, named.get(_up(path, levels))) for path, title, slug, at in rows)
    return [Headline(title, address, at, *place) for title, address, at, place in places if place]


def years(articles: QuerySet) -> list[tuple[int, int, dt.datetime]]:
    """(year, number of articles, publish time of its newest), the newest year first."""
    dated = articles.annotate(year=ExtractYear("first_published_at"))
    return list(dated.order_by("-year").values_list("year").annotate(Count("pk"), Max("first_published_at")))


def last_updates(columns: Iterable[str], *, closed: tuple[str, ...] = ()) -> dict[str, dt.datetime]:
    """Path of a column -> publish time of the newest article in it; columns without any are left out.

    `closed`: paths of pages that do not count, nor anything below them.
    """
    paths = [path for path in columns if not path.startswith(closed)]
    articles = [path for path in closed if len(path) == ARTICLE_DEPTH * Page.steplen]
    # Never an empty list, whose type nobody could tell.
    newest = dict(_newest_of(columns=paths, closed=[*articles, ""])) if paths else {}
    return {path: newest[path] for path in paths if newest.get(path)}


@prepared
def _newest_of(columns: Any, closed: Any) -> QuerySet:
    # Grouped by what is the same of all: of a maximum alone, PostgreSQL reads back in time until it comes upon one.
    within = published().exclude(path__in=closed).filter(path__range=_children(OuterRef("path"))).order_by()
    newest = within.values("depth").annotate(newest=Max("first_published_at")).values("newest")
    return Page.objects.filter(path__in=columns).annotate(newest=Subquery(newest)).values_list("path", "newest")


def _children(path: OuterRef) -> tuple[Concat, Concat]:
    """What the paths of pages below a page lie between, in the database."""
    first, last = Page._get_children_path_interval("")
    return Concat(path, Value(first)), Concat(path, Value(last))


def figures_since(articles: QuerySet, moment: dt.datetime) -> Figures:
    """What was published from `moment` (aware) on. What the county took over from a unit is the unit's article."""
    copies = apps.get_model("pages", "ArticlePage").objects.filter(copied_from__isnull=False).order_by()
    found = articles.filter(first_published_at__gte=moment).aggregate(
        articles=Count("pk", filter=Q(alias_of=None) & ~Q(pk__in=copies.values("pk"))),
        columns=Count(path_at(COLUMN_DEPTH), distinct=True),
        units=Count(path_at(SECTION_DEPTH), distinct=True),
    )
    return Figures(**found)


def path_at(depth: int, path: str = "path") -> Left:
    """In the database: the path of the page at a depth of the tree, above the page in question or that page itself.

    Not so many characters off its end: PostgreSQL may come by a page that has fewer, and refuses.
    """
    return Left(path, depth * Page.steplen)


def _up(path: str, levels: int) -> str:
    return path[: -levels * Page.steplen]
