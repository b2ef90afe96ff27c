"""What stands around the lists of a page: breadcrumb, the column's names, pager, footer, headings."""

from __future__ import annotations

import dataclasses
import functools
import re
from itertools import islice
from urllib.parse import urljoin, urlsplit

from crawler.reading.dates import plain
from crawler.reading.dom import El, Page, Text

MORE = re.compile(
    r"^(?=[\W查阅点了更全详m])(?=\W*+(?:(?:查看|阅读|点击|了解)?(?:更多|全文|详细|详情|详见|全部|more\w*+)\W*+)*+$)(?:.*[多文细情见部+>»›]|.*more)",
    re.I | re.S,
)

PAGER = re.compile(
    r"^(?:[\[<«‹（(]*+\s*+)(?=[首尾末上下最第前后跳转共pnlfg\d])(?:首\s*页|尾\s*页|末\s*页|上[一1]?[页頁]|下[一1]?[页頁]|最后一?页|第一页|前一页|后一页|跳?转到?|"
    r"prev(?:ious)?|next|last|first|共?\s*\d+\s*[页頁条]|第?\s*\d+\s*/\s*\d+\s*页?|GO)(?:\s*[\]>»›）)]*)$",
    re.I,
)

PAGER_WORD = re.compile(
    r"下\s*[一1]?\s*[页頁]|[尾末]\s*页|上[一1]?[页頁]|共\s*(?!0\D)\d+\s*[页頁条]|第?\s*\d+\s*/\s*\d+\s*[页頁]|最后一页|末页"
)
_PAGER_SCRIPT = re.compile(
    r"(?=[cjlp])(?:createPageHTML|createPage\s*\(|jpage|laypage|pagination\s*\(|Pager\s*\()", re.I
)
_CRUMB = re.compile(r"(?:当前|现在|所在|您)的?(?:所在)?的?(?:位置|栏目|频道)|^\s*位置\s*[:：]")
#: A column's name is no longer than this.
_NAME = 10
#: What tells nothing in a name.
_NO_NAME = re.compile(r"[\s\W]+|列表|栏目|频道")
_LONGEST_NAME = 40
_SITE = re.compile(r"[县市区镇乡]$|政府|[局委办院校馆站网处]$|网站|门户|中心$|委员会$|街道(?:$|办)|社区$|公司$")
_HOME = re.compile(r"^\W*(?:网站)?(?:首页|主页|home)\W*$", re.I)
_HOME_LEADS = re.compile(r"^\W*(?:网站)?(?:首页|主页|home)\s*[>»›＞/→\\-]+\s*\S", re.I)
_STEP_SIGN = re.compile(r"^\s*[>»›＞/→\\]")
_PAGER_MARK = re.compile(
    r"(?<![a-z])(?:pagination|pager|laypage|pages?|fenye|page-?(?:nav|list|box|bar|num\w*))(?![a-z])"
)
_PAGER_PART = re.compile(r"^(?:[\d\W]+|\W*(?:首|尾|末|上一?|下一?)页?\W*)$")
_CRUMB_MARK = re.compile(r"crumb|position|location|dqwz|weizhi")
_CRUMB_SPLIT = re.compile(r"[>»›＞/|→:：\\]+|--+|[—–－]+|\s-\s")
_LEADS_ON = re.compile(r"[>»›＞→]")
_LONGEST_CRUMB = 60
_SIGN = re.compile(r"[>»›＞→/\\|—–－-]")
#: So few texts may be the steps of a breadcrumb without a sign between them.
_SHORT_ROW = 8
_HEADING_MARK = re.compile(
    r"(?<![a-z])(?:title|tit|tt|hd|(?:sub)?head(?:ing|line)?|caption|bt|biaoti|lm|lanmu|tab)(?![a-z])|"
    r"(?:card|panel|box|block|module|widget|section)[-_]?head(?:er|ing)?(?![a-z])|"
    r"(?:title|tit|bt|hd|tt)(?![a-z])"
)
COPYRIGHT = re.compile(
    r"(?=[版c©i公网主承])"
    r"(?:版权所有|copyright|©|ICP[备证]|公网安备|网站标识码|(?:主办|承办|主管)(?:单位)?\s*[:：])",
    re.I,
)

