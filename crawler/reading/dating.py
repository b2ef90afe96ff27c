"""Which day an item was published: what its address says of it, and which of several dates counts."""

from __future__ import annotations

import collections
import dataclasses
import datetime as dt
import itertools
import re

from crawler.reading import dates
from crawler.reading.dates import DateKind, Found
from crawler.reading.dom import El, Page
from crawler.reading.labels import names_end, names_publishing, names_start, names_writing
from crawler.reading.mentions import TOO_LITTLE, Mention, slot_of

_HREF_DATE = re.compile(
    r"(?<!\d)((?:19|20)\d\d)[-/_]?(0[1-9]|1[0-2]|(?<=[-/_])[1-9](?=[-/_]))[-/_]?(0[1-9]|[12]\d|3[01]|(?<=[-/_])[1-9](?=[-/_.]))(?!\d)"
    r"|/(\d\d)/?(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=/)"
)
_SHORT_FORM = re.compile(r"/\d\d/?[01]\d")
_HREF_MONTH = re.compile(r"(?<!\d)((?:19|20)\d\d)[-/_]?(0[1-9]|1[0-2])(?!\d)|(?<!\d)((?:19|20)\d\d)(?=/)")
#: An item with more dates than this is no entry of a list.
_MANY = 8
#: So many entries make a row of a kind.
_ROW = 3
#: The grade of a date that is all that stands there.
_ALONE = 3
_MONTHS = 12
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.]((?:19|20)\d\d)")
_HOUR = re.compile(r"\s*\[?(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?\]?\s*$")


@dataclasses.dataclass(slots=True)
class Item:
    """One entry to be: an element around one link, and the dates that belong to it."""

    el: El
    title: str
    href: str
    mentions: list[Mention]
    container: El
    is_link: bool = False  # its title is that of a link, wherever it leads
    linked: dt.date | None = None  # the day in its address, once it is settled


def href_date(href: str) -> dt.date | None:
    """The day in an address such as t20240102_1.html, /2024/1/2/, /art/2024/1/2/art_1.html, /20/0704/."""
    path = href.split("?", 1)[0].split("#", 1)[0]
    if not ("20" in path or "19" in path or _SHORT_FORM.search(path)):
        return None
    for match in reversed(list(_HREF_DATE.finditer(path))):
        year, month, day, short, short_month, short_day = match.groups()
        if year:
            date = dates.valid(int(year), int(month), int(day))
        else:
            date = dates.valid(2000 + int(short), int(short_month), int(short_day))
        if date:
            return date
    return None


def href_month(href: str) -> tuple[int, int | None] | None:
    """The year, and the month where there is one, in an address such as /202401/ or /2024/."""
    match = _HREF_MONTH.search(href.split("?", 1)[0])
    if not match:
        return None
    return (int(match[1]), int(match[2])) if match[1] else (int(match[3]), None)


def settle(item: Item, as_of: dt.datetime) -> None:
    """Give relative times and year-less dates what the item's own address says."""
    linked = item.linked = href_date(item.href) if item.href else None
    for mention in item.mentions:
        found = mention.found
        if found.kind is DateKind.RELATIVE:
            mention.used_as_of = True
            if linked and found.date and abs((linked - found.date).days) <= (2 if found.exact else 40):
                mention.date, mention.used_as_of = linked, False
        elif found.kind is DateKind.MONTH_DAY:
            month = href_month(item.href)
            if linked and (linked.month, linked.day) == (found.month, found.day):
                mention.date, mention.inferred = linked, True
            elif linked and (date := _nearest_year(found, linked)):
                mention.date, mention.inferred = date, True
            elif month and month[1] in (None, found.month):
                mention.date, mention.inferred = dates.valid(month[0], found.month, found.day), True


def _nearest_year(found: Found, linked: dt.date) -> dt.date | None:
    """The year-less date next to the address's date, when they are within some weeks."""
    options = (dates.valid(year, found.month, found.day) for year in (linked.year - 1, linked.year, linked.year + 1))
    near = [date for date in options if date and abs((date - linked).days) <= 45]
    return min(near, key=lambda date: abs((date - linked).days)) if near else None


