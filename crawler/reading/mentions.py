"""Every date in the visible text of a page, and what it seems to say where it stands."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Iterator
from itertools import islice

from crawler.reading import dates
from crawler.reading.dates import DateKind, Found
from crawler.reading.dom import El, Page, Text
from crawler.reading.frame import COPYRIGHT, PAGER_WORD
from crawler.reading.labels import LABELLED, POSTED, PUBLISHED, Headers, as_label, names_event

#: More dates than this are not looked at; the reading says that it was cut.
MAX_DATES = 10_000
#: A single text is looked at as far as this.
MAX_TEXT = 20_000
ROWS = frozenset(("li", "tr", "article"))
HOLDERS = frozenset(("ul", "ol", "tbody", "table", "dl", "body", "html", "main", "frameset", "marquee", "nav", "aside"))

_TIME = re.compile(
    r"T?(?<!\d)\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:\s?[ap]m|Z)?|(?:星期|周)[一二三四五六日天]|[上下]午", re.I
)

_EVENT_BEFORE = re.compile(
    r"(?:截[止至]|有效期?|到期|期限|失效|废止|自|于|从|至|到|在|定于|施行|实施|生效|通过|修[正订]|时间|日期)\s*[:：]?\s*[(（]?$|"
    r"(?:今天|今日|现在|当前)(?:是|时间)?\s*[:：]?\s*$"
)
#: 于 3月9日 经审核后发布
_ON = re.compile(r"[于在]\s*$")
_THEN_POSTED = re.compile(r"\s*(?:经|由|审核|\d\d?:\d\d)[\u4e00-\u9fff\s:\d]{0,14}(?:发布|发表|刊登|刊发)")
#: 录入：admin 08-07-15
_BY = re.compile(r"(?:录入|编辑|责编|发布|上传)(?:[人者员])?\s*:\s*[^\s:|]{1,10}\s+$")
#: 某局 6月28日公布 有效期至…
_POSTED_THEN = re.compile(r"\s?(?:发[布表]|公布|刊[发登])(?=[\s)）\]】|])")
_POSTED_AFTER = re.compile(r"\s*\d{1,2}:\d{2}(?::\d{2})?\s*(?:发表|发布|上传|在)")

_EVENT_AFTER = re.compile(
    r"\s*(?:[前后起至止到~—]|-(?!\s*\d{1,2}:\d\d))|\s*(?:[以之]前|[以之]后|开始|截止|修[正订]|通过|施行|实施|生效|(?:公布|发布)(?!$|[\s)）\]】|])|召开|举行)"
)
#: What ends here began before: 9:00-, 2月8日至.
_PERIOD_BEFORE = re.compile(r"\d\s?(?:[日号时分点]|[上下]午)?\s*[)）]?\s*(?:[~—]+|-{1,2}|[至到]|to)\s*$")
_PERIOD_AFTER = re.compile(r"\s*(?:[至到~—]|-{2})")
#: 时间：3月9日 14:00，地点：会议室
_WHEN = re.compile(r"(?<![\u4e00-\u9fff])时间\s*:\s*$")
_WHERE = re.compile(r"^.{0,30}地点\s*:")
#: 公告：4月1日至6月15日 is what is announced; 发布时间：4月1日至6月15日 is how long it stands there.
_BARE = re.compile(r"(?!.*(?:时间|日期|于))")
#: [信息科 99-11-8]: a line that is all a bracket.
_BRACKETED = re.compile(r"^\s*[\[(（【][^\[\](（]*[\])）】]\s*$")
_LINE = 30
_EDGES = frozenset(" ()[]（）【】|")
_OPENING = frozenset("([（【")

_META_WORDS = re.compile(
    r"来源|作者|浏览|点击|阅读|访问|次数?|编辑|责编|供稿|撰稿|发布者?|发布人|机构|单位|部门|评论|字[体号]|人气|热度|时间|日期|"
    r"[\d\W_]+|new!?|置顶|已?办结|已回复"
)
#: A word and a colon in neither Chinese nor Latin letters, ۋاقتى:, names what follows.
_FOREIGN_LABEL = re.compile(r"[^\W\d_a-z\u4e00-\u9fff]{2,20}\s?:", re.I)
_YEAR_HEADING = re.compile(
    r"^\W*(?:((?:19|20)\d\d)\s*年?|([一二][〇○零一二三四五六七八九]{3})年)(?:\s*(\d{1,2}|[一二三四五六七八九十]{1,2})\s*月)?(?:度|份)?\W*$"
)
_MONTH_HEADING = re.compile(r"^\W*(\d{1,2}|[一二三四五六七八九十]{1,2})\s*月份?\W*$")
_DAY = re.compile(r"^\s*[\[(]?(\d{1,2}|[一二三四五六七八九十廿卅]{1,3})[日号][\])]?(?:\s*\d{1,2}:\d\d)?\s*$")
BESIDE_NOTHING = "stands beside no entry"
#: Why 1.5 alone is none; a list that writes all its dates so may tell otherwise.
TOO_LITTLE = "too little to be a date"


@dataclasses.dataclass(slots=True)
class Mention:
    """A date somewhere in the visible text. `grade`: 3 stands alone or is labelled as published, 2 stands among
    source and author, 1 stands at an end of a title, 0 is rejected for `reason`."""

    text: Text
    found: Found
    grade: int
    reason: str = ""
    label: str = ""
    shown: str = ""
    date: dt.date | None = None
    inferred: bool = False
    used_as_of: bool = False
    slot: str = ""  # where in its item it stands: dates of one slot mean the same thing
    end: int = 0  # position of the last text it was read from


def mentions(page: Page, as_of: dt.datetime) -> list[Mention]:
    """Every visible date, graded."""
    found: list[Mention] = []
    headers = Headers(page)
    heading: tuple[int, int] | None = None
    previous = ""
    texts = page.texts
    index = 0
    while index < len(texts):
        text = texts[index]
        value = text.value
        if len(value) > MAX_TEXT:
            value, page.truncated = value[:MAX_TEXT], True
        if (
            len(value) <= _PIECE
            and _PIECE_START.match(value)
            and not (heading and _MONTH_HEADING.match(value))
            and not _heads_days(texts, index)
            and (taken := _pieces(texts, index))
        ):
            mention, index = taken
            mention.label = as_label(previous) or headers.above(text.el)
            _grade_label(mention)
            found.append(mention)
            previous = ""
            continue
        if not _MAYBE.search(value):
            said = value.strip()
            if not (previous and said in _COLON):  # a label and its colon may stand apart
                previous = said
            index += 1
            continue
        plain = dates.plain(value)
        if "O" in plain:
            plain = _LETTER_O.sub(lambda noughts: "0" * len(noughts[0]), plain)
        if _SPACED.search(plain):
            plain = plain.replace(" ", "")
        if len(plain) <= _HEADING:
            heading = _heading_below(plain, heading) or heading
            if day := _day_below(text, plain, heading):
                found.append(day)
                previous = ""
                index += 1
                continue
        dated, room = dates.find(plain, as_of), MAX_DATES - len(found)
        if len(dated) > room:
            page.truncated = True
            break
        if dated:
            label = as_label(previous) or headers.above(text.el)
            found += [_graded(text, plain, date, label) for date in dated]
        previous = plain.strip()
        index += 1
    return found


def heading_month(plain: str) -> tuple[int, int] | None:
    """The (year, month) that a text names and nothing else; month 0 where it names a year alone."""
    match = _YEAR_HEADING.match(plain)
    if match is None:
        return None
    return int(match[1]) if match[1] else dates.hanzi_year(match[2]), _number(match[3])


def _heads_days(texts: list[Text], index: int) -> bool:
    """Whether a year and month stand above several days of one make, and are no piece of the first."""
    if not (month := heading_month(texts[index].value)) or not month[1]:
        return False
    below = texts[index + 1 : index + _ROWS_BELOW]
    days = [text for text in below if len(text.value) <= _HEADING and _DAY.match(dates.plain(text.value))]
    return len(days) > 1 and days[0] is below[0] and days[1].el.path == days[0].el.path


def _number(text: str | None) -> int:
    return 0 if not text else int(text) if text.isdigit() else dates.number(text)


def _heading_below(plain: str, heading: tuple[int, int] | None) -> tuple[int, int] | None:
    """The year and month that hold below this text, if it is a heading that changes them."""
    if month := _MONTH_HEADING.match(plain):
        return (heading[0], _number(month[1])) if heading else None
    return heading_month(plain)


def _day_below(text: Text, plain: str, heading: tuple[int, int] | None) -> Mention | None:
    """The day of the month above that an item shows."""
    day = _DAY.match(plain)
    date = dates.valid(*heading, _number(day[1])) if day and heading else None
    if date is None:
        return None
    found = Found(0, len(plain), DateKind.FULL, date.month, date.day, date)
    return Mention(text, found, 3, shown=plain.strip(), date=date, slot=slot_of(text), end=text.position)


# A text without any of these holds no date and no month. It begins with one class of characters: that is sought fast.
_MAYBE = re.compile(
    r"[\d年月前刚今昨一二三四五六七八九十 ](?:(?<=[\d年月前刚今昨])|(?<=[一二三四五六七八九十])日|(?<= )ago)"
)
_PIECE = 14
_HEADING = 12
#: Two days below a heading stand within so many texts.
_ROWS_BELOW = 8
#: What the first piece begins with: a number or the name of a month.
_NO_PIECE = re.compile(r"\s*(?![年月日号〇○零一二三四五六七八九十])[\u4e00-\u9fff]")
_PIECE_START = re.compile(r"\s*[\da-zA-Zａ-ｚＡ-Ｚ０-９〇○零一二三四五六七八九十]")
#: 08 | / Mar 2018
_SLASH = re.compile(r"^/\s*(?=[a-z])")
_HAN_MONTHS = frozenset("一二三四五六七八九十")
_HAN_NUMBERS = _HAN_MONTHS | frozenset("〇○零")
#: No date in numerals depends on the day it is read.
_ANY_DAY = dt.datetime(2000, 1, 1, tzinfo=dates.READER_ZONE)
#: 2OO8年1O月: letters typed for noughts
_LETTER_O = re.compile(r"(?<=\d)O+(?=\s?[\d年月日/.-])|(?<=[年月/.-])O(?=\d)")
#: 2 0 0 8 年: letters set wide
_SPACED = re.compile(r"\d \d \d \d ?[年.-]")
#: 某报第5版 | 2019-06-10 | 责任编辑, 标题………06.11.20: each part is read by itself.
_SEPARATOR = re.compile(r"\s[·•]\s|[|｜\u3000]|…{2,}|\.{4,}")
_COLON = frozenset((":", "：", "∶"))
#: What stands further from a date than this many characters says nothing of it.
_AROUND = 200

_PIECE_FORM = re.compile(
    r"^[\d年月日号\-/.\s]{1,12}$|^[〇○零一二三四五六七八九十年月日]{1,11}$|^(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?(?:,?\s*\d{4})?$",
    re.I,
)
_Y, _M, _D = r"(?P<y>(?:19|20)\d\d)", r"(?P<m>\d{1,2})", r"(?P<d>\d{1,2})"

_SPLIT = [
    re.compile(form)
    for form in (
        rf"^{_D}日?\|{_Y}\|?[-/.年]\|?{_M}月?$",  # 28 | 2020-12, 28 | 2020 | / | 12
        rf"^{_Y}[-/.年]{_M}[月.-]?\|(?:[-/.]\|)?{_D}日?$",  # 2020-12 | 28, 2020-12 | / | 28
        rf"^{_M}[-/.月]{_D}日?\|{_Y}年?$",  # 12-28 | 2020
        rf"^{_Y}[年.-]?\|{_M}[-/.月]{_D}日?$",  # 2020 | 12-28
        rf"^{_D}日?\|{_M}月\|?{_Y}年?$",  # 28 | 12月 | 2020
        rf"^{_M}月\|{_D}日?\|{_Y}年?$",
        rf"^{_Y}[-/.年]?\|[-/.年]?\|?{_M}[-/.月]?\|[-/.月]?\|?{_D}日?(?:\|日)?$",  # 2020 | 12 | 28
        rf"^{_Y}\|年\|{_M}\|月\|{_D}\|日$",
        rf"^{_D}\|{_M}月$",
        rf"^{_M}月\|{_D}日?$",
        rf"^{_D}\|{_M}[-/.]{_Y}$",
    )
]

_SPLIT_EN = re.compile(
    r"^(?:(?P<d>\d{1,2})\|(?P<n>[a-z]{3})[a-z]*\.?|(?P<n2>[a-z]{3})[a-z]*\.?\|(?P<d2>\d{1,2}))(?:[,|\s]*(?P<y>\d{4}))?$"
)

_EN = {
    name: i
    for i, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], start=1
    )
}


def _pieces(texts: list[Text], index: int) -> tuple[Mention, int] | None:
    """A date whose parts stand in elements of their own."""
    if index + 1 == len(texts) or _NO_PIECE.match(texts[index + 1].value):
        return None
    run: list[str] = []
    last = index
    while last < len(texts) and len(run) < 8:
        value = _SLASH.sub("", dates.plain(texts[last].value).strip().lower())
        if not _PIECE_FORM.match(value) or (last > index and not _close(texts[last - 1].el, texts[last].el)):
            break
        run.append(value.replace(" ", ""))
        last += 1
    for length in range(len(run), 1, -1):
        if length < len(run) and len(run) > 6:
            break  # a pager or a calendar, not a date
        joined = "|".join(map(_with_digits, run[:length]))
        date, found = _joined_hanzi("".join(run[:length])) if run[0][0] in _HAN_NUMBERS else (None, None)
        if found is None:
            date, found = _joined_date(joined)
        if found is None:
            continue
        text = texts[index]
        mention = Mention(text, found, 3, shown=joined.replace("|", " "), slot=slot_of(text, split=True))
        mention.date, mention.end = date, texts[index + length - 1].position
        return mention, index + length
    return None


def _joined_hanzi(joined: str) -> tuple[dt.date | None, Found | None]:
    found = dates.find(joined, _ANY_DAY)
    if len(found) != 1 or (found[0].start, found[0].end) != (0, len(joined)):
        return None, None
    return found[0].date, found[0]


def _with_digits(piece: str) -> str:
    """十二月 as 12月."""
    if len(piece) in (2, 3) and piece[-1] == "月" and _HAN_MONTHS.issuperset(piece[:-1]):
        return f"{dates.number(piece[:-1])}月"
    return piece


def _joined_date(joined: str) -> tuple[dt.date | None, Found | None]:
    for form in _SPLIT:
        if match := form.match(joined):
            parts = match.groupdict()
            month, day = int(parts["m"]), int(parts["d"])
            if parts.get("y"):
                date = dates.valid(int(parts["y"]), month, day)
                return (date, Found(0, len(joined), DateKind.FULL, month, day, date)) if date else (None, None)
            if dates.valid(2024, month, day):
                return None, Found(0, len(joined), DateKind.MONTH_DAY, month, day, None)
    if match := _SPLIT_EN.match(joined):
        name = match["n"] or match["n2"]
        month, day = _EN.get(name, 0), int(match["d"] or match["d2"])
        if not match["y"] and dates.valid(2024, month, day):
            return None, Found(0, len(joined), DateKind.MONTH_DAY, month, day, None, words=True)
        date = dates.valid(int(match["y"] or 0), month, day)
        if date:
            return date, Found(0, len(joined), DateKind.FULL, date.month, date.day, date)
    return None, None


def _close(one: El, other: El) -> bool:
    """Whether two elements are siblings, or one holds the other, or they meet within two steps, in no list of one."""
    near = {id(el) for el in _steps_up(one)}
    return any(id(el) in near for el in _steps_up(other))


def _steps_up(el: El) -> Iterator[El]:
    for up in islice(el.up(), 3):
        yield up
        if up.tag in HOLDERS:
            return


def slot_of(text: Text, *, split: bool = False) -> str:
    """Where in its entry a text stands: the same for what stands at the same place in entries of a kind."""
    names = []
    for el in islice(text.el.up(), 3):
        names.append(f"{el.tag}.{el.attrs.get('class', '')}")
        if el.tag in ROWS or el.tag in HOLDERS:
            break
        if el.tag in ("td", "dd"):
            names.append(str(el.cell))
    return "/".join(names) + ("+" if split else "")


def _graded(text: Text, plain: str, found: Found, previous: str) -> Mention:
    mention = Mention(text, found, 0, shown=plain[found.start : found.end].strip(), slot=slot_of(text))
    mention.date, mention.end = found.date, text.position
    before, after, is_parted = _beside(text, plain, found)
    if is_parted:
        previous = ""
    lone_before = _timeless(before).strip(" [](（<【|:·•-~,;>")
    timeless = _timeless(after)
    lone_after = timeless.strip(" [])）>】|:·•-~,;<.。")
    if (
        len(plain.strip()) > len(mention.shown)
        and len(plain) < 200
        and (COPYRIGHT.search(plain) or (found.kind is DateKind.MONTH_DAY and PAGER_WORD.search(plain)))
    ):
        mention.reason = "in the words of a footer or a pager"
        return mention
    mention.label = before[-20:] if lone_before else previous
    weak = found.kind in (DateKind.COMPACT, DateKind.SHORT_YEAR)
    short = found.kind is DateKind.MONTH_DAY
    if not lone_before and not lone_after:
        if short and not found.words and not _month_day_form(mention.shown):
            mention.reason = TOO_LITTLE
            return mention
        mention.grade = 3
        _grade_label(mention)
        return mention
    if (said := _said(before, after, lone_before, lone_after)) is not None:
        mention.grade, words = said
        if mention.grade:
            mention.label = words or mention.label
        else:
            mention.reason = f"another event: {plain[max(0, found.start - 8) : found.end + 6]!r}"
        return mention
    if _FOREIGN_LABEL.fullmatch(before.strip()):
        lone_before, lone_after = "", _FOREIGN_LABEL.split(lone_after)[0]
    rest_before = _META_WORDS.sub("", PUBLISHED.sub("", lone_before))
    # nothing is told by what follows where much stands before
    rest_after = _META_WORDS.sub("", PUBLISHED.sub("", lone_after)) if len(rest_before) <= 6 else lone_after
    if weak and (rest_before or rest_after) and not (len(plain) <= _LINE and _BRACKETED.match(plain)):
        mention.reason = "in running text"
        return mention
    in_link = any(el.tag == "a" for el in islice(text.el.up(), 4))
    aside = not rest_before or not rest_after or before[-1:] in _EDGES or after[:1] in _EDGES
    if (len(rest_before) <= 1 and len(rest_after) <= 1) or (
        not in_link and aside and len(rest_before) <= 6 and len(rest_after) <= 12
    ):
        mention.grade = 2
    elif _at_an_end(before, after, timeless, found):
        mention.grade = 1
    else:
        mention.reason = "in a title or running text"
    return mention


def _beside(text: Text, plain: str, found: Found) -> tuple[str, str, bool]:
    """What stands before and after a date in its text, as far as it belongs to it; whether what is before does not."""
    start, end = found.start, found.end
    before, after = plain[max(start - _AROUND, 0) : start], plain[end : end + _AROUND]
    if len(text.value) != len(plain) or not _SEPARATOR.search(text.value) or _BY.search(before):
        return before, after, False
    own = len(_SEPARATOR.split(text.value[:start])[-1])
    before = plain[max(start - min(own, _AROUND), 0) : start]
    return before, after[: len(_SEPARATOR.split(text.value[end:], maxsplit=1)[0])], own != start


def _said(before: str, after: str, lone_before: str, lone_after: str) -> tuple[int, str] | None:
    """The grade that the words right beside a date give it, and the label that they are; None if they say nothing."""
    if as_label(before.strip()) and names_event(before):
        return 0, ""
    if _WHERE.search(after) and _WHEN.search(before):
        return 0, ""
    labelled = LABELLED.search(_timeless(before).rstrip(" ,")) or LABELLED.search(before)
    if (labelled and not (_PERIOD_AFTER.match(after) and _BARE.match(labelled[0]))) or _POSTED_AFTER.match(after):
        return 3, ""
    if _BY.search(before) and (not after.strip() or after[0] in _EDGES):
        return 2, before[-20:].strip()
    # 某条例(1998年2月12日发布) is a title; a list may end all of its titles so
    apart = 1 if before[-1:] in _OPENING else 2
    if POSTED.fullmatch(lone_after) and (not lone_before or before[-1:] in _EDGES):
        return apart if lone_before else 3, lone_after
    if before[-1:] in _EDGES and (posted := _POSTED_THEN.match(after)):
        return apart if lone_before else 2, posted[0].strip()
    if _ON.search(before) and _THEN_POSTED.match(after):
        return 2, "发布于"
    if _EVENT_BEFORE.search(before) or _PERIOD_BEFORE.search(before) or _EVENT_AFTER.match(after):
        return 0, ""
    return None


def _timeless(text: str) -> str:
    """A text without times of day and days of the week."""
    return _TIME.sub("", text) if ":" in text or "期" in text or "周" in text or "午" in text else text


def _month_day_form(shown: str) -> bool:
    """12-28 and 1/4 are dates; 1.5 may be anything, 01.05 is one."""
    return "." not in shown or re.match(r"^\d\d\.\d\d$", shown) is not None


def _at_an_end(before: str, after: str, timeless: str, found: Found) -> bool:
    """Whether the date stands at the end of the text, or before all of it, set off by a bracket or a space."""
    tail, head = timeless.strip(), before.strip()
    opened = head[-1:] in _EDGES
    if tail in ("", ")", "]", "）", "】"):
        return opened == bool(tail) and (opened or before[-1:].isspace() or found.kind is DateKind.FULL)
    if head in ("", "(", "[", "（", "【", "·", "•", "-", "."):
        return after[:1] in _EDGES or (found.kind is DateKind.FULL and not found.words)
    return False


def _grade_label(mention: Mention) -> None:
    if mention.label and names_event(mention.label):
        mention.grade, mention.reason = 0, f"another event: {mention.label[-8:]!r}"


def is_only_date(text: str, as_of: dt.datetime) -> bool:
    """Whether a text is a date, or several, and nothing else that matters."""
    plain = dates.plain(text)
    found = dates.find(plain, as_of)
    if not found:
        return False
    rest = plain[: found[0].start] + plain[found[-1].end :]
    return not PUBLISHED.sub("", _TIME.sub("", rest)).strip(" []()（）|-:.")
