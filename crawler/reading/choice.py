"""Which of the weighed blocks are the column's own."""

from __future__ import annotations

import collections
import re

from crawler.reading.blocks import Block
from crawler.reading.dates import plain
from crawler.reading.dating import Item
from crawler.reading.dom import El, Page, Text
from crawler.reading.frame import NOTHING_HERE, Frame, is_heading, is_loading, is_near, same_name
from crawler.reading.items import Items
from crawler.reading.layout import branches, is_at_the_side
from crawler.reading.mentions import HOLDERS, ROWS, heading_month
from crawler.reading.weighing import SENTENCE

#: Scores no further apart than this may both be the column's.
_NEAR = 6
#: Lists of a kind together outweigh a single one that has so much less in it.
_OUTWEIGHED = 0.67
#: So many characters of running text are what a page is about.
_PROSE = 100
_SENTENCE_TEXT = 20
#: That there is nothing is said in no more than this.
_NOTICE = 40
#: What a script fills, and how many positions it takes while it is empty.
_FILLED = frozenset(("ul", "ol", "table", "tbody", "div"))
_EMPTY = 4
#: What is put into these is no list of entries.
_NO_LIST = re.compile(r"^(?:ads?|share|search|nav|menu|tree|weather|time|date|clock|pages?|pager)(?![a-z])", re.I)
#: The text above another stands no further off.
_ABOVE = 10
#: What has this part of all titles is what the page shows.
_MOST = 0.5
#: So few rows without a link are lines that stand about.
_STRAY = 3


_AT_THE_SIDE = re.compile(r"(?<![a-z])(?:left|right|side\w*|aside|rail)(?![a-z])")
_LATEST = re.compile(r"最[新近]")
_CLOCK = re.compile(
    r"^\W*\d{4}\D\d\d?\D\d\d?日?\W*\d\d?:\d\d(?::\d\d)?\W*$|星期|周[一二三四五六日天]|农历|天气|[多少]云|℃|(?:最后|上次|本页)(?:更新|修改)|更新(?:时间|日期|于)\s*[:：]|今天是|现在(?:是|时间)"
)


