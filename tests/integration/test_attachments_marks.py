"""Secrecy marks in the files that go with an article, and files in which nothing can be read."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest
import weasyprint
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone
from PIL import Image
from wagtail.documents.models import Document
from wagtail.rich_text import RichText

from portal.pages.approval import services
from portal.pages.approval.models import UnitTaskState
from portal.pages.files import check_attachment
from portal.pages.models import ArticlePage
from portal.pages.services import draft_article
from portal.units.enums import Role
from portal.units.services import enrol
from tests.factories import PersonFactory, make_column_page

pytestmark = pytest.mark.django_db


def pdf(words: str) -> bytes:
    return weasyprint.HTML(string=f"<p>{words}</p><p>关于某项工作的情况</p>").write_pdf()


def scan() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (400, 600), "white").save(buffer, "PDF")
    return buffer.getvalue()


def paper(words: str, *, in_header: bool = False) -> bytes:
    file, buffer = docx.Document(), io.BytesIO()
    (file.sections[0].header if in_header else file).add_paragraph(words)
    file.save(buffer)
    return buffer.getvalue()


def archive(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name, content in members.items():
            package.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("文件.pdf", pdf("机密★10年")),
        ("文件.pdf", pdf("密级：秘密")),
        ("文件.docx", paper("绝密★长期", in_header=True)),
        ("打包.zip", archive(**{"材料/文件.docx": paper("秘密★1年")})),
    ],
)
def test_a_mark_within_is_refused_at_the_upload(name, content):
    with pytest.raises(ValidationError, match="发现密级标志"):
        check_attachment(name, ContentFile(content), size=len(content))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("文件.pdf", pdf("做好保密工作，严守国家秘密")),
        ("扫描.pdf", scan()),
        ("打包.zip", archive(**{"文件.docx": paper("通知"), "坏.docx": b"PK\x03\x04"})),
    ],
)
def test_what_carries_no_mark_is_taken(name, content):
    check_attachment(name, ContentFile(content), size=len(content))


class TestApproval:
    @pytest.fixture
    def column(self):
        return make_column_page(title="工作动态", slug="gzdt")

    @pytest.fixture
    def people(self, column):
        people = [PersonFactory(name=name) for name in ("王敏", "刘洋")]
        for person in people:
            enrol(person=person, unit=column.get_parent().specific.unit, role=Role.EDITOR, day=timezone.localdate())
        return [person.user for person in people]

    def draft(self, column, owner, content: bytes, *, linked: bool = False) -> ArticlePage:
        document = Document.objects.create(title="扫描件", file=ContentFile(content, name="scan.pdf"))
        link = f'<p>见<a linktype="document" id="{document.pk}">附件</a></p>'
        body = [("text", RichText(link))] if linked else [("attachments", [document])]
        return draft_article(column=column, title="通知", body=body, owner=owner)

    @pytest.mark.parametrize("linked", [False, True])
    def test_a_mark_that_came_in_another_way_stops_the_submission(self, column, people, linked):
        article = self.draft(column, people[0], pdf("机密★10年"), linked=linked)
        with pytest.raises(services.ApprovalError, match="附件“扫描件”：发现密级标志“机密★"):
            services.submit(article=article, user=people[0])

    def test_a_scan_is_looked_at_by_the_reviewer_and_that_is_on_record(self, column, people):
        wang, liu = people
        article = self.draft(column, wang, scan())
        services.submit(article=article, user=wang)
        client = Client()
        client.force_login(liu)
        address = f"/approval/{article.pk}/"
        assert "系统读不出附件“扫描件”的文字" in client.get(address).content.decode()
        client.post(f"{address}agree/")  # proofreading asks nothing
        said = {"conclusion": "不涉密"}
        refused = client.post(f"{address}agree/", said, follow=True).content.decode()
        assert "勾选后再同意" in refused
        assert UnitTaskState.objects.filter(status="approved").count() == 1
        wagtails_own = client.get(f"/admin/pages/{article.pk}/edit/").content.decode()
        assert 'data-workflow-action-name="approve"' not in wagtails_own
        client.post(f"{address}agree/", {**said, "attachments_seen": "on"})
        reviewed = UnitTaskState.objects.filter(status="approved").latest("pk")
        assert reviewed.comment == "不涉密（已人工核对附件“扫描件”）"
        assert "须人工核对的附件1个：扫描件" in client.get(f"{address}sheet/").content.decode()
