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
from urllib.parse import urljoin, urlsplit

from crawler.reading import dates
from crawler.reading.dates import DateKind, Found
from crawler.reading.dom import El, Page, Text

#: More dates than this are not looked at; the reading says that it was cut.
MAX_DATES = 10_000

_ROWS = frozenset(("li", "tr", "article"))
_HOLDERS = frozenset(("ul", "ol", "tbody", "table", "dl", "body", "html", "main", "frameset"))
_CHROME_TAGS = frozenset(("header", "footer", "nav", "aside", "form", "marquee"))
_CHROME_MARK = re.compile(
    r"(?<![a-z])(?:side(?:bar)?|aside|hot\w*|rank\w*|paihang|recommend\w*|tuijian|relat\w+|friend\w*|f?links?|yqlj|"
    r"foot\w*|bottom|copyright|head(?:er)?|topbar|top|navi?|navbar|menu\w*|banner|slider?|swiper|carousel|focus|"
    r"float\w*|piao\w*|calendar|rili|search\w*|login|crumbs?|breadcrumb|toolbar|share|marquee|scroll\w*|ads?|"
    r"weather|tianqi|popup?|modal|dialog|layer|tips?|notice-?bar)(?![a-z])"
)
_MAIN_MARK = re.compile(r"(?<![a-z])(?:list\w*|main\w*|content|con|news\w*|article\w*|gl|lb|liebiao)(?![a-z])")
_ASIDE_HEADING = re.compile(
    r"^(?:(?:24|48)小时|一?周|本[周月]|今日|月度)?(?:热[点门文搜]|最热|点击|阅读|排行|推荐|精彩|相关|猜你|友情|"
    r"最[新近](?:文章|更新|发布|资讯|信息|公开|动态|消息|公告|通知|新闻|要闻|稿件|内容)|新闻排行|人气|关注|延伸|往期|历史上|浏览|本站推荐|编辑推荐|图片新闻|"
    r"热点|随机|链接|快速|常用|便民|站内|公开日历|日历|滚动)"
)
MORE = re.compile(
    r"^(?:[\[（(<]?\s*(?:查看|阅读|点击|了解)?(?:更多|全文|详细|详情|详见|全部|more\w*|\+|>+|»+|›+)\W*)+$", re.I
)
_PAGER = re.compile(
    r"^(?:[\[<«‹（(]*\s*)(?:首\s*页|尾\s*页|末\s*页|上[一1]?[页頁]|下[一1]?[页頁]|最后一?页|第一页|前一页|后一页|跳?转到?|"
    r"prev(?:ious)?|next|last|first|共?\s*\d+\s*[页頁条]|第?\s*\d+\s*/\s*\d+\s*页?|GO)(?:\s*[\]>»›）)]*)$",
    re.I,
)
_PAGER_WORD = re.compile(
    r"下\s*[一1]?\s*[页頁]|[尾末]\s*页|上[一1]?[页頁]|共\s*\d+\s*[页頁]|第?\s*\d+\s*/\s*\d+\s*[页頁]|最后一页|末页"
)
_PAGER_SCRIPT = re.compile(r"createPageHTML|createPage\s*\(|jpage|laypage|pagination\s*\(|Pager\s*\(", re.I)
_CRUMB = re.compile(r"(?:当前|现在|所在|您)的?(?:所在)?的?(?:位置|栏目|频道)|^\s*位置\s*[:：]")
_COPYRIGHT = re.compile(r"版权所有|copyright|©|ICP[备证]|公网安备|网站标识码|(?:主办|承办|主管)(?:单位)?\s*[:：]", re.I)
_TIME = re.compile(
    r"T?(?<!\d)\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:\s?[ap]m|Z)?|(?:星期|周)[一二三四五六日天]|[上下]午", re.I
)
_PUBLISH_VERB = (
    r"(?:信息|文章|网站|新闻|首次|公开|上网)?(?:回复|答复|办结|提交|来信|提问|咨询|留言|发[布表稿]|发文|公[布开示告]|刊发|更新|"
    r"上传|录入|添加|推送|编辑|转载|posted(?: on)?|published|updated)"
)
_PUBLISHED = re.compile(
    rf"{_PUBLISH_VERB}(?:的?(?:时间|日期)|于|时间为)?\s*[:：]?|(?:日期|时间|date|time)\s*[:：]?", re.I
)
_VERB = re.compile(_PUBLISH_VERB, re.I)
_OTHER_EVENT = re.compile(
    r"截[止至]|有效|到期|期限|失效|废止|开标|活动|会议|开会|培训|考试|报名|面试|开始|结束|起止|施行|实施|生效|执行|成文|生成|印发|"
    r"签订|签署|立案|处罚|出生|成立|注册|登记|今天|今日|当前|现在|系统|服务器|北京时间|版权|copyright|统计|开通|建站|验收|"
    r"通过|修[正订]|举办|召开|举行|预约|开放|办公|上班|演出|入职|任职|投票|征集|最后更新|受理",
    re.I,
)
_LABEL_END = re.compile(
    r"(?:时间|日期|期限|有效期|date|time)\s*[:：]?$|[:：]$|^(?:今天|今日|现在|当前|截止|截至|发布|发表|更新|公布|施行|生效)\S{0,3}$",
    re.I,
)
_LABELLED = re.compile(
    rf"{_PUBLISH_VERB}(?:的?(?:时间|日期)|于|时间为)?\s*[:：]\s*$|{_PUBLISH_VERB}(?:的?(?:时间|日期)|于)\s*$|"
    r"(?:^|[\s|\])）】])(?:日期|时间|date|time)\s*[:：]\s*$",
    re.I,
)
_EVENT_BEFORE = re.compile(
    r"(?:截[止至]|有效期?|到期|期限|失效|废止|自|于|从|至|到|在|定于|施行|实施|生效|通过|修[正订]|时间|日期)\s*[:：]?\s*[(（]?$|"
    r"(?:今天|今日|现在|当前)(?:是|时间)?\s*[:：]?\s*$"
)
_POSTED_AFTER = re.compile(r"\s*\d{1,2}:\d{2}(?::\d{2})?\s*(?:发表|发布|上传|在)")
_EVENT_AFTER = re.compile(
    r"\s*[前后起至止到~—-]|\s*(?:[以之]前|[以之]后|开始|截止|修[正订]|通过|施行|实施|生效|公布|发布|召开|举行)"
)
_EDGES = frozenset(" ()[]（）【】|")
_META_WORDS = re.compile(
    r"来源|作者|浏览|点击|阅读|访问|次数?|编辑|责编|供稿|撰稿|发布者?|发布人|机构|单位|部门|评论|字[体号]|人气|热度|时间|日期|"
    r"[\d\W_]+|new!?|置顶|已?办结|已回复"
)
#: So many items tell where a list's links lead.
_SAMPLE = 30
#: So many texts without such a word end the footer, seen from the end of the page.
_FOOTER_GAP = 12
_YEAR_HEADING = re.compile(r"^\W*((?:19|20)\d\d)\s*年?(?:\s*(\d{1,2})\s*月)?(?:度|份)?\W*$")
_HREF_DATE = re.compile(
    r"(?<!\d)((?:19|20)\d\d)[-/_]?(0[1-9]|1[0-2]|(?<=[-/_])[1-9](?=[-/_]))[-/_]?(0[1-9]|[12]\d|3[01]|(?<=[-/_])[1-9](?=[-/_.]))(?!\d)"
    r"|/(\d\d)/?(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=/)"
)
_HREF_MONTH = re.compile(r"(?<!\d)((?:19|20)\d\d)[-/_]?(0[1-9]|1[0-2])(?!\d)|(?<!\d)((?:19|20)\d\d)(?=/)")


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


