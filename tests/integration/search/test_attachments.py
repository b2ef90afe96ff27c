"""Text of attachments: every kind that is read, scans, and files that are broken or hostile."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import openpyxl
import pptx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from wagtail.documents import get_document_model
from weasyprint import HTML

from portal.pages.files import AttachmentRules
from search import attachments, queries, services
from search.models import AttachmentText
from search.parsing import parse
from tests.factories import make_article
from tests.integration.search.attached import SAID, found, in_docx, upload
from tests.integration.search.conftest import request_of

pytestmark = pytest.mark.django_db
OFD = 'xmlns:ofd="http://www.ofdspec.org/2016"'
FILES = Path(__file__).parent / "files"


def in_xlsx() -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["序号", SAID])
    book.save(out)
    return out.getvalue()


def in_pptx() -> bytes:
    show, out = pptx.Presentation(), io.BytesIO()
    show.slides.add_slide(show.slide_layouts[0]).shapes.title.text = SAID
    show.save(out)
    return out.getvalue()


def in_ofd(*contents: str) -> bytes:
    """An OFD whose pages show these; in the container they lie in another order than they are read in."""
    contents = contents or (written(SAID),)
    numbers = range(len(contents))
    places = [f"Pages/Page_{len(contents) - number}/Content.xml" for number in numbers]
    listed = "".join(f'<ofd:Page ID="{number + 1}" BaseLoc="{places[number]}"/>' for number in numbers)
    body = "<ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody>"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("OFD.xml", f"<ofd:OFD {OFD}>{body}</ofd:OFD>")
        archive.writestr("Doc_0/Document.xml", f"<ofd:Document {OFD}><ofd:Pages>{listed}</ofd:Pages></ofd:Document>")
        for place, content in zip(places, contents, strict=True):
            page = f"<ofd:Content><ofd:Layer>{content}</ofd:Layer></ofd:Content>"
            archive.writestr(f"Doc_0/{place}", f"<ofd:Page {OFD}>{page}</ofd:Page>")
    return out.getvalue()


def written(text: str, *, y: int = 20) -> str:
    """A line of an OFD's page, letter by letter as offices' programs place them."""
    letters = "".join(f'<ofd:TextCode X="{4 * at}" Y="0">{letter}</ofd:TextCode>' for at, letter in enumerate(text))
    return f'<ofd:TextObject Boundary="20 {y} 150 6" Size="4">{letters}</ofd:TextObject>'


def in_pdf(body: str = SAID) -> bytes:
    return HTML(string=f"<p>{body}</p>").write_pdf()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.docx", in_docx),
        ("a.xlsx", in_xlsx),
        ("a.pptx", in_pptx),
        ("a.ofd", in_ofd),
        ("a.pdf", in_pdf),
        ("a.txt", lambda: SAID.encode("gb18030")),
        ("b.txt", SAID.encode),
        ("c.txt", lambda: SAID.encode("utf-16")),
    ],
)
def test_every_kind_is_read(name: str, content: Callable[[], bytes]) -> None:
    kept = attachments.read(upload(name, content()))

    assert (kept.state, kept.problem) == (AttachmentText.State.READ, "")
    assert SAID in kept.text


def test_headers_and_footers_are_read() -> None:
    document, out = docx.Document(), io.BytesIO()
    document.add_section()
    section = document.sections[0]
    section.different_first_page_header_footer = True
    section.header.paragraphs[0].text = "栖云县应急管理局"
    section.first_page_header.paragraphs[0].text = "内部明电"
    section.footer.add_table(1, 1, docx.shared.Cm(5)).cell(0, 0).text = "承办：防汛办"
    document.save(out)

    text = attachments.read(upload("a.docx", out.getvalue())).text
    assert [text.count(each) for each in ("栖云县应急管理局", "内部明电", "承办：防汛办")] == [1, 1, 1]


def test_grouped_shapes_are_read() -> None:
    show, out = pptx.Presentation(), io.BytesIO()
    group = show.slides.add_slide(show.slide_layouts[6]).shapes.add_group_shape().shapes.add_group_shape()
    group.shapes.add_textbox(0, 0, 9, 9).text_frame.text = SAID
    show.save(out)

    assert SAID in attachments.read(upload("a.pptx", out.getvalue())).text


@pytest.mark.parametrize("name", ["a.jpg", "a.JPEG", "a.png", "a.tif"])
def test_a_picture_is_a_scan(name: str) -> None:
    kept = attachments.read(upload(name, b"\xff\xd8\xff"))

    assert (kept.state, kept.problem, kept.text) == (AttachmentText.State.SCAN, "", "")


def bomb() -> bytes:
    out = io.BytesIO(without_last_page(in_ofd()))
    with (
        zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("Doc_0/Pages/Page_1/Content.xml", "w", force_zip64=True) as content,
    ):
        for _ in range(1_600):
            content.write(b" " * 1_000_000)
    return out.getvalue()


def without_last_page(ofd: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(ofd)) as whole, zipfile.ZipFile(out, "w") as left:
        for name in whole.namelist()[:-1]:
            left.writestr(name, whole.read(name))
    return out.getvalue()


@pytest.mark.parametrize("name", ["a.docx", "a.xlsx", "a.pptx", "a.ofd", "a.pdf"])
@pytest.mark.parametrize("content", [b"", b"\0\xff\xfe" * 500, b"%PDF-1.7 cut off", b"PK\x03\x04 cut off"])
def test_a_broken_file_is_recorded_and_skipped(name: str, content: bytes) -> None:
    kept = attachments.read(upload(name, content))

    assert kept.state == AttachmentText.State.REFUSED
    assert kept.problem


def test_a_file_that_unpacks_without_end_is_stopped() -> None:
    kept = attachments.read(upload("bomb.ofd", bomb()))

    assert kept.state == AttachmentText.State.REFUSED


@pytest.mark.parametrize("name", ["a.exe", "a", "a.zip"])
def test_other_kinds_are_named(name: str) -> None:
    assert "不支持的格式" in attachments.read(upload(name, b"MZ")).problem


def test_a_file_that_is_gone_is_recorded() -> None:
    document = upload("a.txt", b"x")
    document.file.storage.delete(document.file.name)

    assert attachments.read(document).problem == "文件不存在"


def test_what_an_attachment_says_finds_its_article_and_a_scan_says_that_it_is_one(committed) -> None:
    with committed():
        read = upload("read.docx", in_docx())
        scan = upload("排查扫描件.pdf", in_pdf("<svg width=9 height=9></svg>"))
        article = make_article(title="汛期工作", body=[("attachments", [read, scan])])
        services.rebuild()

    found = queries.search(parse("隐患点排查"), request=request_of())

    assert [hit.url for hit in found.hits] == [article.get_url()]
    assert "<mark>" in found.hits[0].snippet
    assert AttachmentText.objects.get(document=scan).state == AttachmentText.State.SCAN
    shown = queries.search(parse("扫描件"), request=request_of()).hits[0].attachments
    assert any("仅标题可检索" in line for line in shown)


@pytest.mark.parametrize("charset", ["gb18030", "utf-8", "utf-8-sig"])
def test_a_text_file_can_be_uploaded_once_the_office_lists_it_and_finds_its_article(
    charset: str, committed, admin_client
) -> None:
    def upload_in_desk() -> str:
        file = SimpleUploadedFile("排查表.txt", f"附件一\r\n{SAID}".encode(charset), content_type="text/plain")
        answer = admin_client.post(reverse("wagtaildocs:add"), {"title": "附件一", "file": file}, follow=True)
        return answer.content.decode()

    assert "不接受这种类型的附件" in upload_in_desk()
    rules = AttachmentRules.load()
    rules.extensions += " txt"
    rules.full_clean()
    rules.save()

    with committed():
        upload_in_desk()
        make_article(title="汛期工作", body=[("attachments", [get_document_model().objects.get()])])
        services.rebuild()

    [hit] = queries.search(parse("隐患点排查"), request=request_of()).hits
    assert (hit.title, len(hit.attachments)) == ("汛期工作", 1)
    assert SAID in hit.snippet.replace("<mark>", "").replace("</mark>", "")


LINES = (
    "为全面做好汛期地质灾害防御工作，各乡镇人民政府要组织力量对辖区内\n"
    "隐患点逐一排查，建立台账，落实责任人，确保人民群众生命财产安\n全。"
)
HEADING = "一、总体要求"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", lambda: in_pdf(f"{HEADING}<br>{LINES}".replace("\n", "<br>"))),
        (
            "a.ofd",
            lambda: in_ofd("".join(written(line, y=7 * at) for at, line in enumerate([HEADING, *LINES.split()], 2))),
        ),
    ],
)
def test_a_word_over_two_lines_of_a_page_is_found_and_a_heading_stays_apart(name, content, committed) -> None:
    with committed():
        document = upload(name, content())
        make_article(title="汛期工作", body=[("attachments", [document])])
        services.rebuild()

    assert attachments.running_text(document.search_text).split("\n") == [HEADING, LINES.replace("\n", "")]
    assert "<mark>" in found("“辖区内隐患点”")[0]
    assert "<mark>" in found("“财产安全”")[0]
    assert list(get_document_model().objects.search("财产安全")) == [document]


@pytest.mark.parametrize(
    "text", ["", "一行", "\n\n", "第一条 短行\n第二条 短行\n", "x" * 40, f"{'长' * 40}。\n{'长' * 40}"]
)
def test_lines_that_do_not_go_on_stay_as_they_are(text: str) -> None:
    assert attachments.running_text(AttachmentText(file_name="a.pdf", text=text)) == text
    assert attachments.running_text(AttachmentText(file_name="a.docx", text=LINES)) == LINES


def pages(*bodies: str) -> bytes:
    """A PDF with each of the bodies on a page of its own."""
    styles = "<style>@page { size: A4; margin: 0 } section { break-after: page; height: 280mm }</style>"
    return HTML(string=styles + "".join(f"<section>{body}</section>" for body in bodies)).write_pdf()


def test_a_word_over_two_pages_is_found(committed) -> None:
    first, second = LINES.split("\n", 1)
    foot = "<p style='text-align: center'>{}</p>"
    body = [f"<p style='white-space: nowrap; font-size: 9pt'>{text}</p>" for text in (first, second)]
    with committed():
        document = upload("a.pdf", pages(body[0] + foot.format("— 1 —"), body[1] + foot.format("— 2 —")))
        make_article(title="汛期工作", body=[("attachments", [document])])
        services.rebuild()

    assert "<mark>" in found("“辖区内隐患点”")[0]
    assert "— 1 —" in attachments.running_text(document.search_text)


def picture(width: str) -> str:
    out = io.BytesIO()
    Image.new("RGB", (210, 270), "grey").save(out, "PNG")
    return f"<img src='data:image/png;base64,{base64.b64encode(out.getvalue()).decode()}' style='width: {width}'>"


PAGE_OF_TEXT = f"<p>{SAID * 6}</p>"


@pytest.mark.parametrize(
    ("content", "gap"),
    [
        (pages(PAGE_OF_TEXT, ""), ""),  # a blank page lacks nothing
        (pages(PAGE_OF_TEXT, f"<p>{SAID}</p>{picture('90mm')}"), ""),
        (pages(PAGE_OF_TEXT, f"{picture('210mm')}<p>{SAID * 6}</p>"), ""),  # a scan with its text below
        (pages(PAGE_OF_TEXT, picture("210mm")), "第2页"),
        (pages(PAGE_OF_TEXT, "<svg width=9 height=9><rect width=9 height=9 /></svg>"), "第2页"),  # letters as curves
        (pages(f"{picture('210mm')}扫描软件", *[picture("90mm")] * 2, PAGE_OF_TEXT, picture("210mm")), "第1-3、5页"),
        (pages(*[PAGE_OF_TEXT, picture("90mm")] * 9), "第2、4、6、8、10、12、14、16页等共9页"),
    ],
)
def test_scanned_pages_of_a_pdf_are_named(content: bytes, gap: str) -> None:
    kept = attachments.read(upload("a.pdf", content))

    assert SAID in kept.text
    assert kept.state == (AttachmentText.State.PARTLY if gap else AttachmentText.State.READ)
    assert kept.problem == (f"{gap}是扫描件或图片，其中的文字未能读出" if gap else "")


def test_scanned_pages_of_an_ofd_are_named() -> None:
    kept = attachments.read(upload("a.ofd", in_ofd(written(SAID), "", "<ofd:ImageObject/>")))

    assert kept.problem.startswith("第3页是扫描件")


def test_an_ofd_is_read_as_its_pages_and_lines_follow_each_other() -> None:
    kept = attachments.read(upload("a.ofd", in_ofd(written("第二行", y=40) + written("第一行"), written("第二页"))))

    assert kept.text.split() == ["第一行", "第二行", "第二页"]


def test_an_ofd_of_another_program_is_read() -> None:
    kept = attachments.read(upload("a.ofd", (FILES / "two_pages.ofd").read_bytes()))

    assert kept.state == AttachmentText.State.READ
    assert kept.text.split() == ["开原县地质灾害隐患点排查方案", "各乡镇人民政府，县直各单位：", "第二页责任清单"]


def test_an_ofd_without_one_of_its_pages_is_damaged() -> None:
    content = without_last_page(in_ofd(written(SAID), written(SAID)))

    assert attachments.read(upload("a.ofd", content)).problem == "文件损坏：缺少第2页"


def test_of_a_very_long_file_the_beginning_is_read_and_that_is_said() -> None:
    kept = attachments.read(upload("a.txt", ("表" * 500_001).encode()))

    assert (kept.state, len(kept.text)) == (AttachmentText.State.PARTLY, 500_000)
    assert kept.problem == "文件过长，只读了前50万字"


def test_a_result_says_that_not_all_of_an_attachment_can_be_found(committed) -> None:
    with committed():
        document = upload("排查表.pdf", pages(PAGE_OF_TEXT, picture("210mm")))
        make_article(title="汛期工作", body=[("attachments", [document])])
        services.rebuild()

    [hit] = queries.search(parse("隐患点排查"), request=request_of()).hits
    assert "其余文字检索不到" in hit.attachments[0]


@pytest.mark.parametrize(
    ("asked", "notes", "lines"),
    [
        ("隐患点排查", ["", "仅标题可检索"], ""),  # what one says, another may say too
        ("扫描", ["仅标题可检索"], ""),
        ("汛期工作", [], "附件中有扫描件，扫描件的文字检索不到。"),
    ],
)
def test_wherever_an_article_with_a_scan_is_shown_that_is_said(committed, client, asked, notes, lines) -> None:
    with committed():
        files = [upload("read.docx", in_docx()), upload("排查扫描件.png", b"\x89PNG")]
        make_article(title="汛期工作", body=[("attachments", files)])
        services.rebuild()

    [hit] = queries.search(parse(asked), request=request_of()).hits
    assert [note in line for note, line in zip(notes, hit.attachments, strict=True)] == [True] * len(notes)
    assert hit.note == lines
    assert lines in client.get(reverse("search:results"), {"q": asked}).content.decode()


def test_the_desks_search_for_documents_finds_what_is_written_in_them(committed) -> None:
    with committed():
        document = upload("read.docx", in_docx())
    services.rebuild()

    assert list(get_document_model().objects.search("隐患点排查")) == [document]
