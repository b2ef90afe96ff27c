"""The page that Chromium makes of what a server sent, as bytes: for lists that only a script fills."""

from __future__ import annotations

import asyncio
import dataclasses
import time

from playwright.async_api import Error, Page
from playwright.async_api import TimeoutError as PlaywrightTimeout

from crawler.browser import Browser, Tab, first_line, is_page, milliseconds_until
from crawler.plan import Limits

#: After the page opened: a list that a script fills is there by then, or it is not read.
SETTLE_SECONDS = 10
_STEP_SECONDS = 0.3
#: Taking the page out of Chromium.
_SERIALIZE_SECONDS = 10


@dataclasses.dataclass(frozen=True, slots=True)
class Rendered:
    """A page as it stood in Chromium: HTML in UTF-8, without scripts, what is not displayed marked `hidden`, the
    pages of its frames in their place. `body` is empty when nothing could be opened; `detail` says why.

    `whole`: everything that fills a page was heard and the page came to rest, so what is not there is not there.
    """

    body: bytes
    whole: bool = False
    detail: str = ""


# Addresses become absolute, since a frame's are relative to the frame; scripts have done their work.
_MARK = """() => {
  for (const a of document.querySelectorAll("a[href]")) a.setAttribute("href", a.href);
  for (const el of document.body ? document.body.querySelectorAll("*") : [])
    if (el.tagName !== "SCRIPT" && el.tagName !== "OPTION" && getComputedStyle(el).display === "none") el.hidden = true;
  for (const el of document.querySelectorAll("script, noscript, template")) el.remove();
}"""
_INNER = "() => document.body ? document.body.innerHTML : ''"
_PUT_IN_PLACE = """(frame, html) => {
  const place = document.createElement("div"); place.innerHTML = html; frame.replaceWith(place);
}"""
# A frameset has no body that could hold anything.
_UNFRAME = """() => { const set = document.querySelector("frameset");
  if (set) { const body = document.createElement("body"); body.append(...set.childNodes); set.replaceWith(body); } }"""
_SCROLL = "() => window.scrollTo(0, document.documentElement.scrollHeight)"
_LENGTH = "() => document.documentElement.innerHTML.length"


async def render(url: str, *, browser: Browser, limits: Limits) -> Rendered:
    """A page as a reader's browser shows it, no larger than one that is fetched may be. Raises NoBrowserError."""
    seconds, too_large = limits.timeout, f"not rendered: more than {limits.max_bytes} bytes"
    most = seconds + SETTLE_SECONDS + _SERIALIZE_SECONDS
    try:
        async with browser.tab() as tab, asyncio.timeout(most):
            slow = await tab.open(url, seconds)
            rests = await _rests(tab.page)
            if tab.answer is None or tab.answer.status >= 400 or not is_page(tab.page.url):
                ending = f"HTTP {tab.answer.status}" if tab.answer else f"ended at {tab.page.url[:200]}"
                return Rendered(b"", detail=f"not rendered: {ending}")
            if await tab.page.evaluate(_LENGTH) > limits.max_bytes:  # before it is taken out of Chromium
                return Rendered(b"", detail=too_large)
            body = (await _serialized(tab.page)).encode("utf-8", "replace")
    except (PlaywrightTimeout, TimeoutError):
        return Rendered(b"", detail=f"not rendered within {most:g} s")
    except Error as error:
        return Rendered(b"", detail=f"not rendered: {first_line(error)}")
    if len(body) > limits.max_bytes:
        return Rendered(b"", detail=too_large)
    unrest = slow or ("" if rests else f"still changing after {SETTLE_SECONDS} s")
    detail = "; ".join(filter(None, (unrest, _unheard(tab))))
    return Rendered(body, whole=not detail, detail=detail)


async def _rests(page: Page) -> bool:
    """Whether a page stopped loading and changing, scrolled down as a reader would."""
    deadline = time.monotonic() + SETTLE_SECONDS
    await page.evaluate(_SCROLL)
    try:
        await page.wait_for_load_state("networkidle", timeout=milliseconds_until(deadline))
    except PlaywrightTimeout:
        return False
    before = -1
    while time.monotonic() < deadline:
        length = await page.evaluate(_LENGTH)
        if length == before:
            return True
        before = length
        await asyncio.sleep(_STEP_SECONDS)
    return False


async def _serialized(page: Page) -> str:
    frames = [frame for frame in page.frames if frame is not page.main_frame and is_page(frame.url)]
    for frame in reversed(frames):  # the innermost first: they come after the frames they stand in
        element = await frame.frame_element()
        if await element.is_visible():
            await frame.evaluate(_MARK)
            await element.evaluate(_PUT_IN_PLACE, await frame.evaluate(_INNER))
    await page.evaluate(_UNFRAME)
    await page.evaluate(_MARK)
    return await page.content()


def _unheard(tab: Tab) -> str:
    return f"{len(tab.unheard)} parts not loaded, the first {tab.unheard[0][:200]}" if tab.unheard else ""
