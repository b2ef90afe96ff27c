"""A saved page as a person looks at it: nothing of it runs, and the marks say what the reading says."""

from __future__ import annotations

import base64
import hashlib
import pathlib
import re

import pytest
from selectolax.lexbor import LexborHTMLParser

from crawler.reading import read_column
from crawler.reading.annotate import MAX_SIZE, STYLE_SOURCE, annotate
from crawler.reading.findings import findings
from crawler.reading.reasons import in_chinese
from tests.stopwatch import timed
from tests.unit.reading.test_hostile import HOSTILE, NOW
from tests.unit.reading.test_override import Override, page
from tests.unit.reading.test_pages import moment

SITE = pathlib.Path(__file__).parents[2] / "sites" / "reading"
PAGES = sorted(SITE.glob("*.html"))
URL = "http://www.qiyun.example/tz/"
AS_OF = moment("2026-11-18")
SECONDS = 6.0  # three readings

LIVE = ("script", "iframe", "frame", "object", "embed", "form", "input", "button", "img", "svg", "link", "base", "a")


def shown(body: bytes, override: Override | None = None) -> LexborHTMLParser:
    return LexborHTMLParser(annotate(body, url=URL, as_of=AS_OF, override=override))


def said(tree: LexborHTMLParser, kind: str) -> list[str]:
    """What the tags after marked dates say, the legend's left out."""
    return [node.text() for node in tree.css(f"[data-audit-date] + [data-audit-says={kind}]")]


HOSTILE_MARKUP = """
<html onload="steal()"><head><meta http-equiv="refresh" content="0;url=http://evil.test/"><base href="http://evil.test/">
<link rel="stylesheet" href="http://evil.test/a.css"><style>[data-audit-says]{color:white}</style>
<script>steal()</script></head><body background="http://evil.test/b.png" onclick=steal()>
<p data-audit-date=read data-audit-says=newest style="position:fixed;background:url(http://evil.test/s)">伪造的标记</p>
<custom-tag onclick=steal()>自定义</custom-tag>
<a href="javascript:steal()">脚本链接</a><a href=" JavaScript:steal()">又一个</a><a href="http://evil.test/x">链接</a>
<img src="http://evil.test/i.png" onerror=steal() alt='" onmouseover="steal()'><iframe src="http://evil.test/f"></iframe>
<form action="http://evil.test/p"><input name=q><button formaction="javascript:steal()">提交</button></form>
<object data="http://evil.test/o"><p>object</p></object><embed src="http://evil.test/e"><video src="http://evil.test/v"></video>
<svg onload=steal()><script>steal()</script><a xlink:href="javascript:steal()">s</a></svg>
<math><mtext><table><mglyph><style><img src=x onerror=steal()></style></mglyph></table></mtext></math>
<noscript><p title="</noscript><img src=x onerror=steal()>"></noscript><template><img src=x onerror=steal()></template>
<script>document.write('<p onclick="steal()">脚本写的 2026-11-01</p>'
+ '<script>steal()<\\/script><img src="http://evil.test/w.png">')</script></body></html>"""


def test_nothing_of_the_page_runs_or_asks_for_anything():
    document = annotate(HOSTILE_MARKUP.encode(), url=URL, as_of=AS_OF)
    tree = LexborHTMLParser(document)

    for node in tree.css("*"):
        assert node.tag not in LIVE, node.html
        for name, value in node.attributes.items():
            assert not name.startswith("on"), node.html
            assert name not in ("href", "src", "style", "action", "background", "formaction", "http-equiv"), node.html
            assert "javascript:" not in (value or "").lower(), node.html
    assert "steal" not in tree.body.text().replace('" onmouseover="steal()', "")
    assert len(tree.css("style")) == 1
    assert "evil.test/f" in tree.css_first("[data-audit-note]").text()


def test_no_page_brings_marks_of_its_own():
    tree = shown(HOSTILE_MARKUP.encode())
    assert "伪造的标记" in tree.body.text()
    assert all("伪造" not in node.text() for node in tree.css("[data-audit-date], [data-audit-says]"))


def test_what_a_script_writes_stands_where_it_writes_it():
    tree = shown((SITE / "document_write.html").read_bytes())
    assert said(tree, "newest") == ["最近更新 2026-10-20"]
    block = tree.css_first("[data-audit-block=own]")
    assert "关于开展冬季安全生产检查的通知" in block.text()


