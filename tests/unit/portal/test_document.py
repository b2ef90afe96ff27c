"""A .docx comes through whole, or what did not come through is told."""

from __future__ import annotations

import base64
import io

import docx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Cm

from portal.pages.intake.document import DocumentError, Picture, convert, text_of

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)

NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" '
    'xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)


def saved(document) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


@pytest.fixture
def letter():
    document = docx.Document()
    document.add_paragraph("栖云县人民政府文件")
    document.add_paragraph("栖府发〔2026〕5号")
    document.add_paragraph("关于做好冬季森林防火工作的通知")
    document.add_paragraph("各乡镇人民政府：")
    paragraph = document.add_paragraph("现将有关事项")
    paragraph.add_run("通知如下").bold = True
    document.add_heading("一、总体要求", level=2)
    document.add_paragraph("第一条", style="List Bullet")
    table = document.add_table(rows=3, cols=3)
    for number, cell in enumerate(cell for row in table.rows for cell in row.cells):
        cell.text = f"格{number}"
    table.cell(1, 0).merge(table.cell(2, 0))
    document.add_picture(io.BytesIO(PNG), width=Cm(1))
    document.add_paragraph("图1 防火演练")
    document.add_paragraph("特此通知。")
    return document


def test_everything_stands_where_it_stood(letter):
    got = convert(saved(letter))
    assert got.title == "关于做好冬季森林防火工作的通知"
    assert got.document_number == "栖府发〔2026〕5号"
    assert [kind for kind, _ in got.blocks] == ["text", "heading", "text", "table", "image", "text"]
    assert "<b>通知如下</b>" in got.blocks[0][1]
    assert got.blocks[1][1] == "一、总体要求"
    assert "<li>第一条</li>" in got.blocks[2][1]
    table = got.blocks[3][1]
    assert table["data"][0] == ["格0", "格1", "格2"]
    assert table["mergeCells"] == [{"row": 1, "col": 0, "rowspan": 2, "colspan": 1}]
    assert got.blocks[4][1] == Picture(PNG, "png", "图1 防火演练")
    assert got.blocks[5][1] == "<p>特此通知。</p>"
    assert got.problems == ["版头“栖云县人民政府文件”未带入正文。"]


def test_a_picture_that_browsers_do_not_show_is_told(letter):
    part = next(rel.target_part for rel in letter.part.rels.values() if "image" in rel.reltype)
    part._content_type = "image/x-emf"
    got = convert(saved(letter))
    assert [kind for kind, _ in got.blocks].count("image") == 0
    assert any("第1幅图片（EMF格式）" in problem for problem in got.problems)


def test_words_that_do_not_come_through_are_told(letter):
    box = (
        '<w:r xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
        'xmlns:v="urn:schemas-microsoft-com:vml"><w:object><v:shape><v:textbox><w:txbxContent><w:p><w:r>'
        "<w:t>角落里的说明</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:object></w:r>"
    )
    letter.paragraphs[4]._p.append(parse_xml(box))
    got = convert(saved(letter))
    assert "角落里的说明" in text_of(got) + "".join(got.problems)


def problems_of(document) -> str:
    return "".join(convert(saved(document)).problems)


def test_a_linked_picture_is_told(letter):
    blip = letter.element.body.xpath(".//a:blip")[0]
    link = letter.part.relate_to("http://outside.example/map.png", RT.IMAGE, is_external=True)
    del blip.attrib[qn("r:embed")]
    blip.set(qn("r:link"), link)
    assert problems_of(letter).count("图片") == 2
    assert "有一幅链接的图片未带入（http://outside.example/map.png）" in problems_of(letter)


def test_a_picture_that_fills_a_shape_is_told(letter):
    run = letter.paragraphs[4].add_run()._r
    run.append(parse_xml(f'<w:shape {NAMES}><a:blipFill><a:blip r:embed="rId1"/></a:blipFill></w:shape>'))
    assert "有1幅图片未带入" in problems_of(letter)


@pytest.mark.parametrize(
    ("drawn", "words"),
    [("c:chart", "1处图表未带入"), ("dgm:relIds", "1处SmartArt 图形未带入"), ("o:OLEObject", "1处嵌入对象未带入")],
)
def test_what_is_drawn_in_another_part_is_told(letter, drawn, words):
    letter.paragraphs[4].add_run()._r.append(parse_xml(f"<w:drawing {NAMES}><{drawn}/></w:drawing>"))
    assert words in problems_of(letter)


def test_words_above_and_below_the_page_are_told_but_page_numbers_are_not(letter):
    letter.sections[0].header.paragraphs[0].text = "内部资料 注意保存"
    letter.sections[0].footer.paragraphs[0].text = "— 1 —"
    told = problems_of(letter)
    assert "页眉或页脚的文字未带入：内部资料 注意保存" in told
    assert told.count("页脚") == 1


def test_a_damaged_picture_is_told(letter):
    part = next(rel.target_part for rel in letter.part.rels.values() if "image" in rel.reltype)
    part._blob = PNG[:40]
    got = convert(saved(letter))
    assert "image" not in [kind for kind, _ in got.blocks]
    assert any("第1幅图片已损坏" in problem for problem in got.problems)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"{\\rtf1 }", b"\xd0\xcf\x11\xe0"])
def test_what_is_no_docx_is_refused_in_a_line(content: bytes):
    with pytest.raises(DocumentError, match="docx"):
        convert(content)
