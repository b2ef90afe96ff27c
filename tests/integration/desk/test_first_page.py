"""The first page after signing in: what waits for the person, and the columns of their units."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from django.utils import timezone

from audits.desk.my_columns import my_columns
from portal.units.queries import units_of
from tests.factories import make_column_page, make_unit_page
from tests.factories.audits import make_column
from tests.factories.cases import inspect


def home(desk, who: str) -> str:
    return desk.get(who, reverse("wagtailadmin_home")).content.decode()


def test_a_unit_sees_its_columns_and_what_it_has_to_do(desk):
    page = home(desk, "leader")

    for words in ("我的栏目", "云溪动态", "云溪公告", "待签收文书", "撰写稿件" if desk.stale.page_id else "打开"):
        assert words in page
    assert "清河" not in page


def test_the_county_sees_what_waits_for_it_and_no_columns(desk):
    page = home(desk, "reviewer")

    assert "待确认问题" in page
    assert "我的栏目" not in page


def test_counts_of_pages_are_nobodys_work(desk):
    assert desk.get("reviewer", reverse("wagtailadmin_home")).content.decode().count("w-summary__list") == 0


def test_nothing_to_do_shows_nothing(desk):
    assert "待办事项" not in home(desk, "office")


def test_the_most_urgent_column_comes_first_and_days_are_counted_to_the_last_one(desk):
    today = timezone.localdate()
    columns = {
        make_column(desk.site, f"/{days}/", name=f"{days}天前更新"): today - dt.timedelta(days=days)
        for days in (3, 14, 15, 13)
    }
    inspect(columns, at=timezone.now() - dt.timedelta(minutes=5))

    rows = [row for row in my_columns(units_of(desk.users["editor"], today), today) if row.column in columns]

    assert [(row.column.name, row.days_left, row.now.days_given) for row in rows] == [
        ("15天前更新", -1, 14),
        ("14天前更新", 0, 14),
        ("13天前更新", 1, 14),
        ("3天前更新", 11, 14),
    ]


def test_a_row_leads_to_its_own_page_or_to_the_address_of_an_outside_column(desk):
    today = timezone.localdate()
    column = make_column_page(make_unit_page(desk.site.unit), title="工作动态")
    outside = make_column(desk.site, "/outside/", name="外站栏目")
    inspect({outside: today - dt.timedelta(days=20)}, at=timezone.now() - dt.timedelta(minutes=5))

    page = home(desk, "editor")

    assert f'href="/intake/columns/{column.pk}/document/">从文档发布' in page
    assert f'href="/admin/pages/add/pages/articlepage/{column.pk}/">撰写稿件' in page
    assert f'href="{outside.url}">打开' in page
    assert "逾期 6 天" in page


def test_columns_without_a_due_day_come_last(desk):
    today = timezone.localdate()
    rows = my_columns(units_of(desk.users["leader"], today), today)

    days = [row.days_left for row in rows]
    known = [left for left in days if left is not None]
    assert days == known + [None] * (len(days) - len(known))
    assert known == sorted(known)
    assert desk.retiring in [row.column for row in rows if row.days_left is None]
