"""One column read the way a person said: a CSS selector of its dated entries, and how they write their dates."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import re

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from crawler.reading import dates
from crawler.reading.dom import El, Page
from crawler.reading.encoding import Decoded
from crawler.reading.frame import join
from crawler.reading.mentions import HOLDERS
from crawler.reading.model import Basis, ColumnReading, Entry, Override, PageKind, Warn
from crawler.reading.years import AHEAD

#: What a column is read with where a person gave a selector only.
DATE_FORMAT = "YYYY-MM-DD"
#: A reading keeps this many entries; its date is that of all of them.
_MOST_ENTRIES = 1000
#: Beyond so many elements a page is cut; in each, so much is looked at.
_MOST_ELEMENTS, _MOST_TEXTS, _LONG = 5000, 60, 400
#: A page of one of these kinds says itself why nothing of the column is on it.
_SAYS_WHY = frozenset(
    (PageKind.LOGIN, PageKind.CLOSED, PageKind.SOFT_404, PageKind.CHALLENGE, PageKind.SCRIPTED)
)  # fmt: skip


class Trial(enum.StrEnum):
    """What trying an override on a page came to."""

    READS = "reads"
    BAD_SELECTOR = "bad-selector"
    BAD_FORMAT = "bad-format"
    NO_MATCH = "no-match"  # the selector finds no visible element
    NO_DATE = "no-date"  # in none of the elements is a date written so
    ALL_FUTURE = "all-future"


@dataclasses.dataclass(frozen=True, slots=True)
class Match:
    """A visible element that the selector finds, and the entry made of it; None where it shows no such date."""

    el: El
    entry: Entry | None
    inferred: bool = False  # the year was not written


def date_pattern(date_format: str) -> re.Pattern[str]:
    """The expression for dates written as `date_format` says.

    YYYY and YY are a year, MM and M a month, DD and D a day, of one or two digits each; all else stands for itself,
    and white space between the parts may be there or not. Raises ValueError unless month and day stand in it once
    and the year at most once.
    """
    parts = re.split(r"(YYYY|YY|MM|M|DD|D)", "".join(dates.plain(date_format).split()))
    named = [part[0] for part in parts if part in _TOKENS]
    if sorted(named) not in (["D", "M"], ["D", "M", "Y"]):
        raise ValueError(f"{date_format!r}: month and day once each, the year at most once")
    pattern = r"\s*".join(_TOKENS.get(part, re.escape(part)) for part in parts if part)
    # 11-18 is no date of its own in 2024-11-18
    before = r"(?<!\d)" if "Y" in named else r"(?<!\d)(?<!\d[-/.年])"
    return re.compile(rf"{before}{pattern}(?!\d)")


def is_selector(selector: str) -> bool:
    """Whether a text is a CSS selector that the reader knows."""
    try:
        LexborHTMLParser("<p>").css(selector)
    except (SelectolaxError, ValueError):
        return False
    return True


def trial(override: Override, matches: list[Match], reading: ColumnReading) -> Trial:
    """What an override came to on the page that gave these matches and this reading."""
    if not is_selector(override.selector):
        return Trial.BAD_SELECTOR
    try:
        date_pattern(override.date_format)
    except ValueError:
        return Trial.BAD_FORMAT
    if not matches:
        return Trial.NO_MATCH
    if not reading.entries:
        return Trial.NO_DATE
    return Trial.READS if reading.updated else Trial.ALL_FUTURE


def matches_of(page: Page, override: Override, *, url: str, as_of: dt.datetime) -> list[Match]:
    """The elements of a page that was opened with the override, those a person pointed at, in document order."""
    try:
        pattern = date_pattern(override.date_format)
    except ValueError:
        pattern = None
    found = page.selected
    page.truncated |= len(found) > _MOST_ELEMENTS
    matches: list[Match] = []
    last, holder = as_of.date(), None
    for el in found[:_MOST_ELEMENTS]:
        if holder is not (holder := next((up for up in el.up() if up.tag in HOLDERS and up is not el), None)):
            last = as_of.date()
        match = _match(page, el, pattern, url, last)
        if match.entry and match.entry.date and match.entry.date <= as_of.date():
            last = min(match.entry.date + AHEAD, as_of.date())
        matches.append(match)
    return matches


def overridden(
    page: Page,
    url: str,
    override: Override,
    *,
    kind: PageKind,
    decoded: Decoded,
    warnings: list[Warn],
    as_of: dt.datetime,
) -> ColumnReading:
    """Read only what a person pointed at; `kind` is what the page is taken for without them."""
    matches = matches_of(page, override, url=url, as_of=as_of)
    dated = [(match.entry, match.entry.date, match.inferred) for match in matches if match.entry and match.entry.date]
    past = [(date, inferred) for _, date, inferred in dated if date <= as_of.date()]
    newest, inferred = max(past, default=(None, False))
    if not dated:
        warnings = [*warnings, Warn.SELECTOR_NO_MATCH]
    elif len(past) < len(dated):
        warnings = [*warnings, Warn.FUTURE_DATE]
    if inferred:
        warnings = [*warnings, Warn.YEAR_INFERRED]
    if page.truncated:
        warnings = [*warnings, Warn.TRUNCATED]
    unmatched = kind if kind in _SAYS_WHY else PageKind.UNREADABLE
    return ColumnReading(
        kind=PageKind.LIST if dated else unmatched,
        updated=newest,
        basis=Basis.LIST_ITEM if newest else None,
        confidence=_confidence(inferred) if newest else 0.0,
        entries=tuple(entry for entry, _, _ in dated[:_MOST_ENTRIES]),
        candidates=(),
        year_inferred=inferred,
        used_as_of=inferred,
        warnings=tuple(dict.fromkeys(warnings)),
        charset=decoded.charset,
        charset_basis=decoded.basis,
        pager=(),
        title=page.title[:300],
    )


_TOKENS = {
    "YYYY": r"(?P<y>\d{4})",
    "YY": r"(?P<y>\d{2})",
    "MM": r"(?P<m>\d{1,2})",
    "M": r"(?P<m>\d{1,2})",
    "DD": r"(?P<d>\d{1,2})",
    "D": r"(?P<d>\d{1,2})",
}


def _match(page: Page, el: El, pattern: re.Pattern[str] | None, url: str, last: dt.date) -> Match:
    """The entry made of an element; a year that is not written is the last one in which its day is not after `last`."""
    texts = page.between(el.start, el.end)[:_MOST_TEXTS]
    text = dates.plain(" ".join(" ".join(text.value[:_LONG] for text in texts).split()))
    for found in pattern.finditer(text) if pattern else ():
        date, inferred = _date(found.groupdict(), last)
        if date:
            anchor = page.link_in(el)
            title = page.text_of(anchor) if anchor else text
            href = join(url, anchor.attrs.get("href", "")) if anchor else ""
            entry = Entry(title[:300], href, date, found[0], Basis.LIST_ITEM, _confidence(inferred))
            return Match(el, entry, inferred)
    return Match(el, None)


def _date(parts: dict[str, str], last: dt.date) -> tuple[dt.date | None, bool]:
    """The date, and whether its year was inferred: the newest that is not after the last possible one."""
    month, day = int(parts["m"]), int(parts["d"])
    if "y" in parts:
        year = int(parts["y"])
        return dates.valid(year if len(parts["y"]) > 2 else dates.century(year, last), month, day), False
    # a leap day is eight years back at most
    years = (dates.valid(last.year - back, month, day) for back in range(9))
    return next((date for date in years if date and date <= last), None), True


def _confidence(inferred: bool) -> float:
    return 0.88 if inferred else 0.95
