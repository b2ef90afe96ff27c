"""Full-page screenshots in Chromium: what a reader saw, as evidence."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import hashlib
import itertools
import re
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.async_api import Error, Page, Response
from playwright.async_api import TimeoutError as PlaywrightTimeout

from crawler import outcome
from crawler.browser import WIDTH, Browser, NoBrowserError, Tab, first_line, is_page
from crawler.guard import BlockedError, Guard, UnresolvedError
from crawler.pipelines import Crawl
from crawler.plan import Plan, Target
from crawler.proxy import origin_key
from crawler.records import FetchOutcome, ShotRecord

SHOTS_NAME = "shots"
#: Chromium paints 8,000 pixels within two seconds; a page that is never idle does not get more than this.
_PICTURE_SECONDS = 30
#: Beyond what Playwright was given: it keeps time itself, unless it hangs with its browser.
_GRACE_SECONDS = 10

_BROWSER_ERRORS = (
    (r"ERR_(CERT|SSL)|ERR_BAD_SSL", FetchOutcome.TLS),
    (r"ERR_TOO_MANY_REDIRECTS", FetchOutcome.REDIRECT_LOOP),
    (r"ERR_BLOCKED_BY_CLIENT", FetchOutcome.BLOCKED_BY_GUARD),
    (r"ERR_TIMED_OUT", FetchOutcome.TIMEOUT),
    (r"Download is starting", FetchOutcome.NOT_TEXT),
)


async def shoot(targets: Sequence[Target], *, plan: Plan, guard: Guard, crawl: Crawl) -> None:
    """One ShotRecord per target. Without a browser each says NO_BROWSER and why."""
    async with Browser(plan, guard) as browser:
        for target in targets:
            try:
                record, picture = await _take(target, plan=plan, guard=guard, browser=browser)
            except NoBrowserError as error:
                record, picture = _ended(_record(target, plan), (FetchOutcome.NO_BROWSER, str(error))), b""
            if picture:
                path = _save(picture, record.target, crawl.out)
                record = dataclasses.replace(record, path=path, sha256=hashlib.sha256(picture).hexdigest())
            crawl.write(record)


async def _take(target: Target, *, plan: Plan, guard: Guard, browser: Browser) -> tuple[ShotRecord, bytes]:
    """The record of one visit and the picture it brought, if any. Raises NoBrowserError when there is no browser."""
    seconds = plan.limits.timeout
    blank = _record(target, plan)
    try:
        await asyncio.to_thread(guard.resolve, guard.origin(target.url))
    except (BlockedError, UnresolvedError) as error:
        return _ended(blank, outcome.of_error(error)), b""
    browser.failures.clear()
    async with browser.tab() as tab:
        blank = dataclasses.replace(blank, tool_versions=browser.tool_versions)
        tab.asked.append(target.url)
        page = tab.page
        late = f"not opened within {seconds:g} s"
        try:
            async with asyncio.timeout(seconds + _PICTURE_SECONDS + _GRACE_SECONDS):
                slow = await tab.open(target.url, seconds)
                ending = _ending(tab, _failure(tab, browser))
                late = f"opened, but no picture within {_PICTURE_SECONDS} s"
                picture = await _photograph(page, plan.limits.shot_max_height) if ending[0] is FetchOutcome.OK else b""
        except (PlaywrightTimeout, TimeoutError):
            return _ended(blank, (FetchOutcome.TIMEOUT, late)), b""
        except Error as error:
            failure = _failure(tab, browser)
            if tab.answer and tab.answer.status >= 400:  # without a body, Chromium shows a page of its own
                return _ended(blank, _of_answer(tab.answer, failure)), b""
            return _ended(blank, _of_browser_error(error, failure)), b""
        seen = dataclasses.replace(
            blank,
            final_url=page.url if is_page(page.url) else target.url,
            status=tab.answer.status if tab.answer else None,
        )
    if not picture:
        return _ended(seen, ending), b""
    width, height = struct.unpack(">II", picture[16:24])  # PNG's first chunk begins with them
    is_cut = height == plan.limits.shot_max_height
    detail = "; ".join(filter(None, (slow, f"cut at {height} px" if is_cut else "")))
    size = {"width": width, "height": height, "is_cut": is_cut}
    return dataclasses.replace(seen, **size, is_loading=bool(slow), detail=detail), picture


def _failure(tab: Tab, browser: Browser) -> outcome.Ending | None:
    """Why the last address that the page's own frame asked for could not be reached; what else the browser asks for
    is not the page's doing.
    """
    return browser.failures.get(origin_key(tab.asked[-1]))


def _ending(tab: Tab, failure: outcome.Ending | None) -> outcome.Ending:
    """How the visit ended, from what the page's own frame was last answered."""
    if tab.answer is None or not is_page(tab.page.url):  # the browser shows an error of its own
        return failure or (FetchOutcome.CONNECTION_LOST, f"ended at {tab.page.url[:200]}")
    return _of_answer(tab.answer, failure)


def _of_answer(answer: Response, failure: outcome.Ending | None) -> outcome.Ending:
    if answer.status in (403, 502) and failure:
        return failure  # the proxy's own answer
    return outcome.of_status(answer.status)


async def _photograph(page: Page, most: int) -> bytes:
    """The whole page as a PNG, cut at `most` pixels of height. Raises a timeout for a page that is busy with itself."""
    return await page.screenshot(
        full_page=True,
        clip={"x": 0, "y": 0, "width": WIDTH, "height": most},
        animations="disabled",
        timeout=_PICTURE_SECONDS * 1000,
    )


def _of_browser_error(error: Error, failure: outcome.Ending | None) -> outcome.Ending:
    line = first_line(error)
    for pattern, ending in _BROWSER_ERRORS:
        if re.search(pattern, line):
            return ending, line
    return failure or (FetchOutcome.CONNECTION_LOST, line)


def _record(target: Target, plan: Plan, **known: Any) -> ShotRecord:
    return ShotRecord(
        target=target.id,
        url=target.url,
        final_url=target.url,
        taken_at=dt.datetime.now(dt.UTC),
        as_of=plan.as_of,
        outcome=FetchOutcome.OK,
        **known,
    )


def _ended(record: ShotRecord, ending: outcome.Ending) -> ShotRecord:
    return dataclasses.replace(record, outcome=ending[0], detail=ending[1])


def _save(picture: bytes, name: str, out: Path) -> str:
    """Writes a picture to a file that was not there before; returns its path relative to the crawl's folder."""
    folder = out / SHOTS_NAME
    folder.mkdir(exist_ok=True)
    for count in itertools.count(1):
        path = folder / (f"{name}.png" if count == 1 else f"{name}-{count}.png")
        try:
            with path.open("xb") as file:
                file.write(picture)
        except FileExistsError:  # left by a crawl that was killed before it wrote the record
            continue
        break
    return f"{SHOTS_NAME}/{path.name}"
