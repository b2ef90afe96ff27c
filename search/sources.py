"""What matched of each kind, counted and put in order by the database as far as the reader may read it."""

from __future__ import annotations

import datetime as dt
import itertools
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from django.db import models
from django.db.models import Case, Count, F, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone
from wagtail.models import Page
from wagtail.query import PageQuerySet

from portal.pages.models import ArticlePage, ColumnPage
from portal.pages.queries import ARTICLE_DEPTH, COLUMN_DEPTH, closed_pages, path_at
from portal.prepared import prepared
from search import attachments, matching
from search.filters import DAYS_OF, Filters, Kind, Order, Period
from search.keys import among, best_first
from search.models import OutsideTitle
from search.parsing import Question
from search.reach import Section, rows_in_portal

_NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)
#: Days beyond cannot be turned into moments of every time zone.
_FIRST_DAY, _LAST_DAY = dt.date(1, 1, 3), dt.date(9999, 12, 29)
#: So many matches are put to the database at once; of more, the first by and by: they are on the first page or two.
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

    @abstractmethod
    def counted(self, **asked: Any) -> list[tuple]:
        """Place, age and number of matches, as `_counted` asks for them, as far as the reader may read them."""

    @abstractmethod
    def listed(self, **asked: Any) -> list[tuple]:
        """Place and key of matches, as `_matched` asks for them, as far as the reader may read them."""

    @abstractmethod
    def newest(self, most: int, **asked: Any) -> list[tuple]:
        """As `listed`, with the moment between both; the newest of so many, whether the reader may read them or not."""

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
        beginnings = {name: self.bound(self.today - dt.timedelta(days=days)) for name, days in DAYS_OF.items()}
        counted = self.counted(pk=sorted(self.scores), **self._days(), **beginnings)
        return {(tuple(place), age): count for *place, age, count in counted}

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
        within = self._within({place for place, _matches in passing}, are_few=total <= _FEW)
        in_order = self._newest if order == Order.DATE else self._best
        # By and by from the beginning of the order, until there are enough that pass.
        size = len(self.scores) if total <= _FEW else 50 + 2 * most * len(self.scores) // total
        while len(rows := in_order(size, within)) < most and size < len(self.scores):
            size *= 4
        return rows[:most]

    def _best(self, size: int, within: Mapping[str, Any]) -> list[Row]:
        few = best_first(self.scores, size) if size < len(self.scores) else self.scores
        there = {pk: self.scores[pk] for *_place, pk in self.listed(pk=sorted(few), **within)}
        return [Row(self.scores[pk], self.kind, pk) for pk in best_first(there)]

    def _newest(self, size: int, within: Mapping[str, Any]) -> list[Row]:
        rows = self.newest(size, pk=self.scores, **within)
        return [Row(self.at(moment), self.kind, pk) for *_place, moment, pk in rows]

    def _days(self) -> dict[str, Any]:
        """What `_matched` takes of the days that are asked for; what has no day lies between none."""
        days = {}
        if self.filters.since:
            days["since"] = self.bound(max(self.filters.since, _FIRST_DAY))
        if self.filters.until:
            days["until"] = self.bound(min(self.filters.until, _LAST_DAY) + dt.timedelta(days=1))
        return days

    def _within(self, places: set[tuple[str, ...]], *, are_few: bool) -> dict[str, Any]:
        """What `_matched` takes of the filters, given the places that pass them.

        `are_few`: few matches do; the others may be closed by the thousand, and none of them is handed over.
        """
        within = self._days()
        if self.filters.period:
            beginning = self.bound(self.today - dt.timedelta(days=DAYS_OF[Period(self.filters.period)]))
            within["since"] = max(beginning, within.get("since", beginning))
        if are_few or self.filters.unit or self.filters.column_class:
            of_each = zip(self.place, zip(*places, strict=True), strict=True)
            within |= {name: sorted(set(values)) for name, values in of_each}
        return within