@dataclasses.dataclass(slots=True)
class Item:
    """One entry to be: an element around one link, and the dates that belong to it."""

    el: El
    title: str
    href: str
    mentions: list[Mention]
    container: El
    position: int


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

    @property
    def dated(self) -> list[Item]:
        return [item for item in self.items if any(mention.date for mention in item.mentions)]

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

    def __init__(self, page: Page, *, url: str, as_of: dt.datetime) -> None:
        self.page = page
        self.url = url
        self.as_of = as_of
        self.mentions = mentions(page, as_of)
        self._anchors = [el for el in page.els if el.tag == "a" and not el.hidden]
        self._anchor_text = {id(el): self._visible(el) for el in self._anchors}
        self._dated_texts = {mention.text.position for mention in self.mentions if mention.grade}
        self._titles = [el for el in self._anchors if self._is_title(el)]
        self._keys_of: dict[int, int] = {}
        self._title_starts = [el.start for el in self._titles]
        self._good = [mention.text.position for mention in self.mentions if mention.grade >= 2]
        self.crumb, self.crumb_at = breadcrumb(page)
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
        text = self._anchor_text[id(el)]
        if MORE.match(text) or _PAGER.match(text):
            return False
        if len(text) >= 5:
            return not (len(text) <= 20 and el.start in self._dated_texts) and not _is_only_date(text, self.as_of)
        if len(el.attrs.get("title", "")) >= 8:
            return True
        return len(text) >= 2 and href_date(el.attrs.get("href", "")) is not None

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
            keys.add(self._anchor_text[id(anchor)] if scripted else href)
            if len(keys) >= 4:
                break
        return len(keys)

    def _good_inside(self, el: El) -> int:
        return bisect.bisect_left(self._good, el.end) - bisect.bisect_left(self._good, el.start)

    def _scope(self, el: El) -> El:
        """The largest element around `el` that is still one item."""
        for up, step in zip(el.up(), range(8), strict=False):
            if up.tag in _ROWS:
                keys = self._keys(up)
                if keys <= 1 or (keys <= 3 and self._good_inside(up) <= 3):
                    return up
                break
        current = el
        while current.parent is not None and current.parent.tag not in _HOLDERS:
            parent = current.parent
            keys = self._keys(parent)
            if keys > 1 or self._good_inside(parent) > max(1, self._good_inside(current)) + (keys == 1):
                break
            if self._keys(current) == 1 and self._good_inside(current):
                break
            current = parent
        return current

    def _items(self) -> list[Item]:
        scopes: dict[int, Item] = {}
        for anchor in self._titles:
            scope = self._scope(anchor)
            title = self._anchor_text[id(anchor)]
            full = anchor.attrs.get("title", "")
            if len(title.rstrip(".…")) <= len(full) and (title.endswith(("...", "…", "..")) or len(title) < 5):
                title = full
            known = scopes.get(id(scope))
            if known is None:
                scopes[id(scope)] = Item(scope, title, anchor.attrs.get("href", ""), [], scope, anchor.start)
            elif len(title) > len(known.title):
                known.title, known.href = title, anchor.attrs.get("href", "")
        ordered = sorted(scopes.values(), key=lambda item: item.el.start)
        starts = [item.el.start for item in ordered]
        containers: dict[int, list[Item]] = collections.defaultdict(list)
        for item in ordered:
            if item.el.parent is not None:
                containers[id(item.el.parent)].append(item)
        alone: dict[int, Item] = {}
        leads: dict[int, bool] = {}
        for mention in self.mentions:
            at = mention.text.position
            index = bisect.bisect_right(starts, at) - 1
            # the innermost item that holds the date: items may nest when a row holds a list of its own
            owner = next((i for i in ordered[max(0, index - 3) : index + 1][::-1] if i.el.holds(at)), None)
            if owner is not None:
                owner.mentions.append(mention)
                continue
            if not mention.grade:
                continue
            scope = self._scope(mention.text.el)
            holder = mention.text.el if id(mention.text.el) in containers else scope.parent
            mates = containers.get(id(holder), []) if holder is not None else []
            if mates:
                lead = leads.setdefault(id(holder), at < mates[0].el.start)
                mate = _mate(mates, at, lead=lead)
                if mate is not None:
                    mate.mentions.append(mention)
                    continue
            row = alone.get(id(scope))
            if row is None:
                title = self._row_title(scope)
                if not title:
                    mention.grade, mention.reason = 0, "stands beside no entry"
                    continue
                row = alone[id(scope)] = Item(scope, title, "", [], scope, scope.start)
            row.mentions.append(mention)
        items = sorted([*ordered, *alone.values()], key=lambda item: item.el.start)
        for item in items:
            item.container = self._container(item)
        return items

    def _row_title(self, scope: El) -> str:
        best = ""
        for text in self.page.between(scope.start, scope.end)[:40]:
            value = " ".join(text.value.split())
            if len(value) > len(best) and not _is_only_date(value, self.as_of):
                best = value
        return best if 4 <= len(best) <= 200 else ""

    def _container(self, item: Item) -> El:
        current = item.el
        own_keys, own_good = self._keys(current), self._good_inside(current)
        for _ in range(3):
            parent = current.parent
            if parent is None or parent.tag in _HOLDERS:
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
            for item in block.items:
                _settle(item, self.as_of)
            _infer_years(block, self.page, self.as_of)
            _pick_slots(block, self.as_of)
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
        def credit(points: float, why: str) -> None:
            block.score += points
            block.why.append(f"{points:+.1f} {why}")

        items = block.items
        count = len(items)
        credit(min(count, 10) * 0.3, f"{count} items")
        if block.dated:
            credit(2 + 2 * block.share, f"{len(block.dated)} dated")
        average = size / count
        if average >= 9:
            credit(1, "titles of sentence length")
        elif not block.dated:
            credit(-5, "short links: a menu")
        credit(3 * part, "its part of all titles")
        if block.heading and any(_same(block.heading, name) for name in self.names):
            block.named = True
            credit(5, f"heading {block.heading!r} is the column's name")
        elif _ASIDE_HEADING.match(block.heading):
            block.aside = True
            credit(-6, f"heading {block.heading!r} is that of a side list")
        start = items[0].el.start
        if self.crumb_at is not None:
            if start > self.crumb_at:
                credit(1.5, "after the breadcrumb")
            else:
                credit(-3, "before the breadcrumb")
        if self.footer_at is not None and start > self.footer_at:
            block.aside = True
            credit(-6, "after the footer's text")
        sample = items[:_SAMPLE]
        near = sum(_is_near(item.href, self.url) for item in sample) / len(sample)
        if near > 0.6:
            credit(2, "links into the column's own folder")
        everything = len(self.items)
        for el in block.container.up():
            if el.tag in ("body", "html"):
                break
            inside = (
                self._items_inside(el) if el.tag in _CHROME_TAGS or (el.marks and _CHROME_MARK.search(el.marks)) else 0
            )
            if el.tag in _CHROME_TAGS:
                if el.tag != "form" and inside < everything:
                    block.aside = True
                    credit(-8, f"in <{el.tag}>")
                    break
            elif inside and inside <= 0.7 * everything:
                credit(-4, f"marked {_CHROME_MARK.search(el.marks)[0]!r}")  # type: ignore[index]
                break
            if el.marks and _MAIN_MARK.search(el.marks):
                credit(0.5, "marked as a list")
        if any(item.el.tag == "option" for item in items):
            credit(-5, "options")

    def _items_inside(self, el: El) -> int:
        return bisect.bisect_left(self._item_starts, el.end) - bisect.bisect_left(self._item_starts, el.start)

    def _heading(self, block: Block, after: int) -> tuple[str, bool]:
        """The nearest short text above the block, and whether it is marked up as a heading."""
        start = block.items[0].el.start
        for el, _ in zip(block.container.up(), range(5), strict=False):
            above = [
                text for text in self.page.between(max(el.start, after), start) if 2 <= len(text.value.strip()) <= 24
            ]
            above = [text for text in above if not MORE.match(text.value.strip())][-8:]
            if not above:
                continue
            for text in reversed(above):
                if any(is_heading(up) for up, _ in zip(text.el.up(), range(3), strict=False)):
                    return " ".join(text.value.split()), True
            for text in reversed(above):
                if any(_same(text.value, name) for name in self.names):
                    return " ".join(text.value.split()), False
            return " ".join(above[0].value.split()), False
        return "", False

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
        nearest.score += 4
        nearest.why.append("+4.0 the pager is its own")

    def _at(self, position: int) -> El | None:
        index = bisect.bisect_right(self.page.positions, position) - 1
        return self.page.texts[index].el if index >= 0 else None

    # -- choice --------------------------------------------------------------------------------------------

    def _choose(self) -> list[Block]:
        candidates = [block for block in self.blocks if block.score > 0 and not block.aside and self._listlike(block)]
        if not candidates:
            return []
        best = max(candidates, key=lambda block: block.score)
        own = [best]
        certain = best.named or best.paged
        for block in candidates:
            if block is best:
                continue
            twin = block.container.path == best.container.path
            if (twin and not (best.named and block.heading_strong and not block.named)) or (block.named and best.named):
                own.append(block)
            elif certain:
                if self._inside(block, best):
                    own.append(block)
            elif block.dated and block.score >= best.score - 6:
                own.append(block)
        for block in own:
            block.chosen = True
        return own

    def _is_another(self, block: Block, best: Block) -> bool:
        """Whether a block in the same markup as the best one is a list of its own, not a part of the column's."""
        if self.crumb_at is not None and block.items[0].el.start < self.crumb_at < best.items[0].el.start:
            return True
        headed = block.heading_strong and not block.named and not _YEAR_HEADING.match(block.heading)
        return headed and block.heading != best.heading and (best.named or best.paged)

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
        return average >= 9 and len(block.items) >= 2


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


