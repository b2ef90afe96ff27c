"""Kind DISCOVER: from a home page to the columns of its site, by its own links and those of the pages they lead to."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable

from crawler.plan import Plan, origin_of
from crawler.reading import PageKind, addresses, read_column
from crawler.reading.discover import Candidate, Links, Trust, find_links, holds_topics
from crawler.reading.onward import frame_targets
from crawler.reading.survey import Look, columns_of
from crawler.records import FetchOutcome, Link
from crawler.spiders.base import Page

#: Pages looked at for one site at most.
MOST_CANDIDATES = 200
#: Links from the home page to a column at most: section, sub-section, column.
LEVELS = 3
_MOST_FRAMES = 5
#: Endings that say nothing of the site's own pages: it sent its reader elsewhere, or gave a file.
_NO_PAGE = frozenset((FetchOutcome.BLOCKED_BY_GUARD, FetchOutcome.NOT_TEXT))

Fetch = Callable[[str], Awaitable[Page]]


async def finish(page: Page, *, plan: Plan, fetch: Fetch) -> Page:
    """The home page with the columns of its site, in the order a reader meets them."""
    home = page.record.final_url
    seen = {addresses.key(home)}
    looks: list[Look] = []
    failures = 0
    waiting = _fresh([c for part in await _parts(page, fetch) for c in _links(part).candidates], home, seen)
    for level in range(LEVELS):
        pages = await asyncio.gather(*(fetch(candidate.url) for candidate in waiting))
        links: list[Candidate] = []
        for candidate, found in zip(waiting, pages, strict=True):
            failures += not found.ok
            if found.record.outcome in _NO_PAGE:
                continue
            look, below = _look(candidate, found, plan, inner=level > 0)
            looks.append(look)
            links += below
        waiting = _fresh(links, home, seen)
    columns = tuple(
        Link(found.name, found.url, found.reason, found.kind or "") for found in columns_of(looks, home=home)
    )
    looked_at = f"{len(seen) - 1} pages looked at, {len(columns)} columns"
    detail = f"{looked_at}, {failures} not answered" if failures else looked_at
    return page.with_record(columns=columns, detail=detail)


def _look(candidate: Candidate, page: Page, plan: Plan, *, inner: bool) -> tuple[Look, list[Candidate]]:
    """What stood at a candidate's address, and the candidates further on."""
    url = page.record.final_url
    if not page.ok:
        return Look(candidate, url, None, inner=inner), []
    reading = read_column(page.body, url=url, as_of=plan.as_of, headers=page.headers)
    links = _links(page, inner=True)
    below = [] if holds_topics(candidate.name) else list(links.candidates)
    if reading.kind is not PageKind.LANDING:  # the blocks beside a list are those of the home page
        below = [link for link in below if link.trust not in (Trust.HEADING, Trust.MORE)]
    return Look(candidate, url, reading, links, page.record.sha256_text, inner), below


async def _parts(page: Page, fetch: Fetch) -> list[Page]:
    """The page itself, or the pages a frameset shows in its place."""
    home = page.record.final_url
    frames = frame_targets(page.body, url=home, headers=page.headers)[:_MOST_FRAMES]
    parts = await asyncio.gather(*(fetch(url) for url in frames if _same_origin(url, home)))
    return [page, *(part for part in parts if part.ok)]


def _links(page: Page, *, inner: bool = False) -> Links:
    return find_links(page.body, url=page.record.final_url, headers=page.headers, inner=inner)


def _fresh(candidates: Iterable[Candidate], home: str, seen: set[str]) -> list[Candidate]:
    """Candidates on the home page's own origin that were not looked at yet, the surest first; marked as seen."""
    fresh = []
    for candidate in sorted(candidates, key=lambda candidate: candidate.trust):
        key = addresses.key(candidate.url)
        if key in seen or len(seen) > MOST_CANDIDATES or not _same_origin(candidate.url, home):
            continue
        seen.add(key)
        fresh.append(candidate)
    return fresh


def _same_origin(url: str, home: str) -> bool:
    try:
        return origin_of(url) == origin_of(home)
    except ValueError:
        return False
