"""Search: the index proposes, the database decides who may see it, in which order, and how many there are."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from django.core.paginator import Page as ResultsPage
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils import timezone

from portal.pages.enums import ColumnClass
from search.filters import DAYS_OF, NO_FILTERS, Filters, Kind, Order, Period
from search.hits import Hit, hits_of
from search.parsing import Question
from search.reach import Section, places_among, sections_to_choose
from search.sources import Articles, Cell, Column, Outside, tests_of

HITS_PER_PAGE = 10


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
    def columns(self) -> set[Column]:
        """Columns of the portal that the hits of this page stand in."""
        return {hit.portal_column for hit in self.hits if hit.portal_column}


def search(
    question: Question,
    *,
    request: HttpRequest,
    filters: Filters = NO_FILTERS,
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
    if len(question.stretches) > 1:
        units = {name for section in sections.values() for name in section.names}
        stretches = ["".join(stretch) for stretch in question.stretches]
        question = question.within(places_among(stretches, units, request=request))
    # Asked of what the reader may read: a closed page must not decide how a question is taken.
    for taken in dict.fromkeys([question, question.loosened]):
        articles = Articles(taken, filters, today, request=request, sections=sections)
        sources = [articles, Outside(taken, filters, today)]
        cells = [cell for source in sources for cell in source.cells]
        if cells:
            break
    tests = tests_of(filters)
    found = _passing(cells, tests.values())
    shown = Paginator(range(sum(cell.matches for cell in found)), HITS_PER_PAGE).get_page(page)
    last = shown.end_index()
    rows = sorted((row for source in sources for row in source.first(last, order)), reverse=True)[:last]

    def others(name: str) -> list[Cell]:
        """Cells that pass every filter but this one: what choosing another value would leave."""
        return _passing(cells, [test for other, test in tests.items() if other != name])

    return Results(
        page=shown,
        hits=hits_of(rows[max(shown.start_index() - 1, 0) :], taken, articles, request=request),
        choices=_choices(filters, others, sections.values()) if cells else {},
    )


def _passing(cells: list[Cell], tests: Iterable[Callable[[Cell], bool]]) -> list[Cell]:
    for test in tests:
        cells = [cell for cell in cells if test(cell)]
    return cells


def _counted(cells: Iterable[Cell], name: str) -> Counter[Any]:
    counts: Counter[Any] = Counter()
    for cell in cells:
        counts[getattr(cell, name)] += cell.matches
    return counts


def _choices(
    filters: Filters, others: Callable[[str], list[Cell]], sections: Iterable[Section]
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

    by_count = sorted(sections, key=lambda section: -units.get(section.unit_code, 0))
    return {
        "unit": those([(section.unit_code, section.title) for section in by_count], units, filters.unit),
        "class": those(ColumnClass.choices, classes, filters.column_class),
        "period": those(Period.choices, periods, filters.period),
        "kind": those(Kind.choices, kinds, filters.kind),
    }
