"""The .docx of a paper, for the bureau to open in its own office suite; fonts are the official ones by name."""

from __future__ import annotations

import io
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from audits.notices.content import PaperContent
from audits.notices.pdf import head_size

FANGSONG, XIAOBIAOSONG, HEI, KAI, SONG = "仿宋_GB2312", "方正小标宋简体", "黑体", "楷体_GB2312", "宋体"
RED = RGBColor(0xD7, 0x00, 0x0F)
#: 225 mm / 22 lines and 156 mm / 28 characters, in points.
LINE_PITCH, CHARACTER_PITCH, BODY_SIZE = 28.95, 15.79, 16
COLUMN_WIDTHS_MM = (11, 33, 21, 23, 18, 20, 30)

#: What follows what in the parts of a .docx that python-docx leaves to its users (ISO/IEC 29500-1, sequences).
_CHILDREN = {
    qn("w:pPr"): (
        *("w:pStyle", "w:keepNext", "w:keepLines", "w:pageBreakBefore", "w:widowControl", "w:numPr"),
        *("w:suppressLineNumbers", "w:pBdr", "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:snapToGrid", "w:spacing"),
        *("w:ind", "w:contextualSpacing", "w:jc", "w:textAlignment", "w:outlineLvl", "w:rPr", "w:sectPr"),
    ),
    qn("w:rPr"): ("w:rFonts", "w:b", "w:i", "w:color", "w:spacing", "w:w", "w:kern", "w:sz", "w:szCs", "w:lang"),
    qn("w:tblPr"): (
        *("w:tblStyle", "w:tblW", "w:jc", "w:tblInd", "w:tblBorders", "w:tblLayout", "w:tblCellMar", "w:tblLook"),
    ),
}


def render(content: PaperContent) -> bytes:
    """The .docx of what a paper says."""
    document = Document()
    _lay_out(document, content)
    _head(document, content)
    _body(document, content)
    _annex(document, content)
    _record(document, content)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _lay_out(document: Any, content: PaperContent) -> None:
    """A4, margins, the grid of 22 lines by 28 characters, page numbers outside, the draft mark on top."""
    document.core_properties.title = content.title
    document.core_properties.author = content.authority
    # Office suites choose punctuation, and where a line may end, by the language of the text.
    languages = (*document.styles.element.iter(qn("w:lang")), *document.settings.element.iter(qn("w:themeFontLang")))
    for language in languages:
        language.set(qn("w:eastAsia"), "zh-CN")
    normal = document.styles["Normal"]
    normal.font.size = Pt(BODY_SIZE)
    _face(normal.element.get_or_add_rPr(), FANGSONG)
    normal.paragraph_format.space_after = normal.paragraph_format.space_before = Pt(0)
    normal.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    normal.paragraph_format.line_spacing = Pt(LINE_PITCH)
    # LibreOffice gives two cells of the grid to a character wider than one: the text keeps the pitch by itself.
    _element(normal.element.get_or_add_pPr(), "w:snapToGrid", val="0")
    _element(normal.element.get_or_add_rPr(), "w:spacing", val="-5")
    section = document.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(26), Mm(23)
    for grid in section._sectPr.findall(qn("w:docGrid")):
        section._sectPr.remove(grid)
    _element(
        section._sectPr, "w:docGrid", type="linesAndChars", linePitch=str(round(LINE_PITCH * 20)),
        charSpace=str(round((CHARACTER_PITCH - BODY_SIZE) * 4096)),
    )  # fmt: skip
    document.settings.odd_and_even_pages_header_footer = True
    for footer, alignment in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        _page_number(footer.paragraphs[0], alignment)
    for header in (section.header, section.even_page_header):
        paragraph = header.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _write(paragraph, content.draft_mark, face=HEI, size=14)


