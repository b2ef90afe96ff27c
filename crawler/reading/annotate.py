"""A saved page as a person may look at it: what was read is marked, what was not says why, nothing of it runs.

The page is written anew from what the reader saw of it (`dom.Page`: visible elements and texts, those that inline
scripts write where they stand), with elements and attributes from a short list. No script, style, address or form
of the page's own comes through; the marks are attributes that no page can bring along.
"""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import hashlib
import heapq
import html
import re
from collections.abc import Iterator, Mapping

from crawler.reading import dates
from crawler.reading.blocks import Block
from crawler.reading.dom import El, Text
from crawler.reading.findings import Findings, Seen, findings
from crawler.reading.model import Override
from crawler.reading.override import Match
from crawler.reading.reasons import in_chinese

#: Characters of what is written; a longer page is cut, and says so.
MAX_SIZE = 2_000_000

_KEPT = frozenset((
    "abbr", "address", "article", "aside", "b", "blockquote", "caption", "cite", "code", "col", "colgroup", "dd",
    "del", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6",
    "header", "hr", "i", "ins", "kbd", "li", "main", "nav", "ol", "p", "pre", "q", "s", "section", "small", "span",
    "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "u", "ul", "var",
))  # fmt: skip
_BLOCKS = frozenset(
    ("body", "center", "details", "dialog", "dir", "fieldset", "form", "frameset", "html", "marquee", "menu", "summary")
)
_VOID = frozenset(("col", "hr"))
_PARTS_OF_A_TABLE = frozenset(("tbody", "thead", "tfoot", "tr"))
_LONG_ATTRIBUTE = 300
_MOST_FRAMES = 5
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")

#: The marks' look, and what a Content-Security-Policy has to let through for it: nothing else.
STYLE = """
html { background: #fff; color: #1b1f24; font: 14px/1.6 "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC",
  "Source Han Sans SC", sans-serif; }
body { margin: 12px; overflow-wrap: anywhere; }
table { border-collapse: collapse; }
address, cite, dfn, em, i, var { font-style: normal; }
td, th { padding: 2px 8px; text-align: start; vertical-align: top; }
[data-audit-link] { color: #1f4b82; }
[data-audit-picture] { color: #57606a; border: 1px dashed #8c959f; padding: 0 4px; }
[data-audit-note] { margin: 0 0 16px; padding: 8px 12px; border-inline-start: 4px solid #1f4b82; background: #f6f7f9; }
[data-audit-note] p { margin: 0; }
[data-audit-block] { position: relative; margin: 8px 4px; padding: 4px 8px; }
ul[data-audit-block], ol[data-audit-block] { padding-inline-start: 28px; }
[data-audit-block=own] { outline: 3px solid #1f4b82; }
[data-audit-block=other] { outline: 1px dotted #8c959f; }
[data-audit-block]::before { content: attr(data-audit-label); display: block; width: max-content; max-width: 100%;
  padding: 0 6px; font-size: 12px; font-weight: 400; color: #57606a; }
[data-audit-block=own]::before { color: #fff; background: #1f4b82; }
table[data-audit-block]::before { display: table-caption; }
[data-audit-entry] { outline: 2px solid #1f4b82; }
[data-audit-entry]::after { content: attr(data-audit-label); margin-inline-start: 4px; padding: 0 4px; font-size: 12px;
  color: #57606a; background: #eef0f2; white-space: nowrap; }
[data-audit-entry=read]::after { color: #fff; background: #1f4b82; }
[data-audit-entry=newest]::after { color: #fff; background: #1a7f4b; }
[data-audit-date] { margin-inline-start: 4px; font-variant-numeric: tabular-nums; }
[data-audit-date=read], [data-audit-date=newest] { white-space: nowrap; background: #fff2b3;
  border-bottom: 2px solid #1f4b82; }
[data-audit-date=newest] { border-color: #1a7f4b; }
[data-audit-date=rejected] { color: #57606a; background: #eef0f2; text-decoration: line-through; }
[data-audit-says] { display: inline-block; margin: 0 4px; padding: 0 4px; font-size: 12px; line-height: 1.5;
  font-weight: 400; font-style: normal; unicode-bidi: isolate; color: #57606a; background: #eef0f2; }
[data-audit-says=read] { color: #fff; background: #1f4b82; }
[data-audit-says=newest] { color: #fff; background: #1a7f4b; }
"""
STYLE_SOURCE = f"'sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'"


