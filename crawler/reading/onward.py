"""Pages that only lead on to others: by refresh, by script, by frames."""

from __future__ import annotations

import re
from collections.abc import Mapping

from crawler.reading.addresses import absolute
from crawler.reading.dom import Page
from crawler.reading.encoding import decode

# Possessive where white space may be: strangers write the page, and a long run of it must not be tried in every way.
_REFRESH = re.compile(r"^\s*+(\d{0,9})[\d.]*+\s*+[;,]?\s*+(?:url\s*+=)?\s*+[\"']?([^\"'\s>]+)", re.I)
_LOCATION = re.compile(
    r"(?:(?:window|self|top|document|parent)\.)?location(?:\.href)?\s*=\s*[\"']([^\"']+)[\"']|"
    r"location\.(?:replace|assign)\s*\(\s*[\"']([^\"']+)[\"']"
)
#: A script up to its end or to the next one: one that never ends is not looked for anew from every beginning.
_SCRIPT = re.compile(r"<script[^<>]*+>([^<]*+(?:<(?!/?script)[^<]*+)*+)", re.I)
_SOON = 10  # seconds; a page that stays longer is read
_FORWARDED = 300  # a page with less text than this may do nothing but lead on


def meta_refresh_target(body: bytes, *, url: str, headers: Mapping[str, str] | None = None) -> str | None:
    """Where a page that only leads on leads: by meta refresh, or by a script on a page with hardly any text.

    A page that renews itself leads nowhere; one that leads from a folder to the folder's index does lead on.
    """
    return refresh_target(Page(decode(body, headers).text), url=url)


def refresh_target(page: Page, *, url: str) -> str | None:
    """Where a page leads: see `meta_refresh_target`."""
    here = absolute(url, url)
    for meta in page.metas:
        if meta.get("http-equiv", "").strip().lower() == "refresh":
            match = _REFRESH.match(meta.get("content", ""))
            if match and int(match[1] or 0) <= _SOON and "=" not in match[2][:1]:
                target = absolute(match[2], url)
                if target and target != here:
                    return target
    if sum(len(text.value) for text in page.texts) < _FORWARDED and not any(el.tag == "a" for el in page.els[:200]):
        for script in _SCRIPT.findall(page.source):  # those in the head too
            if match := _LOCATION.search(script):
                target = absolute(match[1] or match[2], url)
                if target and target != here:
                    return target
    return None


def frame_targets(body: bytes, *, url: str, headers: Mapping[str, str] | None = None) -> list[str]:
    """The pages that a frameset of the old kind is made of; none for a page with text of its own."""
    page = Page(decode(body, headers).text)
    if len(page.texts) > 5:
        return []
    return [target for src in page.frames if src and (target := absolute(src, url))]
