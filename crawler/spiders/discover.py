"""Kind DISCOVER: from a home page to the columns it links to, and those that its landing pages link to."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from urllib.parse import urldefrag

from crawler.plan import Plan, origin_of
from crawler.reading import PageKind, read_column
from crawler.reading.discover import Candidate, find_columns, frame_targets, is_column
from crawler.records import Link
from crawler.spiders.base import Page

#: Pages looked at for one site at most.
MOST_CANDIDATES = 200
_MOST_FRAMES = 5

Fetch = Callable[[str], Awaitable[Page]]


async def finish(page: Page, *, plan: Plan, fetch: Fetch) -> Page:
    """The home page with the columns of its site, in the order a reader meets them."""
    home = page.record.final_url
    seen = {_address(home)}
    columns: list[Link] = []
    failures = 0
    waiting = _fresh([c for part in await _parts(page, fetch) for c in _columns_on(part, plan)], home, seen)
    for level in (1, 2):
        pages = await asyncio.gather(*(fetch(candidate.url) for candidate in waiting))
        landings: list[Candidate] = []
        for candidate, found in zip(waiting, pages, strict=True):
            if not found.ok:
                failures += 1
                continue
            url = found.record.final_url
            reading = read_column(found.body, url=url, as_of=plan.as_of, headers=found.headers)
            if is_column(reading, candidate):
                columns.append(Link(candidate.name, candidate.url, candidate.reason))
            if reading.kind is PageKind.LANDING:
                landings += _columns_on(found, plan)
        if level == 1:
            waiting = _fresh(landings, home, seen)
    looked_at = f"{len(seen) - 1} pages looked at, {len(columns)} columns"
    detail = f"{looked_at}, {failures} not answered" if failures else looked_at
    return page.with_record(columns=tuple(columns), detail=detail)


async def _parts(page: Page, fetch: Fetch) -> list[Page]:
    """The page itself, or the pages a frameset shows in its place."""
    home = page.record.final_url
    frames = frame_targets(page.body, url=home, headers=page.headers)[:_MOST_FRAMES]
    parts = await asyncio.gather(*(fetch(url) for url in frames if _same_origin(url, home)))
    return [page, *(part for part in parts if part.ok)]


def _columns_on(page: Page, plan: Plan) -> list[Candidate]:
    return find_columns(page.body, url=page.record.final_url, as_of=plan.as_of, headers=page.headers)


def _fresh(candidates: Iterable[Candidate], home: str, seen: set[str]) -> list[Candidate]:
    """Candidates on the home page's own origin that were not looked at yet; they are marked as seen."""
    fresh = []
    for candidate in candidates:
        address = _address(candidate.url)
        if address in seen or len(seen) > MOST_CANDIDATES or not _same_origin(candidate.url, home):
            continue
        seen.add(address)
        fresh.append(candidate)
    return fresh


def _same_origin(url: str, home: str) -> bool:
    try:
        return origin_of(url) == origin_of(home)
    except ValueError:
        return False


def _address(url: str) -> str:
    return urldefrag(url)[0]
