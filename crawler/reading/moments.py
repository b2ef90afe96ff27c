"""Days that scripts make of moments since 1970, or of the numbers a function is called with. Nothing is run."""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Collection
from itertools import islice

from crawler.reading.dates import READER_ZONE, valid

#: Milliseconds as `new Date` takes them, and seconds that a script makes such.
_MILLISECONDS = re.compile(r"1\d{12}")
_SECONDS = re.compile(r"1\d{9}")
_TIMES_THOUSAND = re.compile(r"\*\s*+1(?:000|e3)\b")
#: data-time="1662339600"; begins with letters, which are searched for fastest.
_DATA = re.compile(r"data-(?<![\w-]data-)[\w-]{1,30}(?=\s*=\s*[\"']?1\d{9}(?:\d{3})?[\"'\s>])")
#: show(2026,10,20), show("20261020") or showDate("2026/10/20 15:20"): a row's call of a function that writes its day.
_CALL = re.compile(
    r"\s*([A-Za-z_$][\w$]*)\(\s*[\"']?((?:19|20)\d\d)[\"']?(?:\s*,\s*[\"']?|[-/.]?)(\d{1,2})[\"']?(?:\s*,\s*[\"']?|[-/.]?)"
    r"(\d{1,2})(?:[ T]\d{1,2}:\d\d[\d:.]*+)?[\"']?\s*\)\s*;?\s*"
)
#: What such a function is called where it is defined in another file.
_SHOWS_DAY = re.compile(r"date|time|riqi", re.I)

#: No more names of attributes are looked at.
_NAMES = 20
#: d.getFullYear()+'-'+…: what follows is the day of `d`, which was made of a moment.
_YEAR = re.compile(r"[^;\n]{0,40}?(?<![\w$.])([A-Za-z_$][\w$]*)\.get(?:UTC)?FullYear\(")
#: new Date(1662339600000).toLocaleDateString(), d.toLocaleDateString()
_LOCAL = re.compile(
    r"\s*+(?:new\s++Date\(\s*+(\w++)\s*+(?:\*\s*+1(?:000|e3)\s*+)?\)|([A-Za-z_$][\w$]*))\.toLocale(?:Date)?String\("
)
_MADE = re.compile(r"(?<![\w$.])([A-Za-z_$][\w$]*+)\s*+=\s*+(?:new\s++Date\(\s*+([\w$]++)|(\d++))")


def day_of(value: str, scripts: str) -> str | None:
    """The day (ISO, civil) of a moment, as scripts show it that make dates of moments; None if it is none."""
    if _MILLISECONDS.fullmatch(value) and "Date(" in scripts:
        return _day(int(value) / 1000)
    if _SECONDS.fullmatch(value) and "Date(" in scripts and _TIMES_THOUSAND.search(scripts):
        return _day(int(value))
    return None


def data_names(html: str, scripts: str) -> list[str]:
    """The attributes of a page that hold moments, and that its scripts ask for."""
    if "Date(" not in scripts:
        return []
    names = islice(dict.fromkeys(match[0] for match in _DATA.finditer(html)), _NAMES)
    return [name for name in names if name in scripts or f"dataset.{name[5:]}" in scripts]


def day_called(source: str, writers: Collection[str]) -> str:
    """The day (ISO) that a script of one call gives to one of `writers`, or to what must be one by its name."""
    match = _CALL.fullmatch(source)
    if match is None or not (match[1] in writers or _SHOWS_DAY.search(match[1])):
        return ""
    day = valid(int(match[2]), int(match[3]), int(match[4]))
    return day.isoformat() if day else ""


def written(source: str, at: int) -> str | None:
    """The day (ISO) that the expression at a place of a script makes of a moment that the script names."""
    if local := _LOCAL.match(source, at):
        made = local[1] or _made(source).get(local[2])
    else:
        year = _YEAR.match(source, at)
        made = _made(source).get(year[1]) if year else None
    return day_of(_made(source).get(made, made), source) if made else None


@functools.lru_cache(maxsize=4)
def _made(source: str) -> dict[str, str]:
    """Name -> the number that a script gives it, or what it makes a date of."""
    return {match[1]: match[2] or match[3] for match in _MADE.finditer(source)}


def _day(seconds: float) -> str:
    return dt.datetime.fromtimestamp(seconds, READER_ZONE).date().isoformat()
