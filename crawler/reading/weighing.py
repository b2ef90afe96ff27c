"""How much speaks for each block being the column's: its heading, its pager, its place, its marks, its links."""

from __future__ import annotations

import bisect
import functools
import re
from itertools import islice, takewhile

from crawler.reading.blocks import Block
from crawler.reading.dates import plain
from crawler.reading.dom import OUTERMOST, El, Page, Text
from crawler.reading.frame import CHROME_TAGS, MORE, Frame, chrome_mark, is_heading, is_near, is_open
from crawler.reading.items import Items
from crawler.reading.layout import branches, floats
from crawler.reading.mentions import heading_month

_MAIN_MARK = re.compile(r"(?<![a-z])(?:list\w*|main\w*|content|con|news\w*|article\w*|gl|lb|liebiao)(?![a-z])")

_ASIDE_HEADING = re.compile(
    r"^(?:.{0,8}[·•|-]|[全本]站|[全本]网)?(?:(?:24|48)小时|一?周|本[周月]|今日|月度)?(?:热[点门文搜]|最热|点击|阅读|排行|推荐|精彩|相关|猜你|[您你]可能|[为给]您|友情|"
    r"最[新近](?:文章|更新|发布|资讯|信息|公开|解读|动态|消息|公告|通知|新闻|要闻|稿件|内容)|新闻排行|人气|关注|延伸|往期|历史上|浏览|本站推荐|编辑推荐|图片新闻|"
    r"热点|随机|链接|快速|常用|便民|站内|公开日历|日历|滚动|更新$|网友|(?:国务院|中央|[省市州区县（）()]{1,5}(?:级|政府|委)?)要闻)|(?:热评|节目[单表]|日程表?|值班表|发布日历)$"
)

#: Titles of entries are this long on average; names of columns are shorter.
SENTENCE = 9

#: A row of links or the head of a table is no larger than this.
_ROW = 40
#: No heading is longer than this.
_HEADING = 24
#: So many items tell where a list's links lead.
_SAMPLE = 30


_NEVER_ALL = frozenset(("marquee", "nav", "aside"))
#: Fewer entries than this are no list that a page is made of.
_LIST = 3
#: What begins the whole page, where it is not a part of another part.
_HEADER = frozenset(("header", "head", "top", "topbar", "banner", "logo", "masthead"))
#: What is put in brackets explains.
_NOTE = re.compile(r"^\s*[（(].*[)）]\s*$", re.S)
#: What tells a day is a clock, or an entry.
_DATED = re.compile(r"(?:19|20)\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d")
#: What marks a single entry.
_FLAG = re.compile(r"^\W*(?:置?顶|推荐|热|新|图|原创|new|hot)\W*$", re.I)


