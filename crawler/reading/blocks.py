"""Blocks: the entries that stand together in one element."""

from __future__ import annotations

import bisect
import dataclasses
import datetime as dt
import functools
import re
from itertools import islice

from crawler.reading.dates import DateKind
from crawler.reading.dating import (
    Item,
    days_first,
    dots_as_dates,
    hours_as_today,
    next_best_labels,
    pick_slots,
    settle,
)
from crawler.reading.dom import El, Page
from crawler.reading.frame import is_heading
from crawler.reading.labels import PAGE_OF_PAPER, names_event
from crawler.reading.layout import floats
from crawler.reading.mentions import BESIDE_NOTHING, Mention
from crawler.reading.years import infer_years

_LINE = 40
#: No more items than this make no list by themselves.
_FEW = 2
#: The grade of a date that is all that stands there.
_ALONE = 3
#: The name of a newspaper's page stands so far above its titles at most, its day so far from that.
_MASTHEAD = 20
_BESIDE = 6
_TIME_OF_DAY = re.compile(r"(?<!\d)\d{1,2}:\d{2}(?!\d)")


@dataclasses.dataclass(eq=False)
class Block:
    """Items that stand together, their dates settled. `weighed`: what the score was made of, in order."""

    container: El
    items: list[Item]
    heading: str = ""
    heading_strong: bool = False
    score: float = 0.0
    weighed: list[tuple[float, str]] = dataclasses.field(default_factory=list)
    named: bool = False
    paged: bool = False
    aside: bool = False
    chrome: bool = False
    chosen: bool = False
    otherwise: bool = False  # chosen, though headed as something else than the column

    def credit(self, points: float, why: str) -> None:
        self.score += points
        self.weighed.append((points, why))

    @property
    def why(self) -> list[str]:
        """What the score was made of, in order."""
        return [f"{points:+.1f} {why}" for points, why in self.weighed]

    @property
    def start(self) -> int:
        return self.items[0].el.start

    @functools.cached_property
    def weight(self) -> int:
        """How many characters its titles have; of a long one, no more than a line."""
        return sum(min(len(item.title), _LINE) for item in self.items)

    @functools.cached_property
    def dated(self) -> list[Item]:
        return [item for item in self.items if any(mention.grade and mention.date for mention in item.mentions)]

    def newest(self, today: dt.date) -> dt.date | None:
        """The newest date not after `today`."""
        return max(
            (m.date for item in self.dated for m in item.mentions if m.grade and m.date and m.date <= today),
            default=None,
        )

    @property
    def share(self) -> float:
        return len(self.dated) / len(self.items) if self.items else 0.0


def blocks_of(items: list[Item], dated: list[Mention], page: Page, as_of: dt.datetime) -> list[Block]:
    """The items by the elements that hold them, their dates settled."""
    by_container: dict[int, Block] = {}
    for item in items:
        block = by_container.get(id(item.container))
        if block is None:
            block = by_container[id(item.container)] = Block(item.container, [])
        block.items.append(item)
    for block in by_container.values():
        _date_by_heading(block, page, dated)
    blocks = _joined(list(by_container.values()))
    for block in blocks:
        shows_dates = any(item.mentions for item in block.items)  # menus, most blocks of a page, do not
        if shows_dates:
            dots_as_dates(block.items)
            days_first(block.items)
            next_best_labels(block.items)
            hours_as_today(block.items, page, as_of)
        for item in block.items:
            settle(item, as_of)
        if shows_dates:
            infer_years(block.items, page, as_of)
            pick_slots(block.items, as_of)
    return blocks


def _date_by_heading(block: Block, page: Page, dated: list[Mention]) -> None:
    """Give entries that show no dates, or times of day only, the day that stands above them: as their heading, or
    as that of the issue of a newspaper whose page they are."""
    if any(mention.grade for item in block.items for mention in item.mentions):
        return
    day = _day_of_heading(block, page, dated) or _day_of_issue(block, page, dated)
    if day is not None:
        day.grade, day.reason = _ALONE, ""
        for item in block.items:
            item.mentions.append(day)


def _day_of_heading(block: Block, page: Page, dated: list[Mention]) -> Mention | None:
    at = bisect.bisect_left(page.positions, block.items[0].el.start) - 1
    above = page.texts[at] if at >= 0 else None
    if above is None or not any(is_heading(el) for el in islice(above.el.up(), 2)):
        return None
    day = next((mention for mention in dated if mention.text is above), None)
    if day is None or (day.grade < _ALONE and day.reason != BESIDE_NOTHING):
        return None
    return day if any(_TIME_OF_DAY.search(page.text_of(item.el)) for item in block.items) else None


def _day_of_issue(block: Block, page: Page, dated: list[Mention]) -> Mention | None:
    """The day that stands right beside the name of the newspaper's page, above its titles."""
    if len(block.items) <= _FEW:
        return None
    start = block.start
    named = next((t for t in reversed(page.between(start - _MASTHEAD, start)) if PAGE_OF_PAPER.search(t.value)), None)
    if named is None:
        return None
    near = (m for m in dated if abs(m.text.position - named.position) <= _BESIDE and m.text.position < start)
    told = (m for m in near if m.grade or m.reason == BESIDE_NOTHING)  # no other event's day
    return next((m for m in told if m.found.kind is DateKind.FULL and not names_event(m.label)), None)


def _joined(blocks: list[Block]) -> list[Block]:
    """Blocks of one item each under one parent, with the same markup, are one list."""
    lists = {_kind(block) for block in blocks if len(block.items) > _FEW}
    singles: dict[tuple[int, int, bool], Block] = {}
    joined = []
    for block in blocks:
        kind, parent = _kind(block), _whole(block).parent
        # beside a list of their kind they are lists too, of a year in which little was published
        if parent is None or len(block.items) > _FEW or kind in lists or floats(block.container):
            joined.append(block)
        elif kind in singles:
            singles[kind].items += block.items
            singles[kind].container = parent
        else:
            singles[kind] = block
            joined.append(block)
    return joined


def _kind(block: Block) -> tuple[int, int, bool]:
    """The same for blocks of the same markup under one parent, with or without links."""
    whole = _whole(block)
    return id(whole.parent), whole.path, bool(block.items[0].href)


def _whole(block: Block) -> El:
    """What holds a block: of a table's body, the table."""
    container = block.container
    return container.parent if container.tag == "tbody" and container.parent is not None else container
