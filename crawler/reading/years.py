"""Years for dates that are shown without one: a heading that names it, else the order in which a list stands."""

from __future__ import annotations

import datetime as dt
import re
import statistics
from collections.abc import Sequence
from itertools import islice, pairwise

from crawler.reading import dates
from crawler.reading.dates import DateKind
from crawler.reading.dating import Item
from crawler.reading.dom import OUTERMOST, El, Page, Text
from crawler.reading.frame import is_heading, is_open
from crawler.reading.mentions import Mention, heading_month

_LISTS = frozenset(("ul", "ol", "dl", "tbody", "table"))
#: 公示公告(2020年) heads a year's entries; 2020年度公示公告 too, on a page that is called 公示公告.
_NAMED_YEAR = re.compile(r"^.{2,16}\(((?:19|20)\d\d)年度?\)$")
_YEAR_OF_NAME = re.compile(r"^((?:19|20)\d\d)年度?(.{2,12})$")
#: What marks an entry that stays at the top of its list, whatever its day.
_PINNED = re.compile(r"置\s*顶|^\W*顶\W*$")
_PINNED_MARK = re.compile(r"(?<![a-z])(?:is-?)?(?:top|zd|ding|zhiding|sticky|pinned)(?![a-z])")
_PINNED_PICTURE = re.compile(r"(?<![a-z])(?:top|zd|ding|zhiding)\d?\.(?:gif|png|jpe?g|svg)", re.I)
#: So far ahead of the entry above it, an entry is of the year before; nearer, the list is not in order there.
AHEAD = dt.timedelta(days=100)
#: No year lies further back.
_YEARS = 9
#: So many entries at the top may be pinned without a mark, if so many below tell how often something is published.
_UNMARKED = 3
_TELLING = 4
#: Days: what was published so lately is recent, and so long a silence is one, however seldom something is published.
_RECENT = 14
_SILENCE = 60
#: So few texts above a list, in what it stands in, are those that head it.
_HEADS = 4
#: A mark stands in the first so many elements of an entry, in a text no longer than this.
_MARKED = 12
#: So many years right after one another are tabs.
_ROW = 2
_SHORT = 40


def infer_years(items: list[Item], page: Page, as_of: dt.datetime) -> None:
    """Years for month-day dates: a year heading above, else the order of the list, never after as_of."""
    lacking = [[m for m in item.mentions if m.grade and _lacks_year(m)] for item in items]
    if not any(lacking):
        return
    today = as_of.date()
    headings = year_headings(items, page)
    pinned = _pinned(items, lacking, page, today)
    previous: dt.date | None = None
    for index, item in enumerate(items):
        for mention in lacking[index]:
            _infer_year(mention, headings, previous, today)
        shown = [m.date for m in item.mentions if m.grade and m.date and m.date <= today]
        if shown and index >= pinned:
            previous = max(shown)


def _lacks_year(mention: Mention) -> bool:
    return mention.found.kind is DateKind.MONTH_DAY and mention.date is None


def _infer_year(
    mention: Mention, headings: list[tuple[int, int, int]], previous: dt.date | None, today: dt.date
) -> None:
    mention.inferred = True
    above = ((year, month) for position, year, month in reversed(headings) if position < mention.text.position)
    year, month = next(above, (0, 0))
    headed = dates.valid(year, mention.found.month, mention.found.day) if month in (0, mention.found.month) else None
    if headed and headed <= today:
        mention.date = headed
    else:  # no heading, or what heads something else: a calendar
        mention.used_as_of = True
        mention.date = _latest(mention, today if previous is None else min(previous + AHEAD, today))


def _latest(mention: Mention, last: dt.date) -> dt.date | None:
    """The last such day that is not after another."""
    years = range(last.year, last.year - _YEARS, -1)
    days = (dates.valid(year, mention.found.month, mention.found.day) for year in years)
    return next((day for day in days if day and day <= last), None)


def _pinned(items: list[Item], lacking: Sequence[list[Mention]], page: Page, today: dt.date) -> int:
    """How many entries at the top of a list say nothing of the days of those below."""
    marked = next((at for at, item in enumerate(items) if not _is_marked(item, page)), 0)
    return marked or next((count for count in range(1, _UNMARKED + 1) if _seem_pinned(lacking, count, today)), 0)


def _is_marked(item: Item, page: Page) -> bool:
    """Whether an entry is marked as pinned."""
    texts = page.between(item.el.start, item.el.end)
    if any(len(text.value) <= _SHORT and _PINNED.search(text.value) for text in texts):
        return True
    return any(map(_marks_pinned, islice(page.inside(item.el), _MARKED)))