_HEADING_TAGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "dt", "caption", "th", "legend"))
_OPEN = frozenset(("on", "active", "current", "cur", "selected", "hover", "act", "now"))
CHROME_TAGS = frozenset(("header", "footer", "nav", "aside", "marquee"))

_CHROME_MARK = re.compile(
    r"(?<![a-z])(?:side(?:bar)?|aside|hot\w*|rank\w*|paihang|recommend\w*|tuijian|relat\w+|friend\w*|f?links?|yqlj|"
    r"foot\w*|bottom|copyright|head(?:er)?|topbar|top|navi?|navbar|menu\w*|banner|slider?|swiper|carousel|focus|"
    r"float\w*|piao\w*|calendar|rili|search\w*|login|crumbs?|breadcrumb|toolbar|share|marquee|scroll\w*|ads?|"
    r"weather|tianqi|popup?|modal|dialog|layer|tips?|notice-?bar)(?![a-z])"
)
NOTHING_HERE = re.compile(
    r"暂无|暂时没有|没有(?:找到|任何|相关|更多|符合)?(?:相关|任何)?(?:数据|信息|内容|记录|文章|资料)|"
    r"无(?:相关)?(?:数据|信息|内容|记录)|"
    r"[共总]\s*(?:有|计)?\s*0\s*[条篇项个]|(?:内容|资料|栏目)(?:整理|更新|完善|添加|建设|充实)中|"
    r"no (?:data|records?|results?|items?)|尚未(?:添加|发布|更新)",
    re.I,
)
_LOADING = re.compile(r"加载中|正在加载|载入中|loading\.{0,3}$|请稍[候等]|数据加载|努力加载", re.I)
_SCHEME = re.compile(r"[a-z]+:", re.I)
#: So many texts without such a word end the footer, seen from the end of the page.
_FOOTER_GAP = 12
#: So many texts that begin with a day, or are linked sentences, are those of a list.
_LISTED = 2
_SENTENCE = 12
_DAY = re.compile(r"\W*(?:(?:19|20)\d\d\s?[-/.年]\s?)?\d{1,2}\s?[-/.月]\s?\d{1,2}(?!\d)")


@dataclasses.dataclass(frozen=True, slots=True)
class Frame:
    """What stands around the lists; positions are None where there is no such thing. `names`: the column's.

    `begins_at` and `begins_end` bound what says that the column's own part of the page begins: the breadcrumb, or
    the heading that is the column's name.
    """

    crumb: list[str]
    crumb_at: int | None
    crumb_end: int
    names: list[str]
    begins_at: int | None
    begins_end: int
    pager_at: int | None
    footer_at: int | None
    bare_names: frozenset[str]

    def is_name(self, heading: str) -> bool:
        """Whether a heading is one of the column's names."""
        return bool(self.bare_names) and _bare(heading) in self.bare_names


def frame_of(page: Page) -> Frame:
    crumb, at, end = breadcrumb(page)
    names = column_names(page, crumb)
    bare = frozenset(map(_bare, names)) - {""}
    begins_at, begins_end = (at, end) if at is not None else named_heading(page, bare)
    footer_at = footer_position(page, after=begins_at or 0)
    return Frame(crumb, at, end, names, begins_at, begins_end, pager_position(page), footer_at, bare)


def breadcrumb(page: Page) -> tuple[list[str], int | None, int]:
    """The names after "当前位置", where that stands, and where it ends."""
    for index, text in enumerate(page.texts):
        value = text.value
        if len(value) > 200 or not ("位置" in value or "栏目" in value or "頻道" in value or "频道" in value):
            continue
        if not _CRUMB.search(plain(value)):
            continue
        holder = text.el
        if len(_SIGN.split(value)) < 2:  # the names stand in elements of their own
            around = islice(text.el.up(), 4)
            holder = next((el for el in around if len(page.between(el.start, el.end)) > 1), text.el)
        inside = _joined_steps([other for other in page.texts[index : index + 16] if holder.holds(other.position)])
        names = [name for name in _steps(inside) if not _CRUMB.search(plain(name))]
        return names, text.position, inside[-1].position + 1
    return _marked_breadcrumb(page) or _bare_breadcrumb(page) or _titled_breadcrumb(page) or ([], None, 0)


