"""Dates that a page carries for machines: meta tags, JSON-LD, variables of its scripts. No reader sees them."""

from __future__ import annotations

import datetime as dt
import json
import re

from crawler.reading import dates
from crawler.reading.dates import DateKind
from crawler.reading.dom import Page

#: Meta tags that hold the publish date, best first. What says when a page or a template was made is not among them.
META_NAMES = (
    "pubdate", "publishdate", "article:published_time", "og:published_time", "publish_date", "publishtime",
    "datepublished", "og:release_date", "weibo:article:create_at", "dc.date.issued", "dc.date", "release_date",
    "article:create_at", "og:time", "bytedance:published_time", "apub:time", "firstpublishedtime", "date",
)  # fmt: skip
#: What a script calls a time of publishing; sought before a value, of which there are fewer than names.
_SCRIPT_NAME = re.compile(
    r"""(pub(?:lish|lished)?_?(?:date|data|time)|ptime|release_?time|createtime|datepublished)["']?\s*[:=]\s*$""",
    re.I,
)
_SCRIPT_DATE = re.compile(r"""["']([12]\d{3}[^"'\n]{4,36})["']""")
#: Seconds since 1970, as public accounts write when an article was made; or milliseconds, as JSON does.
_SCRIPT_SECONDS = re.compile(r"1(?<![\d.]1)\d{9}(?:\d{3})?(?![\d.])")  # begins with what is searched for fast
# Two letters are a name only where a variable is set.
_SECONDS_NAME = re.compile(
    r"""(?:\b(?=p|r)|(?:var|let|const|[,;{]|window\.)\s*(?=ct\b))(ct(?=\s*=)|pub(?:lish|lished)?_?(?:date|time)|release_?time)["']?\s*[:=]\s*["']?$""",
    re.I,
)
#: A name, and what stands between it and its value, is no longer than this.
_NAME_LENGTH = 40
#: A script longer than this is a library.
_LONG = 200_000
#: A moment that names its zone: its day is another one elsewhere.
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:?\d\d)", re.I)


def meta_dates(page: Page) -> list[tuple[str, dt.date]]:
    """(name, date) of the meta tags that hold a publish date, best first; JSON-LD after them."""
    found = []
    named = [
        ((meta.get("name") or meta.get("property") or meta.get("itemprop") or "").strip().lower(), meta)
        for meta in page.metas
    ]
    for wanted in META_NAMES:
        for name, meta in named:
            if name == wanted and (date := _date(meta.get("content", ""))):
                found.append((wanted, date))
                break
    for script in page.scripts:
        if "ld+json" in script.kind and (date := _json_ld(script.source)):
            found.append(("json-ld", date))
    return found


def _json_ld(source: str) -> dt.date | None:
    try:
        data = json.loads(source)
    except (ValueError, RecursionError):
        match = re.search(r'"(?:datePublished|pubDate)"\s*:\s*"([^"]+)"', source)
        return _date(match[1]) if match else None
    nodes = data if isinstance(data, list) else [data]
    for node in nodes:
        if isinstance(node, dict):
            for key in ("datePublished", "pubDate", "uploadDate"):
                if isinstance(node.get(key), str) and (date := _date(node[key])):
                    return date
    return None


def script_dates(page: Page) -> list[tuple[str, dt.date]]:
    """(name, date) of what the variables of inline scripts call the time of publishing."""
    found = []
    for source in (script.source for script in page.scripts if len(script.source) < _LONG):
        said: dict[str, dict[dt.date, None]] = {}
        for match in _SCRIPT_DATE.finditer(source):
            if (name := _name_before(source, match.start(), _SCRIPT_NAME)) and (date := _date(match[1])):
                said.setdefault(name, {})[date] = None
        for match in _SCRIPT_SECONDS.finditer(source):
            if name := _name_before(source, match.start(), _SECONDS_NAME):
                moment = dt.datetime.fromtimestamp(int(match[0][:10]), tz=dates.READER_ZONE)
                said.setdefault(name, {})[moment.date()] = None
        # what is said of several days is said of the entries of a list
        found += [("variable", date) for days in said.values() if len(days) == 1 for date in days]
    return found[:5]


def _name_before(source: str, at: int, name: re.Pattern[str]) -> str:
    """Such a name, if it is what stands right before a place of a script."""
    found = name.search(source, max(at - _NAME_LENGTH, 0), at)
    return found[1].lower() if found else ""


def _date(text: str) -> dt.date | None:
    text = dates.plain(text).strip()
    if moment := _MOMENT.match(text):
        try:
            return dt.datetime.fromisoformat(moment[0]).astimezone(dates.READER_ZONE).date()
        except ValueError:  # 24:00, or a day that is none: the day as written, if it is one
            pass
    for found in dates.find(text, dt.datetime(9000, 1, 1, tzinfo=dt.UTC)):
        if found.kind in (DateKind.FULL, DateKind.COMPACT):
            return found.date
    return None
