"""A paper with a secrecy mark is refused at the door, and nothing of it is kept."""

from __future__ import annotations

from playwright.sync_api import expect
from wagtail.documents import get_document_model

from portal.pages.models import ArticlePage
from tests.functional.stories import document, make_office


def test_a_marked_document_and_a_marked_text_are_not_kept(page_at, sign_in, tmp_path):
    office = make_office()
    file = tmp_path / "文件.docx"
    file.write_bytes(document("机密★5年", "关于某项工作的请示", "正文。"))
    page = page_at(1280)
    sign_in(page, office.wang)
    page.goto(f"/intake/columns/{office.column.pk}/document/")
    page.set_input_files("#id_file", file)
    page.click("text=生成草稿并预览")
    expect(page.locator(".problem")).to_contain_text("发现密级标志“机密★”")

    page.goto(f"/admin/pages/add/pages/articlepage/{office.column.pk}/")
    page.fill("#id_title", "绝密★三年 某事")
    page.locator("[data-draftail-editor-wrapper] [contenteditable=true]").first.click()
    page.keyboard.type("正文")
    page.wait_for_timeout(700)
    page.locator("footer button.action-save").first.click()
    expect(page.locator("main")).to_contain_text("涉密内容不得进入本系统")
    assert not ArticlePage.objects.exists()


def test_a_marked_pdf_is_not_taken_as_an_attachment(page_at, sign_in, tmp_path):
    office = make_office()
    file = tmp_path / "情况.pdf"
    page = page_at(1280)
    page.set_content("<p>机密★10年</p><p>关于某项工作的情况</p>")
    page.pdf(path=file)
    sign_in(page, office.wang)
    page.goto("/admin/documents/multiple/add/")
    page.set_input_files("#fileupload", file)
    expect(page.locator("#upload-list")).to_contain_text("发现密级标志“机密★")
    assert not get_document_model().objects.exists()
