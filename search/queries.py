"""Search: the index proposes, the database decides who may see it, in which order, and how many there are."""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import Any, NamedTuple

from django.core.paginator import Page as ResultsPage
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Case, Count, F, QuerySet, Value, When
from django.db.models.functions import Coalesce, Length, Substr
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
from search.keys import among, best_first
from search.models import AttachmentText, OutsideTitle
from search.parsing import Question

HITS_PER_PAGE = 10
#: Said of an attachment of which not all can be found.
NOTES: dict[str, str] = {
    AttachmentText.State.SCAN: "（扫描件，仅标题可检索）",
    AttachmentText.State.PARTLY: "（只读出一部分，其余文字检索不到）",
}
_NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)
#: Days beyond are no day of any document, and cannot be turned into moments.
_FIRST_DAY, _LAST_DAY = dt.date(1900, 1, 1), dt.date(2999, 12, 31)
#: So many matches are put in order here; of more, the best are put to the database by and by.
_FEW = 1000


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


class _Row(NamedTuple):
    """A hit by what puts it in order: a score or a moment."""

    rank: Any
    kind: str
    pk: int


@dataclass(frozen=True, slots=True)
class _Cell:
    """How many readable matches of a kind there are in a unit's columns of one class, of one age."""

    kind: str
    unit: str
    column_class: str
    #: Place in `DAYS_OF` of the shortest period that holds them; its length where none does.
    age: int
    count: int


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
    sections = sections_to_choose(request=request).values_list("path", "unit__code", "title")
    units = {path: (code, title) for path, code, title in sections}
    sources: list[_Source] = []
    if question:
        sources = [
            _Articles(question, filters, today, request=request, units=units),
            _Outside(question, filters, today),
        ]
    cells = [cell for source in sources for cell in source.cells]
    # Asked of what the reader may read: a closed page must not decide how a question is taken.
    if not cells and question.loosened != question:
        loosened = question.loosened
        return search(loosened, request=request, filters=filters, order=order, page=page, now=now)
    tests = _tests(filters)
    found = [cell for cell in cells if all(test(cell) for test in tests.values())]
    shown = Paginator(range(sum(cell.count for cell in found)), HITS_PER_PAGE).get_page(page)
    last = shown.end_index()
    rows = sorted((row for source in sources for row in source.first(last, order)), reverse=True)[:last]

    def others(name: str) -> list[_Cell]:
        """Cells that pass every filter but this one: what choosing another value would leave."""
        return [cell for cell in cells if all(test(cell) for other, test in tests.items() if other != name)]

    return Results(
        page=shown,
        hits=_hits(rows[max(shown.start_index() - 1, 0) :], question=question, request=request),
        choices=_choices(filters, others, units.values()) if cells else {},
    )


def sections_to_choose(*, request: HttpRequest) -> PageQuerySet:
    """Units' sections that the request may read, in the order of the county document's kinds."""
    sections = in_portal(UnitPage.objects.all(), request=request)
    return sections.select_related("unit").order_by("unit__kind", "path")


def in_portal(pages: PageQuerySet, *, request: HttpRequest) -> PageQuerySet:
    """The readable pages of the site that is asked; none where there is no site."""
    site = Site.find_for_request(request)
    return readable(pages.descendant_of(site.root_page), request=request) if site else pages.none()


