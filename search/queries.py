"""Search: the index proposes, the database decides who may see it, in which order, and how many there are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Page as ResultsPage
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, Site
from wagtail.query import PageQuerySet

from portal.pages.blocks import plain_text
from portal.pages.models import ArticlePage, ColumnPage, UnitPage
from portal.pages.queries import readable
from search import matching
from search.backends.base import among
from search.highlight import highlight, snippet
from search.parsing import Question

HITS_PER_PAGE = 10


class Order(models.TextChoices):
    RELEVANCE = "relevance", _("Most relevant first")
    DATE = "date", _("Newest first")


@dataclass(frozen=True)
class Filters:
    """What narrows a search; days are civil days (Asia/Shanghai), both included."""

    section: UnitPage | None = None
    column: ColumnPage | None = None
    since: dt.date | None = None
    until: dt.date | None = None


@dataclass(frozen=True)
class Hit:
    """One article as the results page shows it."""

    url: str
    title: SafeString
    snippet: SafeString
    unit: str
    column: str
    published_at: dt.datetime | None


@dataclass(frozen=True)
class Results:
    """One page of hits; `page.paginator.count` counts what this reader may read, and nothing else."""

    page: ResultsPage
    hits: Sequence[Hit]

    @property
    def total(self) -> int:
        return self.page.paginator.count


def search(
    question: Question,
    *,
    request: HttpRequest,
    filters: Filters,
    order: str = Order.RELEVANCE,
    page: int | str | None = 1,
) -> Results:
    """Find the articles that match a question and that the request may read.

    Raises:
        IndexUnavailable: there is no index that can be read.
    """
    ids = matching.match(question) if question else []
    published = _readable_ids(ids, request=request, filters=filters)
    found = [pk for pk in ids if pk in published]
    if order == Order.DATE:
        found.sort(key=lambda pk: published[pk] or dt.datetime.min.replace(tzinfo=dt.UTC), reverse=True)
    shown = Paginator(found, HITS_PER_PAGE).get_page(page)
    return Results(page=shown, hits=_hits(list(shown), question=question, request=request))


def sections_to_choose(*, request: HttpRequest) -> PageQuerySet:
    """Units' sections that the request may read, in the order of the county document's kinds."""
    sections = _in_portal(UnitPage.objects.all(), request=request)
    return sections.select_related("unit").order_by("unit__kind", "path")


def columns_to_choose(*, request: HttpRequest) -> PageQuerySet:
    """Columns that the request may read, section by section."""
    return _in_portal(ColumnPage.objects.all(), request=request).order_by("path")


def _in_portal(pages: PageQuerySet, *, request: HttpRequest) -> PageQuerySet:
    """The readable pages of the site that is asked; none where there is no site."""
    site = Site.find_for_request(request)
    return readable(pages.descendant_of(site.root_page), request=request) if site else pages.none()


def _readable_ids(ids: Sequence[int], *, request: HttpRequest, filters: Filters) -> dict[int, dt.datetime | None]:
    """Those of the ids that are readable and pass the filters, with their publish time.

    The database is asked each time, so an index that lags behind a move, an unpublishing or a new restriction cannot
    tell what is closed by now.
    """
    articles = _in_portal(ArticlePage.objects.all(), request=request)
    if filters.section:
        articles = articles.descendant_of(filters.section)
    if filters.column:
        articles = articles.descendant_of(filters.column)
    if filters.since:
        articles = articles.filter(first_published_at__date__gte=filters.since)
    if filters.until:
        articles = articles.filter(first_published_at__date__lte=filters.until)
    if not ids:
        return {}
    return dict(
        articles.filter(pk__in=among(Page._meta.pk, ids, using="default")).values_list("pk", "first_published_at")
    )


def _hits(ids: list[int], *, question: Question, request: HttpRequest) -> list[Hit]:
    articles = ArticlePage.objects.in_bulk(ids)
    step = Page.steplen
    columns = {article.path[:-step] for article in articles.values()}
    above = columns | {path[:-step] for path in columns}
    titles = dict(Page.objects.filter(path__in=above).values_list("path", "title"))
    return [
        Hit(
            url=article.get_url(request),
            title=highlight(article.title, question.terms),
            snippet=snippet(plain_text(article.body), question.terms),
            unit=titles[article.path[: -2 * step]],
            column=titles[article.path[:-step]],
            published_at=article.first_published_at,
        )
        for article in (articles[pk] for pk in ids)
    ]
