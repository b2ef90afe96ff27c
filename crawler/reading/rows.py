"""Rows that inline scripts write from an array of theirs: what a loop takes of each is read, nothing is run."""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Iterator
from itertools import islice

from crawler.reading.moments import day_of
from crawler.reading.scripts import FILLING_WORDS, NAME, STRING, literal, without_comments

_PIECE = rf"(?:{STRING}|[^\[\]{{}}'\"])*+"
_ROW = re.compile(rf"\[{_PIECE}\]|\{{{_PIECE}\}}")
#: Fewer rows make no list.
_LEAST = 3
#: Where an array of rows begins, the name it goes by right before, and the array. What begins with one class of
#: characters, or ends where it has to, is searched for fast.
_OPENS = re.compile(r"\[\s*+[\[{]")
_NAMED = re.compile(rf"(?<![\w$.])({NAME})[\"']?+\s*+[=:]\s*+\Z")
_ARRAY = re.compile(rf"\[(\s*+(?:(?:\[{_PIECE}\]|\{{{_PIECE}\}})\s*+,?+\s*+){{{_LEAST},}}+)\]")
#: No name is longer, with the quotes and blanks after it.
_NAME_LENGTH = 60
#: The same, a row at a time: list[0] = new Array(…), list.push({…}).
_ADDS = re.compile(r"\]\s*+=\s*+(?=[n(\[{])|\.push\s*+\(\s*+")
_ADDED_TO = re.compile(rf"(?<![\w$.])({NAME})(?:\[\s*+\w{{1,4}}+\s*+)?+\Z")
_ADDED = re.compile(rf"(?:new\s++{NAME}\s*+)?+(\((?:{STRING}|[^()'\"])*+\)|\[{_PIECE}\]|\{{{_PIECE}\}})")
_FIELD = re.compile(rf"(?:[\"']?+(?P<key>{NAME})[\"']?+\s*+:\s*+)?+(?:(?P<text>{STRING})|(?P<number>[\w.]++))")
_TAKEN = re.compile(rf"\[\s*+[\"']?(?P<place>\w{{1,40}})[\"']?\s*+\]|\.(?P<key>{NAME})(?!\s*+\()")
_TARGET = re.compile(r"(?:getElementById|\$|jQuery|querySelector)\s*+\(\s*+[\"']#?([\w-]{1,80})[\"']")
_WRITES = (*FILLING_WORDS, "document.write")
_ADDRESS = re.compile(r"[^\s\u4e00-\u9fff]*[/?][^\s\u4e00-\u9fff]*|[\w.-]+\.s?html?")
#: Dates, times and counts: no titles.
_NUMBERS = re.compile(r"[\d\s年月日时分秒:./T+-]*+")
_MARKUP = re.compile(r"<[^<>]{0,200}>")
#: A row that is passed over: if (row.status != 1) continue.
_SKIPS = re.compile(
    rf"(?:\[\s*+[\"']?(?P<place>\w{{1,40}})[\"']?\s*+\]|\.(?P<key>{NAME}))\s*+(?P<sign>[!=]=)=?\s*+"
    rf"(?:(?P<text>{STRING})|(?P<number>[\w.]++))\s*+\)\s*+\{{?\s*+(?:continue|return)\b"
)
_SKIP = re.compile(r"\bcontinue\b")
#: What a template goes through: item in page.list, (item, index) of list.
_LOOP = re.compile(
    rf"\s*+\(?\s*+(?P<row>{NAME})[^()]{{0,40}}?\)?\s++(?:in|of)\s++(?:{NAME}\.){{0,3}}(?P<name>{NAME})\s*+"
)
_IN_NAME = re.compile(r"[\w$]")
#: What goes through an array takes its fields within so many characters.
_LOOP_LENGTH = 10_000
#: No more of them are filled in: a reader sees a page of a list.
_MOST = 200
#: No more arrays are looked at.
_ARRAYS = 20
#: Scripts longer than this are libraries.
_LONG = 400_000


