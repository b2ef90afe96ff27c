"""What matched of each kind, counted and put in order by the database as far as the reader may read it."""

from __future__ import annotations

import datetime as dt
import itertools
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from django.db import models
from django.db.models import Case, Count, F, QuerySet, Value, When
from django.db.models.functions import Coalesce, Length, Substr
from django.http import HttpRequest
from django.utils import timezone
from wagtail.models import Page

from portal.pages.models import ArticlePage, ColumnPage
from portal.pages.queries import COLUMN_DEPTH
from portal.prepared import prepared
from search import attachments, matching
from search.filters import DAYS_OF, Filters, Kind, Order, Period
from search.keys import among, best_first
from search.models import OutsideTitle
from search.parsing import Question
from search.reach import Section, in_portal

_NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)
#: Days beyond are no day of any document, and cannot be turned into moments.
_FIRST_DAY, _LAST_DAY = dt.date(1900, 1, 1), dt.date(2999, 12, 31)
#: So many matches are put to the database at once; of more, the best by and by: they are on the first page or two.
_FEW = 100


class Row(NamedTuple):
    """A hit by what puts it in order: a score or a moment."""

    rank: Any
    kind: str
    pk: int


class Column(NamedTuple):
    path: str
    pk: int
    title: str
    column_class: str
    rhythm_days: int | None
    is_live: bool


class Cell(NamedTuple):
    """How many readable matches of a kind there are in a unit's columns of one class, of one age."""

    kind: str
    unit: str
    column_class: str
    #: Place in `DAYS_OF` of the shortest period that holds them; its length where none does.
    age: int
    matches: int


class Source(ABC):
    """What matched of one kind, as far as the reader may read it: counted and put in order by the database.

    The database is asked each time, so an index that lags behind a move, an unpublishing or a new restriction cannot
    tell what is closed by now. It counts by itself: to hand over twenty thousand rows takes longer than to find them.
    """

    kind: str
    #: Where the model keeps when a document appeared, and what names its place.
    moment: str
    place: tuple[str, ...]

    def __init__(self, scores: dict[int, float], filters: Filters, today: dt.date) -> None:
        self.scores = scores
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
    def cells(self) -> list[Cell]:
        whose = {place: self.whose(place) for place in {place for place, _age in self.counts}}
        return [Cell(self.kind, *whose[place], age, count) for (place, age), count in self.counts.items()]

    def first(self, most: int, order: str) -> list[Row]:
        """The first matches that pass the filters."""
        tests = list(tests_of(self.filters).values())
        passing = [
            (place, cell.matches)
            for (place, _age), cell in zip(self.counts, self.cells, strict=True)
            if all(test(cell) for test in tests)
        ]
        total = sum(matches for _place, matches in passing)
        if not total or not most:
            return []
        chosen = self._narrowed({place for place, _matches in passing})
        if order == Order.DATE:
            newest = self._of(self.scores, chosen).order_by(F(self.moment).desc(nulls_last=True), "-pk")
            return [Row(self.at(at), self.kind, pk) for pk, at in newest.values_list("pk", self.moment)[:most]]
        return [Row(self.scores[pk], self.kind, pk) for pk in self._best(chosen, most, total)]

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


class Articles(Source):
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
        sections: Mapping[str, Section],
    ) -> None:
        lags = attachments.index_may_tell()
        scores = matching.match(question, ArticlePage, closable=["attachments"], lags=lags) if question else {}
        super().__init__(scores, filters, today)
        self.request = request
        self.sections = sections

    @cached_property
    def readable(self) -> QuerySet:
        # Asked of the pages' own table: articles' rows are as long as their texts, and reading past them takes time.
        # By depth, which is theirs alone: asked for the type, SQLite goes by its index first, page by page.
        articles = in_portal(Page.objects.filter(depth=COLUMN_DEPTH + 1), request=self.request)
        return articles.annotate(column_path=Substr("path", 1, Length("path") - Page.steplen))

    @cached_property
    def columns(self) -> dict[str, Column]:
        """Those where something matched, by path."""
        paths = list({path for (path,), _age in self.counts})
        found = itertools.starmap(Column, _columns(paths=paths) if paths else [])
        return {column.path: column for column in found}

    def whose(self, place: tuple[str, ...]) -> tuple[str, str]:
        (path,) = place
        section, column = self.sections.get(path[: -Page.steplen]), self.columns.get(path)
        return section.unit_code if section else "", column.column_class if column else ""

    def bound(self, day: dt.date) -> dt.datetime:
        return timezone.make_aware(dt.datetime.combine(day, dt.time()))


@prepared
def _columns(paths: Any) -> QuerySet:
    shown = ("path", "pk", "title", "column_class", "rhythm_days", "live")
    return ColumnPage.objects.filter(path__in=paths).values_list(*shown)


class Outside(Source):
    """Titles of outside sites: they are public."""

    kind = Kind.OUTSIDE
    moment = "day"
    place = ("unit_code", "column_class")

    def __init__(self, question: Question, filters: Filters, today: dt.date) -> None:
        super().__init__(matching.match(question, OutsideTitle) if question else {}, filters, today)

    @cached_property
    def readable(self) -> QuerySet:
        return OutsideTitle.objects.annotate(unit_code=Coalesce("unit__code", Value("")))

    def whose(self, place: tuple[str, ...]) -> tuple[str, str]:
        unit, column_class = place
        return unit, column_class

    def at(self, moment: dt.date | None) -> dt.datetime:
        return timezone.make_aware(dt.datetime.combine(moment, dt.time())) if moment else _NEVER


def tests_of(filters: Filters) -> dict[str, Callable[[Cell], bool]]:
    """By filter that narrows: whether a cell passes."""
    tests: dict[str, Callable[[Cell], bool]] = {}
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