class Choice:
    """Chooses among the blocks of one page, and marks those chosen."""

    def __init__(self, blocks: list[Block], items: Items, frame: Frame, page: Page, *, url: str) -> None:
        self._blocks = blocks
        self._items = items
        self._frame = frame
        self._page = page
        self._url = url
        self.waits = False  # a place below the column's name is still to be filled
        self._weights: collections.Counter[int] = collections.Counter()
        for block in blocks:
            self._weights[block.container.path] += block.weight

    def own(self) -> list[Block]:
        weighty = self._below_breadcrumb([block for block in self._blocks if block.score > 0 and not block.aside])
        candidates = [block for block in weighty if self._listlike(block)]
        candidates = self._without_others(self._without_strays(candidates))
        if not any(block.dated for block in candidates):
            candidates = self._lone_list() or candidates
        candidates = self._latest_of_its_own(candidates) or candidates
        if not any(block.named for block in candidates):
            candidates = self._named_undated() or candidates
        if not candidates:
            return []
        best = self._best(candidates)
        others = [block for block in weighty if block is not best and (block in candidates or block.dated)]
        if _is_linked(best):
            others = [block for block in others if _is_linked(block) or _is_like(block, best)]
        own = [best] + [block for block in others if self._belongs(block, best, alone=block in candidates)]
        for block in own:
            block.chosen = True
            block.otherwise = self._is_headed_otherwise(block)
        return own

    def _below_breadcrumb(self, weighty: list[Block]) -> list[Block]:
        """Those in the column's own part; what stands before it is the frame of the page."""
        at = self._frame.begins_at
        if at is None:
            return weighty
        below = [block for block in weighty if block.start > at]
        if any(self._listlike(block) for block in below) or self._says_something(self._frame.begins_end, None):
            return below
        return [block for block in weighty if block.named]

    def _without_strays(self, candidates: list[Block]) -> list[Block]:
        """Without lines that stand about, one or two without a link, where there are lists."""
        lists = {block.container.path for block in candidates if len(block.items) >= _STRAY}
        if not lists:
            return candidates
        return [block for block in candidates if block.container.path in lists or not _is_stray(block)]

    def _without_others(self, candidates: list[Block]) -> list[Block]:
        """Without lists that are headed as something else, where what is the column's own stands before them."""
        if self._frame.begins_at is None:
            return candidates
        candidates = [block for block in candidates if not self._is_of_another_column(block)]
        lead = self._lead(candidates)
        if lead is not None and self._is_said_to_be_empty(lead):
            return [block for block in candidates if block.named or block.paged]
        if lead is not None and all(map(self._is_headed_otherwise, candidates)) and self._is_said_outside(candidates):
            return [block for block in candidates if block.paged]
        waiting = self._waiting_below_its_name()
        self.waits = waiting is not None
        if waiting is not None:
            candidates = [b for b in candidates if waiting.holds(b.start) or not self._is_headed_otherwise(b)]
        if not any(block.named for block in candidates) and self._tells_below_its_name():
            return [block for block in candidates if not self._is_headed_otherwise(block)]
        kept = []
        for block in candidates:
            if block.paged or not self._is_headed_otherwise(block):
                kept.append(block)
            elif lead is not None and lead is not block and not self._is_headed_otherwise(lead):
                if self._is_at_the_side(lead, block):
                    kept.append(block)
            elif not self._says_something(self._frame.begins_end, block):
                kept.append(block)
        return kept

    def _lead(self, candidates: list[Block]) -> Block | None:
        """The first of them; a link or two without a date lead nothing where there are lists."""
        lists = [block for block in candidates if block.dated or len(block.items) >= _STRAY]
        return min(lists or candidates, key=lambda block: block.start, default=None)

    def _is_of_another_column(self, block: Block) -> bool:
        """Whether a block at the side is headed as something else and leads nowhere below the column's address."""
        if not self._leads_elsewhere(block):
            return False
        return any(_AT_THE_SIDE.search(el.marks) for el in block.container.up() if el.marks)

    def _leads_elsewhere(self, block: Block) -> bool:
        """Whether a block is headed as something else and leads nowhere below the column's address."""
        if not self._url or block.paged or not self._is_headed_otherwise(block):
            return False
        return not any(is_near(item.href, self._url) for item in block.items)

    def _is_said_outside(self, candidates: list[Block]) -> bool:
        """Whether the column's own part says, outside these blocks, that there is nothing."""
        end = self._frame.footer_at if self._frame.footer_at is not None else 1 << 60
        said = self._page.between(self._frame.begins_end, end)
        return any(
            self._is_notice(text) and not any(block.container.holds(text.position) for block in candidates)
            for text in said
        )

    def _is_said_to_be_empty(self, lead: Block) -> bool:
        """Whether the column's own part begins with the words that there is nothing."""
        said = self._page.between(self._frame.begins_end, lead.start)
        return any(map(self._is_notice, said))

    def _is_notice(self, text: Text) -> bool:
        """Whether a text says that there is nothing; below a year it says so of that year alone."""
        if len(text.value.strip()) > _NOTICE or not NOTHING_HERE.search(text.value):
            return False
        above = self._page.between(text.position - _ABOVE, text.position)
        return not above or heading_month(plain(above[-1].value).strip()) is None

    def _tells_below_its_name(self) -> bool:
        """Whether the column's name stands as a heading in its own part, with a text below it."""
        for text in self._page.between(self._frame.begins_end, 1 << 60):
            if is_heading(text.el) and self._frame.is_name(text.value):
                return self._says_something(text.position + 1, None)
        return False

    def _waiting_below_its_name(self) -> El | None:
        """The part of the page that has the column's name above a place that a script is to fill; None without one."""
        for text in self._page.between(self._frame.begins_end, 1 << 60):
            if text.el.tag != "a" and self._frame.is_name(text.value):
                box = self._box(text)
                below = (el for el in self._page.inside(box) if el.start > text.position)
                return box if any(map(self._is_waiting, below)) else None
        return None

    def _box(self, text: Text) -> El:
        """The innermost element that holds more than a text and its heading."""
        return next((el for el in text.el.up() if el.end > text.position + 1 and not is_heading(el)), text.el)

    def _is_waiting(self, el: El) -> bool:
        """Whether an element that a script may know has nothing in it yet, or says that it is being filled."""
        if el.tag not in _FILLED or not el.attrs.get("id") or el.hidden or _NO_LIST.search(el.attrs["id"]):
            return False
        inside = self._page.between(el.start, el.end)
        return el.end - el.start <= _EMPTY if not inside else len(inside) == 1 and is_loading(inside[0].value)

    def _is_headed_otherwise(self, block: Block) -> bool:
        """Whether a block has a heading that is not the column's name, nor part of it."""
        if not block.heading_strong or block.named or not self._frame.names:
            return False
        return not any(_related(block.heading, name) for name in self._frame.names)

    def _says_something(self, start: int, before: Block | None) -> bool:
        """Whether a text stands there that is what the page is about, or says that there is nothing."""
        end = before.start if before else self._frame.footer_at
        count = 0
        for text in self._page.between(start, end if end is not None else 1 << 60):
            value = text.value.strip()
            if self._is_notice(text):
                return True
            if len(value) >= _SENTENCE_TEXT and not any(el.tag in ("a", "li", "form") for el in text.el.up()):
                count += len(value)
        events = (m for m in self._items.mentions if m.text.position >= start and not m.grade)
        return count >= _PROSE or sum(end is None or m.text.position < end for m in events) >= _STRAY

    def _best(self, candidates: list[Block]) -> Block:
        """The one with the highest score, unless it stands at the side of another that comes near it."""
        best = max(candidates, key=lambda block: block.score)
        if best.named or (best.paged and not self._is_headed_otherwise(best)):
            return best
        if self._frame.begins_at is not None and self._is_headed_otherwise(best):
            own = [block for block in candidates if block.dated and not self._is_headed_otherwise(block)]
            near = max(own, key=lambda block: (block.named, block.score), default=best)
            best = near if near.named or near.score > best.score - _NEAR else best
        groups: dict[int, list[Block]] = collections.defaultdict(list)
        for block in candidates:
            if block.dated:
                groups[block.container.path].append(block)
        if groups:
            most = max(groups.values(), key=lambda group: sum(block.weight for block in group))
            if len(most) > 1 and best.weight <= _OUTWEIGHED * sum(block.weight for block in most):
                best = max(most, key=lambda block: block.score)
        for other in sorted(candidates, key=lambda block: -block.score):
            if other.dated and other.score > best.score - _NEAR and self._is_at_the_side(best, other):
                if self._leads_elsewhere(other) and not self._leads_elsewhere(best):
                    continue
                best = other
        return best

    def _belongs(self, block: Block, best: Block, *, alone: bool) -> bool:
        """Whether a block is the column's own beside the best one; `alone`: it could be a list by itself."""
        twin = block.container.path == best.container.path
        groups = twin and best.container.tag in HOLDERS and block.container.parent is best.container.parent
        if not groups and self._is_at_the_side(block, best):
            return False
        if (
            (self._frame.begins_at is not None or not twin)
            and self._is_headed_otherwise(block)
            and not self._is_headed_otherwise(best)
        ):
            return False
        if not twin and self._is_headed_otherwise(block) and self._has_twins(best):
            return False
        if (twin and not (best.named and block.heading_strong and not block.named)) or (block.named and best.named):
            return True
        if best.named or best.paged:
            return self._stands_at(block, best)
        return alone and bool(block.dated) and block.score >= best.score - _NEAR

    def _has_twins(self, best: Block) -> bool:
        """Whether the best block is one of several parts of the column, each with a heading of its own."""
        twins = [block for block in self._blocks if block.container.path == best.container.path and not block.aside]
        return len(twins) > 1 and all(block.heading_strong for block in twins)

    def _is_at_the_side(self, block: Block, main: Block) -> bool:
        parted = branches(main.container, block.container)
        if parted is None:
            return False
        return is_at_the_side(
            *parted,
            # all lists that are marked up like the main one stand on its side of the scales
            main_titles=max(self._items.titles_inside(parted[0]), self._weights[main.container.path]),
            side_titles=self._items.titles_inside(parted[1]),
            crumb_at=self._frame.begins_at,
        )

    def _stands_at(self, block: Block, best: Block) -> bool:
        """Whether a block without a heading of its own stands right at the certain one (a lead item, a second half)."""
        near = best.container.parent or best.container
        return (
            bool(block.dated)
            and block.heading in ("", best.heading)
            and near.tag not in ("body", "html")
            and near.holds(block.container.start)
        )

    def _lone_list(self) -> list[Block]:
        """A list headed like a side list, on a page that has no frame of a column and hardly anything but this list."""
        if self._frame.begins_at is not None:
            return []
        total = len(self._items.all)
        return [block for block in self._blocks if block.score > 0 and len(block.dated) >= max(6, 0.2 * total)]

    def _latest_of_its_own(self, candidates: list[Block]) -> list[Block]:
        """What is headed as published last and leads below the column's own address: where nothing else is the
        column's, that is said of the column. Rows without a link that stand below it are no rivals."""
        at = self._frame.begins_at
        rivals = [block for block in candidates if block.dated and not self._leads_elsewhere(block)]
        if at is None or not self._url or any(map(_is_linked, rivals)):
            return []
        end = min((block.start for block in rivals), default=1 << 60)
        return [
            block
            for block in self._blocks
            if at < block.start <= end
            and len(block.dated) >= _STRAY
            and _LATEST.match(block.heading)
            and not block.chrome
            and block.weight >= _MOST * self._weights.total()
            and all(is_near(item.href, self._url) for item in block.items)
            and not self._says_something(self._frame.begins_end, block)
        ]

    def _named_undated(self) -> list[Block]:
        """A list below the column's name whose entries show dates of other things, or what a script is to write."""
        return [
            block
            for block in self._blocks
            if block.named and block.heading_strong and not block.aside and len(block.items) > 1 and self._tells(block)
        ]

    def _tells(self, block: Block) -> bool:
        """Whether the entries of a block say more than their titles: those of a menu do not."""
        if any(item.mentions for item in block.items):
            return True
        return any(item.el.holds(script.position) for script in self._page.scripts for item in block.items)

    def _is_clock(self, block: Block) -> bool:
        """Whether a block is a line or two without a link that tell the day, the weather, or when the page was made."""
        return _is_stray(block) and all(_CLOCK.search(self._page.text_of(item.el)) for item in block.items)

    def _listlike(self, block: Block) -> bool:
        if block.dated and self._is_clock(block):
            return False
        if block.dated:
            return len(block.items) >= _STRAY or block.named or block.paged or self._may_be_all(block)
        average = sum(len(item.title) for item in block.items) / len(block.items)
        return average >= SENTENCE and (len(block.items) >= 2 or self._lone(block.items[0]))

    def _may_be_all(self, block: Block) -> bool:
        """Whether an entry or two may be all there is: rows, or what stands below the breadcrumb in no frame."""
        if block.chrome:
            return False
        at = self._frame.begins_at
        if at is None or block.start < at:
            most = block.weight >= _MOST * self._weights.total()
            return (most or block.items[0].el.tag == "li") and any(item.href for item in block.items)
        return block.container.tag not in ("body", "html") or not self._items.between(at, block.start)

    def _lone(self, item: Item) -> bool:
        """Whether the only entry of a block is one: a row below the breadcrumb, not a stray link."""
        at = self._frame.begins_at
        return item.el.tag in ROWS and at is not None and item.el.start > at


def _is_stray(block: Block) -> bool:
    return len(block.items) < _STRAY and not _is_linked(block)


def _is_linked(block: Block) -> bool:
    return any(item.is_link for item in block.items)


def _is_like(block: Block, other: Block) -> bool:
    """Whether two blocks are of one markup."""
    return block.container.path == other.container.path


def _related(heading: str, name: str) -> bool:
    return same_name(heading, name) or (len(heading) >= 2 and (heading in name or name in heading))
