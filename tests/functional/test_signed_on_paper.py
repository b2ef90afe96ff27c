"""The leader has signed on paper: an editor hands in a photo of the sheet, and that publishes."""

from __future__ import annotations

from playwright.sync_api import expect

from portal.pages.models import ArticlePage
from tests.functional.stories import make_office, reviewed_draft


def test_a_photo_of_the_signed_sheet_publishes(page_at, sign_in, tmp_path):
    office = make_office()
    article = reviewed_draft(office, "清河镇召开安全生产会议")
    page = page_at(360)
    sign_in(page, office.wang)
    page.goto(f"/approval/{article.pk}/sheet/")
    expect(page.locator("h1")).to_have_text("信息发布审签单")
    photo = tmp_path / "sheet.jpg"
    page.screenshot(path=photo, type="jpeg")

    page.goto(f"/approval/{article.pk}/")
    page.click("summary:has-text('登记线下审签')")
    page.select_option("#id_signed_by", "赵建国")
    page.set_input_files("#id_photo", photo)
    page.click("button:has-text('提交')")
    expect(page.locator(".told")).to_contain_text("线下审签已登记")
    expect(page.locator(".approve__state")).to_contain_text("已发布")
    assert ArticlePage.objects.get(pk=article.pk).live
    with page.expect_response("**/photo/**") as answer:
        page.goto(page.locator("a:has-text('照片')").get_attribute("href"))
    assert answer.value.body() == photo.read_bytes()
