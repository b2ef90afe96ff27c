"""Somebody looks for an article: in Chinese, on a desk and on a phone, with scripts switched off."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

import pytest
from playwright.sync_api import Browser, Page, expect
from wagtail.contrib.search_promotions.models import Query, SearchPromotion
from wagtail.models import PageViewRestriction

from portal.pages.models import ColumnPage
from search import services
from tests.factories import UnitFactory, UserFactory, make_article, make_column_page, make_unit_page


@pytest.fixture
def notices() -> ColumnPage:
    qinghe = make_unit_page(UnitFactory(code="qinghe", name="清河镇", short_name="清河"))
    notices = make_column_page(qinghe, title="通知公告")
    make_article(notices, title="关于开展冬季森林防火检查的通知", body="请各村按照简单易用的清单自查。")
    archive = make_unit_page(UnitFactory(code="archive", name="县档案馆", short_name="档案馆"))
    make_article(make_column_page(archive, title="工作动态"), title="档案馆完成防火检查")
    services.rebuild()
    return notices


def hits(page: Page):
    return page.locator(".hit h2")


def test_from_the_masthead_to_the_article_without_scripts(notices, browser: Browser, live_server) -> None:
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": 1280, "height": 900}, locale="zh-CN", java_script_enabled=False
    )
    page = context.new_page()
    page.goto("/")
    page.fill(".masthead input[name=q]", "防火检查")
    page.keyboard.press("Enter")

    expect(hits(page)).to_have_count(2)
    expect(page.locator(".masthead input[name=q]")).to_have_value("防火检查")
    expect(page.locator(".hit mark").first).to_have_text("防火检查")

    page.click(".choices a:has-text('清河镇')")
    expect(hits(page)).to_have_text(["关于开展冬季森林防火检查的通知"])
    expect(page.locator(".choices [aria-current]")).to_have_text("清河镇 1")

    hits(page).first.locator("a").click()
    expect(page.locator("h1")).to_have_text("关于开展冬季森林防火检查的通知")
    context.close()


def test_on_a_phone_the_filters_wait_behind_a_button(notices, page_at) -> None:
    page = page_at(360)
    page.goto("/search/?q=简单")

    expect(hits(page)).to_have_count(1)
    expect(page.locator("#search-from")).to_be_hidden()
    page.click(".filters__open")
    expect(page.locator("#search-from")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_what_is_closed_is_found_after_sign_in_only(notices, page_at, sign_in) -> None:
    PageViewRestriction.objects.create(page=notices, restriction_type=PageViewRestriction.LOGIN)
    page = page_at(1280)
    page.goto("/search/?q=防火检查")
    expect(hits(page)).to_have_text(["档案馆完成防火检查"])
    assert "清单自查" not in page.content()

    sign_in(page, UserFactory())
    page.goto("/search/?q=防火检查")
    expect(hits(page)).to_have_count(2)


def test_a_question_is_completed_by_keyboard(notices, page_at) -> None:
    page = page_at(1280)
    page.goto("/")
    page.fill("#q", "danganguan")
    expect(page.locator(".suggestions li")).to_have_text(["县档案馆", "档案馆完成防火检查"])
    page.press("#q", "ArrowDown")
    page.press("#q", "Enter")

    expect(page).to_have_url(re.compile("/search/"))
    expect(page.locator(".name")).to_contain_text("县档案馆")


def test_nothing_found_gives_the_units_contact_without_scripts(notices, browser: Browser, live_server) -> None:
    context = browser.new_context(base_url=live_server.url, locale="zh-CN", java_script_enabled=False)
    page = context.new_page()
    page.goto("/search/?q=没有这个词&unit=qinghe")

    advice = page.locator(".advice")
    expect(advice).to_contain_text("清河镇")
    expect(advice.locator("a[href='tel:0000-8230001']").first).to_be_visible()
    page.click(".advice a[href='?q=%E6%B2%A1%E6%9C%89%E8%BF%99%E4%B8%AA%E8%AF%8D']")
    expect(page).to_have_url(re.compile(r"/search/\?q=[^&]+$"))
    context.close()


def test_an_address_shows_another_reader_the_same(notices, page_at) -> None:
    page = page_at(1280)
    page.goto("/search/?q=防火检查")
    page.click(".choices a:has-text('清河镇')")
    page.select_option("#search-order", "date")
    page.click(".filters__form button")
    expect(hits(page)).to_have_text(["关于开展冬季森林防火检查的通知"])

    other = page_at(768)
    other.goto(page.url)
    expect(hits(other)).to_have_text(["关于开展冬季森林防火检查的通知"])
    expect(other.locator("#search-order")).to_have_value("date")
    expect(other.locator(".masthead input[name=q]")).to_have_value("防火检查")


def test_what_the_office_recommends_stands_first_and_leads_on(notices, page_at) -> None:
    article = make_article(notices, title="森林防火值班表")
    services.rebuild()
    SearchPromotion.objects.create(query=Query.get("防火检查"), page=article, description="先看值班表")
    page = page_at(360)
    page.goto("/search/?q=防火检查")

    expect(hits(page).first).to_contain_text("森林防火值班表")
    hits(page).first.locator("a").click()
    expect(page.locator("h1")).to_have_text("森林防火值班表")


def test_suggestions_are_walked_through_left_and_taken_by_keyboard(notices, page_at) -> None:
    page = page_at(1280)
    page.goto("/")
    page.keyboard.press("Tab")
    page.focus("#q")
    page.keyboard.type("防火", delay=30)
    options = page.locator(".suggestions [role=option]")
    expect(options).to_have_count(2)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    expect(page.locator("#q")).to_have_attribute("aria-activedescendant", "search-suggestion-1")
    page.keyboard.press("Escape")
    expect(page.locator(".suggestions")).to_be_hidden()
    expect(page.locator("#q")).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Enter")
    expect(hits(page)).to_have_count(2)


def test_an_answer_that_comes_late_takes_no_choice_back(notices, page_at) -> None:
    page, held = page_at(1280), []
    page.route(lambda url: unquote(url).endswith("q=防火"), lambda route, _request: held.append(route))
    page.goto("/")
    page.focus("#q")
    page.keyboard.type("防")
    options = page.locator(".suggestions [role=option]")
    expect(options.first).to_be_visible()
    with page.expect_request(lambda request: unquote(request.url).endswith("q=防火")):
        page.keyboard.type("火")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    with page.expect_response(lambda response: "suggest" in response.url) as answered:
        held[0].continue_()
    answered.value.finished()

    expect(page.locator("#q")).to_have_attribute("aria-activedescendant", "search-suggestion-0")
    page.wait_for_timeout(200)  # what must not come takes no longer
    expect(options.first).to_have_attribute("aria-selected", "true")


def test_markup_that_is_typed_stays_text(notices, page_at) -> None:
    page = page_at(1280)
    dialogs = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.goto("/search/?q=" + quote("<img src=x onerror=alert(1)>防火检查\u202e\"'><script>alert(2)</script>"))
    page.wait_for_load_state("networkidle")

    assert dialogs == []
    assert page.locator("main script:has-text('alert'), main img[src=x]").count() == 0
    expect(page.locator(".masthead input[name=q]")).to_have_value(re.compile("^<img src=x"))
