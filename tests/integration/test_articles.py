"""Articles: their address, what they are made of, what editors see of them, and old ones brought in."""

from __future__ import annotations

import base64
import datetime as dt
import re

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone
from wagtail.documents.models import Document
from wagtail.images import get_image_model
from wagtail.models import ModelLogEntry, PageLogEntry
from wagtail.rich_text import RichText

from portal.pages.addresses import give_address
from portal.pages.approval.services import ApprovalError, submit
from portal.pages.files import AttachmentRules, check_attachment
from portal.pages.models import ArticlePage, ColumnPage
from portal.pages.services import draft_article, import_article
from portal.units.enums import Role
from portal.units.models import User
from portal.units.services import enrol
from tests.factories import PersonFactory, make_article, make_column_page

pytestmark = pytest.mark.django_db
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
MORNING = dt.datetime(2026, 11, 18, 1, 30, tzinfo=dt.UTC)


def person(column: ColumnPage, role: Role) -> User:
    someone = PersonFactory()
    unit = column.get_parent().specific.unit
    enrol(person=someone, unit=unit, role=role, day=timezone.localdate())
    return someone.user


@pytest.fixture
def column() -> ColumnPage:
    return make_column_page(title="政策文件", slug="zcwj", column_class="policy")


def test_addresses_are_short_and_never_given_twice():
    day = dt.date(2026, 11, 18)
    assert [give_address(day) for _ in range(3)] == ["20261118-1", "20261118-2", "20261118-3"]
    assert give_address(dt.date(2026, 11, 19)) == "20261119-1"


def test_an_article_is_read_at_its_address_and_its_place_leads_there(column):
    article = make_article(column)
    address = article.get_url()
    assert re.fullmatch(r"/a/\d{8}-\d+/", address)
    assert Client().get(address).status_code == 200
    moved = Client().get(f"{column.get_url()}{article.slug}/")
    assert (moved.status_code, moved.url) == (301, address)
    assert Client().get("/a/20261118-99999/").status_code == 404


def test_the_address_survives_a_move(column):
    article = make_article(column)
    other = make_column_page(column.get_parent().specific, title="旧文件", slug="jwj")
    address = article.get_url()
    article.move(other, pos="last-child")
    assert Client().get(address).status_code == 200
    assert "旧文件" in Client().get(address).content.decode()


def test_every_block_is_shown(column):
    document = Document.objects.create(title="申报表", file=ContentFile(b"%PDF-1.4", name="form.pdf"))
    body = [
        ("heading", "一、总体要求"),
        ("text", RichText("<p>正文</p>")),
        ("table", {"data": [["项目", "金额"], ["道路", "3"]], "first_row_is_table_header": True}),
        ("attachments", [document]),
        ("quote", {"text": "实事求是", "source": "会议纪要"}),
        ("notice", {"title": "截止时间", "text": RichText("<p>11月30日</p>")}),
    ]
    html = Client().get(make_article(column, body=body).get_url()).content.decode()
    for words in (
        "<h2>一、总体要求</h2>",
        "<p>正文</p>",
        "<th",
        "道路",
        "申报表",
        "PDF",
        "实事求是",
        "截止时间",
        "11月30日",
    ):
        assert words in html, words


def test_a_documents_facts_stand_below_the_title(column):
    article = make_article(column)
    article.document_number, article.validity, article.issued_on = "栖府发〔2026〕5号", "repealed", dt.date(2026, 3, 1)
    article.save()
    html = Client().get(article.get_url()).content.decode()
    for words in ("栖府发〔2026〕5号", "废止", "2026-03-01"):
        assert words in html


def test_the_form_has_fields_of_the_article_and_no_tabs(column):
    client = Client()
    client.force_login(person(column, Role.EDITOR))
    html = client.get(f"/admin/pages/add/pages/articlepage/{column.pk}/").content.decode()
    for name in ("slug", "seo_title", "search_description", "show_in_menus", "first_published_at", "imported_at"):
        assert f'name="{name}"' not in html, name
    assert 'role="tab"' not in html
    assert 'name="go_live_at"' in html
    assert "政策文件" in html
    assert "每 6 个月至少更新一次" in html


def test_a_secrecy_mark_is_not_stored(column):
    client = Client()
    client.force_login(person(column, Role.EDITOR))
    data = {
        "title": "关于某事的通知",
        "body-count": "1",
        "body-0-type": "heading",
        "body-0-value": "机密★5年",
        "body-0-order": "0",
        "body-0-deleted": "",
        "body-0-id": "",
    }
    response = client.post(f"/admin/pages/add/pages/articlepage/{column.pk}/", data)
    assert "发现密级标志" in response.content.decode()
    assert not ArticlePage.objects.exists()
    client.post(f"/admin/pages/add/pages/articlepage/{column.pk}/", {**data, "body-0-value": "一、总体要求"})
    assert ArticlePage.objects.get().slug.startswith(f"{timezone.localdate():%Y%m%d}-")


