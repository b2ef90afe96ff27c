"""The one spider: asks for every target of a plan and lets its kind finish the page."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

import scrapy
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.http import Request, Response
from twisted.python.failure import Failure

from crawler.browser import Browser
from crawler.guard import Guard
from crawler.pipelines import Crawl
from crawler.plan import Kind, Plan, Target, origin_of
from crawler.spiders import column, discover
from crawler.spiders.base import Page, answered, unanswered


class TargetSpider(scrapy.Spider):
    """Yields one Page per target. A probe needs no more than the visit itself."""

    name = "targets"

    def __init__(self, *, plan: Plan, guard: Guard, targets: Sequence[Target], crawl: Crawl, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.plan = plan
        self.guard = guard
        self.targets = targets
        self.crawl = crawl
        self.browser = Browser(plan, guard)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> TargetSpider:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.browser.close, signal=signals.spider_closed)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        for target in self.targets:
            yield self._request(target.url, callback=self.on_answer, errback=self.on_failure, target=target)

    async def on_answer(self, response: Response, target: Target) -> AsyncIterator[Page]:
        page = answered(response, target=target, plan=self.plan)
        if page.ok and target.kind is Kind.COLUMN:
            reader = column.Reader(plan=self.plan, fetch=lambda url: self._fetch(url, target), browser=self.browser)
            page = await reader.finish(page, target)
        elif page.ok and target.kind is Kind.DISCOVER:
            page = await discover.finish(page, plan=self.plan, fetch=lambda url: self._fetch(url, target))
        yield page

    def on_failure(self, failure: Failure) -> Page:
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy adds it
        target = request.cb_kwargs["target"]
        error: Any = failure.value
        return unanswered(error, visit=request.meta["visit"], target=target, plan=self.plan)

    async def _fetch(self, url: str, target: Target) -> Page:
        request = self._request(url, target=target)
        try:
            response = await self.crawler.engine.download_async(request)
        except Exception as error:  # whatever is no fetch's end is raised again
            return unanswered(error, visit=request.meta["visit"], target=target, plan=self.plan)
        return answered(response, target=target, plan=self.plan)

    def _request(self, url: str, *, target: Target, **callbacks: Any) -> Request:
        # One slot an origin: sites on different ports of a host do not wait for each other.
        slot = str(origin_of(url))
        return Request(url, meta={"download_slot": slot}, cb_kwargs={"target": target}, dont_filter=True, **callbacks)
