"""One column read the way a person said: a CSS selector of its dated entries, and how they write their dates."""

from __future__ import annotations

import datetime as dt
import re

from crawler.reading import dates
from crawler.reading.dom import Page
from crawler.reading.encoding import Decoded
from crawler.reading.frame import join
from crawler.reading.model import Basis, ColumnReading, Entry, Override, PageKind, Warn


def overridden(
    page: Page, url: str, override: Override, *, decoded: Decoded, warnings: list[Warn], as_of: dt.datetime
) -> ColumnReading:
    """Read only what a person pointed at."""
    entries = []
    today = as_of.date()
    for el in page.select(override.selector):
        text = dates.plain(page.text_of(el))
        date = _by_format(text, override.date_format, as_of)
        anchor = page.link_in(el)
        title = page.text_of(anchor) if anchor else text
        url = join(url, anchor.attrs.get("href", "")) if anchor else ""
        if date:
            entries.append(Entry(title[:300], url, date, text[:80], Basis.LIST_ITEM, 0.95))
    past = [entry.date for entry in entries if entry.date and entry.date <= today]
    if not entries:
        warnings = [*warnings, Warn.SELECTOR_NO_MATCH]
    elif len(past) < len(entries):
        warnings = [*warnings, Warn.FUTURE_DATE]
    return ColumnReading(
        kind=PageKind.LIST if entries else PageKind.UNREADABLE,
        updated=max(past, default=None),
        basis=Basis.LIST_ITEM if past else None,
        confidence=0.95 if past else 0.0,
        entries=tuple(entries),
        candidates=(),
        year_inferred=False,
        used_as_of=False,
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


def _by_format(text: str, date_format: str, as_of: dt.datetime) -> dt.date | None:
    """The first date written as a person said (`YYYY-MM-DD`, `MM/DD`, `YYYY年M月D日`)."""
    parts = re.split(r"(YYYY|YY|MM|M|DD|D)", dates.plain(date_format))
    pattern = "".join(_TOKENS.get(part, re.escape(part)) for part in parts)
    try:
        form = re.compile(rf"(?<!\d){pattern}(?!\d)")
    except re.error:  # a part named twice
        return None
    for match in form.finditer(text):
        groups = match.groupdict()
        if "m" not in groups or "d" not in groups:
            return None
        month, day = int(groups["m"]), int(groups["d"])
        if groups.get("y"):
            year = int(groups["y"])
            date = dates.valid(year if year > 99 else 2000 + year, month, day)
        else:
            date = dates.valid(as_of.year, month, day)
            if date and date > as_of.date():
                date = dates.valid(as_of.year - 1, month, day)
        if date:
            return date
    return None