# -- what a date means where it stands -------------------------------------------------------------------------


def mentions(page: Page, as_of: dt.datetime) -> list[Mention]:
    """Every visible date, graded."""
    found: list[Mention] = []
    headers: dict[int, dict[int, str]] = {}
    month: tuple[int, int] | None = None
    previous = ""
    texts = page.texts
    index = 0
    while index < len(texts):
        text = texts[index]
        value = text.value
        if len(value) <= _PIECE and (taken := _pieces(texts, index, as_of)):
            mention, index = taken
            mention.label = previous or _column_header(page, text.el, headers)
            _grade_label(mention)
            found.append(mention)
            previous = ""
            continue
        plain = dates.plain(value)
        if len(plain) <= 12 and (below := _day_below_month(text, plain, month)):
            month = below if isinstance(below, tuple) else month
            if isinstance(below, Mention):
                found.append(below)
                previous = ""
                index += 1
                continue
        if len(found) >= MAX_DATES:
            page.truncated = True
            break
        for date in dates.find(plain, as_of):
            found.append(_graded(text, plain, date, previous or _column_header(page, text.el, headers)))
        stripped = plain.strip()
        if stripped:
            previous = _as_label(stripped)
        index += 1
    return found


def _day_below_month(text: Text, plain: str, month: tuple[int, int] | None) -> tuple[int, int] | Mention | None:
    """The month that a heading names, or the day of that month which an item below it shows."""
    heading = _YEAR_HEADING.match(plain)
    if heading and heading[2]:
        return int(heading[1]), int(heading[2])
    day = re.match(r"^\s*\[?(\d{1,2})日\]?\s*$", plain)
    date = dates.valid(*month, int(day[1])) if day and month else None
    if date is None:
        return None
    found = Found(0, len(plain), DateKind.FULL, date.month, date.day, date)
    return Mention(text, found, 3, shown=plain.strip(), date=date, slot=_slot(text), end=text.position)


