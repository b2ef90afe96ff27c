"""An information officer writes, a colleague proofreads and reviews, the leader signs on a phone, staff read."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from portal.pages.models import ArticlePage, ColumnPage
from portal.units.enums import Role
from portal.units.models import Unit, User
from portal.units.services import enrol
from tests.factories import PersonFactory, UnitFactory, make_article, make_column_page, make_unit_page

TITLE = "清河镇召开冬季森林防火工作会议"


def people_of(unit: Unit, role: Role = Role.EDITOR) -> User:
    person = PersonFactory()
    enrol(person=person, unit=unit, role=role, day=timezone.localdate())
    return person.user


@pytest.fixture
def column() -> ColumnPage:
    section = make_unit_page(UnitFactory(code="qinghe", name="清河镇", short_name="清河"))
    column = make_column_page(section, title="工作动态", slug="gzdt")
    make_article(column, title="旧稿件", published_at=timezone.now() - dt.timedelta(days=20))
    return column


def write_and_submit(page: Page, column: ColumnPage, title: str) -> None:
    page.goto(column.get_url())
    page.click("details.account summary")
    page.click(f".account__menu a[href$='/articlepage/{column.pk}/']")
    page.fill("#id_title", title)
    page.locator("[data-draftail-editor-wrapper] [contenteditable=true]").first.click()
    page.keyboard.type("会议传达了上级精神，部署了防火工作。")
    # The editor hands its text to the form a moment after the last key.
    expect(page.locator("input[name='body-0-value']")).to_have_value(re.compile("防火工作"))
    page.click("footer button.w-dropdown__toggle")
    page.click("button[name='action-submit']")
    page.wait_for_url("**/approval/**")


def agree(page: Page, article: ArticlePage) -> None:
    page.goto(f"/approval/{article.pk}/")
    page.click(".approve__act button[type=submit]")
    page.wait_for_load_state()


def test_what_the_unit_signs_is_what_readers_see(column, page_at, sign_in):
    unit = column.get_parent().specific.unit
    page, colleague, phone = page_at(1280), page_at(768), page_at(360)
    sign_in(page, people_of(unit))
    write_and_submit(page, column, TITLE)
    article = ArticlePage.objects.get(title=TITLE)
    expect(page.locator(".steps__now")).to_contain_text("校对")
    assert not article.live

    sign_in(colleague, people_of(unit))
    agree(colleague, article)
    agree(colleague, article)
    sign_in(phone, people_of(unit, Role.LEADER))
    phone.goto("/approval/")
    phone.click(f"text={TITLE}")
    phone.click("text=同意发布")
    expect(phone.locator(".approve__state")).to_contain_text("已发布")
    expect(phone.locator(".approve")).to_contain_text("下次更新期限")

    article.refresh_from_db()
    assert article.live
    assert article.slug.isascii()
    published_at = timezone.localtime(article.first_published_at)
    assert abs(published_at - timezone.now()) < dt.timedelta(minutes=2)

    reader = page_at(1280)
    reader.goto(column.get_url())
    first = reader.locator(".entries li").first
    expect(first.locator("a")).to_have_text(TITLE)
    expect(first.locator("time")).to_have_text(f"{published_at:%Y-%m-%d}")
    assert reader.locator("meta[name=PubDate]").count() == 0
    assert reader.locator("meta[name=ColumnName]").get_attribute("content") == "工作动态"

    first.locator("a").click()
    expect(reader.locator("h1")).to_have_text(TITLE)

    def meta(name: str) -> str | None:
        return reader.locator(f"meta[name={name}]").get_attribute("content")

    assert meta("ArticleId") == str(article.uid)
    assert meta("ArticleTitle") == TITLE
    assert meta("PubDate") == f"{published_at:%Y-%m-%d %H:%M}"
    assert meta("SiteName") == "栖云县电子政务网门户"
    assert meta("ColumnName") == "工作动态"
    assert meta("ContentSource") == "清河镇"
    assert "会议传达了上级精神" in (meta("Description") or "")
