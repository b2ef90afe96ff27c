"""An editor publishes from a .docx: draft, preview, proofreading, review, and the leader's tap on a phone."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from portal.pages.models import ArticlePage
from tests.functional.stories import document, make_office


def test_from_a_document_to_the_front_page(page_at, sign_in, tmp_path):
    office = make_office()
    file = tmp_path / "通知.docx"
    file.write_bytes(document("关于农村公路养护的通知", "各村民委员会：", "现将有关事项通知如下。", table=True))
    page, colleague, phone = page_at(1280), page_at(768), page_at(360)

    sign_in(page, office.wang)
    expect(page.locator("h2", has_text="我的栏目")).to_be_visible()
    page.click("text=从文档发布")
    page.set_input_files("#id_file", file)
    page.click("text=生成草稿并预览")
    expect(page.locator(".told")).to_contain_text("文档已转为草稿")
    expect(page.locator(".approve__text h1")).to_have_text("关于农村公路养护的通知")
    expect(page.locator(".approve__text td").first).to_have_text("道路")
    page.click("button:has-text('提交审签')")
    expect(page.locator(".steps__now")).to_contain_text("校对")

    article = ArticlePage.objects.get()
    sign_in(colleague, office.liu)
    for step in ("校对", "保密审查"):
        colleague.goto(f"/approval/{article.pk}/")
        expect(colleague.locator(".steps__now")).to_contain_text(step)
        colleague.click(".approve__act button[type=submit]")
    expect(colleague.locator(".steps__now")).to_contain_text("审签")

    sign_in(phone, office.zhao)
    phone.goto("/approval/")
    expect(phone.locator(".task")).to_contain_text("已等待")
    phone.click("text=关于农村公路养护的通知")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    phone.click("text=同意发布")
    expect(phone.locator(".approve")).to_contain_text("下次更新期限")

    reader = page_at(360)
    reader.goto("/")
    reader.click("text=关于农村公路养护的通知")
    expect(reader.locator("td").first).to_have_text("道路")
    expect(reader).to_have_url(re.compile(r"/a/\d{8}-\d+/$"))