def _column_header(page: Page, el: El, known: dict[int, dict[int, str]]) -> str:
    """What the first row of a table says above a cell."""
    cell = next((up for up, _ in zip(el.up(), range(4), strict=False) if up.tag == "td"), None)
    if cell is None:
        return ""
    table = next((up for up, _ in zip(cell.up(), range(5), strict=False) if up.tag == "table"), None)
    if table is None:
        return ""
    if id(table) not in known:
        known[id(table)] = {}
        rows = (inner for inner in page.inside(table) if inner.tag == "tr")
        if first := next(rows, None):
            for inner in page.inside(first):
                if inner.tag in ("td", "th"):
                    name = page.text_of(inner)
                    if 2 <= len(name) <= 10:
                        known[id(table)][inner.cell] = name
    return known[id(table)].get(cell.cell, "")


_PIECE = 14
_PIECE_FORM = re.compile(
    r"^[\d年月日号\-/.\s]{1,12}$|^(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?(?:,?\s*\d{4})?$", re.I
)
_Y, _M, _D = r"(?P<y>(?:19|20)\d\d)", r"(?P<m>\d{1,2})", r"(?P<d>\d{1,2})"
_SPLIT = [
    re.compile(form)
    for form in (
        rf"^{_D}日?\|{_Y}[-/.年]{_M}月?$",  # 28 | 2020-12
        rf"^{_Y}[-/.年]{_M}[月.-]?\|{_D}日?$",  # 2020-12 | 28
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
    r"^(?:(?P<d>\d{1,2})\|(?P<n>[a-z]{3})[a-z]*\.?|(?P<n2>[a-z]{3})[a-z]*\.?\|(?P<d2>\d{1,2}))[,|\s]*(?P<y>\d{4})$"
)
_EN = {
    name: i
    for i, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], start=1
    )
}