@dataclasses.dataclass(frozen=True, slots=True)
class _Mark:
    """A part of a text that is a date; the last part of one says what it was read as."""

    start: int
    end: int
    seen: Seen
    last: bool


def annotate(
    body: bytes,
    *,
    url: str,
    as_of: dt.datetime,
    headers: Mapping[str, str] | None = None,
    override: Override | None = None,
) -> str:
    """The HTML document for a person, in Chinese. Arguments as of `read_column`. Never raises for any bytes."""
    return annotated(findings(body, url=url, as_of=as_of, headers=headers, override=override))


def annotated(found: Findings) -> str:
    """The HTML document for findings that are at hand."""
    writer = _Writer(found)
    page = writer.written()
    return (
        '<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8"><meta name="referrer" content="no-referrer">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>页面检查</title><style>{STYLE}</style></head><body>{_note(found, cut=writer.cut)}{page}</body></html>"
    )


def _note(found: Findings, *, cut: bool) -> str:
    """What stands above the page: what the marks mean, and what is not shown."""
    lines = [
        f"这是保存下来的页面的文字，仅供核对：{_says('newest', '最近更新')}{_says('read', '采用的日期')}"
        f"{_says('rejected', '不采用的日期及理由')}脚本、样式、图片、表单和链接均已移除。"
    ]
    if found.page.truncated:
        lines.append("页面过长，读取程序只读了前面的部分。")
    if cut:
        lines.append("页面过长，这里只显示前面的部分。")
    frames = [src for src in found.page.frames if src]
    if frames:
        more = f"等 {len(frames)} 个" if len(frames) > _MOST_FRAMES else ""
        lines.append(f"页面内嵌了其他页面，未显示：{_text('、'.join(map(_short, frames[:_MOST_FRAMES])))}{more}")
    if not found.page.texts:
        lines.append("页面上没有可见文字。")
    return f"<div data-audit-note>{''.join(f'<p>{line}</p>' for line in lines)}</div>"


class _Writer:
    """Writes elements and texts in order; every element that is opened is closed."""

    def __init__(self, found: Findings) -> None:
        self.cut = False
        self._found = found
        self._parts: list[str] = []
        self._size = 0
        self._open: list[tuple[El, str]] = []
        self._newest = found.reading.updated
        self._marks = _marks(found)
        self._framed = _framed(found)

    def written(self) -> str:
        page = self._found.page
        els: Iterator[tuple[int, El | Text]] = ((el.start, el) for el in page.els)
        texts: Iterator[tuple[int, El | Text]] = ((text.position, text) for text in page.texts)
        for _position, what in heapq.merge(els, texts, key=lambda at: at[0]):
            if self._size > MAX_SIZE:
                self.cut = True
                break
            if isinstance(what, El):
                self._element(what)
            else:
                self._close(what.el)
                self._write(self._marked(what))
        self._close(None)
        return "".join(self._parts)

    def _write(self, part: str) -> None:
        self._parts.append(part)
        self._size += len(part)

    def _element(self, el: El) -> None:
        if el.hidden or el.tag in ("meta", "link", "base"):
            return
        self._close(el.parent)
        if el.tag == "img":
            self._write(f"<span data-audit-picture>{_text('图片：' + _short(el.attrs.get('alt') or '无说明'))}</span>")
            return
        if el.tag in ("br", "wbr"):
            self._write(f"<{el.tag}>")
            return
        tag = el.tag if el.tag in _KEPT else "div" if el.tag in _BLOCKS else "span"
        self._write(f"<{tag}{''.join(self._attributes(el))}>")
        if tag not in _VOID:
            self._open.append((el, tag))

    def _close(self, parent: El | None) -> None:
        """Close what does not hold what comes next."""
        while self._open and self._open[-1][0] is not parent:
            self._write(f"</{self._open.pop()[1]}>")

    def _attributes(self, el: El) -> Iterator[str]:
        for name in ("class", "id"):  # for whoever looks for a selector
            if value := el.attrs.get(name):
                yield _attribute(name, _short(value))
        for name in ("colspan", "rowspan"):
            value = el.attrs.get(name, "")
            if value.isascii() and value.isdigit():
                yield _attribute(name, str(min(int(value[:4]), 100)))
        if el.tag == "a":
            href = el.attrs.get("href", "")
            scripted = not href or re.match(r"\s*(?:javascript|data|vbscript)\s*:", href, re.I)
            yield _attribute("data-audit-link", "")
            yield "" if scripted else _attribute("title", _short(href))
        yield from self._framed.get(id(el), ())

    def _marked(self, text: Text) -> str:
        """A text with its dates marked."""
        at, parts = 0, []
        for mark in self._marks.get(text.position, ()):
            if mark.start < at:
                continue
            parts.append(_text(text.value[at : mark.start]))
            parts.append(self._date(text.value[mark.start : mark.end], mark))
            at = mark.end
        return "".join(parts) + _text(text.value[at:])

    def _date(self, value: str, mark: _Mark) -> str:
        mention, reason = mark.seen.mention, in_chinese(mark.seen.reason)
        if reason:
            kind, says = "rejected", reason
        else:
            kind = "newest" if mention.date == self._newest else "read"
            says = (
                f"{'最近更新 ' if kind == 'newest' else ''}{mention.date}{'（年份系推定）' if mention.inferred else ''}"
            )
        title = _attribute("title", f"不采用：{reason}" if reason else f"读作 {says}")
        tag = _says(kind, says) if mark.last else ""
        return f'<span data-audit-date="{kind}"{title}>{_text(value)}</span>{tag}'


