"""Blocks: the entries that stand together in one element."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools

from crawler.reading.dating import Item, dots_as_dates, infer_years, pick_slots, settle
from crawler.reading.dom import El, Page

_LINE = 40


@dataclasses.dataclass
class Block:
    """Items that stand together, their dates settled. `why` says, in order, what the score was made of."""

    container: El
    items: list[Item]
    heading: str = ""
    heading_strong: bool = False
    score: float = 0.0
    why: list[str] = dataclasses.field(default_factory=list)
    named: bool = False
    paged: bool = False
    aside: bool = False
    chrome: bool = False
    chosen: bool = False

    def credit(self, points: float, why: str) -> None:
        self.score += points
        self.why.append(f"{points:+.1f} {why}")

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


def blocks_of(items: list[Item], page: Page, as_of: dt.datetime) -> list[Block]:
    """The items by the elements that hold them, their dates settled."""
    by_container: dict[int, Block] = {}
    for item in items:
        block = by_container.get(id(item.container))
        if block is None:
            block = by_container[id(item.container)] = Block(item.container, [])
        block.items.append(item)
    blocks = list(by_container.values())
    for block in blocks:
        dots_as_dates(block.items)
        for item in block.items:
            settle(item, as_of)
        infer_years(block.items, page, as_of)
        pick_slots(block.items, as_of)
    return _joined(blocks)


def _joined(blocks: list[Block]) -> list[Block]:
    """Blocks of one item each under one parent, with the same markup, are one list."""
    singles: dict[tuple[int, int], Block] = {}
    joined = []
    for block in blocks:
        parent = block.container.parent
        if len(block.items) > 2 or parent is None:
            joined.append(block)
            continue
        key = (id(parent), block.container.path)
        if key in singles:
            singles[key].items += block.items
            singles[key].container = parent
        else:
            singles[key] = block
            joined.append(block)
    return joined