def _pieces(texts: list[Text], index: int, as_of: dt.datetime) -> tuple[Mention, int] | None:
    """A date whose parts stand in elements of their own."""
    run: list[str] = []
    last = index
    while last < len(texts) and len(run) < 8:
        value = dates.plain(texts[last].value).strip().lower()
        if not _PIECE_FORM.match(value) or (last > index and not _close(texts[last - 1].el, texts[last].el)):
            break
        run.append(value.replace(" ", ""))
        last += 1
    for length in range(len(run), 1, -1):
        if length < len(run) and len(run) > 6:
            break  # a pager or a calendar, not a date
        joined = "|".join(run[:length])
        date, found = _joined_date(joined)
        if found is None:
            continue
        text = texts[index]
        mention = Mention(text, found, 3, shown=joined.replace("|", " "), slot=_slot(text, split=True))
        mention.date, mention.end = date, texts[index + length - 1].position
        return mention, index + length
    return None


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
        date = dates.valid(int(match["y"]), _EN.get(name, 0), int(match["d"] or match["d2"]))
        if date:
            return date, Found(0, len(joined), DateKind.FULL, date.month, date.day, date)
    return None, None


def _close(one: El, other: El) -> bool:
    """Whether two elements are siblings, or one holds the other, or they meet within two steps."""
    near = {id(el) for el, _ in zip(one.up(), range(3), strict=False)}
    return any(id(el) in near for el, _ in zip(other.up(), range(3), strict=False))


