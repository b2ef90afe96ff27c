"""What staff read beside the tree, and pages from the cache that are never older than what was published."""

from __future__ import annotations

import datetime as dt
import html
import re
import xml.etree.ElementTree as ET

import pytest
from django.core.cache import caches
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents.models import Document
from wagtail.models import Page, PageViewRestriction, ReferenceIndex
from wagtail.rich_text import RichText

from portal.pages.models import ArticlePage, ColumnPage, UnitPage
from portal.pages.reading.models import PageProblem
from portal.pages.reading.views import server_error
from portal.pages.references import ensure_references
from portal.units.enums import Role
from portal.units.models import Person
from portal.units.services import enrol
from tests.factories import PersonFactory, UnitFactory, make_article, make_column_page, make_portal, make_unit_page

pytestmark = pytest.mark.django_db
MORNING = dt.datetime(2026, 11, 18, 1, 30, tzinfo=dt.UTC)
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def section() -> UnitPage:
    return make_unit_page(UnitFactory(code="qinghe", name="清河镇"))


@pytest.fixture
def column(section) -> ColumnPage:
    return make_column_page(section, title="通知公告", slug="tzgg", column_class="notice")


def person(unit, role: Role, **fields) -> Person:
    someone = PersonFactory(**fields)
    enrol(person=someone, unit=unit, role=role, day=timezone.localdate())
    return someone


def client_of(who: Person) -> Client:
    client = Client()
    client.force_login(who.user)
    return client