def _head(document: Any, content: PaperContent) -> None:
    size = head_size(content.authority)
    authority = document.add_paragraph()
    authority.alignment = WD_ALIGN_PARAGRAPH.CENTER
    authority.paragraph_format.space_before = Mm(35)
    authority.paragraph_format.line_spacing = Pt(size * 1.2)
    _write(authority, content.authority, face=XIAOBIAOSONG, size=size, colour=RED)
    number = document.add_paragraph()
    number.alignment = WD_ALIGN_PARAGRAPH.CENTER
    number.paragraph_format.space_before = Pt(2 * LINE_PITCH)
    _write(number, content.number)
    _borders(number, {"bottom": 12}, colour="D7000F", space=11)
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.space_before = Pt(2 * LINE_PITCH)
    title.paragraph_format.space_after = Pt(LINE_PITCH)
    title.paragraph_format.line_spacing = Pt(33)
    _write(title, content.title, face=XIAOBIAOSONG, size=22)


def _body(document: Any, content: PaperContent) -> None:
    _write(document.add_paragraph(), content.addressee)
    for section in content.sections:
        if section.heading:
            heading = _indented(document)
            heading.paragraph_format.keep_with_next = True
            _write(heading, section.heading, face=HEI)
        for text in section.paragraphs:
            paragraph = _indented(document)
            _write(paragraph, text)
    # A signature never stands on a page without any text.
    paragraph.paragraph_format.keep_with_next = True
    attachment = _indented(document)
    attachment.paragraph_format.keep_with_next = True
    attachment.paragraph_format.space_before = Pt(LINE_PITCH)
    _write(attachment, content.attachment)
    for place, text in enumerate((content.authority, content.date)):
        line = document.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        line.paragraph_format.keep_with_next = place == 0
        line.paragraph_format.space_before = Pt(0 if place else LINE_PITCH)
        # The date stands four characters from the right; the authority is centred over it.
        overhang = (_width(content.date) - _width(content.authority)) / 2 if place == 0 else 0
        line.paragraph_format.right_indent = Pt((4 + overhang) * CHARACTER_PITCH)
        _write(line, text)


def _annex(document: Any, content: PaperContent) -> None:
    mark = document.add_paragraph()
    mark.paragraph_format.page_break_before = True
    _write(mark, "附件", face=HEI)
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.space_before = Pt(LINE_PITCH)
    title.paragraph_format.space_after = Pt(14)
    title.paragraph_format.line_spacing = Pt(33)
    _write(title, content.annex_title, face=XIAOBIAOSONG, size=22)
    note = document.add_paragraph()
    note.paragraph_format.line_spacing = Pt(20)
    _write(note, content.annex_note, face=KAI, size=12)
    table = document.add_table(rows=1, cols=len(content.headers), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    margins = _element(table._tbl.tblPr, "w:tblCellMar")
    for side in ("top", "left", "bottom", "right"):
        _element(margins, f"w:{side}", w="45", type="dxa")
    _repeat_on_every_page(table.rows[0])
    for cell, text in zip(table.rows[0].cells, content.headers, strict=True):
        _cell(cell, text, face=HEI)
    for row in content.rows:
        facts, notes = table.add_row(), table.add_row()
        for place, (cell, text) in enumerate(zip(facts.cells, row.cells, strict=True)):
            alignment = WD_ALIGN_PARAGRAPH.LEFT if place == 1 else WD_ALIGN_PARAGRAPH.CENTER
            _cell(cell, text, alignment=alignment, size=9 if place == len(row.cells) - 1 else 10.5)
        merged = notes.cells[1].merge(notes.cells[-1])
        facts.cells[0].merge(notes.cells[0])
        for place, text in enumerate(row.notes):
            paragraph = merged.paragraphs[0] if place == 0 else merged.add_paragraph()
            _cell_text(paragraph, text, size=9.5)
        for table_row in (facts, notes):
            _unsplit(table_row)
        for cell in facts.cells:
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.keep_with_next = True
    _set_widths(table)


def _set_widths(table: Any) -> None:
    """In the grid and in every cell: suites differ in which of the two they believe."""
    for column, width in zip(table.columns, COLUMN_WIDTHS_MM, strict=True):
        column.width = Mm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, COLUMN_WIDTHS_MM, strict=True):
            if cell.grid_span == 1:
                cell.width = Mm(width)
            else:
                cell.width = Mm(sum(COLUMN_WIDTHS_MM[1:]))


