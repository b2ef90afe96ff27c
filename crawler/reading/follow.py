"""One step further: the articles of an undated list, the columns below a page that only leads on."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from crawler.reading import addresses
from crawler.reading.dating import Item, href_date
from crawler.reading.discover import NO_COLUMN, clean, may_name
from crawler.reading.dom import El, Page
from crawler.reading.entries import Lists
from crawler.reading.frame import CHROME_TAGS, MORE, PAGER, chrome_mark, is_near, same_name
from crawler.reading.matter import leads_to_list
from crawler.reading.model import ArticleReading, Basis, ColumnReading, Lead, PageKind, Part, Warn

#: So many of the newest articles tell when an undated list was updated.
MOST_ARTICLES = 5
MOST_COLUMNS = 12
#: A text with fewer links below it leads in nothing.
_LEAST_BELOW = 2
#: What was cut off of a page that was followed may have been newer; a date to come may be a mistyped one.
_PASSED_ON = frozenset((Warn.TRUNCATED, Warn.FUTURE_DATE, Warn.YEAR_INFERRED))
#: What was seen in these can be judged; in the others nothing was read.
_READ = frozenset((PageKind.LIST, PageKind.LANDING, PageKind.STATIC, PageKind.BLANK))


def leads_of(page: Page, lists: Lists, kind: PageKind, *, url: str) -> tuple[Lead, ...]:
    """What has to be read before one can say when a column was updated; nothing when its own page says it."""
    if kind in (PageKind.LIST, PageKind.LANDING) and not any(block.dated for block in lists.own):
        return tuple(_articles(page, lists, url))
    columns = _columns(page, lists, url)
    if kind is PageKind.STATIC:  # a text may lead in what lies in the columns below
        below = tuple(lead for lead in columns if leads_to_list(lead.url) and is_near(lead.url, url))
        return below[:MOST_COLUMNS] if len(below) >= _LEAST_BELOW else ()
    return tuple(islice(columns, MOST_COLUMNS)) if kind is PageKind.BLANK else ()


def settled(
    reading: ColumnReading,
    found: Iterable[tuple[Lead, ArticleReading | ColumnReading | None]],
    *,
    url: str,
    as_of: dt.datetime,
) -> ColumnReading:
    """What a column's reading comes to once its leads were read; None for a page that could not be.

    An article counts by the date that a reader sees on it. A column below counts when its breadcrumb names
    this one or its address (`url` is this column's) lies below: links to a column's neighbours stand on its page too.
    """
    articles = [(lead, seen) for lead, seen in found if lead.basis is Basis.ARTICLE_TEXT]
    if articles:
        return _from_articles(reading, [seen for _, seen in articles], as_of.date())
    columns = [(lead, seen) for lead, seen in found if isinstance(seen, ColumnReading | None)]
    below = [(lead, seen) for lead, seen in columns if _is_below(lead, seen, reading, url)]
    return _from_columns(reading, below) if below else reading


def _articles(page: Page, lists: Lists, url: str) -> Iterator[Lead]:
    """The newest articles of the own list: by the dates in their addresses, else the first of the list."""
    base = addresses.absolute(page.base or url, url)
    items: dict[str, Item] = {}
    for item in (item for block in lists.own for item in block.items if item.href):
        items.setdefault(item.href, item)
    leads: dict[str, Lead] = {}
    for item in sorted(items.values(), key=lambda item: item.linked or dt.date.min, reverse=True):
        address = addresses.absolute(item.href, base)
        if address and not addresses.is_file(address) and addresses.key(address) != addresses.key(url):
            leads.setdefault(address, Lead(item.title[:300], address, Basis.ARTICLE_TEXT))
            if len(leads) == MOST_ARTICLES:
                break
    yield from leads.values()


def _columns(page: Page, lists: Lists, url: str) -> Iterator[Lead]:
    """What may be a column below this one: short links into its folder, or among the page's own matter."""
    base = addresses.absolute(page.base or url, url)
    seen = {addresses.key(url)} if url else set()
    start = lists.crumb_at if lists.crumb_at is not None else 1 << 60
    end = lists.footer_at if lists.footer_at is not None else 1 << 60
    for el in page.els:
        if el.tag != "a" or el.hidden or el.end - el.start > 12:
            continue
        href = el.attrs.get("href", "")
        name = clean(lists.link_text.get(id(el), ""))
        if not may_name(name) or NO_COLUMN.search(name) or MORE.match(name) or PAGER.match(name):
            continue
        address = addresses.absolute(href, base)
        if not address or addresses.host(address) != addresses.host(base) or addresses.key(address) in seen:
            continue
        if addresses.is_file(address) or addresses.is_article(address) or href_date(href):
            continue
        if is_near(href, url) or (start < el.start < end and not _in_chrome(el)):
            seen.add(addresses.key(address))
            yield Lead(name, address, Basis.CHILD_COLUMN)


def _in_chrome(el: El) -> bool:
    return any(up.tag in CHROME_TAGS or chrome_mark(up.marks) for up in islice(el.up(), 8))


def _is_below(lead: Lead, seen: ColumnReading | None, reading: ColumnReading, url: str) -> bool:
    if is_near(lead.url, url):
        return True
    name = reading.crumb[-1] if reading.crumb else ""
    return seen is not None and bool(name) and any(same_name(name, part) for part in seen.crumb[:-1])


def _from_articles(
    reading: ColumnReading, articles: list[ArticleReading | ColumnReading | None], today: dt.date
) -> ColumnReading:
    shown = [seen for seen in articles if seen and seen.updated and seen.updated <= today]
    visible = [seen for seen in shown if seen.basis is Basis.ARTICLE_TEXT]
    candidates = [(str(seen.basis), seen.updated) for seen in shown if seen not in visible and seen.updated]
    newest = max(visible, key=lambda seen: seen.updated or dt.date.min, default=None)
    return dataclasses.replace(
        reading,
        updated=newest.updated if newest else None,
        basis=Basis.ARTICLE_TEXT if newest else None,
        confidence=round(min(newest.confidence, 0.9), 2) if newest else reading.confidence,
        used_as_of=newest.used_as_of if newest else reading.used_as_of,
        year_inferred=bool(newest and newest.year_inferred),
        candidates=(*reading.candidates, *((f"article:{name}", day) for name, day in candidates)),
        warnings=_warned(reading, [seen for seen in articles if seen], missing=None in articles),
    )


def _from_columns(reading: ColumnReading, columns: list[tuple[Lead, ColumnReading | None]]) -> ColumnReading:
    read = [(lead, seen) for lead, seen in columns if seen is not None and seen.kind in _READ]
    dated = [seen for _, seen in read if seen.updated]
    newest = max(dated, key=lambda seen: seen.updated or dt.date.min, default=None)
    if newest is None and reading.kind is PageKind.STATIC:
        return reading
    leads_on = any(seen.leads and not seen.updated for _, seen in read)
    holds_something = any(seen.kind is not PageKind.BLANK for _, seen in read)
    return dataclasses.replace(
        reading,
        kind=PageKind.LANDING if holds_something else reading.kind,
        updated=newest.updated if newest else None,
        basis=Basis.CHILD_COLUMN if newest else None,
        confidence=round(min(newest.confidence, 0.9), 2) if newest else reading.confidence,
        used_as_of=bool(newest and newest.used_as_of),
        year_inferred=bool(newest and newest.year_inferred),
        parts=tuple(Part(lead.name, seen.updated, len(seen.entries)) for lead, seen in read),
        warnings=_warned(
            reading,
            [seen for _, seen in read],
            missing=len(read) < len(columns) or leads_on or len(reading.leads) == MOST_COLUMNS,
        ),
    )


def _warned(
    reading: ColumnReading, followed: Sequence[ArticleReading | ColumnReading], *, missing: bool
) -> tuple[Warn, ...]:
    """The column's warnings, with those of the pages that were followed which bear on its date."""
    warnings = [
        *reading.warnings,
        *(warning for seen in followed for warning in seen.warnings if warning in _PASSED_ON),
    ]
    return tuple(dict.fromkeys([*warnings, Warn.NOT_FOLLOWED] if missing else warnings))