@pytest.mark.parametrize(
    "name",
    ["plain", "side_hot", "table", "gb2312", "gb_declared_utf8", "split_day_month", "document_write", "full_width",
     "month_day_year_heading", "relative", "deadline_column", "pinned", "title_dates", "chinese_numerals", "datastore"],
)  # fmt: skip
def test_the_marks_say_what_the_reading_says(name: str):
    body = (SITE / f"{name}.html").read_bytes()
    reading = read_column(body, url=URL, as_of=AS_OF)
    tree = shown(body)
    newest, read = said(tree, "newest"), said(tree, "read")

    assert reading.updated is not None
    assert {line.removeprefix("最近更新 ")[:10] for line in newest} == {str(reading.updated)}
    days = sorted(line.removeprefix("最近更新 ")[:10] for line in newest + read)
    assert days == sorted(str(entry.date) for entry in reading.entries if entry.date and entry.date <= AS_OF.date())
    assert all(("年份系推定" in line) == reading.year_inferred for line in newest)
    assert tree.css("[data-audit-block=own]")


def test_pages_in_gb18030_are_read_and_written_in_utf_8():
    body = "<p class=通知>栖云县人民政府 㐂 2026-11-01</p>".encode("gb18030")
    assert "栖云县人民政府 㐂" in shown(body).body.text()


def test_rejected_dates_are_grey_and_say_why():
    tree = shown((SITE / "side_hot.html").read_bytes())
    grey = tree.css("[data-audit-date=rejected]")
    assert [node.text() for node in grey][:2] == ["2026-11-17", "2026-11-16"]
    assert {node.attributes["title"] for node in grey} == {"不采用：不在本栏目的列表中"}
    assert set(said(tree, "rejected")) == {"不在本栏目的列表中"}
    other = tree.css_first("[data-audit-block=other]")
    assert re.match(r"其他列表 · \d+\.\d 分 · 7 条", other.attributes["data-audit-label"])
    assert "似侧栏列表" in other.attributes["title"]


def test_a_date_in_the_middle_of_a_text_is_marked_alone():
    tree = shown("<p>2026-11-01至2026-12-01，见《<b>公告</b>》</p>".encode())
    assert [node.text() for node in tree.css("[data-audit-date]")] == ["2026-11-01", "2026-12-01"]


def test_an_override_marks_what_its_selector_finds():
    body = page("2026-11-05", "2026-10-05", "待定") + "<p>更新 2026-11-17</p>".encode()
    tree = shown(body, Override("li"))
    assert [node.attributes["data-audit-label"] for node in tree.css("[data-audit-entry]")] == [
        "最近更新 2026-11-05", "2026-10-05", "按所设格式未读到日期",
    ]  # fmt: skip
    assert said(tree, "rejected") == ["不在所设选择器选中的范围内"]
    assert not tree.css("[data-audit-block]")


def test_what_is_hidden_is_not_shown():
    text = shown((SITE / "hidden_block.html").read_bytes()).body.text()
    hidden = read_column((SITE / "hidden_block.html").read_bytes(), url=URL, as_of=AS_OF)
    assert str(hidden.updated) in text
    assert "<!--" not in shown((SITE / "commented_out.html").read_bytes()).html


def test_the_policy_lets_the_marks_look_through_and_no_other_style():
    style = shown(b"<p>x").css_first("style").text()
    assert f"'sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}'" == STYLE_SOURCE


@pytest.mark.parametrize(
    "override", [pytest.param(None, id="read"), pytest.param(Override("*"), id="override", marks=pytest.mark.long)]
)
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bytes_end_in_time_and_size(name: str, override: Override | None):
    document, took = timed(lambda: annotate(HOSTILE[name], url=URL, as_of=NOW, override=override), most=SECONDS)
    assert took < SECONDS
    assert len(document.encode()) < MAX_SIZE * 2
    if len(HOSTILE[name]) > 4 * 1024 * 1024:
        assert "页面过长" in document


def test_every_reason_has_its_chinese():
    unknown = set()
    for path in PAGES:
        found = findings(path.read_bytes(), url=URL, as_of=AS_OF)
        reasons = [seen.reason for seen in found.rejected]
        reasons += [why for block in found.lists.blocks for why in block.why]
        unknown |= {reason for reason in reasons if in_chinese(reason) == reason}
    assert unknown == set()
    assert in_chinese("something new") == "something new"


def test_the_newest_of_the_dates_that_count_is_the_update():
    for path in PAGES:
        found = findings(path.read_bytes(), url=URL, as_of=AS_OF)
        counted = [seen.mention.date for seen in found.dates if not seen.reason and seen.mention.date]
        assert max(counted, default=None) == found.reading.updated, path.name