class _Source(ABC):
    """What matched of one kind, as far as the reader may read it: counted and put in order by the database.

    The database is asked each time, so an index that lags behind a move, an unpublishing or a new restriction cannot
    tell what is closed by now. It counts by itself: to hand over twenty thousand rows takes longer than to find them.
    """

    kind: str
    #: Where the model keeps when a document appeared, and what names its place.
    moment: str
    place: tuple[str, ...]

    def __init__(self, question: Question, model: type[models.Model], filters: Filters, today: dt.date) -> None:
        self.scores = matching.match(question, model)
        self.filters = filters
        self.today = today

    @cached_property
    @abstractmethod
    def readable(self) -> QuerySet:
        """All that the reader may read, with `place`, whether it matched or not."""

    @abstractmethod
    def whose(self, place: tuple[str, ...]) -> tuple[str, str]:
        """Unit and column class of a place."""

    def bound(self, day: dt.date) -> Any:
        """What `moment` is compared with to begin with a civil day."""
        return day

    def at(self, moment: Any) -> dt.datetime:
        """A value of `moment` as an aware time."""
        return moment or _NEVER

    @cached_property
    def counts(self) -> dict[tuple[tuple[str, ...], int], int]:
        """(Place, age) -> number of matches between the days that are asked for."""
        if not self.scores:
            return {}
        since = [
            When(**{f"{self.moment}__gte": self.bound(self.today - dt.timedelta(days=days))}, then=Value(age))
            for age, days in enumerate(DAYS_OF.values())
        ]
        age = Case(*since, default=Value(len(DAYS_OF)), output_field=models.IntegerField())
        counted = self._of(self.scores).annotate(age=age).values_list(*self.place, "age").annotate(Count("pk"))
        return {(tuple(place), age): count for *place, age, count in counted.order_by()}

    @cached_property
    def cells(self) -> list[_Cell]:
        return [_Cell(self.kind, *self.whose(place), age, count) for (place, age), count in self.counts.items()]

    def first(self, most: int, order: str) -> list[_Row]:
        """The first matches that pass the filters."""
        tests = list(_tests(self.filters).values())
        passing = [
            (place, count)
            for ((place, _age), count), cell in zip(self.counts.items(), self.cells, strict=True)
            if all(test(cell) for test in tests)
        ]
        total = sum(count for _place, count in passing)
        if not total or not most:
            return []
        chosen = self._narrowed({place for place, _count in passing})
        if order == Order.DATE:
            newest = self._of(self.scores, chosen).order_by(F(self.moment).desc(nulls_last=True), "-pk")
            return [_Row(self.at(at), self.kind, pk) for pk, at in newest.values_list("pk", self.moment)[:most]]
        return [_Row(self.scores[pk], self.kind, pk) for pk in self._best(chosen, most, total)]

    def _of(self, pks: Iterable[int], chosen: QuerySet | None = None) -> QuerySet:
        queryset = self._between() if chosen is None else chosen
        key = queryset.model._meta.get_field("id")
        return queryset.filter(**{f"{key.name}__in": among(key, list(pks), using=queryset.db)})

    def _between(self) -> QuerySet:
        """What is readable between the days that are asked for; what has no day lies between none."""
        queryset, since, until = self.readable, self.filters.since, self.filters.until
        if since:
            queryset = queryset.filter(**{f"{self.moment}__gte": self.bound(max(since, _FIRST_DAY))})
        if until:
            after = min(until, _LAST_DAY) + dt.timedelta(days=1)
            queryset = queryset.filter(**{f"{self.moment}__lt": self.bound(after)})
        return queryset

    def _narrowed(self, places: set[tuple[str, ...]]) -> QuerySet:
        queryset = self._between()
        if self.filters.period:
            since = self.today - dt.timedelta(days=DAYS_OF[Period(self.filters.period)])
            queryset = queryset.filter(**{f"{self.moment}__gte": self.bound(since)})
        if self.filters.unit or self.filters.column_class:
            for number, name in enumerate(self.place):
                queryset = queryset.filter(**{f"{name}__in": {place[number] for place in places}})
        return queryset

    def _best(self, chosen: QuerySet, most: int, total: int) -> list[int]:
        """The keys with the highest scores: best by best to the database, until enough are readable."""
        size = len(self.scores) if total <= _FEW else 50 + 2 * most * len(self.scores) // total
        while True:
            ranked = best_first(self.scores, size) if size < len(self.scores) else None
            there = set(self._of(ranked or self.scores, chosen).order_by().values_list("pk", flat=True))
            if not ranked:
                return best_first({pk: self.scores[pk] for pk in there}, most)
            if len(there) >= most:
                return [pk for pk in ranked if pk in there][:most]
            size *= 4


