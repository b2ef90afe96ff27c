"""What readers see of the portal: lists, dates, restrictions, meta tags, and in how many queries."""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageViewRestriction

from portal.pages import services
from portal.pages.models import ArticlePage, ColumnPage, HomePage, UnitPage
from portal.units.enums import Role, UnitKind
from portal.units.services import enrol
from tests.factories import (
    PersonFactory,
    UnitFactory,
    UserFactory,
    make_article,
    make_column_page,
    make_portal,
    make_unit_page,
)

SHANGHAI = zoneinfo.ZoneInfo("Asia/Shanghai")
pytestmark = pytest.mark.django_db
MORNING = dt.datetime(2026, 11, 18, 9, 30, tzinfo=SHANGHAI)
DAY = dt.timedelta(days=1)


def read(address: str, client: Client | None = None) -> str:
    response = (client or Client()).get(address)
    assert response.status_code == 200, f"{address}: {response.status_code}"
    return response.content.decode()


def metas(html: str) -> dict[str, str]:
    return dict(re.findall(r'<meta name="(\w+)" content="([^"]*)">', html))


@pytest.fixture
def section() -> UnitPage:
    return make_unit_page(UnitFactory(code="qinghe", name="清河镇", short_name="清河", kind=UnitKind.TOWNSHIP))


@pytest.fixture
def column(section: UnitPage) -> ColumnPage:
    return make_column_page(section, title="通知公告", slug="tzgg", column_class="notice")


def test_a_column_lists_its_articles_newest_first(column):
    for days in (3, 1, 2):
        make_article(column, title=f"第{days}篇", published_at=MORNING - days * DAY)
    html = read(column.get_url())
    items = re.findall(
        r'<li><a href="([^"]+)">([^<]+)</a> <time datetime="([\d-]+)">([\d-]+)</time></li>',
        html.split("entries--column")[1],
    )
    assert [(title, date, shown) for _url, title, date, shown in items] == [
        ("第1篇", "2026-11-17", "2026-11-17"),
        ("第2篇", "2026-11-16", "2026-11-16"),
        ("第3篇", "2026-11-15", "2026-11-15"),
    ]
    assert all(re.fullmatch(r"/a/\d{8}-\d+/", url) for url, *_rest in items)


def test_a_new_article_is_there_at_once(column):
    assert "新的一篇" not in read(column.get_url())
    make_article(column, title="新的一篇")
    assert "新的一篇" in read(column.get_url())
    assert "新的一篇" in read("/")


def test_dates_are_civil_dates_of_shanghai(column):
    article = make_article(column, published_at=dt.datetime(2026, 11, 17, 16, 30, tzinfo=dt.UTC))
    assert 'datetime="2026-11-18"' in read(column.get_url())
    assert metas(read(article.get_url()))["PubDate"] == "2026-11-18 00:30"


def test_twenty_to_a_page_and_one_year_at_a_time(column):
    for number in range(45):
        make_article(column, title=f"第{number}篇", published_at=MORNING - number * 20 * DAY)
    url = column.get_url()

    def titles(query: str) -> int:
        return read(url + query).split("entries--column")[1].count("<time")

    assert [titles(query) for query in ("", "?page=2", "?page=3", "?page=99", "?page=x")] == [20, 20, 5, 5, 20]
    assert titles("?year=2024") == 10
    for wrong in ("?year=1999", "?year=abc"):
        assert Client().get(url + wrong).status_code == 404


def test_a_column_without_articles_says_so(column):
    html = read(column.get_url())
    assert 'class="empty"' in html
    assert "entries--column" not in html


def test_meta_tags_of_site_column_and_article(column, section):
    HomePage.objects.update(site_id_code="5299990001")
    article = services.publish_article(
        column=column,
        title='关于"放假"的通知',
        body="第一段。\n第二段。",
        published_at=MORNING,
        responsible_editor="王敏",
    )
    on_home, on_column, on_article = (metas(read(url)) for url in ("/", column.get_url(), article.get_url()))
    for found in (on_home, on_column, on_article):
        assert found["SiteName"] == "栖云县电子政务网门户"
        assert found["SiteDomain"] == "testserver"
        assert found["SiteIDCode"] == "5299990001"
    assert on_column["ColumnName"] == "通知公告"
    assert {"ColumnDescription", "ColumnKeywords", "ColumnType"} <= on_column.keys()
    assert "PubDate" not in on_column
    assert on_article["PubDate"] == "2026-11-18 09:30"
    assert on_article["ArticleTitle"] == "关于&quot;放假&quot;的通知"
    assert on_article["ArticleId"] == str(article.uid)
    assert on_article["ContentSource"] == "清河镇"
    assert on_article["Author"] == "王敏"
    assert on_article["Description"] == "第一段。第二段。"
    assert on_article["Url"].endswith(article.get_url())


def test_the_site_id_code_is_left_out_when_there_is_none(column):
    assert "SiteIDCode" not in metas(read("/"))


