"""Kind COLUMN: a list page, read for its last update; rendered when a script fills it, followed if it shows no date."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable, Mapping

from selectolax.lexbor import LexborHTMLParser

from crawler import fingerprint
from crawler.browser import Browser, NoBrowserError
from crawler.pipelines import page_path
from crawler.plan import Override, Plan, Target
from crawler.reading import VERSION, ArticleReading, Basis, ColumnReading, PageKind, read_article, read_column
from crawler.reading.follow import Lead, settled
from crawler.reading.limits import prepare
from crawler.reading.rendered import RENDERED_HEADERS, is_filled
from crawler.records import NOT_RENDERED, FetchOutcome, Followed
from crawler.render import Rendered, render
from crawler.spiders.base import Page

Fetch = Callable[[str], Awaitable[Page]]


@dataclasses.dataclass(frozen=True, slots=True)
class Reader:
    """What reading a column may ask for: `fetch` for another page, `browser` for what a script fills."""

    plan: Plan
    fetch: Fetch
    browser: Browser

    async def finish(self, page: Page, target: Target) -> Page:
        """The page with its reading; a page that turns out to ask for sign-in gets no reading."""
        page, reading = await self._read(page, target.override)
        if reading.kind is PageKind.LOGIN:
            return page.with_record(outcome=FetchOutcome.LOGIN_REQUIRED, detail="the page asks for sign-in")
        if reading.leads:
            page, reading = await self._follow(page, reading)
        return page.with_record(reading=reading.as_dict(), reader_version=VERSION)

    async def _read(self, page: Page, override: Override | None) -> tuple[Page, ColumnReading]:
        """A page's own reading, of what Chromium made of it when a script fills it."""
        reading = self._column(page, page.body, page.headers, override)
        if not reading.scripted:
            return page, reading
        rendered = await self._render(page)
        page = page.with_record(detail=rendered.detail[:300])
        if not rendered.body:
            return page, reading
        page = self._keeping(page, rendered.body)
        seen = self._column(page, rendered.body, RENDERED_HEADERS, override)
        if not is_filled(seen, raw=page.body, headers=page.headers, whole=rendered.whole):
            return page, reading
        return page.with_record(rendered=True, **_hashes(rendered.body)), seen

    def _column(
        self, page: Page, body: bytes, headers: Mapping[str, str], override: Override | None = None
    ) -> ColumnReading:
        return read_column(body, url=page.record.final_url, as_of=self.plan.as_of, headers=headers, override=override)

    async def _render(self, page: Page) -> Rendered:
        try:
            return await render(page.record.final_url, browser=self.browser, limits=self.plan.limits)
        except NoBrowserError as error:
            return Rendered(b"", detail=f"{NOT_RENDERED}: {error}")

    def _keeping(self, page: Page, rendered: bytes) -> Page:
        """The page with what Chromium made of it, and with which Chromium."""
        sha256 = fingerprint.of_bytes(rendered)
        return page.keeping(rendered).with_record(
            rendered_path=page_path(sha256),
            sha256_rendered=sha256,
            tool_versions=page.record.tool_versions | self.browser.tool_versions,
        )

    async def _follow(self, page: Page, reading: ColumnReading) -> tuple[Page, ColumnReading]:
        """The page with what its leads say."""
        found = await asyncio.gather(*(self._read_lead(lead) for lead in reading.leads))
        for other, _ in found:
            page = dataclasses.replace(page, others={**page.others, **other.bodies})
        followed = tuple(_followed(lead, other, seen) for lead, (other, seen) in zip(reading.leads, found, strict=True))
        pairs = [(lead, seen) for lead, (_, seen) in zip(reading.leads, found, strict=True)]
        reading = settled(reading, pairs, url=page.record.final_url, as_of=self.plan.as_of)
        return page.with_record(followed=followed), reading

    async def _read_lead(self, lead: Lead) -> tuple[Page, ArticleReading | ColumnReading | None]:
        other = await self.fetch(lead.url)
        if not other.ok:
            return other, None
        if lead.basis is Basis.CHILD_COLUMN:
            return await self._read(other, None)
        article = self._article(other, other.body, other.headers)
        if article.updated is None and article.scripted:
            rendered = await self._render(other)
            if rendered.body:
                other = self._keeping(other, rendered.body).with_record(rendered=True)
                article = self._article(other, rendered.body, RENDERED_HEADERS)
        return other, article

    def _article(self, page: Page, body: bytes, headers: Mapping[str, str]) -> ArticleReading:
        return read_article(body, url=page.record.final_url, as_of=self.plan.as_of, headers=headers)


def _hashes(body: bytes) -> dict[str, str]:
    tree = LexborHTMLParser(prepare(body.decode("utf-8")))
    return {"sha256_text": fingerprint.of_text(tree), "sha256_skeleton": fingerprint.of_skeleton(tree)}


def _followed(lead: Lead, other: Page, seen: ArticleReading | ColumnReading | None) -> Followed:
    record = other.record
    return Followed(
        name=lead.name,
        url=lead.url,
        basis=lead.basis.value,
        fetched_at=record.fetched_at,
        outcome=record.outcome,
        detail=record.detail,
        updated=seen.updated.isoformat() if seen and seen.updated else "",
        updated_basis=seen.basis.value if seen and seen.basis else "",
        body_path=record.body_path,
        sha256_raw=record.sha256_raw,
        rendered_path=record.rendered_path if record.rendered else "",
        content_type=other.content_type,
    )
