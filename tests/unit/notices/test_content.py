"""What papers say, in which words, and that the .docx and the .pdf say the same."""

from __future__ import annotations

import datetime as dt
import io
import re
import subprocess
import zipfile
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn

from audits.evidence.fonts import FontMissingError
from audits.notices import content as contents
from audits.notices import pdf, word
from audits.notices.content import PaperContent
from audits.notices.enums import Step
from tests.integration.runs.web import serve

SENTENCE = (
    "参照第一次全国政府网站普查评分表（国办发〔2015〕15号附件）栏目不更新：动态、要闻类栏目应每14日内至少更新一次；"
    "本栏目最近一次可见更新为2026-08-01，应于2026-08-15前（含当日）再次更新，截至2026-11-18已逾期95日，"
    "判为睡眠栏目（长期未更新）。"
)
PICTURE = {"file": "12-ab12cd34ef56-original.png", "sha256": "ab12cd34ef56" * 5, "taken_at": "2026-11-18 09:30"}
NO_PICTURE = {"missing": "采集端未安装浏览器"}


def fact(number: int = 0, **more: Any) -> dict[str, Any]:
    return {
        "site": "县农业农村局",
        "column": f"工作动态{number}",
        "url": f"http://127.0.0.1:8000/nongye/{'long-segment/' * 9}index_{number}.html",
        "class": "动态、要闻类",
        "state": "dormant",
        "updated": "2026-08-01",
        "days_overdue": 95 + number,
        "as_of": "2026-11-18",
        "clause": "“栏目不更新”项",
        "profile": "county",
        "citation": "参照第一次全国政府网站普查评分表（国办发〔2015〕15号附件）",
        "sentence": SENTENCE,
        "evidence": PICTURE,
        **more,
    }


BLANK = fact(7, state="blank", updated=None, days_overdue=0, clause="“空白栏目”项", evidence=NO_PICTURE)
UNDATED = fact(8, state="undated", updated=None, days_overdue=0)


@pytest.fixture(autouse=True)
def _names(settings) -> None:
    settings.PAPER_AUTHORITY, settings.PAPER_AUTHORITY_CODE = "栖云县督办督查局", "栖督"
    settings.AUDIT_CONTACT = settings.PAPER_FANGSONG_FONT = ""


def paper_of(*facts: dict[str, Any], step: Step = Step.RECTIFICATION, signed: bool = True) -> Any:
    """Stands for a Paper, whose content needs no database."""
    items = [SimpleNamespace(facts=one) for one in facts or [fact()]]
    return SimpleNamespace(
        items=SimpleNamespace(order_by=lambda *names: items),
        unit=SimpleNamespace(name="栖云县农业农村局"),
        step=step,
        serial=3 if signed else None,
        number="栖督〔2026〕3号" if signed else "",
        signed_on=dt.date(2026, 11, 18) if signed else None,
        deadline=dt.date(2026, 12, 2) if signed else None,
    )


def compose(*facts: dict[str, Any], **more: Any) -> PaperContent:
    return contents.compose(paper_of(*facts, **more))


def words_of(content: PaperContent) -> list[str]:
    """Every text of a paper, in order."""
    texts = [content.draft_mark, content.authority, content.number, content.title, content.addressee]
    for section in content.sections:
        texts += [section.heading, *section.paragraphs]
    texts += [content.attachment, content.date, content.annex_title, content.annex_note, *content.headers]
    for row in content.rows:
        texts += [*row.cells, *row.notes]
    return [text for text in [*texts, content.copies, content.printed_on] if text.strip()]


def squeezed(text: str) -> str:
    """Without what depends on where lines break: pdftotext takes a hyphen at a line's end for hyphenation."""
    return re.sub(r"[\s-]", "", text)


def pdf_text(data: bytes, *options: str) -> str:
    """The text in reading order, without page numbers."""
    done = subprocess.run(["pdftotext", *options, "-", "-"], input=data, capture_output=True, check=True)
    return re.sub(r"— \d+ —", "", done.stdout.decode())


def docx_text(data: bytes) -> str:
    document = docx.Document(io.BytesIO(data))
    header = document.sections[0].header.paragraphs[0].text
    return header + "".join(text.text or "" for text in document.element.body.iter(qn("w:t"), qn("w:tab")))


# Words


@pytest.mark.parametrize(
    ("step", "title", "workdays"),
    [
        (Step.REMINDER, "栏目更新不及时问题提示单", 3),
        (Step.RECTIFICATION, "栏目更新不及时问题整改通知书", 10),
        (Step.SUPERVISION, "栏目更新不及时问题督办通知单", 5),
    ],
)
def test_each_step_has_its_title_and_its_workdays(step, title, workdays):
    content = compose(step=step)
    assert content.title == title
    assert f"自签发之日起{workdays}个工作日内（即2026年12月2日前，含当日）" in "".join(words_of(content))


