"""A reading as a table for a person: the blocks and why one was chosen, the entries, every rejected date and why."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from crawler.reading.article import published
from crawler.reading.findings import findings
from crawler.reading.mentions import mentions
from crawler.reading.page import local, opened, read_article

#: Columns of the terminal that a title, a date as written, a heading may take.
_TITLE, _DATE, _HEADING = 60, 24, 24


def explain(body: bytes, *, url: str, as_of: dt.datetime, kind: str = "column") -> str:
    """The lines to print."""
    lines = _article(body, url, as_of) if kind == "article" else _column(body, url, as_of)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _article(body: bytes, url: str, as_of: dt.datetime) -> Iterator[str]:
    reading = read_article(body, url=url, as_of=as_of)
    yield reading.title
    yield f"published {reading.updated} ({reading.basis}, confidence {reading.confidence})"
    yield f"charset {reading.charset} by {reading.charset_basis}"
    yield f"year inferred: {_yes(reading.year_inferred)}, day of reading used: {_yes(reading.used_as_of)}"
    yield f"warnings: {', '.join(reading.warnings) or '-'}"
    yield from _elsewhere(reading.candidates)
    _decoded, page = opened(body, None)
    found = published(page, mentions(page, local(as_of)), url=url, as_of=local(as_of))
    yield from ("", "dates in the text, the likeliest first: what speaks for each, and why one is none")
    yield from _table(
        (
            str(mention.date),
            f"{score:6.1f}",
            cut(mention.shown, _DATE),
            mention.reason or "-",
            cut(mention.text.value, _TITLE),
        )
        for score, mention in found.weighed
    )


def _elsewhere(candidates: Sequence[tuple[str, dt.date]]) -> Iterator[str]:
    """What addresses and meta tags say, which is no date that a reader sees."""
    yield from ("", "said elsewhere")
    yield from _table((str(date), name) for name, date in candidates)


def _column(body: bytes, url: str, as_of: dt.datetime) -> Iterator[str]:
    found = findings(body, url=url, as_of=as_of)
    reading = found.reading
    yield reading.title
    yield f"{reading.kind}, updated {reading.updated} (confidence {reading.confidence})"
    yield f"charset {reading.charset} by {reading.charset_basis}"
    yield f"year inferred: {_yes(reading.year_inferred)}, day of reading used: {_yes(reading.used_as_of)}"
    yield f"warnings: {', '.join(reading.warnings) or '-'}"
    yield f"column names: {', '.join(found.lists.names) or '-'}"
    yield from ("", "blocks (* the column's own)")
    for block in found.blocks:
        counts = f"{len(block.items):4} items {len(block.dated):4} dated"
        yield f"  {'*' if block.chosen else ' '} {block.score:6.1f} {counts}  {cut(block.heading, _HEADING)}"
        yield from (f"      {why}" for why in block.why)
    yield from ("", "entries")
    yield from _table(
        (str(entry.date or "-"), cut(entry.text, _DATE), cut(entry.title, _TITLE)) for entry in reading.entries
    )
    yield from _elsewhere(reading.candidates)
    yield from ("", "rejected dates")
    yield from _table(
        (cut(seen.mention.shown, _DATE), seen.reason, cut(seen.beside, _TITLE)) for seen in found.rejected
    )


def _yes(holds: bool) -> str:
    return "yes" if holds else "no"


def _table(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Rows whose columns stand below each other."""
    rows = list(rows)
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell + " " * (room - width(cell)) for cell, room in zip(row, widths, strict=True))
        yield "  " + "  ".join(cells)


def width(text: str) -> int:
    """How many columns of a terminal a text takes: two for a Chinese character, none for a mark that combines."""
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return len(text) + wide - sum(unicodedata.combining(char) > 0 for char in text)


def cut(text: str, room: int) -> str:
    """As much of a text, on one line, as fits into so many columns."""
    text = " ".join(text.split())
    while width(text) > room:
        text = text[: -max(1, (width(text) - room) // 2)]
    return text