def _framed(found: Findings) -> dict[int, tuple[str, ...]]:
    """The attributes that mark blocks, or what an override's selector finds, by element."""
    if found.matches is not None:
        return {id(match.el): _entry_mark(match, found.reading.updated) for match in found.matches}
    framed: dict[int, tuple[str, ...]] = {}
    for block in sorted(found.blocks, key=lambda block: block.chosen):  # the column's own last: it prevails
        name = "本栏目列表" if block.chosen else "其他列表"
        label = f"{name} · {block.score:.1f} 分 · {len(block.items)} 条"
        framed[id(_frame(block))] = (
            _attribute("data-audit-block", "own" if block.chosen else "other"),
            _attribute("data-audit-label", label),
            _attribute("title", "；".join(map(in_chinese, block.why))),
        )
    return framed


def _entry_mark(match: Match, newest: dt.date | None) -> tuple[str, ...]:
    kind, label = "none", "按所设格式未读到日期"
    if match.entry is not None:
        kind, label = _read_as(match.entry.date, newest, inferred=match.inferred)
    return _attribute("data-audit-entry", kind), _attribute("data-audit-label", label)


def _read_as(date: dt.date | None, newest: dt.date | None, *, inferred: bool) -> tuple[str, str]:
    """How a date that counts is marked, and what the mark says."""
    says = f"{date}{'（年份系推定）' if inferred else ''}"
    return ("newest", f"最近更新 {says}") if date == newest else ("read", says)


def _frame(block: Block) -> El:
    """The element to draw a frame around: not a part of a table, which has no room for a label."""
    return next((el for el in block.container.up() if el.tag not in _PARTS_OF_A_TABLE), block.container)


def _marks(found: Findings) -> dict[int, list[_Mark]]:
    """The dates in each text, by its position."""
    marks: dict[int, list[_Mark]] = {}
    for seen in found.dates:
        mention = seen.mention
        if mention.end == mention.text.position:
            start, end = _span(seen)
            marks.setdefault(mention.end, []).append(_Mark(start, end, seen, last=True))
            continue
        pieces = found.page.between(mention.text.position, mention.end + 1)
        for text in pieces:
            marks.setdefault(text.position, []).append(_Mark(0, len(text.value), seen, last=text is pieces[-1]))
    for found_here in marks.values():
        found_here.sort(key=lambda mark: mark.start)
    return marks


def _span(seen: Seen) -> tuple[int, int]:
    """Where in its text a date stands; all of the text where that cannot be told."""
    mention, value = seen.mention, seen.mention.text.value
    start, end = mention.found.start, mention.found.end
    return (start, end) if dates.plain(value[start:end]).strip() == mention.shown else (0, len(value))


def _says(kind: str, words: str) -> str:
    return f'<small data-audit-says="{kind}">{_text(words)}</small>'


def _text(value: str) -> str:
    return html.escape(_UNWRITABLE.sub("\ufffd", value), quote=False)


def _attribute(name: str, value: str) -> str:
    return f' {name}="{html.escape(_UNWRITABLE.sub(chr(0xFFFD), value))}"'


def _short(value: str) -> str:
    return value if len(value) <= _LONG_ATTRIBUTE else f"{value[:_LONG_ATTRIBUTE]}…"
