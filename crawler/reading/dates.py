"""Dates in a line of text: every form that Chinese public sites write, and none that only looks like one."""

from __future__ import annotations

import datetime as dt
import enum
import re
from collections.abc import Iterator
from typing import NamedTuple
from zoneinfo import ZoneInfo

#: Civil dates are the reader's: the county lies in this zone.
READER_ZONE = ZoneInfo("Asia/Shanghai")

# What is written in traditional characters around a date or a list is read as if in simplified ones.
_TRADITIONAL = (
    "發佈時間開報當頁後點擊瀏覽來週個剛鐘號標題從舉辦會議錄傳編輯訊聞稱單門閱讀評論關閉終結審選裡條總數據無暫內歷權機構現尋",
    "发布时间开报当页后点击浏览来周个刚钟号标题从举办会议录传编辑讯闻称单门阅读评论关闭终结审选里条总数据无暂内历权机构现寻",
)
# Full-width digits and the many look-alikes of a hyphen, a colon or a space; one character to one, so spans hold.
_PLAIN = {0xFF01 + i: chr(0x21 + i) for i in range(94)} | {
    ord(char): replacement
    for chars, replacement in (
        ("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2500\uff0d", "-"),
        ("\u2236\ufe55\ufe13", ":"),
        ("\u00a0\u2002\u2003\u2009\u3000\t\r\n\f", " "),
        ("\u2024\u00b7\u2022", "."),
        ("\u2215\u2044", "/"),
        ("\u3014\u3010\u300a\u2039", "["),
        ("\u3015\u3011\u300b\u203a", "]"),
        ("년", "年"),  # sites of Korean counties
        ("월", "月"),
        ("일", "日"),
    )
    for char in chars
}
_PLAIN |= {ord(old): new for old, new in zip(*_TRADITIONAL, strict=True)}
_NOT_PLAIN = re.compile(f"[{''.join(map(re.escape, map(chr, _PLAIN)))}]")
_DIGITS = {"〇": 0, "○": 0, "零": 0, "Ｏ": 0, "O": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7}
_DIGITS |= {"八": 8, "九": 9, "元": 1} | {str(digit): digit for digit in range(10)}
_MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], start=1
    )
}
_MONTH_NAME = r"(?=[jfmasond])(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_CLOCK = r"(?=\s*\d{1,2}:\d{2})"


class DateKind(enum.StrEnum):
    """How much of a date was written."""

    FULL = "full"
    COMPACT = "compact"  # 20240102: a date only where nothing else stands
    SHORT_YEAR = "short-year"  # 24-01-02: likewise
    MONTH_DAY = "month-day"  # 01-02, 1月2日: the year is to be inferred
    RELATIVE = "relative"  # 3分钟前, 昨天: counted from as_of


class Found(NamedTuple):
    """A date in a text: [start, end). `date` is None for MONTH_DAY until a year is known. `exact` is False for
    times as long ago as months, whose day is a guess."""

    start: int
    end: int
    kind: DateKind
    month: int
    day: int
    date: dt.date | None
    exact: bool = True
    words: bool = False  # written with 年, 月 or 日, not with separators only