class _Articles(_Source):
    kind = Kind.ARTICLE
    moment = "first_published_at"
    place = ("column_path",)

    def __init__(
        self,
        question: Question,
        filters: Filters,
        today: dt.date,
        *,
        request: HttpRequest,
        units: dict[str, tuple[str, str]],
    ) -> None:
        super().__init__(question, ArticlePage, filters, today)
        self.request = request
        self.units = units

    @cached_property
    def readable(self) -> QuerySet:
        # Asked of the pages' own table: articles' rows are as long as their texts, and reading past them takes time.
        articles = in_portal(Page.objects.type(ArticlePage), request=self.request)
        return articles.annotate(column_path=Substr("path", 1, Length("path") - Page.steplen))

    @cached_property
    def _classes(self) -> dict[str, str]:
        return dict(ColumnPage.objects.values_list("path", "column_class"))

    def whose(self, place: tuple[str, ...]) -> tuple[str, str]:
        (column,) = place
        unit, _title = self.units.get(column[: -Page.steplen], ("", ""))
        return unit, self._classes.get(column, "")

    def bound(self, day: dt.date) -> dt.datetime:
        return timezone.make_aware(dt.datetime.combine(day, dt.time()))


class _Outside(_Source):
    """Titles of outside sites: they are public."""

    kind = Kind.OUTSIDE
    moment = "day"
    place = ("unit_code", "column_class")

    def __init__(self, question: Question, filters: Filters, today: dt.date) -> None:
        super().__init__(question, OutsideTitle, filters, today)

    @cached_property
    def readable(self) -> QuerySet:
        return OutsideTitle.objects.annotate(unit_code=Coalesce("unit__code", Value("")))

    def whose(self, place: tuple[str, ...]) -> tuple[str, str]:
        unit, column_class = place
        return unit, column_class

    def at(self, moment: dt.date | None) -> dt.datetime:
        return timezone.make_aware(dt.datetime.combine(moment, dt.time())) if moment else _NEVER


def _tests(filters: Filters) -> dict[str, Callable[[_Cell], bool]]:
    """By filter that narrows: whether a cell passes."""
    tests: dict[str, Callable[[_Cell], bool]] = {}
    if filters.unit:
        tests["unit"] = lambda cell: cell.unit == filters.unit
    if filters.column_class:
        tests["class"] = lambda cell: cell.column_class == filters.column_class
    if filters.kind:
        tests["kind"] = lambda cell: cell.kind == filters.kind
    if filters.period:
        oldest = list(DAYS_OF).index(Period(filters.period))
        tests["period"] = lambda cell: cell.age <= oldest
    return tests


def _counted(cells: Iterable[_Cell], name: str) -> Counter[Any]:
    counts: Counter[Any] = Counter()
    for cell in cells:
        counts[getattr(cell, name)] += cell.count
    return counts


def _choices(
    filters: Filters, others: Callable[[str], list[_Cell]], sections: Iterable[tuple[str, str]]
) -> dict[str, list[Choice]]:
    units = _counted(others("unit"), "unit")
    classes = _counted(others("class"), "column_class")
    kinds = _counted(others("kind"), "kind")
    by_age = _counted(others("period"), "age")
    periods = dict(zip(map(str, DAYS_OF), accumulate(by_age[age] for age in range(len(DAYS_OF))), strict=True))

    def those(labels: Iterable[tuple[str, Any]], counts: Mapping[str, int], chosen: str) -> list[Choice]:
        return [
            Choice(value=value, label=str(label), count=counts.get(value, 0), is_chosen=value == chosen)
            for value, label in labels
            if counts.get(value, 0) or value == chosen
        ]

    by_count = sorted(sections, key=lambda unit: -units.get(unit[0], 0))
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
                holding.append(highlight(attachment.title + NOTES.get(attachment.state, ""), marks))
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