def pick_slots(items: list[Item], as_of: dt.datetime) -> None:
    """Of several dates in each item, keep the one that says when it was published; drop weak readings where
    the list shows better ones."""
    grades: collections.Counter[int] = collections.Counter()
    for item in items:
        best = max((mention.grade for mention in item.mentions if mention.date), default=0)
        grades[best] += 1
    dated = sum(count for grade, count in grades.items() if grade)
    if not dated:
        return
    floor = 2 if grades[3] + grades[2] >= max(1, dated * 0.4) else 1
    weak_only = floor == 1 and dated < max(2, 0.5 * len(items))
    deadlines = _deadline_slots(items, as_of)
    usual = _usual_slot(items)
    for item in items:
        for mention in item.mentions:
            if mention.grade and mention.grade < floor:
                mention.grade, mention.reason = 0, "in a title; the list shows dates elsewhere"
            elif mention.grade == 1 and weak_only:
                mention.grade, mention.reason = 0, "in a title, and only in few"
            elif mention.grade and mention.slot in deadlines:
                mention.grade, mention.reason = 0, "a later date beside the publish date (deadline, validity)"
            elif usual and mention.grade == 2 and mention.slot != usual:
                mention.grade, mention.reason = 0, "in running text; the list shows dates elsewhere"
            if not mention.grade:
                mention.date = None
        labelled = [m for m in item.mentions if m.date and names_publishing(m.label)]
        if labelled:
            for mention in item.mentions:
                if mention.date and mention not in labelled:
                    mention.date, mention.grade, mention.reason = None, 0, "another date is labelled as published"


def _usual_slot(items: list[Item]) -> str | None:
    """Where nearly every item shows a date that stands alone."""
    alone = collections.Counter(slot for item in items for slot in {m.slot for m in item.mentions if m.grade == 3})
    if len(items) < _ROW or not alone:
        return None
    slot, count = alone.most_common(1)[0]
    return slot if count >= 0.7 * len(items) else None


def _deadline_slots(items: list[Item], as_of: dt.datetime) -> set[str]:
    """Slots with dates after as_of that are later than those of another slot: what is published is over."""
    future: set[str] = set()
    pairs: collections.Counter[tuple[str, str]] = collections.Counter()
    for item in items:
        dated = [(m.slot, m.date) for m in item.mentions if m.grade and m.date]
        future |= {slot for slot, date in dated if date > as_of.date()}
        if len(dated) <= _MANY:
            pairs.update({(one, other) for one, day in dated for other, later in dated if one != other and day < later})
    return {later for (earlier, later), count in pairs.items() if later in future and count > pairs[later, earlier]}


def days_first(items: list[Item]) -> None:
    """Read 04/09/2012 as the 4th of September where others of the list can only be read so."""
    found = [(m, match) for item in items for m in item.mentions if m.date and (match := _YEAR_LAST.fullmatch(m.shown))]
    if not any(int(match[1]) > _MONTHS for _, match in found) or any(int(match[2]) > _MONTHS for _, match in found):
        return
    for mention, match in found:
        mention.date = dates.valid(int(match[3]), int(match[2]), int(match[1]))


def hours_as_today(items: list[Item], page: Page, as_of: dt.datetime) -> None:
    """Take 10:25 for a date of today where the entries that lead a list show no more, in the place of others' dates."""
    slots = collections.Counter(m.slot for item in items for m in item.mentions if m.grade == _ALONE)
    if not slots:
        return
    usual, _count = slots.most_common(1)[0]
    for item in itertools.takewhile(lambda item: not any(m.grade for m in item.mentions), items):
        for text in page.between(item.el.start, item.el.end):
            if _HOUR.match(text.value) and slot_of(text) == usual:
                today = as_of.date()
                found = Found(0, len(text.value), DateKind.RELATIVE, today.month, today.day, today)
                shown = text.value.strip()
                item.mentions.append(
                    Mention(text, found, _ALONE, shown=shown, date=today, slot=usual, end=text.position)
                )


def next_best_labels(items: list[Item]) -> None:
    """Where a list shows no days of publishing, take those on which documents were drawn up, or periods began."""
    mentions = [mention for item in items for mention in item.mentions]
    if any(mention.grade for mention in mentions):
        return
    ends = any(names_end(mention.label) for mention in mentions)
    stand_ins = [
        [m for m in item.mentions if m.date and (names_writing(m.label) or (ends and names_start(m.label)))]
        for item in items
    ]
    if sum(map(bool, stand_ins)) < max(_ROW, 0.7 * len(items)):
        return
    for mention in itertools.chain.from_iterable(stand_ins):
        mention.grade, mention.reason = 2, ""


def dots_as_dates(items: list[Item]) -> None:
    """Take 6.3 for a date where a whole list writes one such number beside each entry, in order."""
    weak = [[m for m in item.mentions if m.reason == TOO_LITTLE] for item in items]
    shown = [(found[0].found.month, found[0].found.day) for found in weak if len(found) == 1]
    if len(shown) < max(_ROW, 0.7 * len(items)):
        return
    rising = sum(one < other for one, other in itertools.pairwise(shown))
    if rising > len(shown) // 10 + 1 or len(set(shown)) < 2:
        return
    for found in weak:
        for mention in found:
            mention.grade, mention.reason = 2, ""
