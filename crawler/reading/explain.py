"""A reading as a table for a person: the blocks and why one was chosen, the entries, every rejected date and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from crawler.reading.dom import Page
from crawler.reading.encoding import decode
from crawler.reading.entries import Lists
from crawler.reading.mentions import mentions
from crawler.reading.page import read_article, read_column


def explain(body: bytes, *, url: str, as_of: dt.datetime, kind: str = "column") -> str:
    """The lines to print."""
    lines = _article(body, url, as_of) if kind == "article" else _column(body, url, as_of)
    return "\n".join(lines) + "\n"


def _article(body: bytes, url: str, as_of: dt.datetime) -> Iterator[str]:
    reading = read_article(body, url=url, as_of=as_of)
    yield reading.title
    yield f"published {reading.updated} ({reading.basis}, confidence {reading.confidence})"
    yield f"charset {reading.charset} by {reading.charset_basis}"
    for name, date in reading.candidates:
        yield f"  {date}  {name}"


def _column(body: bytes, url: str, as_of: dt.datetime) -> Iterator[str]:
    reading = read_column(body, url=url, as_of=as_of)
    page = Page(decode(body).text)
    lists = Lists(page, mentions(page, as_of), url=url, as_of=as_of)
    yield reading.title
    yield f"{reading.kind}, updated {reading.updated} (confidence {reading.confidence})"
    yield f"charset {reading.charset} by {reading.charset_basis}"
    yield f"warnings: {', '.join(reading.warnings) or '-'}"
    yield f"column names: {', '.join(lists.names) or '-'}"
    yield from ("", "blocks (* the column's own)")
    for block in sorted(lists.blocks, key=lambda block: -block.score):
        if block.score > 0 or block.dated:
            counts = f"{len(block.items):4} items {len(block.dated):4} dated"
            yield f"  {'*' if block.chosen else ' '} {block.score:6.1f} {counts}  {block.heading[:20]}"
            yield from (f"      {why}" for why in block.why)
    yield from ("", "entries")
    for entry in reading.entries:
        yield f"  {entry.date or '-'!s:<10}  {entry.text[:20]:<20}  {entry.title[:60]}"
    yield from ("", "rejected dates")
    for mention in lists.mentions:
        if not mention.grade:
            yield f"  {mention.shown[:20]:<20}  {mention.reason}"
    for block in lists.blocks:
        for item in block.items if not block.chosen else ():
            for mention in item.mentions:
                if mention.grade:
                    yield f"  {mention.shown[:20]:<20}  in a block that is not the column's: {item.title[:40]}"