def test_a_draft_cannot_be_taken_for_an_issued_paper():
    content = compose(signed=False)
    assert content.number == "〔草稿·未编号〕"
    assert content.draft_mark == "草稿（未签发，不具效力）"
    assert not re.search(r"\d", content.date + content.printed_on)
    assert "自签发之日起10个工作日内完成" in "".join(words_of(content))


def test_a_signed_paper_bears_number_and_date():
    content = compose()
    assert (content.draft_mark, content.number) == ("", "栖督〔2026〕3号")
    assert (content.date, content.printed_on) == ("2026年11月18日", "2026年11月18日印发")


def test_borrowed_standards_are_borrowed_and_nobody_is_called_a_zombie():
    text = "".join(words_of(compose(fact(), BLANK, UNDATED)))
    assert "参照第一次全国政府网站普查评分表" in text
    assert "依据" not in text.replace("判定依据", "")
    assert "不合格" not in text
    quoted = "“坚决杜绝‘僵尸网站’、‘睡眠栏目’现象”"
    assert quoted in text
    rest = text.replace(quoted, "")
    assert "僵尸" not in rest
    assert "睡眠" not in rest


def test_a_row_tells_everything_of_a_column():
    [row] = compose(fact(5)).rows
    assert row.cells == (
        "1",
        "工作动态5（县农业农村局）",
        "动态、要闻类",
        "2026-08-01",
        "100",
        "“栏目不更新”项",
        "12-ab12cd34ef56-original.png",
    )
    assert row.notes[0].startswith("判定说明：参照")
    assert row.notes[0].endswith("判为长期未更新。")
    assert row.notes[1].startswith("网址：http://127.0.0.1:8000/nongye/")
    assert row.notes[2] == "证据：2026-11-18 09:30截图，原图SHA-256前12位ab12cd34ef56"


def test_a_column_without_date_or_picture_says_so():
    blank, undated = compose(BLANK, UNDATED).rows
    assert (blank.cells[3], blank.cells[4], blank.cells[6]) == ("无信息", "—", "暂无截图")
    assert blank.notes[2] == "证据：暂无截图（采集端未安装浏览器），以采集记录为准"
    assert undated.cells[3] == "未标日期"


def test_the_findings_are_counted():
    text = "".join(words_of(compose(fact(1), fact(2), BLANK, UNDATED)))
    assert "你单位有4个栏目更新不及时" in text
    assert "长期未更新的2个（最长已逾期97天）、空白栏目1个、未标注发布日期的1个" in text
    assert "空白" not in compose(fact()).sections[1].paragraphs[0]


def test_the_most_generous_profile_sets_the_deadline(monkeypatch):
    profiles = {code: SimpleNamespace(reply_workdays={"rectification": days}) for code, days in (("a", 5), ("b", 8))}
    monkeypatch.setattr(contents, "load_profile", profiles.__getitem__)
    assert contents.reply_workdays("rectification", [fact(profile="a"), fact(profile="b")]) == 8


def test_the_contact_is_printed_when_there_is_one(settings):
    settings.AUDIT_CONTACT = "0000-8230000"
    assert "联系方式：0000-8230000。" in "".join(words_of(compose()))


def test_equal_contents_have_equal_hashes():
    assert compose(fact()).sha256() == compose(fact()).sha256()
    assert compose(fact()).sha256() != compose(fact(days_overdue=96)).sha256()


# Files


@pytest.mark.parametrize(("count", "signed"), [(1, False), (1, True), (8, False), (40, True)])
def test_docx_and_pdf_say_what_the_content_says(count, signed):
    content = compose(*[[fact(n), BLANK, UNDATED][n % 3] for n in range(count)], signed=signed)
    in_docx, flat = squeezed(docx_text(word.render(content))), squeezed(pdf_text(pdf.render(content)))
    for text in words_of(content):
        assert squeezed(text) in in_docx
    for text in (paragraph for section in content.sections for paragraph in section.paragraphs):
        # a paragraph may go on on the next page: its beginning and its end are there
        assert squeezed(text)[:20] in flat
        assert squeezed(text)[-12:] in flat
    for row in content.rows:
        assert squeezed(row.notes[0]) in flat
        assert squeezed(row.notes[1]) in flat
    for text in (content.authority, content.number, content.title, content.date, content.copies, content.printed_on):
        assert squeezed(text) in flat