def _record(document: Any, content: PaperContent) -> None:
    """版记: copies, printer and date between lines of 0.35, 0.25 and 0.35 mm, not torn apart.

    It follows the list; suites disagree about what floats at the foot of a page.
    """
    copies, printed = document.add_paragraph(), document.add_paragraph()
    copies.paragraph_format.space_before = Pt(2 * LINE_PITCH)
    copies.paragraph_format.keep_with_next = True
    _borders(copies, {"top": 8})
    _borders(printed, {"top": 6, "bottom": 8})
    printed.paragraph_format.tab_stops.add_tab_stop(Mm(156) - Pt(14), WD_TAB_ALIGNMENT.RIGHT)
    _write(copies, f"　{content.copies}", size=14)
    _write(printed, f"　{content.authority}\t{content.printed_on}", size=14)


def _indented(document: Any) -> Any:
    """A paragraph whose first line begins two characters in."""
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    indent = paragraph._p.get_or_add_pPr().get_or_add_ind()
    indent.set(qn("w:firstLineChars"), "200")
    indent.set(qn("w:firstLine"), str(2 * BODY_SIZE * 20))
    return paragraph


def _write(paragraph: Any, text: str, *, face: str = "", size: float = 0, colour: RGBColor | None = None) -> None:
    run = paragraph.add_run(text)
    if face:
        _face(run._r.get_or_add_rPr(), face)
    if size:
        run.font.size = Pt(size)
    if colour is not None:
        run.font.color.rgb = colour


def _face(properties: Any, face: str) -> None:
    """One typeface for Chinese and Latin alike, as official papers are set."""
    fonts = properties.get_or_add_rFonts()
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), face)


def _page_number(paragraph: Any, alignment: WD_ALIGN_PARAGRAPH) -> None:
    """“— 1 —” in 宋体 4号, one character in from the outer edge."""
    paragraph.alignment = alignment
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Pt(14)
    _write(paragraph, "— ", face=SONG, size=14)
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)
    _write(paragraph, "1", face=SONG, size=14)
    field.append(paragraph.runs[-1]._r)
    _write(paragraph, " —", face=SONG, size=14)


def _cell(
    cell: Any, text: str, *, face: str = "", alignment: Any = WD_ALIGN_PARAGRAPH.CENTER, size: float = 10.5
) -> None:
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    cell.paragraphs[0].alignment = alignment
    _cell_text(cell.paragraphs[0], text, face=face, size=size)


def _cell_text(paragraph: Any, text: str, *, face: str = "", size: float) -> None:
    paragraph.paragraph_format.line_spacing = Pt(15)
    _write(paragraph, text, face=face, size=size)


def _unsplit(row: Any) -> None:
    _element(row._tr.get_or_add_trPr(), "w:cantSplit")


def _repeat_on_every_page(row: Any) -> None:
    _element(row._tr.get_or_add_trPr(), "w:tblHeader")


def _borders(paragraph: Any, widths: dict[str, int], *, colour: str = "000000", space: int = 1) -> None:
    """Lines above or below a paragraph, widths in eighths of a point, the space to the text in points."""
    borders = _element(paragraph._p.get_or_add_pPr(), "w:pBdr")
    for side, width in widths.items():
        _element(borders, f"w:{side}", val="single", sz=str(width), space=str(space), color=colour)


def _element(parent: Any, name: str, **attributes: str) -> Any:
    """Add a child where the schema wants it: office suites call a file with misplaced children damaged."""
    element = OxmlElement(name)
    for attribute, value in attributes.items():
        element.set(qn(f"w:{attribute}"), value)
    order = _CHILDREN.get(parent.tag, ())
    if name in order:
        parent.insert_element_before(element, *order[order.index(name) + 1 :])
    else:
        parent.append(element)
    return element


def _width(text: str) -> float:
    """Width in characters: a digit is half one."""
    return sum(0.5 if character.isascii() else 1 for character in text)
