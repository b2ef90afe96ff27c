"""When to believe what a browser made of a page whose list a script fills."""

from __future__ import annotations

from collections.abc import Mapping

from crawler.reading.dom import Page
from crawler.reading.encoding import decode
from crawler.reading.model import ColumnReading

#: What a rendered page is read with: it leaves the browser in UTF-8.
RENDERED_HEADERS = {"Content-Type": "text/html; charset=utf-8"}


def is_filled(seen: ColumnReading, *, raw: bytes, headers: Mapping[str, str], whole: bool) -> bool:
    """Whether a rendered page's reading stands for the column.

    `whole`: everything the page asked for came, so that what is missing is missing. Else only a list says
    something, and only one that was not on the page as sent (`raw`): what was there before no script filled in.
    """
    if seen.scripted:
        return False
    if whole:
        return True
    sent = "".join("".join(text.value.split()) for text in Page(decode(raw, headers).text).texts)
    return any("".join(entry.title.split()) not in sent for entry in seen.entries)