def read(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, (address, response.status_code)
    return response.content.decode()


def test_the_directory_masks_phones_by_role(section):
    wang = person(section.unit, Role.EDITOR, name="王敏", phone="0851-87221234")
    reader = person(UnitFactory(name="石桥镇"), Role.READER, name="路过")
    for client, sees in ((Client(), False), (client_of(reader), False), (client_of(wang), True)):
        page = read(client, "/directory/?q=王敏")
        assert "王敏" in page
        assert ("0851-87221234" in page) is sees
        assert ("0851****34" in page) is not sees
    assert "没有找到" in read(Client(), "/directory/?q=无此人")
    assert "王敏" not in read(Client(), "/directory/?q=清河 赵")


def test_the_feed_has_the_newest_and_nothing_closed(column):
    for days in range(25):
        make_article(column, title=f"第{days}篇", published_at=MORNING - dt.timedelta(days=days))
    root = ET.fromstring(Client().get(f"/feeds/columns/{column.pk}.xml").content)
    titles = [each.findtext(f"{ATOM}title") for each in root.findall(f"{ATOM}entry")]
    assert titles[:2] == ["第0篇", "第1篇"]
    assert len(titles) == 20
    assert f'href="/feeds/columns/{column.pk}.xml"' in read(Client(), column.get_url())
    PageViewRestriction.objects.create(page=column, restriction_type=PageViewRestriction.LOGIN)
    assert Client().get(f"/feeds/columns/{column.pk}.xml").status_code == 404


def test_a_problem_reaches_the_unit_and_the_network_centre(section, column):
    article = make_article(column, title="有错字的稿件")
    address = f"/problem/{article.pk}/"
    assert f'href="{address}"' in read(Client(), article.get_url())
    told = Client().post(address, {"words": "日期写错了", "contact": "", "website": ""})
    assert "已收到" in told.content.decode()
    wang = person(section.unit, Role.EDITOR)
    centre = person(UnitFactory(), Role.NETWORK_CENTRE)
    stranger = person(make_unit_page().unit, Role.EDITOR)
    for who, sees in ((wang, True), (centre, True), (stranger, False)):
        assert ("日期写错了" in read(client_of(who), "/problems/")) is sees
        assert ("页面纠错</a>" in read(client_of(who), "/admin/")) is sees
    pk = PageProblem.objects.get().pk
    assert client_of(stranger).post("/problems/", {"problem": pk, "answer": "x"}).status_code == 404
    client_of(wang).post("/problems/", {"problem": pk, "answer": "已更正"})
    problem = PageProblem.objects.get()
    assert (problem.settled_by, problem.answer) == (wang.user, "已更正")


def test_programs_and_floods_of_problems_are_refused(column):
    caches["default"].clear()
    address = f"/problem/{column.pk}/"
    Client().post(address, {"words": "buy", "website": "http://x"})
    assert not PageProblem.objects.exists()
    for _ in range(15):
        Client().post(address, {"words": "错", "website": ""})
    assert PageProblem.objects.count() <= 10
    PageViewRestriction.objects.create(page=column, restriction_type=PageViewRestriction.LOGIN)
    assert Client().get(address).status_code == 404


def test_the_calendar_shows_what_is_due_from_the_own_unit(section, column):
    make_article(column, published_at=timezone.now())
    wang = person(section.unit, Role.EDITOR)
    due = (timezone.localdate() + dt.timedelta(days=184)).strftime("%Y-%m")
    months = {timezone.localdate().replace(day=1) + dt.timedelta(days=31 * n) for n in range(5, 8)}
    pages = [read(client_of(wang), f"/calendar/?month={month:%Y-%m}") for month in months]
    assert any("month__due" in page and "通知公告" in page for page in pages), due
    assert client_of(wang).get("/calendar/?month=2026-13").status_code == 404
    assert "没有栏目" not in read(client_of(person(section.unit, Role.READER)), "/calendar/")
    assert "没有栏目" in read(client_of(person(UnitFactory(), Role.READER)), "/calendar/")
    assert Client().get("/calendar/").url.startswith("/sign-in/")


def test_what_no_page_can_show_is_a_page_all_the_same(section, column):
    centre = client_of(person(section.unit, Role.NETWORK_CENTRE))
    for month in ("9999-12", "0001-01", "2026-13", "abc", "2026-1"):
        for address in ("/calendar/", "/requests/submissions/"):
            assert centre.get(address, {"month": month}).status_code == 404, (address, month)
    for unit in ("abc", "-1", "9" * 30):
        assert section.unit.name in read(centre, f"/staff/?unit={unit}")
    assert centre.post("/problems/", {"problem": "abc", "answer": "x"}).status_code == 404


@pytest.mark.parametrize("address", ["/", "/directory/?q=wang", "/search/?q=abc"])
def test_a_problem_is_told_of_pages_beside_the_tree_too(section, column, address):
    caches["default"].clear()
    link = re.search(r'href="(/problem/[^"]+)"', read(Client(), address))
    assert link
    form = Client().get(html.unescape(link[1]))
    hidden = dict(re.findall(r'<input type="hidden" name="(at)" value="([^"]*)"', form.content.decode()))
    Client().post(link[1].split("?")[0], {"words": "有错", "website": "", **hidden})
    told = PageProblem.objects.get()
    assert told.page.pk == section.get_parent().pk
    assert (told.words == f"有错（{address}）") is (address != "/")
    centre = client_of(person(UnitFactory(), Role.NETWORK_CENTRE))
    assert "有错" in read(centre, "/problems/")


# The cache


@pytest.fixture
def real_cache(settings, tmp_path):
    settings.CACHES = {
        **settings.CACHES,
        "pages": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": str(tmp_path / "c")},
    }


def hit(address: str, client: Client | None = None) -> bool:
    response = (client or Client()).get(address)
    assert response.status_code == 200
    return response.headers.get("X-Page-Cache") == "hit"


@pytest.mark.usefixtures("real_cache")
def test_pages_come_from_the_cache_without_a_query(section, column):
    article = make_article(column)
    for address in ("/", section.get_url(), column.get_url(), article.get_url(), f"{column.get_url()}?page=1"):
        assert not hit(address)
        with CaptureQueriesContext(connection) as captured:
            assert hit(address)
        assert len(captured) == 0
    assert Client().get("/").headers["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.usefixtures("real_cache")
@pytest.mark.django_db(transaction=True)
def test_whatever_changes_is_seen_at_once(section, column):
    article = make_article(column, title="原来的标题")
    for address in ("/", section.get_url(), column.get_url()):
        hit(address)
        assert "原来的标题" in read(Client(), address)
    article.title = "改过的标题"
    article.save_revision().publish()
    for address in ("/", section.get_url(), column.get_url()):
        assert "改过的标题" in read(Client(), address)
    Page.objects.get(pk=article.pk).specific.unpublish()
    assert "改过的标题" not in read(Client(), column.get_url())
    make_article(column, title="又一篇")
    assert "又一篇" in read(Client(), column.get_url())
    PageViewRestriction.objects.create(page=column, restriction_type=PageViewRestriction.LOGIN)
    assert "又一篇" not in read(Client(), "/")
    assert Client().get(column.get_url()).status_code == 302


@pytest.mark.usefixtures("real_cache")
@pytest.mark.django_db(transaction=True)
def test_a_file_that_changes_is_seen_at_once(column):
    from django.core.files.base import ContentFile
    from wagtail.documents.models import Document

    document = Document.objects.create(title="旧名", file=ContentFile(b"%PDF-1.4", name="form.pdf"))
    article = make_article(column, body=[("attachments", [document])])
    assert not hit(article.get_url())
    assert hit(article.get_url())
    document.title = "新名"
    document.save()
    assert "新名" in read(Client(), article.get_url())
    document.delete()
    assert not hit(article.get_url())


@pytest.mark.usefixtures("real_cache")
def test_who_has_signed_in_never_reads_another_ones_page(section, column):
    wang = person(section.unit, Role.EDITOR, name="王敏")
    assert "王敏" in read(client_of(wang), "/")
    assert not hit("/", client_of(wang))
    assert "王敏</summary>" not in read(Client(), "/")
    hit("/")
    assert "王敏</summary>" in read(client_of(wang), "/")
    assert not hit(f"{column.get_url()}?utm=1")
    assert not hit(f"{column.get_url()}?utm=1")


# Wagtail done right


def test_a_column_that_moves_leaves_a_redirect_and_articles_need_none(section, column):
    article = make_article(column)
    old, address = column.get_url(), article.get_url()
    other = make_unit_page(UnitFactory(code="shiqiao", name="石桥镇"))
    Page.objects.get(pk=column.pk).specific.move(other, pos="last-child")
    moved = Client().get(old)
    assert (moved.status_code, moved.url) == (301, "/shiqiao/tzgg/")
    assert Client().get(address).status_code == 200
    assert not Redirect.objects.filter(old_path=address.rstrip("/")).exists()


def test_the_sitemap_names_every_article_once(column):
    article = make_article(column)
    text = Client().get("/sitemap.xml").content.decode()
    assert text.count(article.get_url()) == 1


def test_error_pages_are_chinese_and_say_whom_to_call(column, settings):
    settings.CENTRE_PHONE = "0000-8230000"
    lost = Client().get("/nothing/")
    assert lost.status_code == 404
    broken = server_error(RequestFactory().get("/"))
    assert broken.status_code == 500
    editor = person(column.get_parent().specific.unit, Role.EDITOR)
    refused = client_of(editor).get("/staff/")
    strange = Client().get("/", headers={"host": "elsewhere.example"})
    strict = Client(enforce_csrf_checks=True)
    expired = strict.post(f"/problem/{column.pk}/", {"words": "错"})
    assert [page.status_code for page in (refused, strange, expired)] == [403, 400, 403]
    for page in (lost, broken, refused, strange, expired):
        text = page.content.decode()
        assert "0000-8230000" in text
        assert '<meta name="renderer" content="webkit">' in text
        assert 'lang="zh-hans"' in text
    for page, words in ((broken, "门户"), (refused, "无权"), (strange, "无法识别"), (expired, "表单已过期")):
        assert words in page.content.decode()


def test_the_phone_is_known_without_database_and_setting(settings):
    """Also after an upgrade, when nobody has saved the front page since."""
    settings.CENTRE_PHONE = ""
    home = make_portal()
    home.contact_phone = "0851-8221000"
    home.save()
    request = RequestFactory().get("/")
    with CaptureQueriesContext(connection) as captured:
        assert "0851-8221000" in server_error(request).content.decode()
    assert not captured
    (settings.VAR_DIR / "centre-phone.txt").unlink()
    assert "请致电县网络中心" in server_error(request).content.decode()
    call_command("ensure_groups")
    assert "0851-8221000" in server_error(request).content.decode()
    settings.CENTRE_PHONE = "0851-8229999"
    assert "0851-8229999" in server_error(request).content.decode()


def test_old_browsers_are_told_how_to_switch(column):
    page = read(Client(), "/browsers/")
    for words in ("极速模式", "Chromium 内核 109"):
        assert words in page
    for address in ("/", column.get_url(), "/browsers/"):
        assert '<meta name="renderer" content="webkit">' in read(Client(), address)
    admin = read(client_of(person(column.get_parent().specific.unit, Role.EDITOR)), "/admin/")
    assert '<meta name="renderer" content="webkit">' in admin


@pytest.mark.parametrize("kind", ["attachments", "text", "notice"])
def test_attachments_of_an_older_release_are_handed_out(column, kind):
    """As long as the index does not know that a public article uses them, they are nobody's."""
    document = Document.objects.create(title="申报表", file=ContentFile(b"%PDF-1.4", name="form.pdf"))
    link = RichText(f'<p><a linktype="document" id="{document.pk}">申报表</a></p>')
    value = {"attachments": [document], "text": link, "notice": {"title": "", "text": link}}[kind]
    article = make_article(column, body=[(kind, value)])
    make_article(column)
    assert ensure_references() == 0
    assert [use.object_id for use in ReferenceIndex.get_references_to(document)] == [str(article.pk)]
    ReferenceIndex.objects.all().delete()
    assert Client().get(document.url).status_code == 404
    call_command("ensure_references")
    assert Client().get(document.url).status_code == 200
    assert ensure_references() == 0


def test_signed_in_pages_ask_few_questions(section, column):
    wang = person(section.unit, Role.EDITOR)
    article = make_article(column)
    client = client_of(wang)
    counts = {}
    for address in ("/", section.get_url(), column.get_url(), article.get_url()):
        read(client, address)
        with CaptureQueriesContext(connection) as captured:
            read(client, address)
        counts[address] = len(captured)
    for number in range(20):
        make_article(column, title=f"第{number}篇", published_at=MORNING)
    for address, few in counts.items():
        with CaptureQueriesContext(connection) as captured:
            read(client, address)
        assert len(captured) == few, address
    assert max(counts.values()) <= 25, counts
    assert ArticlePage.objects.count() == 21