def rows_by(scripts: str) -> dict[str, str]:
    """The HTML of the rows that the scripts of a page write, by the id of the element ("": where the script stands)."""
    if len(scripts) > _LONG or not any(word in scripts for word in _WRITES):
        return {}
    scripts = without_comments(f"\n{scripts}")
    written: dict[str, str] = {}
    for name, rows, end in islice(_arrays(scripts), _ARRAYS):
        used = _used(scripts, name, end)
        loop = scripts[used : used + _LOOP_LENGTH] if used is not None else ""
        if not any(word in loop for word in _WRITES):
            continue
        skips = list(_SKIPS.finditer(loop))
        if len(_SKIP.findall(loop)) > sum("continue" in skip[0] for skip in skips):
            continue  # which rows it writes cannot be told
        taken = {match["place"] or match["key"] for match in _TAKEN.finditer(loop)}
        fields = [_fields(row) for row in rows]
        items = "".join(_item(row, taken, scripts) for row in fields if not any(_skips(skip, row) for skip in skips))
        target = _TARGET.search(loop)
        if items:
            written.setdefault(target[1] if target else "", f"<ul>{items}</ul>")
    return written


def _used(scripts: str, name: str, start: int) -> int | None:
    """Where a name is first used from a place on."""
    while (at := scripts.find(name, start)) >= 0:
        start = at + len(name)
        if not (_IN_NAME.match(scripts, at - 1) or _IN_NAME.match(scripts, start)):
            return at
    return None


def rows_for(loop: str, template: str, scripts: str) -> str:
    """The HTML of what a template of the page (v-for="item in list") makes of an array that its scripts hold."""
    named = _LOOP.fullmatch(loop)
    if not named or len(scripts) > _LONG:
        return ""
    scripts = without_comments(f"\n{scripts}")
    taken = {match[1] for match in re.finditer(rf"(?<![\w$.]){re.escape(named['row'])}\.({NAME})", template)}
    for name, rows, _end in islice(_arrays(scripts), _ARRAYS):
        if name == named["name"]:
            return f"<ul>{''.join(_item(_fields(row), taken, scripts) for row in rows[:_MOST])}</ul>"
    return ""


def _arrays(scripts: str) -> Iterator[tuple[str, list[str], int]]:
    """(name, rows, where it ends) of every array of literals."""
    for opened in _OPENS.finditer(scripts):
        start = max(opened.start() - _NAME_LENGTH, 0)
        if not scripts[start : opened.start()].rstrip().endswith(("=", ":")):
            continue
        named = _NAMED.search(scripts, start, opened.start())
        if named and (array := _ARRAY.match(scripts, opened.start())):
            yield named[1], _ROW.findall(array[1]), array.end()
    for name, added in itertools.groupby(_added(scripts), key=lambda row: row[0]):
        rows = list(added)
        if len(rows) >= _LEAST:
            yield name, [row for _, row, _ in rows], rows[-1][2]


def _added(scripts: str) -> Iterator[tuple[str, str, int]]:
    """(name of the array, row, where it ends) of every row that is added by itself."""
    end = 0
    for adds in _ADDS.finditer(scripts):
        if adds.start() < end:
            continue  # within the row before
        name = _ADDED_TO.search(scripts, max(adds.start() - _NAME_LENGTH, end), adds.start())
        row = _ADDED.match(scripts, adds.end()) if name else None
        if name and row:
            end = row.end()
            yield name[1], row[1], end


def _fields(row: str) -> dict[str, str]:
    """Key, or place where it has none -> value."""
    found = enumerate(_FIELD.finditer(row[1:-1]))
    return {field["key"] or str(place): _value(field) for place, field in found}


def _value(match: re.Match[str]) -> str:
    return literal(match["text"]) if match["text"] else match["number"]


def _skips(skip: re.Match[str], row: dict[str, str]) -> bool:
    """Whether a condition passes over a row; one about anything else passes over none."""
    field = row.get(skip["place"] or skip["key"])
    return field is not None and (field == _value(skip)) == (skip["sign"] == "==")


def _item(row: dict[str, str], taken: set[str], scripts: str) -> str:
    """The HTML of a row: the fields that are taken from it, the longest text as the title of its link."""
    fields = {
        name: day_of(value, scripts) or _MARKUP.sub("", value).strip() for name, value in row.items() if name in taken
    }
    address = next((name for name, value in fields.items() if _ADDRESS.fullmatch(value)), "")
    href = fields.pop(address) if len(fields) > 1 and address else ""
    title = max(fields, key=lambda name: (not _NUMBERS.fullmatch(fields[name]), len(fields[name])), default=None)
    if title is None:
        return ""
    rest = "".join(
        f'<span class="{name}">{html.escape(value)}</span>' for name, value in fields.items() if name != title
    )
    return f'<li><a href="{html.escape(href)}">{html.escape(fields[title])}</a>{rest}</li>'
