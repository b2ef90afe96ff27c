"""Full-page screenshots in Chromium, through the same gate as every other fetch.

Three fences, because each leaks alone: a proxy that applies the guard (redirects, sub-resources,
tunnels), routes that abort what the guard would refuse (file:, forbidden origins before they are
asked), and no service workers, web sockets or name lookups of the browser's own.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import itertools
import os
import re
import shutil
import struct
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Error, Page, Request, Response, Route, WebSocketRoute, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from crawler import outcome
from crawler.guard import BlockedError, Guard, UnresolvedError
from crawler.pipelines import Crawl
from crawler.plan import Plan, Target
from crawler.proxy import GuardProxy, origin_key
from crawler.records import FetchOutcome, ShotRecord

WIDTH = 1366
HEIGHT = 900
SHOTS_NAME = "shots"
#: Chromium paints 8,000 pixels within two seconds; a page that is never idle does not get more than this.
_PICTURE_SECONDS = 30
_NAMES = ("chromium", "chromium-browser", "google-chrome")
#: Schemes that a page carries inside itself.
_INLINE = ("data", "blob", "about")
_FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    "--disable-gpu",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    # Names are looked up by the guard alone.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


_BROWSER_ERRORS = (
    (r"ERR_(CERT|SSL)|ERR_BAD_SSL", FetchOutcome.TLS),
    (r"ERR_TOO_MANY_REDIRECTS", FetchOutcome.REDIRECT_LOOP),
    (r"ERR_BLOCKED_BY_CLIENT", FetchOutcome.BLOCKED_BY_GUARD),
    (r"ERR_TIMED_OUT", FetchOutcome.TIMEOUT),
    (r"Download is starting", FetchOutcome.NOT_TEXT),
)


class NoBrowserError(Exception):
    """Chromium is not there or does not start."""


def shoot(targets: Sequence[Target], *, plan: Plan, guard: Guard, crawl: Crawl) -> None:
    """One ShotRecord per target. Without a browser each says NO_BROWSER and why."""
    waiting = list(targets)
    try:
        with GuardProxy(guard, plan.limits).running() as proxy, _browser(plan, proxy) as browser:
            while waiting:
                record, picture = _take(waiting[0], plan=plan, browser=browser, proxy=proxy)
                if picture:
                    path = _save(picture, record.target, crawl.out)
                    record = dataclasses.replace(record, path=path, sha256=hashlib.sha256(picture).hexdigest())
                crawl.write(record)
                waiting.pop(0)
    except NoBrowserError as error:
        for target in waiting:
            crawl.write(_ended(_record(target, plan), (FetchOutcome.NO_BROWSER, str(error))))


def _find_chromium(named: str) -> Path:
    """The browser's program: the one the plan names, else the first on PATH. Raises NoBrowserError."""
    found = shutil.which(named) if named else next(filter(None, map(shutil.which, _NAMES)), None)
    if not found:
        raise NoBrowserError(f"no Chromium at {named}" if named else f"none of {', '.join(_NAMES)} is on PATH")
    return Path(found)


@contextmanager
def _browser(plan: Plan, proxy: GuardProxy) -> Iterator[Browser]:
    program = _find_chromium(plan.chromium_path)
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(
                executable_path=program,
                args=list(_FLAGS),
                proxy={"server": proxy.url, "bypass": "<-loopback>"},
                chromium_sandbox=os.geteuid() != 0,  # Chromium's sandbox refuses root
                env={**os.environ, "FONTCONFIG_FILE": str(Path(__file__).with_name("fonts.conf"))},
            )
        except Error as error:
            raise NoBrowserError(f"{program} does not start: {error.message.splitlines()[0]}") from error
        try:
            yield browser
        finally:
            browser.close()


