"""From a document to a draft, and old articles in bulk: dry run, report, all or nothing."""

from __future__ import annotations

import base64
import datetime as dt
import io
import zipfile

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from wagtail.images import get_image_model

from portal.pages.intake.models import ImportBatch
from portal.pages.models import ArticlePage, ColumnPage
from portal.units.enums import Role
from portal.units.services import enrol
from tests.factories import PersonFactory, make_column_page

pytestmark = pytest.mark.django_db
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
HEAD = "标题,正文,发布时间\n"
TEXT_BOX = (
    f'<w:pict {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml"><v:shape><v:textbox><w:txbxContent>'
    "<w:p><w:r><w:t>{}</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict>"
)
#: Where a mark may stand besides the text.
ASIDE = [{"header": "机密★5年"}, {"box": "机密★5年"}]


@pytest.fixture
def column() -> ColumnPage:
    return make_column_page(title="通知公告", slug="tzgg", column_class="notice")


def client_of(column: ColumnPage, role: Role) -> Client:
    person = PersonFactory()
    enrol(person=person, unit=column.get_parent().specific.unit, role=role, day=timezone.localdate())
    client = Client()
    client.force_login(person.user)
    return client


def word(*lines: str, picture: bytes = b"", header: str = "", box: str = "") -> SimpleUploadedFile:
    document, buffer = docx.Document(), io.BytesIO()
    document.sections[0].header.paragraphs[0].text = header
    for line in lines:
        document.add_paragraph(line)
    if box:
        document.paragraphs[-1].add_run()._r.append(parse_xml(TEXT_BOX.format(box)))
    if picture:
        document.add_picture(io.BytesIO(picture))
    document.save(buffer)
    return SimpleUploadedFile("稿件.docx", buffer.getvalue())


def test_a_document_becomes_a_draft_with_its_pictures_in_the_units_collection(column):
    editor = client_of(column, Role.EDITOR)
    address = f"/intake/columns/{column.pk}/document/"
    response = editor.post(address, {"file": word("召开会议", "会议传达了精神。", picture=PNG)}, follow=True)
    page = response.content.decode()
    article = ArticlePage.objects.get()
    assert (article.title, article.live) == ("召开会议", False)
    assert [block.block_type for block in article.body] == ["text", "image"]
    assert get_image_model().objects.get().collection.name == column.get_parent().specific.unit.name
    for words in ("文档已转为草稿", "会议传达了精神。", "提交审签", "1 幅图片既无图片说明也无替代文字"):
        assert words in page
    shown = article.body.render_as_block()
    for words in ('type="image/webp"', "srcset", 'loading="lazy"', ".jpg"):  # the last for browsers without WebP
        assert words in shown


def test_a_marked_document_is_not_stored(column):
    editor = client_of(column, Role.EDITOR)
    file = {"file": word("某事", "机密★5年", picture=PNG)}
    page = editor.post(f"/intake/columns/{column.pk}/document/", file).content.decode()
    assert "发现密级标志" in page
    assert not ArticlePage.objects.exists()
    assert not get_image_model().objects.exists()


@pytest.mark.parametrize("aside", ASIDE)
def test_a_mark_in_a_header_or_a_text_box_stops_the_document(column, aside):
    editor = client_of(column, Role.EDITOR)
    file = {"file": word("某事", "关于某事的情况", **aside)}
    assert "发现密级标志" in editor.post(f"/intake/columns/{column.pk}/document/", file).content.decode()
    assert not ArticlePage.objects.exists()


@pytest.mark.parametrize("aside", ASIDE)
def test_a_mark_in_a_header_or_a_text_box_stops_an_import(column, aside):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("2024-03-05 some.docx", word("某事", "关于某事的情况", **aside).read())
    centre = client_of(column, Role.NETWORK_CENTRE)
    file = {"file": SimpleUploadedFile("old.zip", buffer.getvalue())}
    page = centre.post(f"/intake/columns/{column.pk}/import/", file, follow=True).content.decode()
    assert "发现密级标志" in page
    assert "有误 1 篇" in page


def test_a_mark_in_any_cell_of_a_sheet_stops_its_row(column):
    text = "标题,正文,发布时间,文号\n通知一,正文,2024-03-05,机密★5年\n"
    page = hand_in(client_of(column, Role.NETWORK_CENTRE), column, text)
    assert "发现密级标志" in page


def test_nobody_brings_a_document_into_another_units_column(column):
    stranger = client_of(make_column_page(), Role.EDITOR)
    address = f"/intake/columns/{column.pk}/document/"
    assert stranger.get(address).status_code == 404
    assert stranger.post(address, {"file": word("题", "文")}).status_code == 404
    assert not ArticlePage.objects.exists()


def hand_in(client: Client, column: ColumnPage, text: str) -> str:
    file = SimpleUploadedFile("old.csv", text.encode("gbk"))
    return client.post(f"/intake/columns/{column.pk}/import/", {"file": file}, follow=True).content.decode()


def test_a_dry_run_imports_nothing_and_the_button_all_of_it_once(column):
    centre = client_of(column, Role.NETWORK_CENTRE)
    page = hand_in(centre, column, HEAD + "通知一,正文,2024-03-05\n通知二,正文,2024-03-06\n")
    assert "可导入 2 篇，已存在 0 篇，有误 0 篇" in page
    assert not ArticlePage.objects.exists()
    batch = ImportBatch.objects.get()
    for _ in range(2):
        page = centre.post(f"/intake/imports/{batch.pk}/", follow=True).content.decode()
    assert ArticlePage.objects.count() == 2
    article = ArticlePage.objects.get(title="通知一")
    assert timezone.localtime(article.first_published_at).date() == dt.date(2024, 3, 5)
    assert article.imported_at is not None
    assert "已存在 2 篇" in hand_in(centre, column, HEAD + "通知一,正文,2024-03-05\n通知二,正文,2024-03-06\n")


def test_one_wrong_row_keeps_all_of_it_out(column):
    centre = client_of(column, Role.NETWORK_CENTRE)
    page = hand_in(centre, column, HEAD + "通知一,正文,2024-03-05\n,正文,2024-03-06\n将来,正文,2099-01-01\n")
    for words in ("有误 2 篇", "没有标题", "晚于现在", "请改正有误的行"):
        assert words in page
    page = centre.post(f"/intake/imports/{ImportBatch.objects.get().pk}/", follow=True).content.decode()
    assert "没有导入任何稿件" in page
    assert not ArticlePage.objects.exists()


def test_a_damaged_picture_stands_in_the_report(column):
    centre, folder = client_of(column, Role.NETWORK_CENTRE), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(word("召开会议", "会议传达了精神。", picture=PNG).read())) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    damaged = io.BytesIO()
    with zipfile.ZipFile(damaged, "w") as package:
        for name, part in parts.items():
            package.writestr(name, part[:40] if name.endswith(".png") else part)
    with zipfile.ZipFile(folder, "w") as package:
        package.writestr("2024-03-05 meeting.docx", damaged.getvalue())
    file = SimpleUploadedFile("old.zip", folder.getvalue())
    page = centre.post(f"/intake/columns/{column.pk}/import/", {"file": file}, follow=True).content.decode()
    assert "可导入 1 篇" in page
    assert "第1幅图片已损坏，未带入" in page


def test_editors_may_not_import_old_dates(column):
    editor = client_of(column, Role.EDITOR)
    assert editor.get(f"/intake/columns/{column.pk}/import/").status_code == 403