@pytest.mark.parametrize("field", ["source", "responsible_editor", "document_number", "issuing_body"])
def test_a_secrecy_mark_beside_the_text_is_neither_stored_nor_submitted(column, field):
    writer = person(column, Role.EDITOR)
    client = Client()
    client.force_login(writer)
    data = {"title": "关于某事的通知", "body-count": "1", "body-0-type": "heading", "body-0-value": "一、总体要求"}
    data |= {"body-0-order": "0", "body-0-deleted": "", "body-0-id": "", field: "机密★5年"}
    response = client.post(f"/admin/pages/add/pages/articlepage/{column.pk}/", data)
    assert "发现密级标志" in response.content.decode()
    assert not ArticlePage.objects.exists()
    draft = draft_article(column=column, title="关于某事的通知", body="正文", owner=writer, **{field: "机密★5年"})
    with pytest.raises(ApprovalError, match="密级标志"):
        submit(article=draft, user=writer)


@pytest.mark.parametrize(("second", "kept"), [("一、总体要求", ["heading"]), (None, ["text"])])
def test_a_field_of_text_that_nobody_wrote_in_is_no_part_of_the_article(column, second, kept):
    """It is only where it is the whole article, which then cannot be submitted."""
    blocks = [("text", '{"blocks": [], "entityMap": {}}')] + ([("heading", second)] if second else [])
    data = {"title": "关于某事的通知", "body-count": str(len(blocks))}
    for place, (kind, value) in enumerate(blocks):
        data |= {f"body-{place}-type": kind, f"body-{place}-value": value, f"body-{place}-order": str(place)}
        data |= {f"body-{place}-deleted": "", f"body-{place}-id": ""}
    client = Client()
    client.force_login(person(column, Role.EDITOR))
    client.post(f"/admin/pages/add/pages/articlepage/{column.pk}/", data)
    draft = ArticlePage.objects.get().get_latest_revision_as_object()
    assert [block.block_type for block in draft.body] == kept


def test_only_the_network_centre_imports_with_old_dates(column):
    centre, editor = person(column, Role.NETWORK_CENTRE), person(column, Role.EDITOR)
    old = {"column": column, "title": "历史稿件", "body": "正文", "published_at": MORNING - dt.timedelta(days=900)}
    with pytest.raises(PermissionDenied):
        import_article(**old, importer=editor, now=MORNING)
    with pytest.raises(ValueError, match="晚于现在"):
        import_article(**{**old, "published_at": MORNING + dt.timedelta(days=1)}, importer=centre, now=MORNING)
    article = import_article(**old, importer=centre, now=MORNING)
    assert article.first_published_at == MORNING - dt.timedelta(days=900)
    assert article.imported_at == MORNING
    assert PageLogEntry.objects.get(action="portal.import").user == centre
    assert not ModelLogEntry.objects.filter(action="portal.import").exists()
    assert "历史稿件（导入）" in Client().get(article.get_url()).content.decode()


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("病毒.exe", b"MZ", "不接受这种类型"),
        ("报表.pdf", b"MZ", "与扩展名不符"),
        ("大.pdf", b"%PDF-" + bytes(2 * 2**20), "超过"),
        ("机密★5年.pdf", b"%PDF-1.4", "发现密级标志"),
    ],
)
def test_attachments_are_looked_into(name, content, why):
    rules = AttachmentRules.load()
    rules.max_megabytes = 1
    rules.save()
    with pytest.raises(ValidationError, match=why):
        check_attachment(name, ContentFile(content), size=len(content))


def test_the_office_keeps_the_list_of_kinds():
    rules = AttachmentRules.load()
    rules.extensions = "pdf"
    rules.full_clean()
    rules.save()
    check_attachment("a.pdf", ContentFile(b"%PDF-1.4"), size=8)
    with pytest.raises(ValidationError, match="不接受"):
        check_attachment("a.zip", ContentFile(b"PK\x03\x04"), size=4)
    rules.extensions = "pdf exe"
    with pytest.raises(ValidationError, match="exe"):
        rules.full_clean()


@pytest.mark.parametrize(
    ("caption", "alt_text", "warned"), [("图1 演练现场", "", True), ("图1", "队员在扑火", False), ("", "", False)]
)
def test_a_caption_that_stands_in_for_a_text_is_a_warning(column, caption, alt_text, warned):
    image = get_image_model().objects.create(title="演练", file=ContentFile(PNG, name="p.png"))
    body = [("image", {"image": image, "caption": caption, "alt_text": alt_text})]
    editor = person(column, Role.EDITOR)
    article = draft_article(column=column, title="演练", body=body, owner=editor)
    client = Client()
    client.force_login(editor)
    for address in (f"/admin/pages/{article.pk}/edit/", f"/approval/{article.pk}/"):
        assert ("有 1 幅图片没有写替代文字" in client.get(address).content.decode()) is warned, address
