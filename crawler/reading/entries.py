"""Which links and dates of a page form lists, and which of the lists is the column's own.

A page is cut into items (the largest element around one link), items into blocks (the elements that
hold several items), and every block is weighed by what a reader would go by: its heading against the
column's name, the pager below it, the breadcrumb above it, where its links lead, how it is marked up.
"""

from __future__ import annotations

import bisect
import collections
import dataclasses
import datetime as dt
import re

from crawler.reading.dating import Item, dots_as_dates, href_date, infer_years, pick_slots, settle
from crawler.reading.dom import El, Page, Text
from crawler.reading.frame import (
    CHROME_MARK,
    CHROME_TAGS,
    MORE,
    PAGER,
    breadcrumb,
    column_names,
    footer_position,
    is_heading,
    join,
    pager_position,
    path_of,
    same_name,
)
from crawler.reading.layout import branches, is_at_the_side
from crawler.reading.mentions import HOLDERS, ROWS, Mention, is_only_date

_MAIN_MARK = re.compile(r"(?<![a-z])(?:list\w*|main\w*|content|con|news\w*|article\w*|gl|lb|liebiao)(?![a-z])")

_ASIDE_HEADING = re.compile(
    r"^(?:(?:24|48)小时|一?周|本[周月]|今日|月度)?(?:热[点门文搜]|最热|点击|阅读|排行|推荐|精彩|相关|猜你|友情|"
    r"最[新近](?:文章|更新|发布|资讯|信息|公开|动态|消息|公告|通知|新闻|要闻|稿件|内容)|新闻排行|人气|关注|延伸|往期|历史上|浏览|本站推荐|编辑推荐|图片新闻|"
    r"热点|随机|链接|快速|常用|便民|站内|公开日历|日历|滚动)"
)

#: What a script replaces by a title.
_PLACEHOLDER = re.compile(r"\{\{|\$\{|<%|\{#")
#: Titles of entries are this long on average; names of columns are shorter.
_SENTENCE = 9

#: Scores no further apart than this may both be the column's.
_NEAR = 6
#: So many items tell where a list's links lead.
_SAMPLE = 30


@dataclasses.dataclass(slots=True)
class Block:
    """Items that stand together. `why` says, in order, what its score was made of."""

    container: El
    items: list[Item]
    heading: str = ""
    heading_strong: bool = False
    score: float = 0.0
    why: list[str] = dataclasses.field(default_factory=list)
    named: bool = False
    paged: bool = False
    aside: bool = False
    chosen: bool = False

    def credit(self, points: float, why: str) -> None:
        self.score += points
        self.why.append(f"{points:+.1f} {why}")

    @property
    def dated(self) -> list[Item]:
        return [item for item in self.items if any(mention.grade and mention.date for mention in item.mentions)]

    def newest(self, today: dt.date) -> dt.date | None:
        """The newest date not after `today`."""
        return max(
            (m.date for item in self.items for m in item.mentions if m.grade and m.date and m.date <= today),
            default=None,
        )

    @property
    def share(self) -> float:
        return len(self.dated) / len(self.items) if self.items else 0.0