class Scales:
    """Gives every block its heading and its score; `Block.weighed` says what it was made of."""

    def __init__(self, blocks: list[Block], items: Items, frame: Frame, page: Page, *, url: str) -> None:
        self.blocks = blocks
        self.items = items
        self.frame = frame
        self.page = page
        self.url = url
        self._menus: dict[int, bool] = {}
        self._heads: dict[int, bool] = {}
        self._short: dict[int, bool] = {}

    def weigh(self) -> None:
        chars = [block.weight for block in self.blocks]
        total = sum(chars) or 1
        for block, size in zip(self.blocks, chars, strict=True):
            block.heading, block.heading_strong = self._heading(block, self.items.end_before(block.start))
            self._score(block, size / total, size)
        self._credit_pager()

    def _score(self, block: Block, part: float, size: int) -> None:
        count = len(block.items)
        block.credit(min(count, 10) * 0.3, f"{count} items")
        if block.dated:
            block.credit(2 + 2 * block.share, f"{len(block.dated)} dated")
        if size / count >= SENTENCE:
            block.credit(1, "titles of sentence length")
        elif not block.dated:
            block.credit(-5, "short links: a menu")
        block.credit(3 * part, "its part of all titles")
        if self.frame.is_name(block.heading):
            block.named = True
            block.credit(5, f"heading {block.heading!r} is the column's name")
        elif _ASIDE_HEADING.search(block.heading):
            block.aside = True
            block.credit(-6, f"heading {block.heading!r} is that of a side list")
        sample = block.items[:_SAMPLE]
        if sum(is_near(item.href, self.url) for item in sample) > 0.6 * len(sample):
            block.credit(2, "links into the column's own folder")
        self._score_place(block)
        self._score_marks(block)

    def _score_place(self, block: Block) -> None:
        start = block.items[0].el.start
        if self.frame.begins_at is not None:
            if start > self.frame.begins_at:
                block.credit(1.5, "in the column's own part")
            else:
                block.credit(-3, "before the column's own part")
        if self.frame.footer_at is not None and start > self.frame.footer_at:
            block.aside = True
            block.credit(-6, "after the footer's text")

    def _score_marks(self, block: Block) -> None:
        """How the elements around the block are marked; one that holds most of the page says nothing."""
        for el in block.items[0].el.up() if len(block.items) == 1 else block.container.up():
            if el.tag in ("body", "html"):
                return
            if floats(el):
                block.aside = block.chrome = True
                block.credit(-8, "floats over the page")
                return
            if el.tag in CHROME_TAGS and not self._holds_most(el, 1) and not _heads_an_article(el):
                block.aside = True
                block.credit(-8, f"in <{el.tag}>")
                return
            chrome = chrome_mark(el.marks)
            if chrome and not self._holds_most(el, 0.7):
                block.chrome = True
                block.credit(-4, f"marked {chrome!r}")
                return
            if el.marks and _marks_main(el.marks):
                block.credit(0.5, "marked as a list")

    def _holds_most(self, el: El, part: float) -> bool:
        """Whether so much of all entries, and half of all texts, stand in an element: it is no frame then."""
        inside = self.items.count_inside(el)
        if el.tag in _NEVER_ALL or inside < max(_LIST, part * len(self.items.all)):
            return False
        return 2 * self.page.count_texts(el) > len(self.page.texts)

    def _heading(self, block: Block, after: int) -> tuple[str, bool]:
        """The nearest short text above the block, and whether it is marked up as a heading."""
        start = block.start
        if self.frame.crumb_at is not None and self.frame.crumb_at < start:
            after = max(after, self.frame.crumb_end)
        for el in islice(block.container.up(), 5):
            short = (text for text in reversed(self.page.between(max(el.start, after), start)) if self._is_short(text))
            above = [text for text in islice(short, 8) if self._may_head(text) and not self._stands_beside(text, block)]
            if not above:
                continue
            for text in above:
                marked = next((up for up in islice(text.el.up(), 3) if is_heading(up)), None)
                if marked is not None or self._stands_out(text):
                    row = [other for other in above if marked is not None and marked.holds(other.position)]
                    return self._shown_of(row or [text]), True
            named = [text for text in above if self._is_name(text)]
            return " ".join((named or above)[0].value.split()), False
        return "", False

    def _shown_of(self, row: list[Text]) -> str:
        """Of the texts of one heading, a row of tabs perhaps: the column's name, the tab that is open, what leads
        nowhere, the last one."""
        tests = (self._is_name, lambda text: is_open(text.el), lambda text: not _leads_on(text.el))
        chosen = next((text for test in tests for text in row if test(text)), row[0])
        return " ".join(chosen.value.split())

    def _is_name(self, text: Text) -> bool:
        return self.frame.is_name(text.value)

    def _is_short(self, text: Text) -> bool:
        """Whether a text may be a heading by its length, and is no link that leads on."""
        known = self._short.get(text.position)
        if known is None:
            value = text.value.strip()
            known = self._short[text.position] = 2 <= len(value) <= _HEADING and not MORE.match(value)
        return known

    def _may_head(self, text: Text) -> bool:
        known = self._heads.get(text.position)
        if known is None:
            known = self._heads[text.position] = not self._is_no_heading(text)
        return known

    def _is_no_heading(self, text: Text) -> bool:
        """A step of the breadcrumb, the head of a table's column, a link of a menu."""
        if self.frame.crumb_at is not None and self.frame.crumb_at <= text.position < self.frame.crumb_end:
            return True
        steps = list(islice(text.el.up(), 4))
        if (
            any(self._holds_labels(el) for el in takewhile(_is_no_legend, steps))
            or _FLAG.match(text.value)
            or _NOTE.match(text.value)
            or _DATED.search(text.value)
            or any(el.tag == "marquee" for el in steps)
            or heading_month(plain(text.value).strip())
        ):
            return True
        row = next((el.parent for el in steps if el.tag in ("li", "td")), None)
        return row is not None and row.end - row.start <= _ROW and self._is_menu(row)

    def _holds_labels(self, el: El) -> bool:
        """Whether an element holds labels of what is beside or below it: a th does, unless it is a row by itself."""
        if el.tag != "th" or el.parent is None:
            return el.tag in ("form", "fieldset")
        cells = (cell for cell in self.page.inside(el.parent) if cell.tag in ("td", "th"))
        return next(islice(cells, 1, None), None) is not None

    def _stands_out(self, text: Text) -> bool:
        """Whether a text is set in bold and alone in its line."""
        bold = next((el for el in islice(text.el.up(), 2) if el.tag in ("b", "strong")), None)
        if bold is None or bold.parent is None:
            return False
        return all(
            other is text or other.el is not bold.parent
            for other in self.page.between(text.position, text.position + 4)
        )

    def _stands_beside(self, text: Text, block: Block) -> bool:
        """Whether a text stands in the cell beside the block's, or deep in what else leads its part of the page."""
        if _is_in_header(text.el, block.container):
            return True  # the name of the site
        parted = branches(block.container, text.el)
        if parted is None:
            return False
        own, other = parted
        if own.tag in ("td", "th") and other.tag in ("td", "th"):
            return True
        return other.end - other.start > 40 or self._heads_a_menu(text, other)

    def _heads_a_menu(self, text: Text, holder: El) -> bool:
        """Whether the links below a heading, in the part of the page that holds it, are its own."""
        end = next((el.end for el in islice(text.el.up(), 3) if is_heading(el)), None)
        if end is None or end >= holder.end:
            return False
        below = self.page.between(end, holder.end)
        return sum(any(el.tag == "a" for el in islice(link.el.up(), 2)) for link in below) >= _LIST

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
        if self.frame.pager_at is None:
            return
        above = [
            block
            for block in self.blocks
            if block.items[-1].el.start < self.frame.pager_at
            and not block.aside
            and (block.dated or len(block.items) > 2)
        ]
        if not above:
            return
        position, pager_el = self.frame.pager_at, self._at(self.frame.pager_at)
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


# The same marks stand on many elements of a page, and on many pages of a site.
@functools.lru_cache(maxsize=4096)
def _marks_main(marks: str) -> bool:
    return _MAIN_MARK.search(marks) is not None


def _is_no_legend(el: El) -> bool:
    return el.tag != "legend"


def _leads_on(el: El) -> bool:
    return any(up.tag == "a" for up in islice(el.up(), 2))


def _is_in_header(el: El, container: El) -> bool:
    """Whether an element stands in what begins the whole page, and a list does not."""
    top = next((up for up in el.up() if up.parent is not None and up.parent.tag in OUTERMOST), None)
    return top is not None and not _HEADER.isdisjoint(top.marks.split()) and not top.holds(container.start)


def _heads_an_article(el: El) -> bool:
    """Whether a <header>, <footer> or <aside> belongs to one entry, not to the page."""
    return any(up.tag == "article" for up in el.up())