def _slot(text: Text, *, split: bool = False) -> str:
    names = []
    for el, _ in zip(text.el.up(), range(3), strict=False):
        names.append(f"{el.tag}.{el.attrs.get('class', '')}")
        if el.tag in _ROWS or el.tag in _HOLDERS:
            break
        if el.tag in ("td", "dd"):
            names.append(str(el.cell))
    return "/".join(names) + ("+" if split else "")


def _as_label(text: str) -> str:
    """A text that says what the date after it means; "" for any other."""
    return text[-20:] if len(text) <= 40 and _LABEL_END.search(text) else ""


def _graded(text: Text, plain: str, found: Found, previous: str) -> Mention:
    mention = Mention(text, found, 0, shown=plain[found.start : found.end].strip(), slot=_slot(text))
    mention.date, mention.end = found.date, text.position
    before, after = plain[: found.start], plain[found.end :]
    if len(plain) < 200 and (
        _COPYRIGHT.search(plain) or (found.kind is DateKind.MONTH_DAY and _PAGER_WORD.search(plain))
    ):
        mention.reason = "in the words of a footer or a pager"
        return mention
    lone_before = before.strip(" [](（<【|:·•-~,;>")
    lone_after = _TIME.sub("", after).strip(" [])）>】|:·•-~,;<.。")
    mention.label = before[-20:] if lone_before else previous
    weak = found.kind in (DateKind.COMPACT, DateKind.SHORT_YEAR)
    short = found.kind is DateKind.MONTH_DAY
    if not lone_before and not lone_after:
        if short and not found.words and not _month_day_form(mention.shown):
            mention.reason = "too little to be a date"
            return mention
        mention.grade = 3
        _grade_label(mention)
        return mention
    if _LABELLED.search(before) or _POSTED_AFTER.match(after):
        mention.grade = 3
        return mention
    if _EVENT_BEFORE.search(before) or _EVENT_AFTER.match(after):
        mention.reason = f"another event: {plain[max(0, found.start - 8) : found.end + 6]!r}"
        return mention
    rest_before = _META_WORDS.sub("", _PUBLISHED.sub("", _TIME.sub("", lone_before)))
    rest_after = _META_WORDS.sub("", _PUBLISHED.sub("", lone_after))
    if weak and (rest_before or rest_after):
        mention.reason = "in running text"
        return mention
    in_link = any(el.tag == "a" for el, _ in zip(text.el.up(), range(4), strict=False))
    aside = not rest_before or not rest_after or before[-1:] in _EDGES or after[:1] in _EDGES
    if (len(rest_before) <= 1 and len(rest_after) <= 1) or (
        not in_link and aside and len(rest_before) <= 6 and len(rest_after) <= 12
    ):
        mention.grade = 2
    elif _at_an_end(before, after, found):
        mention.grade = 1
    else:
        mention.reason = "in a title or running text"
    return mention


def _month_day_form(shown: str) -> bool:
    """12-28 and 1/4 are dates; 1.5 may be anything, 01.05 is one."""
    return "." not in shown or re.match(r"^\d\d\.\d\d$", shown) is not None


def _at_an_end(before: str, after: str, found: Found) -> bool:
    """Whether the date stands at the end of the text, or before all of it, set off by a bracket or a space."""
    tail, head = _TIME.sub("", after).strip(), before.strip()
    opened = head[-1:] in _EDGES
    if tail in ("", ")", "]", "）", "】"):
        return opened == bool(tail) and (opened or before[-1:].isspace() or found.kind is DateKind.FULL)
    if head in ("", "(", "[", "（", "【", "·", "•", "-", "."):
        return after[:1] in _EDGES or (found.kind is DateKind.FULL and not found.words)
    return False


def _grade_label(mention: Mention) -> None:
    label = mention.label
    if label and _OTHER_EVENT.search(label[-8:]) and not _VERB.search(label[-8:]):
        mention.grade, mention.reason = 0, f"another event: {label[-8:]!r}"


