"""What the words beside a date say of it: that something was published then, or that something else happens."""

from __future__ import annotations

import bisect
import re
from itertools import islice, pairwise

from crawler.reading.dates import plain
from crawler.reading.dom import El, Page

PUBLISH_VERB = (
    r"(?:信息|文章|网站|新闻|首次|公开|上网)?(?:回复|答复|办结|提交|来信|提问|咨询|留言|发[布表稿]|发文|公[布开示告]|刊[发登载]|登载|更新|"
    r"上[传网架线]|挂[网出]|出[版刊]|录入|添加|加入|推送|编辑|转载|报[送道]|上报|创建|发出|通报|曝光|"
    r"posted(?: on)?|published|updated)"
)
PUBLISHED = re.compile(
    rf"{PUBLISH_VERB}(?:的?(?:时间|日期)|于|时间为)?\s*[:：]?|(?:日期|时间|date|time)\s*[:：]?", re.I
)
#: Right before a date: it is labelled as the publish date.
LABELLED = re.compile(
    rf"{PUBLISH_VERB}(?:的?(?:时间|日期)|于|时间为)?\s*[:：]\s*$|{PUBLISH_VERB}(?:的?(?:时间|日期)|于)\s*$|"
    r"(?:^|[\s|\])）】\[]|信息)(?:日期|时间|date|time)\s*[:：]\s*$|(?:submitted|posted|written) by .{1,60} on\s*$|"
    r"^由\s.{1,60}\s[在于]\s*(?:(?:周|星期)[一二三四五六日天],?)?\s*$",
    re.I,
)
#: All that stands after a date that is the publish date.
POSTED = re.compile(r"(?:发[布表]|刊[发登]|更新|上传|公布|posted|published)\W*", re.I)

#: 第A03版：民生新闻
PAGE_OF_PAPER = re.compile(r"^\W*第\s*[A-Z]?\d{1,2}\s*版")

_VERB = re.compile(PUBLISH_VERB, re.I)
_PUBLISH_LABEL = re.compile(r"发[布表稿文]|曝光|公[布开告]|刊[发登载]|上[网传架线]|挂[网出]|出[版刊]", re.I)
_OTHER_EVENT = re.compile(
    r"截[止至]|有效|到期|期限|失效|废止|开标|活动|会议|开会|培训|考试|报名|面试|开始|结束|起止|施行|实施|生效|执行|成文|生成|印发|"
    r"签订|签署|立案|处罚|出生|成立|注册|登记|今天|今日|当前|现在|系统|服务器|北京时间|版权|copyright|统计|开通|建站|验收|"
    r"通过|修[正订]|拍摄|摄于|创作|举办|召开|举行|预约|开放|办公(?!室|厅)|上班|演出|入职|任职|投票|征集|最后更新|受理|下一?期",
    re.I,
)
_WRITING = re.compile(r"(?:生成|成文|制发|印发)(?:时间|日期)")
_START = re.compile(r"(?:开始|起始)(?:时间|日期)?\W*$")
#: Whatever verb stands with these, they name the end of something.
_END = re.compile(r"截[止至]|有效|到期|期限|失效|废止|结束|公示期|承诺|预计|预约|[应拟]办")
#: 开庭时间, 拍卖日期: a time or day of something that is said before; 十一月十日 is a day itself.
_OF_SOMETHING = re.compile(r"([\u4e00-\u9fff]{2,8})(?:时间|日期|(?<![〇零一二三四五六七八九十])日)\W*$")
#: A date of a text, or of nothing: what stands before it is where it comes from, 来源：某局 日期：
_OF_A_TEXT = re.compile(
    r"信息|文章|新闻|稿件|消息|文件|入库|[年月]$|更新|日期|时间|(?:[局办委厅院部镇乡站网]|中心|政府|大队)$"
)
_LABEL_END = re.compile(
    r"(?=[时日期有dt:：今现当截发更公施生])(?:(?:时间|日期|期限|有效期|date|time)\s*[:：为]?$|[:：]$|"
    r"^(?:今天|今日|现在|当前)[是为]?$|(?:截止|截至)$|^(?:截止|截至|发布|发表|更新|公布|施行|生效)\S{0,3}$)",
    re.I,
)
#: A label is looked for in the last characters before a date.
_LABEL = 8
#: A head of a column is no longer than this, white space and all.
_HEAD = 30
#: What stands above a column is no longer.
_NAME = 10
#: So many rows at most stand above the heads of a table.
_CAPTIONS = 3
#: A table of heads stands no further above that of the rows.
_BETWEEN = 6
#: Begins with literals, which are searched for fast; 发布 by itself heads one too.
_HEADER = re.compile(r"时间|日期|期限|期[止至]?$|截[止至]$|[Dd]ate|[Tt]ime|DATE|TIME")


def as_label(text: str) -> str:
    """A text that says what the date after it means; "" for any other."""
    return text[-20:] if len(text) <= 40 and _LABEL_END.search(text) else ""


def names_publishing(label: str) -> bool:
    """Whether a label says that its date is the publish date, and no other."""
    return _PUBLISH_LABEL.search(label[-_LABEL:]) is not None and not names_end(label)


def names_writing(label: str) -> bool:
    """Whether a label says that its date is the one that a document bears."""
    return _WRITING.search(label[-_LABEL:]) is not None


def names_start(label: str) -> bool:
    """Whether a label says that its date is the first of a period."""
    return _START.search(label[-_LABEL:]) is not None


def names_end(label: str) -> bool:
    """Whether a label says that its date is the end of something."""
    return _END.search(label[-_LABEL:]) is not None


