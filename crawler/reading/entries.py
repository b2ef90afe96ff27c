"""Which links and dates of a page form lists, and which of the lists is the column's own.

A page is cut into items (`items`), items into blocks (`blocks`), every block is weighed (`weighing`) by what a
reader would go by, and what belongs to the column is chosen (`choice`).
"""

from __future__ import annotations

import datetime as dt

from crawler.reading.blocks import blocks_of
from crawler.reading.choice import Choice
from crawler.reading.dom import Page
from crawler.reading.frame import frame_of
from crawler.reading.items import Items
from crawler.reading.mentions import Mention
from crawler.reading.weighing import Scales


class Lists:
    """The lists of a page, weighed; `own` are the blocks that belong to the column."""

    def __init__(self, page: Page, dated: list[Mention], *, url: str, as_of: dt.datetime) -> None:
        """`dated`: every mention of a date on the page; they are settled here."""
        self.url = url
        self.today = as_of.date()
        self.mentions = dated
        frame = self.frame = frame_of(page)
        self.crumb, self.crumb_at, self.names = frame.crumb, frame.crumb_at, frame.names
        self.pager_at, self.footer_at = frame.pager_at, frame.footer_at
        items = Items(page, dated, as_of)
        self.anchors, self.link_text, self.items = items.anchors, items.link_text, items.all
        self.blocks = blocks_of(items.all, dated, page, as_of)
        Scales(self.blocks, items, frame, page, url=url).weigh()
        choice = Choice(self.blocks, items, frame, page, url=url)
        self.own = choice.own()
        self.waits = choice.waits

    def dated_elsewhere(self) -> bool:
        """Whether blocks that were not chosen show dates."""
        return any(block.dated and not block.chosen for block in self.blocks)