# The looks ahead and back: no form begins with another character, or within a number or an English word; that is where
# most characters of a text stand.
_FORM = re.compile(
    rf"""
    (?=[\djfmasond半一二两三四五六七八九十刚今昨前])(?<!\d(?=\d)|[a-z\d](?=[a-z]))(?:
    (?P<full>(?<![\d.])(?P<y>(?:19|20)\d\d)\s?(?:
        (?P<s1>[-/.])\s?(?P<m1>\d{{1,2}})\s?(?P=s1)\s?(?P<d1>\d{{1,2}})(?:(?!\d)|{_CLOCK})
       | 年\s?(?P<m2>\d{{1,2}})\s?月\s?(?P<d2>\d{{1,2}})(?:\s?[日号]|(?!\d))
       | [年/.-]\s?(?P<m3>\d{{1,2}})\s?[月/.-]\s?(?P<d3>\d{{1,2}})\s?[日号]?(?:(?!\d)|{_CLOCK})
       | (?P<m5>\d\d)(?P<d5>\d\d)(?!\d)
    ))
  | (?P<reverse>(?<![\d./-])(?P<a>\d{{1,2}}+)(?P<s2>[-/.])(?P<b>\d{{1,2}})(?P=s2)(?P<y2>(?:19|20)\d\d)(?![\d./-]))
  | (?P<english>(?<![a-z\d])(?:
        (?P<n1>{_MONTH_NAME})\.?\s?(?P<e1>\d{{1,2}})(?:st|nd|rd|th)?,?\s?(?P<y3>(?:19|20)\d\d)
       | (?P<n3>{_MONTH_NAME})\s(?P<e3>\d\d)\s\d\d:\d\d:\d\d(?:\s[a-z]{{3,4}})?\s(?P<y6>(?:19|20)\d\d)
       | (?P<e2>\d{{1,2}}+)(?:st|nd|rd|th)?[\s-]?(?P<n2>{_MONTH_NAME})\.?,?[\s-]?(?P<y4>(?:19|20)\d\d))(?!\d))
  | (?P<dmy>(?<![\d./-])(?:
         (?P<d10>\d{{1,2}}+)(?:st|nd|rd|th)?\s(?P<m10>\d{{1,2}}|十[一二]?|[一二三四五六七八九])\s?月,?\s
       | (?P<m11>\d{{1,2}}+|十[一二]?|[一二三四五六七八九])\s?月\s?(?P<d11>\d{{1,2}})(?:st|nd|rd|th)?,\s?
       )(?P<y10>(?:19|20)\d\d)(?!\d))
  | (?P<dmy_short>(?<![\d./-])(?P<d12>\d{{1,2}}+)-(?P<m12>1[012]|0?[1-9])月\s?-\s?(?P<y12>(?:20)?\d\d)(?!\d))
  | (?P<short>(?<![\d./-])(?<!\d:)(?P<y5>\d\d)(?:\s?(?P<s3>[-/.])\s?(?P<m6>\d{{1,2}})\s?(?P=s3)\s?(?P<d6>\d{{1,2}})
       | 年(?P<m7>\d{{1,2}})月(?P<d7>\d{{1,2}})日)(?![\d./-]))
  | (?P<monthday>(?<![\d./年a-z-])(?<!\d:)(?:(?P<m8>\d{{1,2}}+)\s?月\s?(?P<d8>\d{{1,2}})\s?[日号]
       | (?P<m9>\d{{1,2}}+)\s?(?P<s4>[-/.])\s?(?P<d9>\d{{1,2}})
           (?![\d%./年月-]|\s?[页万亿元人岁楼栋室届级班点时分个次名项倍]|\s?[mkg]b?(?![a-z])|:\d)))
  | (?P<hanzi>(?P<hy>[一二][〇○零ＯO0一二三四五六七八九]{{3}}|(?<!\d)(?:19|20)\d\d)年\s?
       (?P<hm>[元〇○零一二三四五六七八九十]{{1,3}}|\d{{1,2}})月\s?
       (?P<hd>[〇○零一二三四五六七八九十廿卅]{{1,4}}|\d{{1,2}}(?!\d))[日号]?
       | (?<![〇○零一二三四五六七八九十年])(?P<hm2>十[一二]?|[一二三四五六七八九])月
         (?P<hd2>[一二三四五六七八九十廿卅]{{1,3}})[日号])
  | (?P<ago>(?<!\d)(?P<n>\d{{1,4}}+|半|[一二两三四五六七八九十]{{1,3}})\s?
       (?=[秒分个小钟天日星周月年])(?P<unit>秒钟?|分钟?|个?小时|个?钟头|天|日|个?星期|周|个?月|年)\s?[之以]?前)
  | (?P<ago_en>(?<!\w)(?P<n_en>\d{{1,3}}+|an?)\s(?P<unit_en>second|minute|hour|day|week|month|year)s?\sago)
  | (?P<day_word>(?:(?<![\u4e00-\u9fff])|(?<=[于在布新表交]))(?:刚刚|刚才|
       (?:今天|今日)(?!\s*[:：]?\s*(?:星期|周[一二三四五六日]|(?:19|20)\d\d|共?\d+\s?版))|昨天|昨日|昨晚|前天|前日)
       (?![\u4e00-\u9fff])|(?:今天|今日|昨天|昨日|昨晚|前天|前日|刚刚|刚才)(?=发布|更新|发表|提交|上传|[上下中]午|凌晨|早上|晚上))
    )""",
    re.X | re.I,
)
# The cheapest look that rules a text out. It begins with one class of characters: that is sought fast.
_HINT = re.compile(
    r"[\da-zA-Z年前刚今昨一二三四五六七八九十 ](?:(?<=[年前刚昨])|(?<=今)[天日]|(?<=[一二三四五六七八九十])月|"
    r"(?<=\d)(?:\s?[-/.年月天日分小周个秒星前]|\d{7}|\s*[a-zA-Z]{3})|"
    r"(?<=[a-zA-Z])[a-zA-Z]{2}\.?\s*\d|(?<= )[Aa][Gg][Oo])"
)
_DATE_WORDS = frozenset("年月日")
_AGO = {"秒": 0, "分": 0, "小": 0, "钟": 0, "天": 1, "日": 1, "星": 7, "周": 7, "月": 30, "年": 365}
_AGO_EN = {"second": 0, "minute": 0, "hour": 0, "day": 1, "week": 7, "month": 30, "year": 365}
#: Nothing that was published is said to be so many days old.
_LONG_AGO = 365 * 30
_WORDS = {"刚": 0, "今": 0, "昨": 1, "前": 2}


