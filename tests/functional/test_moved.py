"""An editor moves an article to another column of the unit; a column that the network centre moves leaves its old
address leading on. Nobody moves anything into another unit's section."""

from __future__ import annotations

from playwright.sync_api import expect

from portal.pages.models import ArticlePage
from portal.units.enums import Role
from tests.factories import UnitFactory, make_article, make_column_page, make_unit_page
from tests.functional.stories import join, make_office


def test_an_article_moves_within_the_unit_and_keeps_its_address(page_at, sign_in):
    office = make_office()
    section = office.column.get_parent().specific
    notices = make_column_page(section, title="通知公告", slug="tzgg", column_class="notice")
    elsewhere = make_column_page(make_unit_page(UnitFactory(code="shiqiao", name="石桥镇")), title="别处")
    article = make_article(office.column, title="放错栏目的通知")
    page = page_at(1280)
    sign_in(page, office.wang)
    page.goto(f"/admin/pages/{article.pk}/move/{notices.pk}/confirm/")
    page.click("main form button[type=submit], main form input[type=submit]")
    page.wait_for_url(lambda url: "/move/" not in url)
    assert ArticlePage.objects.get(pk=article.pk).get_parent().pk == notices.pk
    page.goto(article.get_url())
    expect(page.locator(".breadcrumb")).to_contain_text("通知公告")

    answer = page.request.get(f"/admin/pages/{article.pk}/move/{elsewhere.pk}/confirm/", max_redirects=0)
    assert answer.status in (302, 403)
    assert ArticlePage.objects.get(pk=article.pk).get_parent().pk == notices.pk


def test_a_column_that_is_renamed_leaves_its_old_address_leading_on(page_at, sign_in):
    office = make_office()
    centre = join(office.column.get_parent().specific.unit, Role.NETWORK_CENTRE, "陈工二")
    page = page_at(1280)
    sign_in(page, centre)
    page.goto(f"/admin/pages/{office.column.pk}/edit/")
    page.fill("#id_slug", "dongtai")
    page.keyboard.press("Tab")
    page.click("footer button.w-dropdown__toggle")
    page.click("button[name='action-publish']")
    page.wait_for_load_state("networkidle")
    reader = page_at(360)
    reader.goto("/qinghe/gzdt/")
    assert reader.url.endswith("/qinghe/dongtai/")
    expect(reader.locator("h1")).to_have_text("工作动态")