def _is_only_date(text: str, as_of: dt.datetime) -> bool:
    plain = dates.plain(text)
    found = dates.find(plain, as_of)
    if not found:
        return False
    rest = plain[: found[0].start] + plain[found[-1].end :]
    return not _PUBLISHED.sub("", _TIME.sub("", rest)).strip(" []()（）|-:.")


# -- the date of an item ---------------------------------------------------------------------------------------


def href_date(href: str) -> dt.date | None:
    """The day in an address such as t20240102_1.html, /2024/1/2/, /art/2024/1/2/art_1.html, /20/0704/."""
    path = href.split("?", 1)[0].split("#", 1)[0]
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


def _settle(item: Item, as_of: dt.datetime) -> None:
    """Give relative times and year-less dates what the item's own address says."""
    linked = href_date(item.href)
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


def _infer_years(block: Block, page: Page, as_of: dt.datetime) -> None:
    """Years for month-day dates: a year heading above, else the order of the list, never after as_of."""
    previous: dt.date | None = None
    headings = (
        _year_headings(block, page)
        if any(
            m.found.kind is DateKind.MONTH_DAY and m.date is None and m.grade for i in block.items for m in i.mentions
        )
        else []
    )
    for index, item in enumerate(block.items):
        for mention in item.mentions:
            if not mention.grade:
                continue
            if mention.found.kind is DateKind.MONTH_DAY and mention.date is None:
                _infer_year(mention, headings, previous if index > 2 else None, as_of)
        shown = [m.date for m in item.mentions if m.grade and m.date and m.date <= as_of.date()]
        if shown:
            previous = max(shown)


def _infer_year(
    mention: Mention, headings: list[tuple[int, int]], previous: dt.date | None, as_of: dt.datetime
) -> None:
    found = mention.found
    year = next((year for position, year in reversed(headings) if position < mention.text.position), None)
    if year is not None:
        mention.date, mention.inferred = dates.valid(year, found.month, found.day), True
        return
    mention.inferred = mention.used_as_of = True
    for year in range(as_of.year, as_of.year - 9, -1):
        date = dates.valid(year, found.month, found.day)
        if date is None or date > as_of.date():
            continue
        if previous is None or date <= previous + dt.timedelta(days=100):
            mention.date = date
            return


def _year_headings(block: Block, page: Page) -> list[tuple[int, int]]:
    """(position, year) of texts in and right above the block that are a year and nothing else."""
    first, last = block.items[0].el.start, block.items[-1].el.end
    around = block.container.parent or block.container
    headings = []
    for text in page.between(max(around.start, first - 40), last):
        value = dates.plain(text.value).strip()
        if len(value) <= 10 and (match := _YEAR_HEADING.match(value)):
            headings.append((text.position, int(match[1])))
    return headings


def _pick_slots(block: Block, as_of: dt.datetime) -> None:
    """Of several dates in each item, keep the one that says when it was published; drop weak readings where
    the list shows better ones."""
    grades: collections.Counter[int] = collections.Counter()
    for item in block.items:
        best = max((mention.grade for mention in item.mentions if mention.date), default=0)
        grades[best] += 1
    dated = sum(count for grade, count in grades.items() if grade)
    if not dated:
        return
    floor = 2 if grades[3] + grades[2] >= max(1, dated * 0.4) else 1
    weak_only = floor == 1 and dated < max(2, 0.5 * len(block.items))
    deadlines = _deadline_slots(block, as_of)
    for item in block.items:
        for mention in item.mentions:
            if mention.grade and mention.grade < floor:
                mention.grade, mention.reason = 0, "in a title; the list shows dates elsewhere"
            elif mention.grade == 1 and weak_only:
                mention.grade, mention.reason = 0, "in a title, and only in few"
            elif mention.grade and mention.slot in deadlines:
                mention.grade, mention.reason = 0, "a later date beside the publish date (deadline, validity)"
            if not mention.grade:
                mention.date = None
        labelled = [m for m in item.mentions if m.date and re.search(r"发布|公布|公开|发表", m.label[-8:])]
        if labelled:
            for mention in item.mentions:
                if mention.date and mention not in labelled:
                    mention.date, mention.grade, mention.reason = None, 0, "another date is labelled as published"


