"""What matched is counted and put in order alike, whether here, where it is little, or by the database."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid

import pytest
from django.utils import timezone

from portal.pages.enums import ColumnClass
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


@pytest.mark.parametrize("order", Order.values)
def test_few_matches_and_many_are_counted_and_in_order_alike(county, monkeypatch, order):
    for filters, page in itertools.product(FILTERS, (1, 3)):
        found = []
        for few in (0, 1000):
            monkeypatch.setattr(sources, "_FEW", few)
            results = queries.search(parse("防汛"), request=request_of(), filters=filters, order=order, page=page)
            found.append((results.total, [hit.url for hit in results.hits], results.choices))
        assert found[0] == found[1], filters


def test_what_the_filters_leave_is_what_they_say(county):
    totals = [queries.search(parse("防汛"), request=request_of(), filters=each).total for each in FILTERS]
    assert totals == [40, 20, 20, 6, 20, 8, 16, 0]
