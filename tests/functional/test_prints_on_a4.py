"""What is printed through the browser: the approval sheet is one page A4 whatever it holds, an article is clean."""

from __future__ import annotations

import io

import pypdfium2
import pytest
from django.core.files.base import ContentFile
from playwright.sync_api import Page
from wagtail.documents.models import Document
from wagtail.rich_text import RichText

from portal.pages.models import ARTICLES_PER_PAGE
from portal.pages.services import draft_article
from tests.factories import make_article
from tests.functional.stories import make_office

A4 = (595, 842)
LONG = "为切实做好冬季森林防火和安全生产工作，保障人民群众生命财产安全，" * 12


def pages_of(page: Page, address: str) -> list[str]:
    """The text of each printed page, which is A4."""
    page.goto(address)
    page.wait_for_load_state("networkidle")
    document = pypdfium2.PdfDocument(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    assert {tuple(round(side) for side in sheet.get_size()) for sheet in document} <= {A4, (596, 842), (595, 843)}
    return [sheet.get_textpage().get_text_range() for sheet in document]


@pytest.fixture
def office():
    return make_office()


def test_the_approval_sheet_is_one_page(office, page_at, sign_in):
    attachments = [
        Document.objects.create(title=f"附件{number}：{LONG[:40]}", file=ContentFile(b"%PDF-1.4", name=f"{number}.pdf"))
        for number in range(1, 13)
    ]
    body = [("text", RichText(f"<p>{LONG}</p><p>电话13900000000</p>")), ("attachments", attachments)]
    article = draft_article(column=office.column, title=f"关于{LONG[:90]}的通知", body=body, owner=office.wang)
    page = page_at(1280)
    sign_in(page, office.wang)
    printed = pages_of(page, f"/approval/{article.pk}/sheet/")
    assert len(printed) == 1
    assert "信息发布审签单" in printed[0]
    assert "等共12个" in printed[0]
    assert "返回" not in printed[0]


def test_an_article_prints_without_what_only_a_screen_needs(office, page_at, sign_in):
    document = Document.objects.create(title="申报表", file=ContentFile(b"%PDF-1.4", name="form.pdf"))
    body = [("text", RichText(f"<p>{LONG}</p>")), ("attachments", [document])]
    article = draft_article(column=office.column, title="关于防火的通知", body=body, owner=office.wang)
    article.get_latest_revision().publish()
    printed = pages_of(page_at(1280), article.get_url())
    assert len(printed) == 1
    text = "".join(printed[0].split())
    for word in ("关于防火的通知", "申报表", "/documents/", article.get_url()):
        assert word in text, word
    for word in ("搜索", "登录", "在本页打开", "本页有误"):
        assert word not in text, word


def test_a_full_list_of_a_column_prints_on_one_page(office, page_at):
    for number in range(ARTICLES_PER_PAGE + 1):
        make_article(office.column, title=f"第{number}号通知")
    address = office.column.get_url()
    printed = pages_of(page_at(1280), address)
    assert len(printed) == 1
    text = "".join(printed[0].split())
    for word in ("工作动态", "第20号通知", "清河镇", address):
        assert word in text, word
    for word in ("订阅", "下一页", "搜索", "登录"):
        assert word not in text, word