def _matched(
    source: type[Source], all_of_kind: QuerySet, *, since: Any = None, until: Any = None, **held: Any
) -> QuerySet:
    """Those of a kind whose moment lies between two, and which hold one of the values that are given for a field."""
    matched = all_of_kind.filter(**{f"{name}__in": values for name, values in held.items()})
    if since is not None:
        matched = matched.filter(**{f"{source.moment}__gte": since})
    return matched if until is None else matched.filter(**{f"{source.moment}__lt": until})


def _listed(source: type[Source], all_of_kind: QuerySet, asked: Mapping[str, Any]) -> QuerySet:
    return _matched(source, all_of_kind, **asked).values_list(*source.place, "pk").order_by()


def _newest(source: type[Source], all_of_kind: QuerySet, asked: Mapping[str, Any], most: int) -> QuerySet:
    key = all_of_kind.model._meta.get_field("id")
    asked = {**asked, "pk": among(key, list(asked["pk"]), using=all_of_kind.db)}
    matched = _matched(source, all_of_kind, **asked).order_by(F(source.moment).desc(nulls_last=True), "-pk")
    return matched.values_list(*source.place, source.moment, "pk")[:most]


def _counted(source: type[Source], all_of_kind: QuerySet, asked: Mapping[str, Any]) -> QuerySet:
    """Rows of place, age and number of what `_matched` finds; of each period, `asked` has its beginning."""
    ages = [When(**{f"{source.moment}__gte": asked[name]}, then=Value(age)) for age, name in enumerate(DAYS_OF)]
    age = Case(*ages, default=Value(len(ages)), output_field=models.IntegerField())
    matched = _matched(source, all_of_kind, **{name: asked[name] for name in asked if name not in DAYS_OF})
    return matched.annotate(age=age).values_list(*source.place, "age").annotate(Count("pk")).order_by()


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
        # Without a condition for each closed article the query stays the same; closed columns are left out by path.
        for closed in closed_pages(request):
            scores.pop(closed, None)
        super().__init__(scores, filters, today)
        self.request = request
        self.sections = sections

    def counted(self, **asked: Any) -> list[tuple]:
        return rows_in_portal(_articles_counted(**asked), request=self.request)

    def listed(self, **asked: Any) -> list[tuple]:
        return rows_in_portal(_articles_listed(**asked), request=self.request)

    def newest(self, most: int, **asked: Any) -> list[tuple]:
        return rows_in_portal(list(_newest(Articles, _articles(), asked, most)), request=self.request)

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


def _articles() -> PageQuerySet:
    # Of the pages' own table: articles' rows are as long as their texts, and reading past them takes time.
    # By depth, which is theirs alone: asked for the type, SQLite goes by its index first, page by page.
    return Page.objects.filter(depth=ARTICLE_DEPTH).live().annotate(column_path=path_at(COLUMN_DEPTH))


@prepared
def _articles_counted(**asked: Any) -> QuerySet:
    return _counted(Articles, _articles(), asked)


@prepared
def _articles_listed(**asked: Any) -> QuerySet:
    return _listed(Articles, _articles(), asked)


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

    def counted(self, **asked: Any) -> list[tuple]:
        return _titles_counted(**asked)

    def listed(self, **asked: Any) -> list[tuple]:
        return _titles_listed(**asked)

    def newest(self, most: int, **asked: Any) -> list[tuple]:
        return list(_newest(Outside, _titles(), asked, most))

    def whose(self, place: tuple[str, ...]) -> tuple[str, str]:
        unit, column_class = place
        return unit, column_class

    def at(self, moment: dt.date | None) -> dt.datetime:
        return timezone.make_aware(dt.datetime.combine(moment, dt.time())) if moment else _NEVER


def _titles() -> QuerySet[OutsideTitle]:
    return OutsideTitle.objects.annotate(unit_code=Coalesce("unit__code", Value("")))


@prepared
def _titles_counted(**asked: Any) -> QuerySet:
    return _counted(Outside, _titles(), asked)


@prepared
def _titles_listed(**asked: Any) -> QuerySet:
    return _listed(Outside, _titles(), asked)


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