def names_event(label: str) -> bool:
    """Whether a label says that its date is that of something else than publishing."""
    tail = label[-_LABEL:]
    if names_end(tail):
        return True
    if _VERB.search(tail):
        return False
    if _OTHER_EVENT.search(tail):
        return True
    of = _OF_SOMETHING.search(tail)
    return of is not None and not _OF_A_TEXT.search(of[1])


def _may_head(text: str) -> bool:
    """Whether a text names the dates that stand below it."""
    return text == "发布" or _HEADER.search(text) is not None


class Headers:
    """What stands above the columns of tables, and of lists that are set like tables."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._heads_at = [t.position for t in page.texts if len(t.value) <= _HEAD and _may_head(t.value)]
        self._tables: dict[int, tuple[El | None, dict[int, str]]] = {}
        self._rows: dict[int, list[El]] = {}
        self._heads: dict[int, list[tuple[El, list[str]]]] = {}

    def above(self, el: El) -> str:
        """What the head of its column says above a text in `el`; "" where there is no head."""
        if not self._heads_at:
            return ""
        steps = list(islice(el.up(), 5))
        for cell, row in pairwise(steps):
            if cell.tag in ("td", "th"):
                return self._above_cell(cell)
            if row.tag in ("li", "div", "ul", "dl", "a", "p") and (name := self._above_part(cell, row)):
                return name
        return ""

    def _above_cell(self, cell: El) -> str:
        table = next((up for up in islice(cell.up(), 5) if up.tag == "table"), None)
        if table is None:
            return ""
        known = self._tables.get(id(table))
        if known is None:
            known = self._tables[id(table)] = self._heads_of(table)
        first, names = known
        return "" if first is not None and first.holds(cell.start) else names.get(cell.cell, "")

    def _heads_of(self, table: El) -> tuple[El | None, dict[int, str]]:
        """The row that heads a table, if it is its own, and what it says above each cell."""
        rows = (inner for inner in self._page.inside(table) if inner.tag == "tr")
        first = next(rows, None)
        names = self._names_in(first) if first else {}
        for row in islice(rows, _CAPTIONS):
            if first is None or len(names) > 1 or not self._is_caption(first):
                break
            first, names = row, self._names_in(row)
        if any(map(_may_head, names.values())):
            return first, names
        above = self._table_above(table)
        return (None, above) if above else (first, names)

    def _is_caption(self, row: El) -> bool:
        """Whether a row is one cell over all columns."""
        return sum(inner.tag in ("td", "th") for inner in self._page.inside(row)) == 1

    def _names_in(self, row: El) -> dict[int, str]:
        """What stands in the cells of a row, as far as it is short."""
        cells = [inner for inner in self._page.inside(row) if inner.tag in ("td", "th")]
        names = {cell.cell: plain(self._page.text_of(cell)) for cell in cells}
        return {number: name for number, name in names.items() if 2 <= len(name) <= _NAME}

    def _table_above(self, table: El) -> dict[int, str] | None:
        """The heads that stand in a table of their own, right above the one with the rows."""
        above = None
        for el in self._page.els:
            if el.start >= table.start:
                break
            if el.tag == "table" and el.end <= table.start:
                above = el
        if above is None or table.start - above.end > _BETWEEN:
            return None
        rows = [inner for inner in self._page.inside(above) if inner.tag == "tr"]
        names = self._names_in(rows[0]) if len(rows) == 1 else {}
        return names if any(map(_may_head, names.values())) else None

    def _above_part(self, part: El, row: El) -> str:
        """Of a row that is no table's: the same part of the row that leads its list, or stands right above it."""
        rows = row.parent
        if rows is None or row.end - row.start > 60 or not self._stand_before(row, rows.parent or rows):
            return ""
        heads = self._heads.get(id(rows))
        if heads is None:
            heads = self._heads[id(rows)] = self._heads_above(rows)
        if not heads:
            return ""
        parts = self._parts(row)
        if not 2 <= len(parts) <= 8 or part not in parts:
            return ""
        index = parts.index(part)
        names = (found[index] for head, found in heads if len(found) == len(parts) and head is not row)
        return next(filter(None, names), "")

    def _stand_before(self, row: El, holder: El) -> bool:
        """Whether anything that may head a column stands in an element before a row."""
        first = bisect.bisect_left(self._heads_at, holder.start)
        return first < len(self._heads_at) and self._heads_at[first] < row.start

    def _heads_above(self, rows: El) -> list[tuple[El, list[str]]]:
        """What may head the parts of rows, and what it says above each ("" where that heads nothing): the first row of
        the list; and what stands before the list, itself or its first row."""
        heads = self._parts(rows)[:1]
        if rows.parent is not None:
            siblings = self._parts(rows.parent)
            index = siblings.index(rows) if rows in siblings else 0
            if index:
                heads += [siblings[index - 1], *self._parts(siblings[index - 1])[:1]]
        said = [(head, [self._head(part) for part in self._parts(head)]) for head in heads if head.tag != "form"]
        return [(head, names) for head, names in said if any(names)]

    def _head(self, part: El) -> str:
        name = self._page.text_of(part)
        return plain(name) if len(name) <= _NAME and _may_head(name) else ""

    def _parts(self, el: El) -> list[El]:
        known = self._rows.get(id(el))
        if known is None:
            # a list longer than this is known by its first rows
            inside = islice(self._page.inside(el), 1, 400)
            known = self._rows[id(el)] = [inner for inner in inside if inner.parent is el]
        return known