def test_the_pdf_embeds_its_fonts_and_draws_every_character():
    data = pdf.render(compose(fact(column="龘镕喆生僻字栏目")))
    fonts = subprocess.run(["pdffonts", "-"], input=data, capture_output=True, check=True, text=False).stdout.decode()
    lines = fonts.splitlines()[2:]
    assert lines
    assert all(re.search(r"\byes\s+(yes|no)\s+yes\b", line) for line in lines), fonts  # embedded, with Unicode map
    assert "龘镕喆" in squeezed(pdf_text(data))
    assert "DejaVu" not in fonts


def test_the_pdf_page_is_that_of_the_standard():
    data = pdf.render(compose())
    info = subprocess.run(["pdfinfo", "-"], input=data, capture_output=True, check=True).stdout.decode()
    assert "A4" in info
    boxes = subprocess.run(
        ["pdftotext", "-bbox", "-", "-"], input=data, capture_output=True, check=True
    ).stdout.decode()
    pages = boxes.split("<page ")[1:]
    for page in pages:
        words = re.findall(r'xMin="([\d.]+)" yMin="[\d.]+" xMax="([\d.]+)"[^>]*>([^<]+)', page)
        assert words
        assert min(float(left) for left, _right, _word in words) > 28 / 25.4 * 72 - 1
        assert max(float(right) for _left, right, _word in words) < 184 / 25.4 * 72 + 1
    for number, page in enumerate(pages, start=1):
        assert re.search(rf">{number}<", page)


@pytest.mark.parametrize("authority", ["县政府", "栖云县督办督查局", "栖云县人民政府督办督查工作领导小组办公室"])
def test_the_red_head_stays_on_one_line(authority):
    assert pdf.head_size(authority) * len(authority) <= pdf.TYPE_AREA_WIDTH
    content = replace(compose(), authority=authority)
    first_page = pdf_text(pdf.render(content), "-l", "1", "-layout")
    assert any(squeezed(line) == authority for line in first_page.splitlines())


def test_the_docx_has_the_page_and_the_grid_of_the_standard():
    data = word.render(compose())
    section = docx.Document(io.BytesIO(data)).sections[0]
    assert [round(side.mm) for side in (section.page_width, section.page_height)] == [210, 297]
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(margin.mm) for margin in margins] == [37, 35, 28, 26]
    grid = section._sectPr.find(qn("w:docGrid"))
    assert (grid.get(qn("w:type")), grid.get(qn("w:linePitch"))) == ("linesAndChars", "579")
    xml = zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml").decode()
    assert "方正小标宋简体" in xml
    assert xml.count("<w:cantSplit/>") == 2
    assert xml.count("<w:tblHeader/>") == 1
    for part in ("word/styles.xml", "word/settings.xml"):
        kept = zipfile.ZipFile(io.BytesIO(data)).read(part).decode()
        assert set(re.findall(r'w:eastAsia="([a-z]{2}-[A-Z]{2})"', kept)) == {"zh-CN"}


def test_a_line_of_the_pdf_is_full_where_the_next_begins_with_a_quotation_mark():
    section = contents.Section("", ("要求各单位" * 4 + "建立机制，“坚决杜绝”现象。",))
    lines = pdf_text(pdf.render(replace(compose(), sections=(section,))), "-layout").splitlines()
    first = next(squeezed(line) for line in lines if "要求各单位" in line)
    assert first.endswith("，")


def test_a_named_font_that_is_not_installed_is_an_error_not_another_font(settings):
    settings.PAPER_FANGSONG_FONT = "方正仿宋"
    with pytest.raises(FontMissingError, match="方正仿宋"):
        pdf.render(compose())


def test_hostile_names_stay_text():
    hostile = "<script>alert(1)</script>&amp;{{ content.number }}{% now %}"
    content = compose(fact(sentence=hostile, column=hostile))
    assert squeezed(hostile) in squeezed(docx_text(word.render(content)))
    assert squeezed(hostile) in squeezed(pdf_text(pdf.render(content)))


def test_a_paper_fetches_nothing_even_if_markup_got_into_it(monkeypatch, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret of this machine", encoding="utf-8")
    with serve() as site:
        body = (
            f'<link rel="stylesheet" href="{site.url}style.css"><link rel="attachment" href="{secret.as_uri()}">'
            f'<style>p {{ background: url("{site.url}back.png") }}</style><p>正文</p><img src="{site.url}picture.png">'
        )
        monkeypatch.setattr(pdf, "render_to_string", lambda *args: body)
        data = pdf.render(compose())
    assert site.hits == []
    assert "正文" in pdf_text(data)
    assert b"EmbeddedFile" not in data
