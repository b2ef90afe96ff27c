"""Search: the index proposes, the database decides who may see it, in which order, and how many there are."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Page as ResultsPage
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, Site
from wagtail.query import PageQuerySet

from portal.pages.blocks import plain_text
from portal.pages.enums import ColumnClass, Validity
from portal.pages.models import ArticlePage, ColumnPage, UnitPage
from portal.pages.queries import readable
from search import attachments, matching
from search.highlight import highlight, marks_of, snippet
from search.keys import among
from search.models import OutsideTitle
from search.parsing import Question

HITS_PER_PAGE = 10
#: Said of an attachment without text, as in the desk.
SCAN_ONLY = "扫描件，仅标题可检索"
_NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)


class Order(models.TextChoices):
    RELEVANCE = "relevance", _("Most relevant first")
    DATE = "date", _("Newest first")


class Kind(models.TextChoices):
    ARTICLE = "article", _("Articles of the portal")
    OUTSIDE = "outside", _("Titles on outside sites")


class Period(models.TextChoices):
    MONTH = "month", _("The last month")
    HALF_YEAR = "half_year", _("The last six months")
    YEAR = "year", _("The last year")


DAYS_OF = {Period.MONTH: 30, Period.HALF_YEAR: 182, Period.YEAR: 365}


@dataclass(frozen=True)
class Filters:
    """What narrows a search; days are civil days (Asia/Shanghai), both included."""

    unit: str = ""
    column_class: str = ""
    kind: str = ""
    period: str = ""
    since: dt.date | None = None
    until: dt.date | None = None

    def __bool__(self) -> bool:
        return self != Filters()


@dataclass(frozen=True)
class Hit:
    """One result as the page shows it."""

    kind: str
    url: str
    title: SafeString
    snippet: SafeString
    unit: str
    column: str
    column_id: int | None
    day: dt.date | None
    number: str = ""
    #: Day of the document (成文日期), where the editor gave it.
    issued: dt.date | None = None
    no_longer: str = ""
    #: Titles of attachments that contain what was asked for.
    attachments: Sequence[SafeString] = ()


@dataclass(frozen=True)
class Choice:
    """A value to narrow by, and how many results it would leave."""

    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Results:
    """One page of hits; everything counted is counted over what this reader may read, and nothing else."""

    page: ResultsPage
    hits: Sequence[Hit]
    choices: dict[str, list[Choice]] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return self.page.paginator.count

    @property
    def column_ids(self) -> list[int]:
        return [hit.column_id for hit in self.hits if hit.column_id]


@dataclass(slots=True)
class _Row:
    """A match that the reader may read, with what it can be narrowed by."""

    kind: str
    pk: int
    score: float
    moment: dt.datetime
    unit: str
    column_class: str


Test = Callable[[_Row], bool]


def search(
    question: Question,
    *,
    request: HttpRequest,
    filters: Filters = Filters(),
    order: str = Order.RELEVANCE,
    page: int | str | None = 1,
    now: dt.datetime | None = None,
) -> Results:
    """Find what matches a question and what the request may read. `now` (aware) is where periods end.

    Raises:
        IndexUnavailable: there is no index that can be read.
    """
    today = timezone.localdate(now)
    sections = {section.path: section for section in sections_to_choose(request=request)}
    rows = [*_articles(question, request=request, sections=sections), *_outside(question)] if question else []
    tests = {
        "unit": (filters.unit, lambda row: row.unit == filters.unit),
        "class": (filters.column_class, lambda row: row.column_class == filters.column_class),
        "kind": (filters.kind, lambda row: row.kind == filters.kind),
        "period": (filters.period, _within(filters.period, today)),
    }
    fixed = _between(filters.since, filters.until)
    rows = [row for row in rows if fixed(row)]
    active = {name: test for name, (value, test) in tests.items() if value}
    found = [row for row in rows if all(test(row) for test in active.values())]
    if order == Order.DATE:
        found.sort(key=lambda row: row.moment, reverse=True)
    else:
        found.sort(key=lambda row: row.score, reverse=True)
    shown = Paginator(found, HITS_PER_PAGE).get_page(page)

    def others(name: str) -> list[_Row]:
        """Rows that pass every filter but this one: what choosing another value would leave."""
        rest = [test for other, test in active.items() if other != name]
        return [row for row in rows if all(test(row) for test in rest)] if name in active else found

    return Results(
        page=shown,
        hits=_hits(list(shown), question=question, request=request),
        choices=_choices(filters, others, sections.values(), today) if rows else {},
    )


def sections_to_choose(*, request: HttpRequest) -> PageQuerySet:
    """Units' sections that the request may read, in the order of the county document's kinds."""
    sections = in_portal(UnitPage.objects.all(), request=request)
    return sections.select_related("unit").order_by("unit__kind", "path")


def in_portal(pages: PageQuerySet, *, request: HttpRequest) -> PageQuerySet:
    """The readable pages of the site that is asked; none where there is no site."""
    site = Site.find_for_request(request)
    return readable(pages.descendant_of(site.root_page), request=request) if site else pages.none()


def _articles(question: Question, *, request: HttpRequest, sections: dict[str, UnitPage]) -> Iterable[_Row]:
    """Matching articles that are readable now.

    The database is asked each time, so an index that lags behind a move, an unpublishing or a new restriction cannot
    tell what is closed by now.
    """
    scores = matching.match(question, ArticlePage)
    if not scores:
        return
    articles = in_portal(ArticlePage.objects.all(), request=request)
    among_matches = articles.filter(pk__in=among(Page._meta.pk, list(scores), using=articles.db)).order_by()
    classes = dict(ColumnPage.objects.values_list("path", "column_class"))
    step = Page.steplen
    for pk, path, moment in among_matches.values_list("pk", "path", "first_published_at"):
        section = sections.get(path[: -2 * step])
        yield _Row(
            kind=Kind.ARTICLE,
            pk=pk,
            score=scores[pk],
            moment=moment or _NEVER,
            unit=section.unit.code if section else "",
            column_class=classes.get(path[:-step], ""),
        )


def _outside(question: Question) -> Iterable[_Row]:
    """Matching titles of outside sites: they are public."""
    scores = matching.match(question, OutsideTitle)
    found = OutsideTitle.objects.filter(pk__in=among(OutsideTitle._meta.pk, list(scores), using="default"))
    for pk, day, unit, column_class in found.values_list("pk", "day", "unit__code", "column_class") if scores else ():
        moment = timezone.make_aware(dt.datetime.combine(day, dt.time())) if day else _NEVER
        yield _Row(Kind.OUTSIDE, pk, scores[pk], moment, unit or "", column_class)


def _within(period: str, today: dt.date) -> Test:
    since = today - dt.timedelta(days=DAYS_OF[Period(period)]) if period else None
    return _between(since, None)


def _between(since: dt.date | None, until: dt.date | None) -> Test:
    if not since and not until:
        return lambda row: True
    first, last = since or dt.date.min, until or dt.date.max
    return lambda row: row.moment is not _NEVER and first <= timezone.localtime(row.moment).date() <= last


def _choices(
    filters: Filters, others: Callable[[str], list[_Row]], sections: Iterable[UnitPage], today: dt.date
) -> dict[str, list[Choice]]:
    units = Counter(row.unit for row in others("unit"))
    classes = Counter(row.column_class for row in others("class"))
    kinds = Counter(row.kind for row in others("kind"))
    of_any_time = others("period")
    periods = {str(period): sum(map(_within(period, today), of_any_time)) for period in Period}

    def those(labels: Iterable[tuple[str, Any]], counts: Mapping[str, int], chosen: str) -> list[Choice]:
        return [
            Choice(value=value, label=str(label), count=counts.get(value, 0), is_chosen=value == chosen)
            for value, label in labels
            if counts.get(value, 0) or value == chosen
        ]

    by_count = sorted(((s.unit.code, s.title) for s in sections), key=lambda unit: -units.get(unit[0], 0))
    return {
        "unit": those(by_count, units, filters.unit),
        "class": those(ColumnClass.choices, classes, filters.column_class),
        "period": those(Period.choices, periods, filters.period),
        "kind": those(Kind.choices, kinds, filters.kind),
    }


def _hits(rows: list[_Row], *, question: Question, request: HttpRequest) -> list[Hit]:
    marks = marks_of(question)
    articles = ArticlePage.objects.in_bulk([row.pk for row in rows if row.kind == Kind.ARTICLE])
    outside = OutsideTitle.objects.in_bulk([row.pk for row in rows if row.kind == Kind.OUTSIDE])
    step = Page.steplen
    columns = {article.path[:-step] for article in articles.values()}
    above = columns | {path[:-step] for path in columns}
    places = {
        path: (pk, title) for pk, path, title in Page.objects.filter(path__in=above).values_list("pk", "path", "title")
    }
    attached = attachments.of_articles(articles.values())
    hits = []
    for row in rows:
        if row.kind == Kind.OUTSIDE:
            title = outside[row.pk]
            hits.append(
                Hit(
                    row.kind,
                    title.url,
                    highlight(title.title, marks),
                    SafeString(""),
                    title.site,
                    title.column,
                    None,
                    title.day,
                )
            )
            continue
        article = articles[row.pk]
        column_id, column = places[article.path[:-step]]
        text, holding = plain_text(article.body), []
        for attachment in attached.get(article.pk, ()):
            if attachment.holds(marks):
                note = f"（{SCAN_ONLY}）" if attachment.is_scan else ""
                holding.append(highlight(attachment.title + note, marks))
        hits.append(
            Hit(
                kind=row.kind,
                url=article.get_url(request),
                title=highlight(article.title, marks),
                snippet=_snippet(text, [a.text for a in attached.get(article.pk, ())], marks),
                unit=places[article.path[: -2 * step]][1],
                column=column,
                column_id=column_id,
                day=timezone.localtime(article.first_published_at).date() if article.first_published_at else None,
                number=article.document_number,
                issued=article.issued_on,
                no_longer=str(article.get_validity_display())
                if article.validity in (Validity.REPEALED, Validity.EXPIRED)
                else "",
                attachments=holding,
            )
        )
    return hits


def _snippet(text: str, of_attachments: list[str], marks: Sequence[tuple[str, ...]]) -> SafeString:
    """From the body; from an attachment where only that says what was asked for."""
    own = snippet(text, marks)
    if "<mark>" in own:
        return own
    for other in of_attachments:
        if "<mark>" in (found := snippet(other, marks)):
            return found
    return own
