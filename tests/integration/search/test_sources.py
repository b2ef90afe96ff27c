"""Filters leave what is counted beside them."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import uuid

import pytest
from django.utils import timezone

from portal.pages.enums import ColumnClass
from search import queries, services
from search.filters import Filters, Kind, Period
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
                OutsideTitle.objects.create(
                    url=f"http://www.example.com/{next(number)}", title=title, day=timezone.localdate(at), site="网站",
                    column="栏目", column_uuid=uuid.uuid4(), unit=section.unit, column_class=column_class,
                )  # fmt: skip
    services.rebuild()


def found(filters: Filters) -> queries.Results:
    return queries.search(parse("防汛"), request=request_of(), filters=filters)


def test_what_the_filters_leave_is_what_they_say(county):
    assert [found(filters).total for filters in FILTERS] == [40, 20, 20, 6, 20, 8, 16, 0]


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_choosing_a_value_leaves_what_was_counted_beside_it(county, filters):
    fields = {"unit": "unit", "class": "column_class", "kind": "kind", "period": "period"}
    for name, choices in found(filters).choices.items():
        for choice in choices:
            assert found(dataclasses.replace(filters, **{fields[name]: choice.value})).total == choice.count
