"""The two questions a page is asked: when was this column last updated, when was this article published."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping

from crawler.reading import article, kinds
from crawler.reading.blocks import Block
from crawler.reading.dates import READER_ZONE
from crawler.reading.dating import Item
from crawler.reading.dom import Page
from crawler.reading.encoding import Decoded, decode
from crawler.reading.entries import Lists
from crawler.reading.follow import leads_of
from crawler.reading.frame import join
from crawler.reading.mentions import Mention, mentions
from crawler.reading.metadata import meta_dates
from crawler.reading.model import (
    VERSION,
    ArticleReading,
    Basis,
    ColumnReading,
    Entry,
    Override,
    PageKind,
    Part,
    Warn,
)
from crawler.reading.onward import refresh_target
from crawler.reading.override import overridden

__all__ = [
    "VERSION",
    "ArticleReading",
    "Basis",
    "ColumnReading",
    "Entry",
    "Override",
    "PageKind",
    "Warn",
    "read_article",
    "read_column",
]

#: A reading keeps this many entries; the update date is that of all of them.
MAX_ENTRIES = 1000
_MAX_BYTES = 4 * 1024 * 1024
#: With one of these, what is on the page is not all of it.
_MORE_ELSEWHERE = frozenset((Warn.TRUNCATED, Warn.META_REFRESH))
_PAGER_LENGTH = 12
_PAGER_LINK = re.compile(r"^\W*(?:下一?[页頁]|后一页|next|\d{1,3})\W*$", re.I)


def read_column(
    body: bytes,
    *,
    url: str,
    as_of: dt.datetime,
    headers: Mapping[str, str] | None = None,
    override: Override | None = None,
) -> ColumnReading:
    """Read a column page as a reader at `as_of` (aware; naive means Asia/Shanghai) sees it. Never raises for any bytes.

    `url` is where the page came from; it resolves links and tells the column's own folder; without it
    links stay relative. It is never itself evidence of a date.
    """
    as_of = local(as_of)
    decoded, page = opened(body, headers, override)
    lists = Lists(page, mentions(page, as_of), url=url, as_of=as_of)
    warnings = _byte_warnings(body, decoded, page, url)  # last: a page may be found too long while it is read
    kind = kinds.kind_of(page, lists, decoded)
    if override is not None and override.selector:
        return overridden(page, url, override, kind=kind, decoded=decoded, warnings=warnings, as_of=as_of)
    if kind is PageKind.BLANK and not _MORE_ELSEWHERE.isdisjoint(warnings):
        kind = PageKind.UNREADABLE  # what was cut off, or what the page leads to, may be the list
    base = join(url, page.base) if page.base else url
    own = lists.own if kind in (PageKind.LIST, PageKind.LANDING) else []
    entries: list[Entry] = []
    chosen: list[Mention] = []
    for block in own:
        for item in block.items:
            mention = newest_of(item, as_of.date())
            if mention is not None:
                chosen.append(mention)
            if len(entries) < MAX_ENTRIES:
                entries.append(_entry(item, mention, base))
    today = as_of.date()
    if any(m.date and m.date > today and m.grade for block in own for item in block.items for m in item.mentions):
        warnings.append(Warn.FUTURE_DATE)
    newest = max(chosen, key=lambda mention: mention.date or dt.date.min, default=None)
    if newest is not None and newest.inferred:
        warnings.append(Warn.YEAR_INFERRED)
    return ColumnReading(
        kind=kind,
        updated=newest.date if newest else None,
        basis=Basis.LIST_ITEM if newest else None,
        confidence=_confidence(own, newest, lists, warnings),
        entries=tuple(entries),
        candidates=tuple(_candidates(page, lists, today)),
        year_inferred=bool(newest and newest.inferred),
        used_as_of=bool(newest and newest.used_as_of),
        warnings=tuple(dict.fromkeys(warnings)),
        charset=decoded.charset,
        charset_basis=decoded.basis,
        pager=tuple(_pager(lists, base)),
        title=page.title[:300],
        parts=tuple(Part(block.heading, block.newest(today), len(block.items)) for block in own),
        leads=leads_of(page, lists, kind, url=url) if newest is None else (),
        crumb=tuple(lists.crumb),
    )


def read_article(
    body: bytes,
    *,
    url: str,
    as_of: dt.datetime,
    headers: Mapping[str, str] | None = None,
) -> ArticleReading:
    """Read when an article was published. Never raises for any bytes."""
    as_of = local(as_of)
    decoded, page = opened(body, headers)
    dated = mentions(page, as_of)
    missing = kinds.says_missing(page.title)
    found = article.NOTHING if missing else article.published(page, dated, url=url, as_of=as_of)
    warnings = _byte_warnings(body, decoded, page, url)
    if found.year_inferred:
        warnings.append(Warn.YEAR_INFERRED)
    return ArticleReading(
        updated=found.date,
        basis=found.basis,
        confidence=found.confidence,
        candidates=tuple(found.candidates),
        year_inferred=found.year_inferred,
        used_as_of=found.used_as_of,
        warnings=tuple(warnings),
        charset=decoded.charset,
        charset_basis=decoded.basis,
        title=page.meta("articletitle", "og:title") or page.title[:300],
        scripted=found.date is None
        and kinds.kind_of(page, Lists(page, dated, url=url, as_of=as_of), decoded) is PageKind.SCRIPTED,
    )


def local(as_of: dt.datetime) -> dt.datetime:
    """A moment in the reader's zone; a naive one is there already."""
    return as_of.astimezone(READER_ZONE) if as_of.tzinfo else as_of.replace(tzinfo=READER_ZONE)


