"""The editor's checks in the page: what those who cannot see would miss is named, in Chinese, with where it is."""

from __future__ import annotations

import base64

from django.core.files.base import ContentFile
from playwright.sync_api import expect
from wagtail.images import get_image_model
from wagtail.rich_text import RichText

from tests.factories import make_article
from tests.functional.stories import make_office

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def test_a_picture_without_words_is_named_in_the_userbar(page_at, sign_in):
    office = make_office()
    image = get_image_model().objects.create(title="演练", file=ContentFile(PNG, name="p.png"))
    body = [
        ("text", RichText("<p>正文</p>")),
        ("image", {"image": image, "caption": "", "alt_text": ""}),
    ]
    article = make_article(office.column, title="防火演练", body=body, owner=office.wang)
    page = page_at(1280)
    sign_in(page, office.wang)
    page.goto(article.get_url())
    userbar = page.locator("wagtail-userbar")
    userbar.locator("#wagtail-userbar-trigger").click()
    userbar.locator("#checker-trigger").click()
    expect(userbar).to_contain_text("图片没有说明")
    expect(userbar).to_contain_text("请在图片说明里写明图片内容")

    with_words = make_article(
        office.column,
        title="防火演练二",
        body=[body[0], ("image", {"image": image, "caption": "图1 演练现场", "alt_text": ""})],
        owner=office.wang,
    )
    page.goto(with_words.get_url())
    userbar.locator("#wagtail-userbar-trigger").click()
    expect(userbar.locator("#checker-trigger")).to_be_visible()
    expect(userbar).not_to_contain_text("图片没有说明")