def plain(text: str) -> str:
    """The text with full-width and look-alike characters made plain; of the same length."""
    return _NOT_PLAIN.sub(lambda found: _PLAIN[ord(found[0])], text)


def find(text: str, as_of: dt.datetime) -> list[Found]:
    """Every date in `text` (made plain by `plain`), left to right. Impossible dates (02-30) are left out.

    `as_of` resolves relative times and bounds two-digit years; it must be in the time zone of the reader.
    """
    if not _HINT.search(text):
        return []
    return list(_find(text, as_of))


def _find(text: str, as_of: dt.datetime) -> Iterator[Found]:
    for match in _FORM.finditer(text):
        found = _FORMS[match.lastgroup or ""](match, as_of)  # the outermost group is closed last
        if found is not None:
            yield found


def valid(year: int, month: int, day: int) -> dt.date | None:
    """The date, or None when there is no such day."""
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _made(match: re.Match[str], kind: DateKind, date: dt.date | None, *, exact: bool = True) -> Found | None:
    if date is None:
        return None
    words = not _DATE_WORDS.isdisjoint(match[0])
    return Found(match.start(), match.end(), kind, date.month, date.day, date, exact, words)


def _full(match: re.Match[str], as_of: dt.datetime) -> Found | None:
    month = match["m1"] or match["m2"] or match["m3"] or match["m5"]
    day = match["d1"] or match["d2"] or match["d3"] or match["d5"]
    kind = DateKind.COMPACT if match["m5"] else DateKind.FULL
    return _made(match, kind, valid(int(match["y"]), int(month), int(day)))


def _reverse(match: re.Match[str], as_of: dt.datetime) -> Found | None:
    year, first, second = int(match["y2"]), int(match["a"]), int(match["b"])
    # 28-12-2020 and 12/28/2020; where both could be, the month first, as such sites write it
    return _made(match, DateKind.FULL, valid(year, first, second) or valid(year, second, first))


def _day_month_year(match: re.Match[str], as_of: dt.datetime) -> Found | None:
    month, day = match["m10"] or match["m11"], match["d10"] or match["d11"]
    return _made(
        match, DateKind.FULL, valid(int(match["y10"]), int(month) if month.isdigit() else number(month), int(day))
    )


def _day_month_short_year(match: re.Match[str], as_of: dt.datetime) -> Found | None:
    # 14-3月 -11, as a database set to Chinese writes it
    return _made(match, DateKind.FULL, valid(century(int(match["y12"]), as_of), int(match["m12"]), int(match["d12"])))