def _take(target: Target, *, plan: Plan, browser: Browser, proxy: GuardProxy) -> tuple[ShotRecord, bytes]:
    """The record of one visit and the picture it brought, if any. Raises NoBrowserError when the browser is gone."""
    seconds = plan.limits.timeout
    blank = _record(target, plan, tool_versions={"chromium": browser.version, "playwright": version("playwright")})
    try:
        proxy.guard.resolve(proxy.guard.origin(target.url))
    except (BlockedError, UnresolvedError) as error:
        return _ended(blank, outcome.of_error(error)), b""
    proxy.failures.clear()
    try:
        context = browser.new_context(
            viewport={"width": WIDTH, "height": HEIGHT},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            service_workers="block",
            accept_downloads=False,
        )
    except Error as error:
        raise NoBrowserError(f"Chromium ended: {_first_line(error)}") from error
    try:
        context.route("**/*", lambda route: _pass_or_abort(route, proxy))
        context.route_web_socket(re.compile(""), _refuse)
        page = context.new_page()
        asked: list[str] = [target.url]
        answers: list[Response] = []
        page.on("request", lambda request: asked.append(request.url) if _is_main(request, page) else None)
        page.on("response", lambda response: answers.append(response) if _is_main(response.request, page) else None)
        try:
            slow = _open(page, target.url, seconds)
            ending = _ending(page, answers[-1] if answers else None, _failure(asked, proxy))
            picture = _photograph(page, plan.limits.shot_max_height) if ending[0] is FetchOutcome.OK else b""
        except PlaywrightTimeout:
            return _ended(blank, (FetchOutcome.TIMEOUT, f"not opened within {seconds:g} s")), b""
        except Error as error:
            failure = _failure(asked, proxy)
            if answers and answers[-1].status >= 400:  # without a body, Chromium shows a page of its own
                return _ended(blank, _of_answer(answers[-1], failure)), b""
            return _ended(blank, _of_browser_error(error, failure)), b""
        seen = dataclasses.replace(
            blank,
            final_url=page.url if _is_page(page.url) else target.url,
            status=answers[-1].status if answers else None,
        )
    finally:
        context.close()
    if not picture:
        return _ended(seen, ending), b""
    width, height = struct.unpack(">II", picture[16:24])  # PNG's first chunk begins with them
    cut = f"cut at {height} px" if height == plan.limits.shot_max_height else ""
    return dataclasses.replace(seen, width=width, height=height, detail="; ".join(filter(None, (slow, cut)))), picture


def _open(page: Page, url: str, seconds: float) -> str:
    """Opens a page; what loads too slowly to wait for is said, not waited for. Raises a timeout when nothing shows."""
    deadline = time.monotonic() + seconds
    page.goto(url, wait_until="commit", timeout=seconds * 1000)
    page.wait_for_load_state("domcontentloaded", timeout=_milliseconds_until(deadline))
    try:
        page.wait_for_load_state("load", timeout=_milliseconds_until(deadline))
    except PlaywrightTimeout:
        return f"still loading after {seconds:g} s"
    return ""


def _failure(asked: Sequence[str], proxy: GuardProxy) -> outcome.Ending | None:
    """Why the last address that the page's own frame asked for could not be reached; what else the browser asks for
    is not the page's doing.
    """
    return proxy.failures.get(origin_key(asked[-1]))


def _ending(page: Page, answer: Response | None, failure: outcome.Ending | None) -> outcome.Ending:
    """How the visit ended, from what the page's own frame was last answered."""
    if answer is None or not _is_page(page.url):  # the browser shows an error of its own
        return failure or (FetchOutcome.CONNECTION_LOST, f"ended at {page.url[:200]}")
    return _of_answer(answer, failure)


def _of_answer(answer: Response, failure: outcome.Ending | None) -> outcome.Ending:
    if answer.status in (403, 502) and failure:
        return failure  # the proxy's own answer
    return outcome.of_status(answer.status)


def _photograph(page: Page, most: int) -> bytes:
    """The whole page as a PNG, cut at `most` pixels of height. Raises a timeout for a page that is busy with itself."""
    return page.screenshot(
        full_page=True,
        clip={"x": 0, "y": 0, "width": WIDTH, "height": most},
        animations="disabled",
        timeout=_PICTURE_SECONDS * 1000,
    )


def _of_browser_error(error: Error, failure: outcome.Ending | None) -> outcome.Ending:
    line = _first_line(error)
    for pattern, ending in _BROWSER_ERRORS:
        if re.search(pattern, line):
            return ending, line
    return failure or (FetchOutcome.CONNECTION_LOST, line)


def _pass_or_abort(route: Route, proxy: GuardProxy) -> None:
    url = route.request.url
    if urlsplit(url).scheme not in _INLINE:
        try:
            proxy.guard.origin(url)
        except BlockedError as error:
            proxy.failures[origin_key(url)] = outcome.of_error(error)
            route.abort("blockedbyclient")
            return
    route.continue_()


def _refuse(socket: WebSocketRoute) -> None:
    socket.close(code=1008, reason="not audited")


def _is_page(url: str) -> bool:
    return urlsplit(url).scheme in ("http", "https")


def _is_main(request: Request, page: Page) -> bool:
    return request.is_navigation_request() and request.frame == page.main_frame


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


def _milliseconds_until(deadline: float) -> float:
    return max(deadline - time.monotonic(), 0.001) * 1000  # 0 would mean without end


def _first_line(error: Error) -> str:
    return error.message.splitlines()[0][:300]