@pytest.mark.parametrize("kind", ["article", "column", "section"])
def test_closed_pages_show_in_no_list(kind, column, section):
    article = make_article(column, title="内部稿件")
    page = {"article": article, "column": column, "section": section}[kind]
    readers = Group.objects.create(name="readers of it")
    restriction = PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.GROUPS)
    restriction.groups.add(readers)
    insider, outsider = UserFactory(), UserFactory()
    insider.groups.add(readers)
    addresses = ["/", section.get_url(), column.get_url()]

    def sees(user) -> list[bool]:
        client = Client()
        if user:
            client.force_login(user)
        return ["内部稿件" in client.get(address).content.decode() for address in addresses]

    assert sees(None) == [False, False, False]
    assert sees(outsider) == [False, False, False]
    assert sees(insider) == [True, True, True]
    assert Client().get(article.get_url()).url.startswith("/sign-in/?next=")


def test_drafts_show_in_no_list(column):
    article = make_article(column, title="撤下的稿件")
    article.unpublish()
    assert "撤下的稿件" not in read(column.get_url()) + read("/")
    assert Client().get(article.get_url()).status_code == 404


def test_the_unit_page_names_people_and_gives_phones_to_colleagues(section, column):
    person = PersonFactory(name="李建国", phone="0000-8230777")
    enrol(person=person, unit=section.unit, role=Role.LEADER, day=timezone.localdate())
    anonymous = read(section.get_url())
    assert "李建国" in anonymous
    assert "0000-8230777" not in anonymous
    assert "0000****77" in anonymous
    for unit, role, sees in (
        (UnitFactory(), Role.READER, False),
        (section.unit, Role.READER, True),
        (UnitFactory(), Role.EDITOR, True),
    ):
        reader, client = PersonFactory(phone=""), Client()
        enrol(person=reader, unit=unit, role=role, day=timezone.localdate())
        client.force_login(reader.user)
        assert ("0000-8230777" in read(section.get_url(), client)) is sees, (unit, role)


@pytest.mark.parametrize("role", [Role.EDITOR, Role.READER])
def test_the_front_page_shows_the_readers_own_unit(section, column, role):
    person = PersonFactory()
    enrol(person=person, unit=section.unit, role=role, day=timezone.localdate())
    client = Client()
    client.force_login(person.user)
    assert f'<p class="lead"><a href="{section.get_url()}">清河镇</a></p>' in read("/", client)


def test_republishing_keeps_the_publish_time(column):
    article = make_article(column, published_at=MORNING)
    article.title = "改过的标题"
    article.save_revision().publish()
    article.unpublish()
    article.save_revision().publish()
    assert ArticlePage.objects.get().first_published_at == MORNING


def test_a_copy_has_an_identity_of_its_own(column):
    article = make_article(column, published_at=MORNING)
    copy = article.copy(update_attrs={"slug": "copy"}, keep_live=False)
    assert copy.uid != article.uid


def test_the_home_page_is_made_once():
    first = make_portal()
    assert make_portal() == first
    assert HomePage.objects.count() == 1
    assert Client().get("/").status_code == 200


def test_unknown_addresses_get_a_page_of_ours():
    make_portal()
    response = Client().get("/nothing/")
    assert response.status_code == 404
    assert 'class="notice"' in response.content.decode()
    assert "0000-8230000" in response.content.decode()


def test_signing_in_leads_where_the_role_works(section):
    editor, reader = PersonFactory(), PersonFactory()
    enrol(person=editor, unit=section.unit, role=Role.EDITOR, day=timezone.localdate())
    enrol(person=reader, unit=section.unit, role=Role.READER, day=timezone.localdate())
    for person, leads_to in ((editor, "/admin/"), (reader, "/")):
        response = Client().post("/sign-in/", {"username": person.user.username, "password": "Qiyun-2026"})
        assert response.url == leads_to
    wrong = Client().post("/sign-in/", {"username": editor.user.username, "password": "wrong"})
    assert wrong.status_code == 200
    assert 'role="alert"' in wrong.content.decode()


def test_queries_do_not_grow_with_articles(column, section):
    first = make_article(column, published_at=MORNING)
    addresses = {"home": "/", "unit": section.get_url(), "column": column.get_url(), "article": first.get_url()}

    def queries() -> dict[str, int]:
        counts = {}
        for name, address in addresses.items():
            read(address)  # warm: Wagtail caches where its sites begin
            with CaptureQueriesContext(
                connection,
            ) as captured:
                read(address)
            counts[name] = len(captured)
        return counts

    few = queries()
    for number in range(30):
        make_article(column, title=f"第{number}篇", published_at=MORNING - number * DAY)
    assert queries() == few
    assert max(few.values()) <= 25, few


def test_a_column_that_has_no_class_yet_is_previewed(admin_client):
    address = f"/admin/pages/add/pages/columnpage/{make_unit_page().pk}/preview/"
    form = {"title": "新栏目", "column_class": "", "slug": "", "takes_submissions": ""}
    assert admin_client.post(address, form).json()["is_valid"]
    page = admin_client.get(address)
    assert page.status_code == 200
    assert "新栏目" in page.content.decode()
