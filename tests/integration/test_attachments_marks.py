"""Secrecy marks in the files that go with an article, and files in which nothing can be read."""

from __future__ import annotations

import base64
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
from portal.pages.files import AttachmentRules, check_attachment
from portal.pages.models import ArticlePage
from portal.pages.services import draft_article
from portal.units.enums import Role
from portal.units.services import enrol
from tests.factories import PersonFactory, make_column_page
from tests.integration.search.test_attachments import in_ofd, written

pytestmark = pytest.mark.django_db


def pdf(words: str) -> bytes:
    return weasyprint.HTML(string=f"<p>{words}</p><p>关于某项工作的情况</p>").write_pdf()


def scan(kind: str = "PDF") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (400, 600), "white").save(buffer, kind)
    return buffer.getvalue()


def partly_scanned() -> bytes:
    picture = f"data:image/png;base64,{base64.b64encode(scan('PNG')).decode()}"
    pages = f"<p>关于某项工作的通知</p><img src='{picture}' style='break-before: page; width: 100%'>"
    return weasyprint.HTML(string=pages).write_pdf()


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
        ("文件.ofd", in_ofd(written("机密★10年"))),
        ("文件.txt", "机密★10年\n关于某项工作的情况".encode("gb18030")),
    ],
)
def test_a_mark_within_is_refused_at_the_upload(name, content):
    AttachmentRules(extensions="docx pdf ofd txt zip").save()
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
        assert "系统未能读全附件“扫描件”（是扫描件或图片，没有可读的文字）" in client.get(address).content.decode()
        client.post(f"{address}agree/")  # proofreading asks nothing
        said = {"conclusion": "不涉密"}
        refused = client.post(f"{address}agree/", said, follow=True).content.decode()
        assert "确认没有密级标志，并勾选" in refused
        assert UnitTaskState.objects.filter(status="approved").count() == 1
        wagtails_own = client.get(f"/admin/pages/{article.pk}/edit/").content.decode()
        assert 'data-workflow-action-name="approve"' not in wagtails_own
        client.post(f"{address}agree/", {**said, "attachments_seen": "on"})
        reviewed = UnitTaskState.objects.filter(status="approved").latest("pk")
        assert reviewed.comment == "不涉密（已人工核对附件“扫描件”）"
        assert "须人工核对的附件1个：扫描件" in client.get(f"{address}sheet/").content.decode()

    def test_numbers_of_persons_within_warn_on_the_page_and_the_sheet(self, column, people):
        article = self.draft(column, people[0], pdf("联系人张三，13912345678"))
        client = Client()
        client.force_login(people[0])
        for address in (f"/approval/{article.pk}/", f"/approval/{article.pk}/sheet/"):
            assert "附件“扫描件”：含疑似手机号1个（139****78）" in client.get(address).content.decode()

    def test_scanned_pages_of_a_paper_are_named_to_its_editor_and_its_reviewer(self, column, people):
        wang, liu = people
        article = self.draft(column, wang, partly_scanned())
        said = "系统未能读全附件“扫描件”（第2页是扫描件或图片，其中的文字未能读出）"
        client = Client()
        client.force_login(wang)
        assert said in client.get(f"/admin/pages/{article.pk}/edit/").content.decode()
        services.submit(article=article, user=wang)
        assert said in client.get(f"/approval/{article.pk}/").content.decode()
        services.agree(article=article, user=liu, day=timezone.localdate())
        with pytest.raises(services.ApprovalError, match="未能读全附件“扫描件”"):
            services.agree(article=article, user=liu, conclusion="不涉密", day=timezone.localdate())

    def test_an_emergency_asks_what_a_review_would_ask(self, column, people):
        wang = people[0]
        article = self.draft(column, wang, scan())
        client = Client()
        client.force_login(wang)
        address = f"/approval/{article.pk}/in-an-emergency/"
        assert "已逐个打开上述附件" in client.get(address).content.decode()
        said = {"reason": "山洪预警，赵刚电话同意"}
        refused = client.post(address, said).content.decode()
        assert "确认没有密级标志，并勾选" in refused
        assert "山洪预警，赵刚电话同意</textarea>" in refused
        assert not ArticlePage.objects.get().live
        client.post(address, {**said, "attachments_seen": "on"})
        assert ArticlePage.objects.get().live
        sheet = client.get(f"/approval/{article.pk}/sheet/").content.decode()
        assert "山洪预警，赵刚电话同意（已人工核对附件“扫描件”）" in sheet

    def test_an_emergency_without_such_files_asks_for_the_reason_alone(self, column, people):
        article = self.draft(column, people[0], pdf("防汛通知"))
        client = Client()
        client.force_login(people[0])
        address = f"/approval/{article.pk}/in-an-emergency/"
        assert "已逐个打开上述附件" not in client.get(address).content.decode()
        assert "须写明事由" in client.post(address, {"reason": "急"}).content.decode()
        client.post(address, {"reason": "山洪预警，赵刚电话同意"})
        assert ArticlePage.objects.get().live