def _deadline_slots(block: Block, as_of: dt.datetime) -> set[str]:
    """Slots whose dates lie after as_of while another slot of the same items has past ones."""
    future: collections.Counter[str] = collections.Counter()
    seen: dict[str, int] = collections.Counter()
    for item in block.items:
        for mention in item.mentions:
            if mention.grade and mention.date:
                seen[mention.slot] += 1
                future[mention.slot] += mention.date > as_of.date()
    if len(seen) < 2:
        return set()
    suspects = {slot for slot in seen if future[slot]}
    return suspects if len(suspects) < len(seen) else set()


# -- the page around the lists ---------------------------------------------------------------------------------


def breadcrumb(page: Page) -> tuple[list[str], int | None]:
    """The names after "当前位置", and where that stands."""
    for index, text in enumerate(page.texts):
        if len(text.value) > 200 or not _CRUMB.search(text.value):
            continue
        parts: list[str] = []
        holder = text.el
        if len(re.split(r"[>»›＞→]", text.value)) < 2:  # the names stand in elements of their own
            holder = next((el for el, _ in zip(text.el.up(), range(4), strict=False) if el.end - el.start > 4), text.el)
        for other in page.texts[index : index + 14]:
            if not holder.holds(other.position):
                break
            parts += re.split(r"[>»›＞/|→:：]+|--+|\s-\s", other.value)
        names = [part.strip() for part in parts]
        return [name for name in names if 2 <= len(name) <= 30 and not _CRUMB.search(name)], text.position
    for text in page.texts:
        for el, _ in zip(text.el.up(), range(3), strict=False):
            if re.search(r"crumb|position|location|dqwz|weizhi", el.marks):
                inside = page.between(el.start, el.end)
                if len(inside) <= 14:
                    parts = [part.strip() for t in inside for part in re.split(r"[>»›＞/|→]+", t.value)]
                    return [part for part in parts if 2 <= len(part) <= 30], text.position
    return [], None


def column_names(page: Page, crumb: list[str]) -> list[str]:
    """What the column is called, by its meta tag, the breadcrumb's end and the title's first part."""
    names = [page.meta("columnname")]
    if crumb:
        names.append(crumb[-1])
    parts = [part.strip() for part in re.split(r"[-_|—–>»·,，]+|\s{1,}", page.title) if len(part.strip()) >= 2]
    if len(parts) > 1:
        names.append(parts[0])
    return [name for name in dict.fromkeys(names) if name and not re.match(r"^(首页|正文|列表|网站首页)$", name)]


def pager_position(page: Page) -> int | None:
    """Where the first pager stands that follows some text."""
    for text in page.texts:
        value = text.value
        if len(value) <= 120 and _PAGER_WORD.search(value) and not re.search(r"[。；]", value):
            return text.position
    for script in page.scripts:
        if (
            script.position > 0
            and _PAGER_SCRIPT.search(script.source)
            and script.parent.tag not in ("body", "html", "head")
        ):
            return script.position
    return None


def footer_position(page: Page, *, after: int = 0) -> int | None:
    """Where the last part of the page begins that speaks of copyright and licences."""
    at, quiet = None, 0
    for text in reversed(page.texts[-80:]):
        quiet += 1
        if text.position < after:
            break
        if _COPYRIGHT.search(text.value):
            at, quiet = text.position, 0
        elif quiet > _FOOTER_GAP and at is not None:
            break
    return at


def _same(heading: str, name: str) -> bool:
    one, other = (re.sub(r"[\s\W]+|列表|栏目|频道", "", part) for part in (heading, name))
    return bool(one) and one == other


def is_heading(el: El) -> bool:
    return el.tag in ("h1", "h2", "h3", "h4", "h5", "h6", "dt", "caption", "th", "legend") or bool(
        re.search(r"(?<![a-z])(?:title|tit|hd|heading|bt|biaoti|lm|tab)(?![a-z])", el.marks)
    )


def _is_near(href: str, url: str) -> bool:
    """Whether an address leads below the column's own folder."""
    if not href or href.startswith(("#", "../", "//")) or (re.match(r"^[a-z]+:", href, re.I) and not url):
        return False
    if not url:
        return not href.startswith("/")
    folder = path_of(url).rsplit("/", 1)[0] + "/"
    return len(folder) > 1 and path_of(join(url, href)).startswith(folder)


def join(url: str, href: str) -> str:
    """The absolute address, or `href` itself where that cannot be made."""
    try:
        return urljoin(url, href.strip())
    except ValueError:
        return href


def path_of(url: str) -> str:
    """The path of an address; "" where it has none that can be told."""
    try:
        return urlsplit(url).path
    except ValueError:
        return ""
