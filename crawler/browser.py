"""Chromium behind the gate: the only door to Playwright.

Three fences, because each leaks alone: a proxy that applies the guard (redirects, sub-resources,
tunnels), routes that abort what the guard would refuse (file:, forbidden origins before they are
asked), and no service workers, web sockets or name lookups of the browser's own.
"""

from __future__ import annotations

import asyncio
import dataclasses
import os
import re
import shutil
import signal
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from playwright.async_api import Browser as Chromium
from playwright.async_api import (
    Error,
    Page,
    Playwright,
    Request,
    Response,
    Route,
    WebSocketRoute,
    async_playwright,
)
from playwright.async_api import TimeoutError as PlaywrightTimeout

from crawler import outcome
from crawler.guard import BlockedError, Guard
from crawler.plan import Plan
from crawler.proxy import GuardProxy, origin_key

WIDTH = 1366
HEIGHT = 900
#: Open at once.
_TABS = 2
#: For Chromium to start, and for what it does without a page's help: a tab made, a tab gone. It takes a tenth of a
#: second; one that does not answer hangs, since Playwright waits for it without end.
_START_SECONDS = 60
_CHORE_SECONDS = 20
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


class NoBrowserError(Exception):
    """Chromium is not there or does not start."""


@dataclasses.dataclass(slots=True)
class Tab:
    """A page of its own, and what happened in it. `asked` are the addresses its own frame asked for, `answers` what
    they got; `unheard` are the scripts and data that it asked for in vain, with the reason."""

    page: Page
    asked: list[str] = dataclasses.field(default_factory=list)
    answers: list[Response] = dataclasses.field(default_factory=list)
    unheard: list[str] = dataclasses.field(default_factory=list)

    @property
    def answer(self) -> Response | None:
        """The last answer to the page's own frame."""
        return self.answers[-1] if self.answers else None

    async def open(self, url: str, seconds: float) -> str:
        """Opens a page; what loads too slowly to wait for is said, not waited for.

        Raises Playwright's TimeoutError when nothing shows in time, its Error when there is no page to show.
        """
        deadline = time.monotonic() + seconds
        await self.page.goto(url, wait_until="commit", timeout=seconds * 1000)
        await self.page.wait_for_load_state("domcontentloaded", timeout=milliseconds_until(deadline))
        try:
            await self.page.wait_for_load_state("load", timeout=milliseconds_until(deadline))
        except PlaywrightTimeout:
            return f"still loading after {seconds:g} s"
        return ""


@dataclasses.dataclass(slots=True)
class _Running:
    """A Chromium and its process, for when it does not answer."""

    chromium: Chromium
    pid: int
    was_killed: bool = False

    @property
    def is_alive(self) -> bool:
        return self.chromium.is_connected() and not self.was_killed

    @classmethod
    async def of(cls, chromium: Chromium) -> Self:
        """Asks Chromium for its process, which Playwright does not tell. Raises Playwright's Error."""
        session = await chromium.new_browser_cdp_session()
        processes = (await session.send("SystemInfo.getProcessInfo"))["processInfo"]
        await session.detach()
        return cls(chromium, next(process["id"] for process in processes if process["type"] == "browser"))

    async def close(self) -> None:
        try:
            async with asyncio.timeout(_CHORE_SECONDS):
                await self.chromium.close()
        except (TimeoutError, Error):
            self.kill()

    def kill(self) -> None:
        """Ends Chromium and all that it started: Playwright gives it a process group of its own."""
        self.was_killed = True  # Playwright hears of it later
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)


