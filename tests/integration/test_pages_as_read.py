"""The portal's own columns, read from outside by the reading that judges them."""

from __future__ import annotations

import datetime as dt
import zoneinfo

import pytest
import time_machine
from django.test import Client

from crawler.reading.page import PageKind, read_column
from portal.pages.requests import services as requests
from portal.units.enums import Role
from portal.units.services import enrol
from tests.factories import PersonFactory, UnitFactory, make_article, make_column_page, make_unit_page

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


def test_what_the_county_took_over_is_one_entry_of_its_column_and_nothing_odd():
    """An alias keeps its address and its time; a copy with edits has its own of both. Neither is judged twice."""
    own = make_column_page(title="工作动态", slug="gzdt")
    county = make_column_page(make_unit_page(UnitFactory(code="zfb", name="县政府办")), title="要闻", slug="yw")
    county.takes_submissions = True
    county.save()
    unit = own.get_parent().specific.unit
    editor, office = PersonFactory(), PersonFactory()
    enrol(person=editor, unit=unit, role=Role.EDITOR, day=AS_OF.date())
    enrol(person=office, unit=unit, role=Role.COUNTY_OFFICE, day=AS_OF.date())
    articles = [
        make_article(own, title=f"清河镇完成第{number}项任务", published_at=AS_OF - dt.timedelta(days=number, hours=12))
        for number in (3, 4)
    ]
    for article, take in zip(articles, (requests.take_up, requests.take_up_with_edits), strict=True):
        offered = requests.offer(article=article, column=county, user=editor.user, now=AS_OF)
        taken = take(submission=offered, user=office.user, now=AS_OF).taken_as
    with time_machine.travel(AS_OF - dt.timedelta(hours=1), tick=False):
        taken.get_latest_revision().publish()

    def read(column):
        url = column.get_url()
        return read_column(Client().get(url).content, url=f"http://testserver{url}", as_of=AS_OF)

    assert [entry.date for entry in read(own).entries] == [article.first_published_at.date() for article in articles]
    assert [(entry.date, entry.url.removeprefix("http://testserver")) for entry in read(county).entries] == [
        (AS_OF.date(), taken.get_url()),
        (articles[0].first_published_at.date(), articles[0].get_url()),
    ]
    assert read(county).updated == AS_OF.date()
