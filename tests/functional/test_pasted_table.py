"""A table pasted from Word or a sheet into an article's text becomes a table block."""

from __future__ import annotations

import json
import re

from playwright.sync_api import expect

from portal.pages.models import ArticlePage
from tests.functional.stories import make_office

HTML = "<p>各村任务如下。</p><table><tr><td>村名</td><td>公里</td></tr><tr><td>南山村</td><td>3.5</td></tr></table>"


def test_a_pasted_table_is_a_table_block(page_at, sign_in):
    office = make_office()
    page = page_at(1280)
    sign_in(page, office.wang)
    page.goto(f"/admin/pages/add/pages/articlepage/{office.column.pk}/")
    page.fill("#id_title", "农村公路养护任务")
    editor = page.locator("[data-draftail-editor-wrapper] [contenteditable=true]").first
    editor.click()
    editor.evaluate(
        """(field, html) => {
            const clip = new DataTransfer();
            clip.setData("text/html", html);
            clip.setData("text/plain", "各村任务如下。");
            field.dispatchEvent(new ClipboardEvent("paste", {clipboardData: clip, bubbles: true, cancelable: true}));
        }""",
        HTML,
    )
    expect(page.locator("input[name='body-1-type']")).to_have_value("table")
    table = json.loads(page.locator("[name='body-1-value']").input_value())
    assert table["data"] == [["村名", "公里"], ["南山村", "3.5"]]
    expect(page.locator("input[name='body-0-value']")).to_have_value(re.compile("各村任务如下"))
    page.locator("footer button.action-save").first.click()
    page.wait_for_url("**/edit/")
    body = ArticlePage.objects.get().get_latest_revision_as_object().body
    assert [block.block_type for block in body] == ["text", "table"]
