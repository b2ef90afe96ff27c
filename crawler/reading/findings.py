"""What became of every date and every list of a page: what a person checks a reading against."""

from __future__ import annotations

import bisect
import dataclasses
import datetime as dt
from collections.abc import Iterator, Mapping

from crawler.reading.blocks import Block
from crawler.reading.dom import Page
from crawler.reading.entries import Lists
from crawler.reading.mentions import BESIDE_NOTHING, Mention, mentions
from crawler.reading.model import ColumnReading, Override, PageKind
from crawler.reading.override import Match, matches_of
from crawler.reading.page import local, newest_of, opened, read_column


@dataclasses.dataclass(frozen=True, slots=True)
class Seen:
    """A date on the page. `reason` says why no entry goes by it, "" if one does; `beside` is that entry's title."""

    mention: Mention
    reason: str
    beside: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Findings:
    """A column's reading with what it was made of; `dates` in document order.

    `matches`: the elements that an override's selector finds, None where the column is read without one.
    """

    page: Page
    lists: Lists
    reading: ColumnReading
    dates: tuple[Seen, ...]
    matches: tuple[Match, ...] | None = None

    @property
    def rejected(self) -> tuple[Seen, ...]:
        return tuple(seen for seen in self.dates if seen.reason)

    @property
    def blocks(self) -> list[Block]:
        """The blocks that weigh anything or show dates, the heaviest first."""
        weighed = [block for block in self.lists.blocks if block.score > 0 or block.dated]
        return sorted(weighed, key=lambda block: -block.score)


def findings(
    body: bytes,
    *,
    url: str,
    as_of: dt.datetime,
    headers: Mapping[str, str] | None = None,
    override: Override | None = None,
) -> Findings:
    """Read a column page as `read_column` does, and keep what it was read from. Never raises for any bytes."""
    as_of = local(as_of)
    reading = read_column(body, url=url, as_of=as_of, headers=headers, override=override)
    _decoded, page = opened(body, headers, override)
    lists = Lists(page, mentions(page, as_of), url=url, as_of=as_of)
    if override is not None and override.selector:
        matches = matches_of(page, override, url=url, as_of=as_of)
        return Findings(page, lists, reading, tuple(_outside(lists, matches)), tuple(matches))
    dates = sorted(_judged(lists, reading), key=lambda seen: (seen.mention.text.position, seen.mention.found.start))
    return Findings(page, lists, reading, tuple(dates))


def _judged(lists: Lists, reading: ColumnReading) -> Iterator[Seen]:
    """What became of each date when the reader chose the list."""
    listed = reading.kind in (PageKind.LIST, PageKind.LANDING)
    owned = set()
    for block in lists.blocks:
        for item in block.items:
            newest = newest_of(item, lists.today) if block.chosen and listed else None
            for mention in item.mentions:
                owned.add(id(mention))
                reason = "" if mention is newest else _why_not(mention, block, lists.today, listed=listed)
                yield Seen(mention, reason, item.title)
    for mention in lists.mentions:
        if id(mention) not in owned:
            yield Seen(mention, mention.reason or BESIDE_NOTHING)


def _why_not(mention: Mention, block: Block, today: dt.date, *, listed: bool) -> str:
    if not mention.grade:
        return mention.reason
    if not block.chosen:
        return "in a block that is not the column's"
    if not listed:
        return "the page is not read as a list"
    if mention.date is None:
        return "no year makes it a date"
    if mention.date > today:
        return "after the day the page was seen"
    return "another date of the entry counts"


def _outside(lists: Lists, matches: list[Match]) -> Iterator[Seen]:
    """The dates outside of what a person pointed at."""
    spans: list[tuple[int, int]] = []
    for match in matches:  # in document order: an element that stands in another adds nothing
        if not spans or match.el.start >= spans[-1][1]:
            spans.append((match.el.start, match.el.end))
    starts = [start for start, _ in spans]
    for mention in lists.mentions:
        at = mention.text.position
        index = bisect.bisect_right(starts, at) - 1
        if index < 0 or at >= spans[index][1]:
            yield Seen(mention, "outside of what the selector finds")