class Browser:
    """Starts when the first tab is opened; a Chromium that ended or hangs is started again for the next tab."""

    def __init__(self, plan: Plan, guard: Guard) -> None:
        self._plan = plan
        self._guard = guard
        #: Origin (as text) -> how the last attempt to reach it ended.
        self.failures: dict[str, outcome.Ending] = {}
        self._stack = AsyncExitStack()
        self._starting = asyncio.Lock()
        self._turns = asyncio.Semaphore(_TABS)
        self._playwright: Playwright | None = None
        self._proxy_url = ""
        self._running: _Running | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        await self._stack.aclose()

    @property
    def tool_versions(self) -> dict[str, str]:
        """What made a picture or a rendered page; empty before the first tab."""
        chromium = self._running and self._running.chromium
        return {"chromium": chromium.version, "playwright": version("playwright")} if chromium else {}

    @asynccontextmanager
    async def tab(self) -> AsyncIterator[Tab]:
        """A tab that knows nothing of any other. Raises NoBrowserError."""
        async with self._turns:
            running = await self._started()
            try:
                async with asyncio.timeout(_CHORE_SECONDS):
                    tab = await self._opened(running.chromium)
            except TimeoutError as error:
                running.kill()
                raise NoBrowserError(f"Chromium hangs: no tab within {_CHORE_SECONDS} s") from error
            except Error as error:
                running.kill()  # nothing of a tab that was half made stays open
                raise NoBrowserError(f"Chromium ended: {first_line(error)}") from error
            try:
                yield tab
            finally:
                await _close(tab, running)

    async def _opened(self, chromium: Chromium) -> Tab:
        context = await chromium.new_context(
            viewport={"width": WIDTH, "height": HEIGHT},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            service_workers="block",
            accept_downloads=False,
        )
        await context.route("**/*", self._pass_or_abort)
        await context.route_web_socket(re.compile(""), _refuse)
        tab = Tab(await context.new_page())
        _listen(tab)
        return tab

    async def _started(self) -> _Running:
        async with self._starting:
            if self._running is None or not self._running.is_alive:
                self._running = await self._start()
            return self._running

    async def _start(self) -> _Running:
        program = _find_chromium(self._plan.chromium_path)
        if self._playwright is None:
            proxy = GuardProxy(self._guard, self._plan.limits, self.failures)
            self._proxy_url = self._stack.enter_context(proxy.running()).url
            self._playwright = await self._stack.enter_async_context(async_playwright())
        try:
            async with asyncio.timeout(_START_SECONDS):
                chromium = await self._playwright.chromium.launch(
                    executable_path=program,
                    args=list(_FLAGS),
                    proxy={"server": self._proxy_url, "bypass": "<-loopback>"},
                    chromium_sandbox=os.geteuid() != 0,  # Chromium's sandbox refuses root
                    env={**os.environ, "FONTCONFIG_FILE": str(Path(__file__).with_name("fonts.conf"))},
                )
                running = await _Running.of(chromium)
        except Error as error:
            raise NoBrowserError(f"{program} does not start: {first_line(error)}") from error
        except TimeoutError as error:
            raise NoBrowserError(f"{program} does not start within {_START_SECONDS} s") from error
        self._stack.push_async_callback(running.close)
        return running

    async def _pass_or_abort(self, route: Route) -> None:
        url = route.request.url
        if urlsplit(url).scheme not in _INLINE:
            try:
                self._guard.origin(url)
            except BlockedError as error:
                self.failures[origin_key(url)] = outcome.of_error(error)
                await route.abort("blockedbyclient")
                return
        await route.continue_()


def milliseconds_until(deadline: float) -> float:
    """What Playwright wants for a timeout; `deadline` is of the monotonic clock, in seconds."""
    return max(deadline - time.monotonic(), 0.001) * 1000  # 0 would mean without end


def first_line(error: Error) -> str:
    return error.message.splitlines()[0][:300]


def is_page(url: str) -> bool:
    """Whether a tab's address is a site's, not one of the browser's own."""
    return urlsplit(url).scheme in ("http", "https")


def _find_chromium(named: str) -> Path:
    """The browser's program: the one the plan names, else the first on PATH. Raises NoBrowserError."""
    found = shutil.which(named) if named else next(filter(None, map(shutil.which, _NAMES)), None)
    if not found:
        raise NoBrowserError(f"no Chromium at {named}" if named else f"none of {', '.join(_NAMES)} is on PATH")
    return Path(found)


async def _close(tab: Tab, running: _Running) -> None:
    """Ends a tab, and with it Chromium when that cannot be done: a page that never rests can hold it up."""
    try:
        async with asyncio.timeout(_CHORE_SECONDS):
            await tab.page.context.close()
    except (TimeoutError, Error):
        running.kill()


def _listen(tab: Tab) -> None:
    #: What fills a page; pictures, styles and fonts do not.
    fills = ("script", "xhr", "fetch", "document")

    def on_request(request: Request) -> None:
        if _is_main(request, tab.page):
            tab.asked.append(request.url)

    def on_response(response: Response) -> None:
        if _is_main(response.request, tab.page):
            tab.answers.append(response)
        elif response.status >= 400 and response.request.resource_type in fills:
            tab.unheard.append(f"{response.request.url}: HTTP {response.status}")

    def on_failure(request: Request) -> None:
        if request.resource_type in fills and not _is_main(request, tab.page):
            tab.unheard.append(f"{request.url}: {request.failure or 'failed'}")

    tab.page.on("request", on_request)
    tab.page.on("response", on_response)
    tab.page.on("requestfailed", on_failure)


def _is_main(request: Request, page: Page) -> bool:
    return request.is_navigation_request() and request.frame == page.main_frame


async def _refuse(socket: WebSocketRoute) -> None:
    await socket.close(code=1008, reason="not audited")