def _english(match: re.Match[str], as_of: dt.datetime) -> Found | None:
    month = _MONTHS[(match["n1"] or match["n2"] or match["n3"])[:3].lower()]
    year, day = int(match["y3"] or match["y4"] or match["y6"]), int(match["e1"] or match["e2"] or match["e3"])
    return _made(match, DateKind.FULL, valid(year, month, day))


def _short(match: re.Match[str], as_of: dt.datetime) -> Found | None:
    year = century(int(match["y5"]), as_of)
    month, day = int(match["m6"] or match["m7"]), int(match["d6"] or match["d7"])
    return _made(match, DateKind.SHORT_YEAR, valid(year, month, day))


def century(year: int, as_of: dt.date) -> int:
    """The year that two digits stand for: none far ahead of `as_of`."""
    if year > 99:
        return year
    return 1900 + year if 2000 + year > as_of.year + 1 else 2000 + year


def _month_day(match: re.Match[str], as_of: dt.datetime) -> Found | None:
    month, day = int(match["m8"] or match["m9"]), int(match["d8"] or match["d9"])
    if valid(2024, month, day) is None:  # a leap year: 02-29 is possible
        return None
    return Found(match.start(), match.end(), DateKind.MONTH_DAY, month, day, None, words=match["m8"] is not None)


def hanzi_year(text: str) -> int:
    """二〇二六 is 2026."""
    return int("".join(str(_DIGITS[char]) for char in text))


def _hanzi(match: re.Match[str], as_of: dt.datetime) -> Found | None:
    if match["hm2"]:
        month, day = number(match["hm2"]), number(match["hd2"])
        if valid(2024, month, day) is None:
            return None
        return Found(match.start(), match.end(), DateKind.MONTH_DAY, month, day, None, words=True)
    year = hanzi_year(match["hy"])
    return _made(match, DateKind.FULL, valid(year, number(match["hm"]), number(match["hd"])))


def number(hanzi: str) -> int:
    """十二 is 12, 二十八 is 28, 廿八 is 28, 卅 is 30, 三〇 is 30."""
    hanzi = hanzi.replace("廿", "二十").replace("卅", "三十")
    if "十" in hanzi:
        tens, _, ones = hanzi.partition("十")
        return 10 * (_DIGITS.get(tens, 1)) + (_DIGITS.get(ones, 0))
    number = 0
    for char in hanzi:
        number = number * 10 + _DIGITS[char]
    return number


def _ago(match: re.Match[str], as_of: dt.datetime) -> Found | None:
    unit = match["unit"].removeprefix("个")[:1] if match["unit"] != "个" else "月"
    return _back(match, _count(match["n"]), unit, _AGO[unit], as_of)


def _ago_en(match: re.Match[str], as_of: dt.datetime) -> Found | None:
    unit = match["unit_en"].lower()
    count = int(match["n_en"]) if match["n_en"].isdigit() else 1
    short = {"second": "秒", "minute": "分", "hour": "小"}.get(unit, "")
    return _back(match, count, short, _AGO_EN[unit], as_of)


def _count(text: str) -> float:
    if text == "半":
        return 0.5
    return int(text) if text.isdigit() else number(text.replace("两", "二"))


def _back(match: re.Match[str], count: float, unit: str, days: int, as_of: dt.datetime) -> Found | None:
    if days * count > _LONG_AGO:
        return None  # 1984年以前 is no age
    if days:
        delta = dt.timedelta(days=int(count * days))
    else:
        delta = dt.timedelta(seconds=count * {"秒": 1, "分": 60}.get(unit, 3600))
    try:
        date = (as_of - delta).date()
    except OverflowError:
        return None
    return _made(match, DateKind.RELATIVE, date, exact=days <= 1)


def _day_word(match: re.Match[str], as_of: dt.datetime) -> Found | None:
    date = as_of.date() - dt.timedelta(days=_WORDS[match[0][0]])
    return _made(match, DateKind.RELATIVE, date)


_FORMS = {
    "full": _full,
    "reverse": _reverse,
    "dmy": _day_month_year,
    "dmy_short": _day_month_short_year,
    "english": _english,
    "short": _short,
    "monthday": _month_day,
    "hanzi": _hanzi,
    "ago": _ago,
    "ago_en": _ago_en,
    "day_word": _day_word,
}
