"""Civil days and months as people write them: 2017年3月5日, 2017-03-05, 2017.3.5, 20170305, 二〇一七年三月五日."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

_DIGITS = "〇一二三四五六七八九"
_DAY = re.compile(
    r"(?<![\d.])(?P<year>\d{4})\s*[年\-./]\s*(?P<month>\d{1,2})\s*[月\-./]\s*(?P<day>\d{1,2})(?:\s*[日号])?(?![\d.])"
    r"|(?<!\d)(?P<packed>(?:19|20)\d{6})(?!\d)"
    r"|(?<!\d)(?P<year_of>\d{4})\s*年\s*(?P<month_of>\d{1,2})\s*月(?!\s*\d)"
    r"|(?P<spoken>[〇一二三四五六七八九]{4}年[一二三四五六七八九十]{1,2}月(?:[一二三四五六七八九十]{1,3}日)?)"
)


def split(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """A folded text as (what stands between days, ()) and (a day or a month as it was written, its tokens)."""
    place = 0
    for found in _DAY.finditer(text):
        tokens = _tokens(found)
        if tokens:
            yield text[place : found.start()], ()
            yield found[0], tokens
            place = found.end()
    yield text[place:], ()


def text_of(day: dt.date) -> str:
    """What the index holds of a day: every other way of writing it is made into these when it is asked for."""
    return f"{day.year}年{day.month}月{day.day}日\n{day:%Y-%m-%d}\n{day:%Y%m%d}"


def other_ways(tokens: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Other ways to write what `split` made of a day or a month; none for any other tokens."""
    match tokens:
        case (year, "年", month, "月", day, "日") if year.isdigit() and month.isdigit() and day.isdigit():
            date = dt.date(int(year), int(month), int(day))
            return [
                (year, "年", f"{date:%m}", "月", f"{date:%d}", "日"),
                (year, f"{date:%m}", f"{date:%d}"),
                (year, month, day),
                (f"{date:%Y%m%d}",),
                tuple(f"{_year_spoken(year)}年{_spoken(date.month)}月{_spoken(date.day)}日"),
            ]
        case (year, "年", month, "月") if year.isdigit() and month.isdigit():
            return [
                (year, "年", month.zfill(2), "月"),
                tuple(f"{_year_spoken(year)}年{_spoken(int(month))}月"),
            ]
    return []


def _tokens(found: re.Match[str]) -> tuple[str, ...]:
    """A day or month of the calendar as 2017 年 3 月 5 日; nothing for one that the calendar does not have."""
    if found["packed"]:
        year, month, day = int(found["packed"][:4]), int(found["packed"][4:6]), int(found["packed"][6:])
    elif found["spoken"]:
        year, month, day = _heard(found["spoken"])
    elif found["year_of"]:
        year, month, day = int(found["year_of"]), int(found["month_of"]), 0
    else:
        year, month, day = int(found["year"]), int(found["month"]), int(found["day"])
    try:
        dt.date(year, month, day or 1)
    except ValueError:
        return ()
    return (str(year), "年", str(month), "月", *((str(day), "日") if day else ()))


def _heard(spoken: str) -> tuple[int, int, int]:
    """二〇一七年三月十五日 -> 2017, 3, 15; without a day, 0."""
    year, rest = spoken.split("年")
    month, day = rest.rstrip("日").split("月")
    # What is no number up to 31 is one that no calendar has.
    heard = {"": 0, **{_spoken(number): number for number in range(1, 32)}}
    return int("".join(str(_DIGITS.index(digit)) for digit in year)), heard.get(month, 99), heard.get(day, 99)


def _year_spoken(year: str) -> str:
    return "".join(_DIGITS[int(digit)] for digit in year)


def _spoken(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十") + (_DIGITS[ones] if ones else "")