def opened(body: bytes, headers: Mapping[str, str] | None, override: Override | None = None) -> tuple[Decoded, Page]:
    """A page's bytes as its readers take them."""
    decoded = decode(body[:_MAX_BYTES], headers)
    return decoded, Page(decoded.text, selector=override.selector if override else "")


def _byte_warnings(body: bytes, decoded: Decoded, page: Page, url: str) -> list[Warn]:
    warnings = []
    if not body.strip():
        warnings.append(Warn.EMPTY)
    if len(body) > _MAX_BYTES or page.truncated:
        warnings.append(Warn.TRUNCATED)
    if decoded.bad_bytes:
        warnings.append(Warn.BAD_BYTES)
    if any("http-equiv" in meta for meta in page.metas) and refresh_target(page, url=url):
        warnings.append(Warn.META_REFRESH)
    if page.frames and not page.texts:
        warnings.append(Warn.FRAMESET)
    return warnings


def newest_of(item: Item, today: dt.date) -> Mention | None:
    """The item's newest date that is not after today; one that stands alone rather than one in its title."""
    past = [mention for mention in item.mentions if mention.grade and mention.date and mention.date <= today]
    return max(past, key=lambda mention: (mention.grade >= 2, mention.date or dt.date.min), default=None)


def _entry(item: Item, mention: Mention | None, url: str) -> Entry:
    """`url` is what its address is relative to."""
    confidence = 0.0
    if mention:
        confidence = {3: 0.97, 2: 0.9, 1: 0.7}[mention.grade] - (0.07 if mention.used_as_of else 0)
    shown = mention or next((other for other in item.mentions if other.grade and other.date), None)
    return Entry(
        title=item.title[:300],
        url=join(url, item.href) if item.href else "",
        date=shown.date if shown else None,
        text=shown.shown if shown else "",
        basis=Basis.LIST_ITEM if shown else None,
        confidence=round(confidence, 2),
    )


def _confidence(own: list[Block], newest: Mention | None, lists: Lists, warnings: list[Warn]) -> float:
    if newest is None:
        return 0.9 if not lists.dated_elsewhere() else 0.6
    confidence = {3: 0.98, 2: 0.93, 1: 0.75}[newest.grade]
    if newest.used_as_of:
        confidence -= 0.1
    rivals = [b for b in lists.blocks if not b.chosen and not b.aside and b.newest(lists.today)]
    best = max(block.score for block in own)
    chosen = newest.date or dt.date.max
    if any((rival.newest(lists.today) or dt.date.min) > chosen and rival.score > best - 4 for rival in rivals):
        confidence -= 0.25
    if Warn.TRUNCATED in warnings or Warn.FUTURE_DATE in warnings:
        confidence -= 0.15
    return round(max(confidence, 0.1), 2)


def _candidates(page: Page, lists: Lists, today: dt.date) -> list[tuple[str, dt.date]]:
    """The newest date in the own entries' addresses, and what meta tags say."""
    found = []
    linked = [item.linked for block in lists.own for item in block.items if item.linked and item.linked <= today]
    if linked:
        found.append((str(Basis.HREF), max(linked)))
    for name, date in meta_dates(page):
        found.append((f"{Basis.META}:{name}", date))
    return found


def _pager(lists: Lists, url: str) -> list[str]:
    links: dict[str, None] = {}
    for el in lists.anchors:
        text = lists.link_text[id(el)]
        if len(text) <= _PAGER_LENGTH and el.end - el.start <= 4 and _PAGER_LINK.match(text):
            href = el.attrs.get("href", "")
            if href and not href.startswith(("#", "javascript:")):
                links[join(url, href)] = None
    return list(links)[:20]
