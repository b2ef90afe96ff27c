"""A unit asks for a column, the network centre opens it, and the unit sees it among its own."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.functional.stories import make_office


def test_a_column_is_asked_for_and_opened(page_at, sign_in):
    office = make_office()
    page, centre = page_at(1280), page_at(1280)
    sign_in(page, office.wang)
    page.goto("/requests/columns/")
    page.select_option("#id_kind", "close")
    expect(page.locator("#id_column")).to_be_visible()
    expect(page.locator("#id_title")).to_be_hidden()
    page.select_option("#id_kind", "open")
    expect(page.locator("#id_column")).to_be_hidden()
    page.fill("#id_title", "政策解读")
    page.select_option("#id_column_class", "policy")
    page.select_option("#id_leader", index=1)
    page.select_option("#id_officer", index=1)
    page.fill("#id_reason", "便于群众查阅")
    page.click("text=提交申请")
    expect(page.locator(".request")).to_have_text("待网络中心答复")

    sign_in(centre, office.chen)
    centre.goto("/requests/columns/")
    centre.fill("input[name=slug]", "zcjd")
    centre.click("button[name=grant]")
    expect(centre.locator(".told")).to_contain_text("已答复")

    page.goto("/requests/columns/")
    expect(page.locator(".request")).to_have_text("已同意")
    page.goto("/admin/")
    expect(page.locator(".mycols")).to_contain_text("政策解读")
    page.goto("/qinghe/zcjd/")
    expect(page.locator("h1")).to_have_text("政策解读")