def _marks_pinned(el: El) -> bool:
    if el.tag == "img":
        told = el.attrs.get("alt", ""), el.attrs.get("title", "")
        return any(map(_PINNED.search, told)) or _PINNED_PICTURE.search(el.attrs.get("src", "")) is not None
    return bool(el.marks) and _PINNED_MARK.search(el.marks) is not None


def _seem_pinned(lacking: Sequence[list[Mention]], count: int, today: dt.date) -> bool:
    """Whether the entries below the first `count`, taken for the latest such days, come one after the other right up
    to today, but in the order of the list would have ended in a long silence: that would be chance."""
    if len(lacking) < count + _TELLING or not all(lacking[count - 1 : count + _TELLING]):
        return False
    above, *below = (mentions[0] for mentions in lacking[count - 1 : count + _TELLING])
    days = _in_order(below, today)
    first = _latest(above, today)
    if len(days) < _TELLING or first is None or (before := _latest(below[0], first)) is None:
        return False
    usual = statistics.median((one - other).days for one, other in pairwise(days))
    return (today - days[0]).days <= max(_RECENT, 2 * usual) and (first - before).days > max(_SILENCE, 6 * usual)


def _in_order(below: Sequence[Mention], last: dt.date) -> list[dt.date]:
    """The days of entries from the newest one on, each the latest that is not after the one above it."""
    days: list[dt.date] = []
    for mention in below:
        day = _latest(mention, days[-1] if days else last)
        if day is None:
            break
        days.append(day)
    return days


def year_headings(items: list[Item], page: Page) -> list[tuple[int, int, int]]:
    """(position, year, month) of texts in and right above the block that are a year, or a month of one, and nothing
    else, or above it name a year; month 0 where it is the whole year."""
    first, last = items[0].el.start, items[-1].el.end
    around = _around(items[0], page)
    headings: list[tuple[int, int, int]] = []
    tabs: list[Text] = []
    for text in page.between(max(around.start, first - 40), last):
        value = dates.plain(text.value).strip()
        if len(value) <= 10 and (heading := heading_month(value)) and not _leads_away(text):
            if tabs and heading[1]:
                tabs = []  # a month of the year above
            headings.append((text.position, *heading))
            tabs.append(text)
            continue
        _keep_open(headings, tabs)
        tabs = []
        if text.position < first and (year := _named_year(text, value, page)):
            headings.append((text.position, year, 0))
    return headings


def _keep_open(headings: list[tuple[int, int, int]], tabs: Sequence[Text]) -> None:
    """Of years in a row that lead to others' entries, only the one that is open heads what stands below."""
    if len(tabs) < _ROW or not any(map(_leads_on, tabs)):
        return
    heads = [text for text in tabs if is_open(text.el)] or [text for text in tabs if not _leads_on(text)]
    kept = heads[0].position if len(heads) == 1 else None
    row = {text.position for text in tabs} - {kept}
    headings[:] = [heading for heading in headings if heading[0] not in row]


def _leads_away(text: Text) -> bool:
    """Whether a text is a link to another page, and neither set as a heading nor one of a row of such."""
    steps = list(islice(text.el.up(), 3))
    link = next((el for el in steps if el.tag == "a"), None)
    if link is None or link.attrs.get("href", "#").startswith(("#", "javascript:")):
        return False
    return not any(is_heading(el) or is_open(el) for el in steps)


def _leads_on(text: Text) -> bool:
    return any(el.tag == "a" for el in islice(text.el.up(), 2))


def _around(item: Item, page: Page) -> El:
    """What a list stands in, with what heads it: a panel, whose heading may be an element beside the list's."""
    outer = item.container
    for up in item.container.up():
        above = page.between(up.start, item.el.start)
        if outer.tag not in _LISTS and (up.tag in OUTERMOST or len(above) > _HEADS):
            break
        outer = up
    return outer


def _named_year(text: Text, value: str, page: Page) -> int | None:
    """The year that a heading above a list names beside the column."""
    if any(up.tag == "a" for up in text.el.up()):
        return None
    if named := _NAMED_YEAR.search(value):
        return int(named[1])
    named = _YEAR_OF_NAME.search(value)
    if named and named[2] in page.title and any(is_heading(el) for el in islice(text.el.up(), 2)):
        return int(named[1])
    return None