class Lists:
    """The lists of a page, weighed; `own` are the blocks that belong to the column."""

    def __init__(self, page: Page, dated: list[Mention], *, url: str, as_of: dt.datetime) -> None:
        """`dated`: every mention of a date on the page; they are settled here."""
        self.page = page
        self.url = url
        self.as_of = as_of
        self.mentions = dated
        self.anchors = [el for el in page.els if el.tag == "a" and not el.hidden]
        self.link_text = {id(el): self._visible(el) for el in self.anchors}
        self._dated = [mention.text.position for mention in self.mentions]
        self._good = [mention.text.position for mention in self.mentions if mention.grade >= 2]
        self._titles = [el for el in self.anchors if self._is_title(el)]
        self._keys_of: dict[int, int] = {}
        self._title_starts = [el.start for el in self._titles]
        self.crumb, self.crumb_at, self.crumb_end = breadcrumb(page)
        self._menus: dict[int, bool] = {}
        self.names = column_names(page, self.crumb)
        self.pager_at = pager_position(page)
        self.footer_at = footer_position(page, after=self.crumb_at or 0)
        self.items = self._items()
        self.blocks = self._blocks()
        self._weigh()
        self.own = self._choose()

    @property
    def today(self) -> dt.date:
        return self.as_of.date()

    def dated_elsewhere(self) -> bool:
        """Whether blocks that were not chosen show dates."""
        return any(block.dated and not block.chosen for block in self.blocks)

    # -- items ---------------------------------------------------------------------------------------------

    def _visible(self, el: El) -> str:
        return self.page.text_of(el)

    def _is_title(self, el: El) -> bool:
        text = self.link_text[id(el)]
        if MORE.match(text) or PAGER.match(text) or _PLACEHOLDER.search(text):
            return False
        if len(text) >= 5:
            return not (self._is_dated(el) and is_only_date(text, self.as_of))
        if len(text) >= 2 and self._stands_dated(el):
            return True
        if len(el.attrs.get("title", "")) >= 8:
            return True
        return len(text) >= 2 and href_date(el.attrs.get("href", "")) is not None

    def _is_dated(self, el: El) -> bool:
        index = bisect.bisect_left(self._dated, el.start)
        return index < len(self._dated) and self._dated[index] < el.end

    def _stands_dated(self, el: El) -> bool:
        """Whether a short link shares its row with a date that stands alone: 公告 2026-05-20."""
        row = next((up for up, _ in zip(el.up(), range(4), strict=False) if up.tag in ROWS), None)
        return row is not None and self._good_inside(row) == 1 and not self._is_dated(el)

    def _keys(self, el: El) -> int:
        """How many different title links stand inside `el`, counted up to 4."""
        known = self._keys_of.get(id(el))
        if known is None:
            known = self._keys_of[id(el)] = self._count_keys(el)
        return known

    def _count_keys(self, el: El) -> int:
        first = bisect.bisect_left(self._title_starts, el.start)
        last = bisect.bisect_left(self._title_starts, el.end)
        if last - first <= 1:
            return last - first
        keys = set()
        for anchor in self._titles[first : min(last, first + 60)]:
            href = anchor.attrs.get("href", "")
            scripted = not href or href[0] == "#" or href[:11].lower() == "javascript:"
            keys.add(self.link_text[id(anchor)] if scripted else href)
            if len(keys) >= 4:
                break
        return len(keys)

    def _good_inside(self, el: El) -> int:
        return bisect.bisect_left(self._good, el.end) - bisect.bisect_left(self._good, el.start)

    def _scope(self, el: El) -> El:
        """The largest element around `el` that is still one item."""
        for up, _ in zip(el.up(), range(8), strict=False):
            if up.tag in ROWS:
                keys = self._keys(up)
                if keys <= 1 or (keys <= 3 and self._good_inside(up) <= 3):
                    return up
                break
        current = el
        while current.parent is not None and current.parent.tag not in HOLDERS:
            parent = current.parent
            keys = self._keys(parent)
            if keys > 1 or self._good_inside(parent) > max(1, self._good_inside(current)) + (keys == 1):
                break
            if self._keys(current) == 1 and self._good_inside(current):
                break
            current = parent
        return current

    def _items(self) -> list[Item]:
        """Every entry to be, in order, with its dates."""
        linked = self._linked_items()
        starts = [item.el.start for item in linked]
        self._mates: dict[int, list[Item]] = collections.defaultdict(list)
        for item in linked:
            if item.el.parent is not None:
                self._mates[id(item.el.parent)].append(item)
        self._leads: dict[int, bool] = {}
        rows: dict[int, Item] = {}
        self._row_titles: dict[int, str] = {}
        for mention in self.mentions:
            at = mention.text.position
            index = bisect.bisect_right(starts, at)
            # the innermost item that holds the date: items may nest when a row holds a list of its own
            owner = next((item for item in linked[max(0, index - 4) : index][::-1] if item.el.holds(at)), None)
            if owner is None and mention.grade:
                owner = self._neighbour(mention) or self._row(mention, rows)
            if owner is not None:
                owner.mentions.append(mention)
        items = sorted([*linked, *rows.values()], key=lambda item: item.el.start)
        for item in items:
            item.container = self._container(item)
        return items

    def _linked_items(self) -> list[Item]:
        """The items around title links; of several links in one item the longest text is the title."""
        scopes: dict[int, Item] = {}
        for anchor in self._titles:
            scope = self._scope(anchor)
            title = self.link_text[id(anchor)]
            full = anchor.attrs.get("title", "")
            if len(title.rstrip(".…")) <= len(full) and (title.endswith(("...", "…", "..")) or len(title) < 5):
                title = full
            known = scopes.get(id(scope))
            if known is None:
                scopes[id(scope)] = Item(scope, title, anchor.attrs.get("href", ""), [], scope)
            elif len(title) > len(known.title):
                known.title, known.href = title, anchor.attrs.get("href", "")
        return sorted(scopes.values(), key=lambda item: item.el.start)

    def _neighbour(self, mention: Mention) -> Item | None:
        """The item next to a date that stands between items: they lead or they follow, the same all along a list."""
        holder: El | None = mention.text.el
        if id(holder) not in self._mates:
            holder = self._scope(mention.text.el).parent
        mates = self._mates.get(id(holder))
        if not mates:
            return None
        at = mention.text.position
        lead = self._leads.setdefault(id(holder), at < mates[0].el.start)
        return _mate(mates, at, lead=lead)

    def _row(self, mention: Mention, rows: dict[int, Item]) -> Item | None:
        """The item without a link that a date stands in: a row of a table, a line of text."""
        scope = self._scope(mention.text.el)
        if scope.tag == "dt":
            scope = self._definition(scope) or scope
        row = rows.get(id(scope))
        if row is None:
            title = self._row_title(scope)
            if not title:
                mention.grade, mention.reason = 0, "stands beside no entry"
                return None
            row = rows[id(scope)] = Item(scope, title, "", [], scope)
        return row

    def _definition(self, term: El) -> El | None:
        """The <dd> that follows a <dt>."""
        index = bisect.bisect_left(self.page.els, term.end, key=lambda el: el.start)
        after = self.page.els[index] if index < len(self.page.els) else None
        return after if after is not None and after.tag == "dd" and after.parent is term.parent else None

    def _row_title(self, scope: El) -> str:
        if id(scope) not in self._row_titles:  # many dates may stand in one row
            self._row_titles[id(scope)] = self._longest_text(scope)
        return self._row_titles[id(scope)]

    def _longest_text(self, scope: El) -> str:
        best = ""
        for text in self.page.between(scope.start, scope.end)[:40]:
            value = " ".join(text.value.split())
            if len(value) > len(best) and not is_only_date(value, self.as_of):
                best = value
        return best if 4 <= len(best) <= 200 else ""

    def _container(self, item: Item) -> El:
        current = item.el
        own_keys, own_good = self._keys(current), self._good_inside(current)
        for _ in range(3):
            parent = current.parent
            if parent is None or parent.tag in HOLDERS:
                break
            if self._keys(parent) > max(1, own_keys) or self._good_inside(parent) > max(own_good, 1):
                break
            current = parent
        return current.parent or current

    # -- blocks --------------------------------------------------------------------------------------------

    def _blocks(self) -> list[Block]:
        by_container: dict[int, Block] = {}
        for item in self.items:
            block = by_container.get(id(item.container))
            if block is None:
                block = by_container[id(item.container)] = Block(item.container, [])
            block.items.append(item)
        blocks = list(by_container.values())
        for block in blocks:
            dots_as_dates(block.items)
            for item in block.items:
                settle(item, self.as_of)
            infer_years(block.items, self.page, self.as_of)
            pick_slots(block.items, self.as_of)
        return _joined(blocks)

    def _weigh(self) -> None:
        chars = [sum(min(len(item.title), 40) for item in block.items) for block in self.blocks]
        total = sum(chars) or 1
        after = 0
        self._item_starts = [item.el.start for item in self.items]
        for block, size in zip(self.blocks, chars, strict=True):
            block.heading, block.heading_strong = self._heading(block, after)
            after = max(after, *(item.el.end for item in block.items))
            self._score(block, size / total, size)
        self._credit_pager()

    def _score(self, block: Block, part: float, size: int) -> None:
        count = len(block.items)
        block.credit(min(count, 10) * 0.3, f"{count} items")
        if block.dated:
            block.credit(2 + 2 * block.share, f"{len(block.dated)} dated")
        if size / count >= _SENTENCE:
            block.credit(1, "titles of sentence length")
        elif not block.dated:
            block.credit(-5, "short links: a menu")
        block.credit(3 * part, "its part of all titles")
        if block.heading and any(same_name(block.heading, name) for name in self.names):
            block.named = True
            block.credit(5, f"heading {block.heading!r} is the column's name")
        elif _ASIDE_HEADING.match(block.heading):
            block.aside = True
            block.credit(-6, f"heading {block.heading!r} is that of a side list")
        sample = block.items[:_SAMPLE]
        if sum(is_near(item.href, self.url) for item in sample) > 0.6 * len(sample):
            block.credit(2, "links into the column's own folder")
        self._score_place(block)
        self._score_marks(block)

    def _score_place(self, block: Block) -> None:
        start = block.items[0].el.start
        if self.crumb_at is not None:
            if start > self.crumb_at:
                block.credit(1.5, "after the breadcrumb")
            else:
                block.credit(-3, "before the breadcrumb")
        if self.footer_at is not None and start > self.footer_at:
            block.aside = True
            block.credit(-6, "after the footer's text")

    def _score_marks(self, block: Block) -> None:
        """How the elements around the block are marked; one that holds most of the page says nothing."""
        everything = len(self.items)
        for el in block.container.up():
            if el.tag in ("body", "html"):
                return
            if el.tag in CHROME_TAGS and self._items_inside(el) < everything and not _heads_an_article(el):
                block.aside = True
                block.credit(-8, f"in <{el.tag}>")
                return
            chrome = CHROME_MARK.search(el.marks) if el.marks else None
            if chrome and self._items_inside(el) <= 0.7 * everything:
                block.credit(-4, f"marked {chrome[0]!r}")
                return
            if el.marks and _MAIN_MARK.search(el.marks):
                block.credit(0.5, "marked as a list")

    def _items_inside(self, el: El) -> int:
        return bisect.bisect_left(self._item_starts, el.end) - bisect.bisect_left(self._item_starts, el.start)

    def _heading(self, block: Block, after: int) -> tuple[str, bool]:
        """The nearest short text above the block, and whether it is marked up as a heading."""
        start = block.items[0].el.start
        for el, _ in zip(block.container.up(), range(5), strict=False):
            above = [
                text
                for text in self.page.between(max(el.start, after), start)
                if 2 <= len(text.value.strip()) <= 24 and not MORE.match(text.value.strip())
            ][-8:]
            above = [text for text in above if not self._is_no_heading(text) and not self._stands_beside(text, block)]
            if not above:
                continue
            for text in reversed(above):
                if any(is_heading(up) for up, _ in zip(text.el.up(), range(3), strict=False)):
                    return " ".join(text.value.split()), True
            for text in reversed(above):
                if any(same_name(text.value, name) for name in self.names):
                    return " ".join(text.value.split()), False
            return " ".join(above[-1].value.split()), False
        return "", False

    def _is_no_heading(self, text: Text) -> bool:
        """A step of the breadcrumb, the head of a table's column, a link of a menu."""
        if self.crumb_at is not None and self.crumb_at <= text.position < self.crumb_end:
            return True
        steps = [el for el, _ in zip(text.el.up(), range(4), strict=False)]
        if any(el.tag in ("th", "form", "fieldset") for el in steps):
            return True
        rows = [el for el in steps if el.tag == "li"]
        return bool(rows) and rows[0].parent is not None and self._is_menu(rows[0].parent)

    def _stands_beside(self, text: Text, block: Block) -> bool:
        """Whether a text stands in the cell beside the block's, or deep in what else leads its part of the page."""
        parted = branches(block.container, text.el)
        if parted is None:
            return False
        own, other = parted
        if own.tag in ("td", "th") and other.tag in ("td", "th"):
            return True
        return other.end - other.start > 40

    def _is_menu(self, el: El) -> bool:
        """Whether an element is a row of short links, and of nothing else."""
        known = self._menus.get(id(el))
        if known is None:
            texts = self.page.between(el.start, el.end)[:12]
            known = len(texts) >= 3 and all(len(text.value.strip()) <= 8 for text in texts)
            self._menus[id(el)] = known
        return known

    def _credit_pager(self) -> None:
        """The list right above the pager is the one it turns."""
        if self.pager_at is None:
            return
        above = [
            block
            for block in self.blocks
            if block.items[-1].el.start < self.pager_at and not block.aside and (block.dated or len(block.items) > 2)
        ]
        if not above:
            return
        position, pager_el = self.pager_at, self._at(self.pager_at)
        lineage = {id(el): el.depth for el in pager_el.up()} if pager_el else {}

        def kinship(block: Block) -> tuple[int, int]:
            depth = next((lineage[id(el)] for el in block.container.up() if id(el) in lineage), 0)
            return depth, min(block.items[-1].el.start, position)

        nearest = max(above, key=kinship)
        nearest.paged = True
        nearest.credit(4, "the pager is its own")

    def _at(self, position: int) -> El | None:
        index = bisect.bisect_right(self.page.positions, position) - 1
        return self.page.texts[index].el if index >= 0 else None

    # -- choice --------------------------------------------------------------------------------------------

    def _choose(self) -> list[Block]:
        candidates = [block for block in self.blocks if block.score > 0 and not block.aside and self._listlike(block)]
        if not candidates:
            candidates = self._lone_list()
        if not candidates:
            return []
        best = self._best(candidates)
        own = [best]
        certain = best.named or best.paged
        for block in candidates:
            if block is best or self._is_at_the_side(block, best):
                continue
            if self._is_another(block, best):
                continue
            twin = block.container.path == best.container.path
            if (twin and not (best.named and block.heading_strong and not block.named)) or (block.named and best.named):
                own.append(block)
            elif certain:
                if self._inside(block, best):
                    own.append(block)
            elif block.dated and block.score >= best.score - _NEAR:
                own.append(block)
        for block in own:
            block.chosen = True
        return own

    def _is_another(self, block: Block, best: Block) -> bool:
        """Whether a block is headed as something else than the list right below the breadcrumb, or is a stray line."""
        if not any(item.href for item in block.items) and len(block.items) < 3 <= len(best.items):
            return block.container.path != best.container.path
        below = self.crumb_at is not None and not best.heading_strong and best.items[0].el.start > self.crumb_at
        return below and block.heading_strong and not block.named and block.items[0].el.start > best.items[0].el.start

    def _best(self, candidates: list[Block]) -> Block:
        """The one with the highest score, unless it stands at the side of another that comes near it."""
        best = max(candidates, key=lambda block: block.score)
        if best.named or best.paged:
            return best
        for other in sorted(candidates, key=lambda block: -block.score):
            if other.dated and other.score > best.score - _NEAR and self._is_at_the_side(best, other):
                best = other
        return best

    def _is_at_the_side(self, block: Block, main: Block) -> bool:
        parted = branches(main.container, block.container)
        if parted is None:
            return False
        return is_at_the_side(
            *parted,
            main_titles=self._titles_inside(parted[0]),
            side_titles=self._titles_inside(parted[1]),
            crumb_at=self.crumb_at,
        )

    def _titles_inside(self, el: El) -> int:
        first = bisect.bisect_left(self._item_starts, el.start)
        return sum(min(len(item.title), 40) for item in self.items[first : first + self._items_inside(el)])

    def _lone_list(self) -> list[Block]:
        """A list headed like a side list, on a page that has no frame of a column and hardly anything but this list."""
        if self.crumb_at is not None:
            return []
        total = len(self.items)
        return [block for block in self.blocks if block.score > 0 and len(block.dated) >= max(6, 0.4 * total)]

    def _inside(self, block: Block, best: Block) -> bool:
        """Whether a block without a heading of its own stands right at the certain one (a lead item, a second half)."""
        near = best.container.parent or best.container
        return (
            bool(block.dated)
            and not block.heading_strong
            and near.tag not in ("body", "html")
            and near.holds(block.container.start)
        )

    def _listlike(self, block: Block) -> bool:
        if block.dated:
            return True
        average = sum(len(item.title) for item in block.items) / len(block.items)
        return average >= _SENTENCE and (len(block.items) >= 2 or self._lone(block.items[0]))

    def _lone(self, item: Item) -> bool:
        """Whether the only entry of a block is one: a row below the breadcrumb, not a stray link."""
        return item.el.tag in ROWS and self.crumb_at is not None and item.el.start > self.crumb_at


def _heads_an_article(el: El) -> bool:
    """Whether a <header>, <footer> or <aside> belongs to one entry, not to the page."""
    return any(up.tag == "article" for up in el.up())


def _mate(mates: list[Item], at: int, *, lead: bool) -> Item | None:
    """The item a loose date belongs to: the next one where dates lead, else the one before."""
    index = bisect.bisect_right(mates, at, key=lambda item: item.el.start)
    if lead:
        return mates[index] if index < len(mates) else None
    return mates[index - 1] if index else None


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


def is_near(href: str, url: str) -> bool:
    """Whether an address leads below the column's own folder."""
    if not href or href.startswith(("#", "../", "//")) or (re.match(r"^[a-z]+:", href, re.I) and not url):
        return False
    if not url:
        return not href.startswith("/")
    folder = path_of(url).rsplit("/", 1)[0] + "/"
    return len(folder) > 1 and path_of(join(url, href)).startswith(folder)
