"""A table pasted from Word or a sheet into an article's text becomes a table block."""

from __future__ import annotations

import json
import re

from playwright.sync_api import Page, expect

from portal.pages.models import ArticlePage
from tests.functional.stories import make_office

HTML = "<p>各村任务如下。</p><table><tr><td>村名</td><td>公里</td></tr><tr><td>南山村</td><td>3.5</td></tr></table>"
MERGED = (
    "<table><tr><td>乡镇</td><td>村名</td><td>公里</td></tr>"
    "<tr><td rowspan=2>清河镇</td><td>南山村</td><td>3.5</td></tr>"
    "<tr><td>北山村</td><td>4</td></tr><tr><td colspan=2>合计</td><td>7.5</td></tr></table>"
)


def paste(page: Page, html: str) -> None:
    editor = page.locator("[data-draftail-editor-wrapper] [contenteditable=true]").first
    editor.click()
    editor.evaluate(
        """(field, html) => {
            const clip = new DataTransfer();
            clip.setData("text/html", html);
            clip.setData("text/plain", "各村任务如下。");
            field.dispatchEvent(new ClipboardEvent("paste", {clipboardData: clip, bubbles: true, cancelable: true}));
        }""",
        html,
    )


def test_cells_that_reach_down_or_across_keep_their_place(page_at, sign_in):
    office = make_office()
    page = page_at(1280)
    sign_in(page, office.wang)
    page.goto(f"/admin/pages/add/pages/articlepage/{office.column.pk}/")
    paste(page, MERGED)
    expect(page.locator("input[name='body-1-type']")).to_have_value("table")
    table = json.loads(page.locator("[name='body-1-value']").input_value())
    assert table["data"] == [
        ["乡镇", "村名", "公里"], ["清河镇", "南山村", "3.5"], ["", "北山村", "4"], ["合计", "", "7.5"]
    ]  # fmt: skip
    assert table["mergeCells"] == [
        {"row": 1, "col": 0, "rowspan": 2, "colspan": 1}, {"row": 3, "col": 0, "rowspan": 1, "colspan": 2}
    ]  # fmt: skip


def test_a_pasted_table_is_a_table_block(page_at, sign_in):
    office = make_office()
    page = page_at(1280)
    sign_in(page, office.wang)
    page.goto(f"/admin/pages/add/pages/articlepage/{office.column.pk}/")
    page.fill("#id_title", "农村公路养护任务")
    paste(page, HTML)
    expect(page.locator("input[name='body-1-type']")).to_have_value("table")
    table = json.loads(page.locator("[name='body-1-value']").input_value())
    assert table["data"] == [["村名", "公里"], ["南山村", "3.5"]]
    expect(page.locator("input[name='body-0-value']")).to_have_value(re.compile("各村任务如下"))
    page.locator("footer button.action-save").first.click()
    page.wait_for_url("**/edit/")
    body = ArticlePage.objects.get().get_latest_revision_as_object().body
    assert [block.block_type for block in body] == ["text", "table"]
