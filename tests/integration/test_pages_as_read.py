"""The portal's own columns, read from outside by the reading that judges them."""

from __future__ import annotations

import datetime as dt
import zoneinfo

import pytest
from django.test import Client

from crawler.reading.page import PageKind, read_column
from tests.factories import make_article, make_column_page

pytestmark = pytest.mark.django_db
AS_OF = dt.datetime(2026, 11, 18, 23, 59, 59, tzinfo=zoneinfo.ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize("articles", [0, 1, 2, 3, 6, 25])
def test_a_column_is_read_as_it_is(articles):
    column = make_column_page(title="通知公告", column_class="notice")
    days = [AS_OF - dt.timedelta(days=number * 5, hours=12) for number in range(1, articles + 1)]
    for number, moment in enumerate(days):
        make_article(column, title=f"关于做好第{number}项工作的通知", published_at=moment)
    reading = read_column(
        Client().get(column.get_url()).content, url="http://testserver" + column.get_url(), as_of=AS_OF
    )
    assert reading.kind == (PageKind.LIST if articles else PageKind.BLANK)
    assert [(entry.title, entry.date) for entry in reading.entries] == [
        (f"关于做好第{number}项工作的通知", moment.date()) for number, moment in enumerate(days[:20])
    ]
    assert reading.updated == (days[0].date() if days else None)
