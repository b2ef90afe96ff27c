"""Someone in a township reads the portal on a phone of 360 pixels."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.factories import UnitFactory, make_article, make_column_page, make_unit_page

LONG_TITLE = "关于公开征求《栖云县城市道路临时占用管理办法（征求意见稿）》意见建议并组织开展专题调研座谈活动的公告"


@pytest.fixture
def addresses() -> dict[str, str]:
    section = make_unit_page(
        UnitFactory(name="栖云县人力资源和社会保障局", short_name="县人社局", phone="0000-8231007")
    )
    column = make_column_page(section, title="通知公告", column_class="notice")
    now = timezone.now()
    for number in range(25):
        article = make_article(
            column,
            title=f"{LONG_TITLE}（{number}）",
            body="https://gov.example/" + "a" * 120 + "\n各单位要按照职责分工，加强协调配合。",
            published_at=now - dt.timedelta(days=30 * number),
        )
    blank = make_column_page(section, title="人事信息")
    return {
        "home": "/",
        "unit": section.get_url(),
        "column": column.get_url(),
        "second page": column.get_url() + "?page=2",
        "blank column": blank.get_url(),
        "article": article.get_url(),
        "sign-in": "/sign-in/",
        "no such page": "/nothing/",
    }


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_nothing_is_wider_than_the_screen(addresses, page_at, width):
    page = page_at(width)
    for name, address in addresses.items():
        page.goto(address)
        widest = page.evaluate("document.documentElement.scrollWidth")
        assert widest <= width, f"{name} is {widest} px wide on a screen of {width} px"


def test_from_the_front_page_to_an_article(addresses, page_at):
    page = page_at(360)
    page.goto("/")
    assert page.locator(".masthead__row").bounding_box()["height"] == 56
    page.locator(".entries a").first.click()
    expect(page.locator("h1")).to_contain_text(LONG_TITLE)
    page.locator(".breadcrumb a").last.click()
    page.locator(".pager a[rel=next]").click()
    expect(page.locator(".entries li")).to_have_count(5)


def test_reading_works_without_scripts(addresses, browser, live_server):
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    page = context.new_page()
    page.goto(addresses["column"])
    expect(page.locator(".entries li")).to_have_count(20)
    page.locator(".years a", has_text="2025").click()
    assert "year=2025" in page.url
    context.close()