def _joined_steps(texts: list[Text]) -> list[Text]:
    """The texts as far as they are steps: in a long row, names with signs between them."""
    if len(texts) <= _SHORT_ROW:
        return texts
    steps = texts[:1]
    for text in texts[1:]:
        before = steps[-1].value.strip()
        joins = _SIGN.match(text.value.strip()) or _SIGN.search(before[-1:]) or before[-1:] in ("：", ":")
        if not joins:
            break
        steps.append(text)
    return steps


def _marked_breadcrumb(page: Page) -> tuple[list[str], int, int] | None:
    for el in page.els:
        if el.marks and _marks_crumb(el.marks) and not el.hidden:
            inside = page.between(el.start, el.end)
            if 0 < len(inside) <= 14:
                return _steps(inside), inside[0].position, el.end
    return None


def _bare_breadcrumb(page: Page) -> tuple[list[str], int, int] | None:
    """首页 > 政务公开 > 通知公告, without a word that says what it is."""
    for index, text in enumerate(page.texts):
        if len(text.value) > 200 or "页" not in text.value:
            continue
        if _HOME_LEADS.match(text.value):
            return _steps([text]), text.position, text.position + 1
        after = page.texts[index + 1] if index + 1 < len(page.texts) else None
        if after is not None and _HOME.match(text.value) and _STEP_SIGN.match(after.value):
            holder = next((el for el in text.el.up() if el.holds(after.position)), text.el)
            inside = _joined_steps([other for other in page.texts[index : index + 16] if holder.holds(other.position)])
            return _steps(inside), text.position, inside[-1].position + 1
    return None


def _titled_breadcrumb(page: Page) -> tuple[list[str], int, int] | None:
    """石桥镇 > 镇内新闻: steps that end with what the page's title says."""
    titles = {_bare(name) for name in column_names(page, [])}
    for text in page.texts:
        if len(text.value) <= _LONGEST_CRUMB and _LEADS_ON.search(text.value):
            steps = _steps([text])
            if len(steps) > 1 and _bare(steps[-1]) in titles:
                return steps, text.position, text.position + 1
    return None


def _steps(texts: list[Text]) -> list[str]:
    parts = [part.strip() for text in texts for part in _CRUMB_SPLIT.split(text.value)]
    return [part for part in parts if 2 <= len(part) <= 30]


def column_names(page: Page, crumb: list[str]) -> list[str]:
    """What the column is called, by its meta tag, the breadcrumb's end and the title's first part."""
    names = [page.meta("columnname")]
    if crumb:
        names.append(crumb[-1])
    parts = [part.strip() for part in re.split(r"[-_|—–>»·,，]+|\s{1,}", page.title) if len(part.strip()) >= 2]
    if len(parts) > 1 or (parts and not _SITE.search(parts[0])):
        names.append(parts[0])
        names += [part for part in parts[1:3] if len(part) <= _NAME and not _SITE.search(part)]
    return [name for name in dict.fromkeys(names) if name and not re.match(r"^(首页|正文|列表|网站首页)$", name)]


def named_heading(page: Page, bare_names: frozenset[str]) -> tuple[int | None, int]:
    """Where the first heading stands that is the column's name, and where it ends; no menu's entry is one."""
    for text in page.texts if bare_names else ():
        if len(text.value) <= _LONGEST_NAME and _bare(text.value) in bare_names:
            steps = list(islice(text.el.up(), 3))
            if any(is_heading(el) for el in steps) and all(el.tag not in ("a", "li") for el in steps):
                return text.position, text.position + 1
    return None, 0


