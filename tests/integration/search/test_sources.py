"""Filters leave what is counted beside them, and the best come first, however they are asked for."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import uuid

import pytest
from django.utils import timezone
from wagtail.models import PageViewRestriction

from portal.pages.enums import ColumnClass
from portal.units.models import Unit
from search import queries, services, sources
from search.filters import Filters, Kind, Order, Period
from search.models import OutsideTitle
from search.parsing import parse
from tests.factories import UnitFactory, make_article, make_column_page, make_unit_page
from tests.integration.search.conftest import request_of

pytestmark = pytest.mark.django_db

NOW = timezone.now()
DAYS_AGO = (3, 40, 200, 400, 3000)
FILTERS = [
    Filters(),
    Filters(unit="jyj"),
    Filters(column_class=ColumnClass.POLICY),
    Filters(unit="jyj", column_class=ColumnClass.NOTICE, period=Period.YEAR),
    Filters(kind=Kind.OUTSIDE),
    Filters(kind=Kind.ARTICLE, period=Period.HALF_YEAR),
    Filters(since=timezone.localdate() - dt.timedelta(days=300), until=timezone.localdate() - dt.timedelta(days=30)),
    Filters(unit="nobody"),
]


def outside_title(
    url: str, title: str, unit: Unit, at: dt.datetime = NOW, column_class: str = ColumnClass.NOTICE
) -> OutsideTitle:
    place = {"site": "网站", "column": "栏目", "column_uuid": uuid.uuid4(), "unit": unit, "column_class": column_class}
    return OutsideTitle(url=url, title=title, day=timezone.localdate(at), **place)


@pytest.fixture
def county():
    """Two units with two columns each, an article and a title on an outside site of every age in each."""
    number = itertools.count()
    for code in ("jyj", "swj"):
        section = make_unit_page(UnitFactory(code=code))
        for column_class in (ColumnClass.NOTICE, ColumnClass.POLICY):
            column = make_column_page(section, column_class=column_class)
            for days in DAYS_AGO:
                at, title = NOW - dt.timedelta(days=days), f"防汛通知第{next(number)}号"
                make_article(column, title=title, body="防汛" * (next(number) % 7 + 1), published_at=at)
                outside_title(f"http://www.example.com/{next(number)}", title, section.unit, at, column_class).save()
    services.rebuild()


def found(filters: Filters, page: int = 1, order: str = Order.RELEVANCE) -> queries.Results:
    return queries.search(parse("防汛"), request=request_of(), filters=filters, page=page, order=order)


def test_what_the_filters_leave_is_what_they_say(county):
    assert [found(filters).total for filters in FILTERS] == [40, 20, 20, 6, 20, 8, 16, 0]


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_choosing_a_value_leaves_what_was_counted_beside_it(county, filters):
    fields = {"unit": "unit", "class": "column_class", "kind": "kind", "period": "period"}
    for name, choices in found(filters).choices.items():
        for choice in choices:
            assert found(dataclasses.replace(filters, **{fields[name]: choice.value})).total == choice.count


@pytest.mark.parametrize("order", Order.values)
@pytest.mark.parametrize("unit", ["jyj", "swj"])
def test_the_first_of_many_are_the_same_asked_by_and_by_or_at_once(monkeypatch, unit, order):
    """Those of the first unit are better: whoever asks for the second's finds none among the best."""
    first, second = UnitFactory(code="jyj"), UnitFactory(code="swj")
    endings = ["", "，请各单位认真抓好落实"]
    OutsideTitle.objects.bulk_create(
        outside_title(f"http://www.example.com/{place}", f"防汛{'通知' * (place % 9 + 1)}{ending}", owner)
        for ending, owner, places in zip(endings, (first, second), (range(200), range(200, 350)), strict=True)
        for place in places
    )
    services.rebuild()
    asked = []
    for few in (1000, sources._FEW):
        monkeypatch.setattr(sources, "_FEW", few)
        pages = [found(Filters(unit=unit), page, order) for page in (1, 3, 15)]
        asked.append([[hit.url for hit in results.hits] for results in pages])
        assert {results.total for results in pages} == {200 if unit == "jyj" else 150}
    assert asked[0] == asked[1]
    assert [len(urls) for urls in asked[0]] == [10, 10, 10]


@pytest.mark.parametrize("few", [2, sources._FEW])
@pytest.mark.parametrize("order", Order.values)
def test_what_is_open_is_found_among_better_and_newer_that_is_closed(monkeypatch, order, few):
    monkeypatch.setattr(sources, "_FEW", few)
    section = make_unit_page()
    open_column, closed_column = make_column_page(section), make_column_page(section)
    for number in range(3):
        make_article(open_column, title=f"公开的防汛通知{number}", published_at=NOW - dt.timedelta(days=9 - number))
    closed = [make_article(closed_column, title="防汛", published_at=NOW) for _ in range(8)]
    closed.append(make_article(open_column, title="防汛", published_at=NOW))
    for page in (closed_column, closed[-1]):
        PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    services.rebuild()

    results = found(Filters(), order=order)

    assert results.total == 3
    assert [hit.day for hit in results.hits] == [timezone.localdate(NOW - dt.timedelta(days=ago)) for ago in (7, 8, 9)]


@pytest.mark.parametrize("days", [Filters(since=dt.date.min), Filters(until=dt.date.max)], ids=["since", "until"])
def test_the_first_and_the_last_of_all_days_leave_out_what_has_no_day(county, days):
    OutsideTitle.objects.update(day=None)
    services.rebuild()

    assert (found(Filters()).total, found(days).total) == (40, 20)