def pager_position(page: Page) -> int | None:
    """Where the first pager stands that follows some text."""
    for text in page.texts:
        value = text.value
        if (
            ("页" in value or "頁" in value or "条" in value)
            and len(value) <= 120
            and PAGER_WORD.search(value)
            and not re.search(r"[。；]", value)
            and not NOTHING_HERE.search(value)
        ):
            return text.position
    for el in page.els:
        if el.marks and _marks_pager(el.marks) and not el.hidden:
            inside = page.between(el.start, el.end)
            if 2 <= len(inside) <= 30 and all(_PAGER_PART.match(text.value.strip()) for text in inside):
                return inside[0].position
    for script in page.scripts:
        if (
            script.position > 0
            and script.parent.tag not in ("body", "html", "head")
            and _PAGER_SCRIPT.search(script.source)
        ):
            return script.position
    return None


def footer_position(page: Page, *, after: int = 0) -> int | None:
    """Where the last part of the page begins that speaks of copyright and licences."""
    at, quiet, listed = None, 0, 0
    for text in reversed(page.texts[-80:]):
        quiet += 1
        if text.position < after:
            break
        if COPYRIGHT.search(text.value):
            if listed >= _LISTED:
                break  # a list parts it from the footer
            at, quiet, listed = text.position, 0, 0
        elif quiet > _FOOTER_GAP and at is not None:
            break
        elif at is not None and _is_listed(text):
            listed += 1
    return None if at is not None and _heads_a_list(page, after, at) else at


def _heads_a_list(page: Page, start: int, at: int) -> bool:
    """Whether most of what is listed from a place of the page on comes after what may be a footer: it is none."""
    after = sum(map(_is_listed, page.between(at, 1 << 60)))
    return after >= _LISTED and after > sum(map(_is_listed, page.between(start, at)))


def is_loading(text: str) -> bool:
    """Whether a text says that something is about to be shown."""
    return _LOADING.search(text) is not None


def _is_listed(text: Text) -> bool:
    if _DAY.match(text.value):
        return True
    if len(text.value) < _SENTENCE or len(text.value.strip()) < _SENTENCE:
        return False
    return any(el.tag == "a" for el in islice(text.el.up(), 3))


def same_name(heading: str, name: str) -> bool:
    one = _bare(heading)
    return bool(one) and one == _bare(name)


@functools.lru_cache(maxsize=4096)
def _bare(name: str) -> str:
    return _NO_NAME.sub("", name)


def is_heading(el: El) -> bool:
    return el.tag in _HEADING_TAGS or _marks_heading(el.marks)


def is_open(el: El) -> bool:
    """Whether a tab is marked as the one whose pane is shown."""
    return any(not _OPEN.isdisjoint(up.marks.split()) for up in islice(el.up(), 2))


# The same marks stand on many elements of a page, and on many pages of a site.
@functools.lru_cache(maxsize=4096)
def chrome_mark(marks: str) -> str:
    """The mark that says that an element is no part of a column's own matter; "" if there is none."""
    found = _CHROME_MARK.search(marks)
    return found[0] if found else ""


@functools.lru_cache(maxsize=4096)
def _marks_pager(marks: str) -> bool:
    return _PAGER_MARK.search(marks) is not None


@functools.lru_cache(maxsize=4096)
def _marks_crumb(marks: str) -> bool:
    return _CRUMB_MARK.search(marks) is not None


@functools.lru_cache(maxsize=4096)
def _marks_heading(marks: str) -> bool:
    return _HEADING_MARK.search(marks) is not None


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


def is_near(href: str, url: str) -> bool:
    """Whether an address leads below the column's own folder."""
    if not href or href.startswith(("#", "../", "//")):
        return False
    if href[0] != "/" and not _SCHEME.match(href):
        return not url or len(_folder(url)) > 1
    return len(folder := _folder(url)) > 1 and path_of(href).startswith(folder)


def _folder(url: str) -> str:
    return path_of(url).rsplit("/", 1)[0] + "/"
