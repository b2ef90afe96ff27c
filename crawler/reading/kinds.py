"""What a page turned out to be, when it is not simply a list."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from itertools import islice

from crawler.reading.blocks import Block
from crawler.reading.dom import BOUND, REPEATED, El, Page, Script
from crawler.reading.encoding import Decoded
from crawler.reading.entries import Lists
from crawler.reading.frame import CHROME_TAGS, COPYRIGHT, NOTHING_HERE, chrome_mark, is_loading
from crawler.reading.matter import holds_matter
from crawler.reading.model import PageKind

_LOGIN = re.compile(
    r"请先?登[录陆]|用户登[录陆]|统一身份认证|账号登[录陆]|会话(?:已)?(?:过期|超时)|重新登[录陆]|无权访问|没有权限|"
    r"sign in|log ?in",
    re.I,
)
_CLOSED = re.compile(
    r"(?:网站|栏目|页面|系统|本站|频道|平台|内容).{0,12}"
    r"(?:升级|改版|维护|建设|关闭|停用|调整|下线)(?:中|维护|改造|期间|公告|，|。|!|！|$)|"
    r"(?:正在|系统|网站)(?:升级|维护|改版|建设|整改|调整)|under (?:construction|maintenance)|"
    r"敬请期待|暂停(?:访问|服务|开放)|停止(?:更新|服务|运行)",
    re.I,
)
_ASKED_FOR = r"(?:您?访问|请求)的(?:页面|网页|内容|地址|栏目)[^。]{0,10}(?:不存在|已?删除|错误|失效|出错)"
_MISSING = re.compile(
    r"(?<![\da-z第])404(?!\d|\s*[号期线路])|(?:error|http)404|not found|页面(?:不存在|找不到|未找到|已删除|丢失|走丢)|"
    r"(?:找不到|无法找到|没有找到|未找到)[^。]{0,12}(?:页面|网页|文件|内容|地址)|"
    rf"{_ASKED_FOR}|"
    r"栏目(?:不存在|已(?:撤销|删除|关闭))|"
    r"(?:信息|文章|内容)(?:不存在|已被?删除)|无法显示该?(?:页|网页)|页面出错|"
    r"没有找到您?要(?:找|查看?|访问)?的|参数(?:错误|不正确|有误)|数据库(?:连接)?(?:失败|错误|异常)|服务器(?:内部)?错误|"
    r"could not be found|(?:HTTP Status|Error)\s*[-:]?\s*[45]\d\d\b|Internal Server Error|Bad Gateway|"
    r"Service Unavailable|OLE DB Provider|Welcome to nginx|IIS Windows Server",
    re.I,
)
#: In the column's own part no text of its own says so.
_MISSING_HERE = re.compile(
    r"(?:您?访问|请求)的(?:页面|网页|内容|地址|栏目)[^。]{0,10}(?:不存在|已?删除|错误|失效|出错)"
)
_CHALLENGE = re.compile(
    r"__jsl_clearance|_cf_chl|cf-browser-verification|challenge-platform|acw_sc__v2|EOhMUPmJ|\$_ts\s*=|aliyun_waf|"
    r"eval\(function\(p,a,c,k"
)
_CHALLENGE_WORDS = re.compile(
    r"安全验证|人机验证|滑动验证|正在(?:检查|验证|检测).{0,10}浏览器|checking your browser|just a moment|"
    r"(?:开启|启用|打开)您?的?(?:浏览器的?)?javascript|请(?:完成|输入)验证码|访问(?:过于)?频繁|"
    r"403 Forbidden|(?:访问|请求)(?:已?被|遭)(?:拦截|拒绝|阻断)",
    re.I,
)
#: What a page without a word does that lets in only a browser: leave a mark, and come again.
_COMES_AGAIN = re.compile(r"document\.cookie|location(?:\.href|\.reload|\.replace|\s*=)|http-equiv=[\"']?refresh", re.I)
#: What sends a reader on; a page that does shows no more than a line.
_LEADS_ON = re.compile(r"location(?:\.href)?\s*=(?!=)|location\.(?:replace|assign)\s*\(")
_LEADING_ON = 60
#: A challenge shows less text than this, and is known by the beginning of its source.
_CHALLENGE_LENGTH = 400
_CHALLENGE_SOURCE = 20_000
# Templates and calls that fill a list.
_TEMPLATE = re.compile(
    r"\{\{[^{}]{1,80}\}\}|v-for\s*=|ng-repeat\s*=|\bth:each\s*=|<%[=-]|:data-source|v-html\s*=|data-bind\s*=\s*[\"']foreach",
    re.I,
)
_LOOP = re.compile(r"\b(?:for|while)\s*\(|\.(?:forEach|map|each)\s*\(")
_CALL = re.compile(
    r"\$\.(?:ajax|get|post|getJSON)\s*\(|\bfetch\s*\(|axios|XMLHttpRequest|dataproxy|new\s+Vue\s*\(|createApp\s*\(|ReactDOM|createRoot|"
    r"\.load\s*\(\s*[\"']|layui\.use|jpage|laytpl|template\s*\(\s*[\"']|loadList|getList|queryList|initList|loadData|getData|getArticle|"
    r"pageList|ajaxPage|innerHTML\s*\+?=|\.append\s*\(|\.html\s*\(\s*[^)\s]|insertAdjacentHTML|"
    r"document\.write\s*\(\s*[A-Za-z_$]",
)
_APP_ROOT = frozenset(("app", "root", "__next", "__nuxt", "main-app", "application", "vue-app"))
_FALLBACK = re.compile(r"<li|<a\s|javascript", re.I)
_LIST_FRAME = re.compile(r"list|lm|col|news|info|page", re.I)
_HOLDER_TAGS = frozenset(("ul", "ol", "tbody", "div", "table", "dl", "section", "main"))
_WIDGET = re.compile(
    r"time|clock|date|weather|nav|menu|search|share|ewm|qr|player|top|foot|head|banner|float|ad|page|pager"
)
_QUOTED_NAME = re.compile(r"[\"'](?:#)?([A-Za-z][\w-]*)[\"']")
_LIBRARY = re.compile(r"jquery(?:[.-]|$)|swiper|bootstrap|superslide|layer\.js", re.I)
_COUNTER = re.compile(
    r"hm\.baidu|_hmt|cnzz|51\.la|push\.js|google-analytics|gtag|share|bdimg|tongji|analytics|count|_jiucuo_|conac", re.I
)
_LIST_SCRIPT = re.compile(r"list|page|data|load|ajax|api|vue|react|app", re.I)
_PASSWORD = re.compile(r"<input[^<>]{0,300}type\s*=\s*[\"']?password", re.I)
_NOT_SIGNED_IN = re.compile(r"请先?登[录陆]|无权访问|没有权限|未登[录陆]|登[录陆](?:已)?(?:超时|过期|失效)")
_HOLDER_MARK = re.compile(
    r"(?<![a-z])(?:list\w*|news\w*|\w*list|data\w*|content\w*|page-?content|tbody|container|infos?|articles?)(?![a-z])"
)
_NO_PROSE = frozenset(("a", "nav", "header", "footer", "aside", "li"))
_PROSE = 40  # a text this long is a paragraph
_ARTICLE = 150  # texts that together are this long fill a page
_FIRST = 12  # so many texts begin the column's own part
_SHORT = 600  # a page with less visible text than this may be a message
_FEW = 10  # entries of a list beside the column's own
_FEW_NAMED = 2  # entries of one below the column's name


class _Look:
    """What the questions below are asked of, worked out when the first one asks."""

    def __init__(self, page: Page, lists: Lists) -> None:
        self.page = page
        self.lists = lists
        self.dated = [block for block in lists.own if block.dated]

    @functools.cached_property
    def visible(self) -> str:
        return " ".join(" ".join(text.value.split()) for text in self.page.texts[:400])

    @functools.cached_property
    def length(self) -> int:
        return _length(self.page)

    @functools.cached_property
    def prose(self) -> int:
        return _prose(self.page, self.lists)

    @functools.cached_property
    def inline(self) -> str:
        return "\n".join(script.source for script in self.page.scripts if not script.src)

    @property
    def said(self) -> str:
        """What the page says itself: its visible texts without those of links."""
        own = (text for text in self.page.texts[:400] if all(el.tag != "a" for el in islice(text.el.up(), 3)))
        return " ".join(" ".join(text.value.split()) for text in own)

    @property
    def short(self) -> bool:
        return self.length < _SHORT

    @property
    def head(self) -> str:
        return f"{self.page.title} {self.visible[:600]}"


def kind_of(page: Page, lists: Lists, decoded: Decoded) -> PageKind:
    """What the page is. Evidence that a script fills it outweighs emptiness: a page wrongly empty wrongs a unit."""
    if decoded.basis == "binary" or not decoded.text.strip():
        return PageKind.UNREADABLE
    look = _Look(page, lists)
    if says_missing(page.title):  # whatever else is recommended to the reader there
        return PageKind.SOFT_404
    if _LOGIN.search(page.title) and _PASSWORD.search(page.source):
        return PageKind.LOGIN
    if lists.crumb_at is None and _CLOSED.search(page.title) and not any(block.paged for block in look.dated):
        return PageKind.CLOSED
    if not look.dated or _single_text(look):
        for kind, asks in _INSTEAD_OF_A_LIST:
            if asks(look):
                return kind
    if look.dated and (_is_meagre(look.dated) or _is_of_others(look.dated)) and _is_waiting(look):
        return PageKind.SCRIPTED
    if look.dated:
        headings = {block.heading for block in look.dated if block.heading_strong}
        return PageKind.LANDING if len(headings) > 1 else PageKind.LIST
    return PageKind.LIST if lists.own else PageKind.BLANK


def _single_text(look: _Look) -> bool:
    """Whether the only "entry" is the publish line of one text that fills the page."""
    items = [item for block in look.dated for item in block.items]
    return len(items) == 1 and not items[0].href and look.prose >= _ARTICLE


def asks_for_a_browser(html: str) -> bool:
    """Whether a page lets in only what runs its scripts: such a page may come with any status."""
    page = Page(html)
    if _says_little(_length(page)) and _is_marked_challenge(page):
        return True
    return _sends_back(page) and "document.cookie" in page.source


def _challenge(look: _Look) -> bool:
    return _says_little(look.length) and (
        _is_marked_challenge(look.page) or _CHALLENGE_WORDS.search(look.head) is not None
    )


def _comes_again(look: _Look) -> bool:
    return _sends_back(look.page)


def _says_little(length: int) -> bool:
    return length < _CHALLENGE_LENGTH


def _is_marked_challenge(page: Page) -> bool:
    return _CHALLENGE.search(page.source[:_CHALLENGE_SOURCE]) is not None


def _sends_back(page: Page) -> bool:
    """Whether a page without a word only sees to it that it is asked for once more."""
    return not page.texts and bool(page.scripts) and _COMES_AGAIN.search(page.source[:_CHALLENGE_SOURCE]) is not None


def _length(page: Page) -> int:
    return sum(len(text.value.strip()) for text in page.texts)


def _login(look: _Look) -> bool:
    if look.lists.own:
        return False
    title = look.page.title
    if _PASSWORD.search(look.page.source) and (look.short or _LOGIN.search(title)):
        return True
    if look.short and _LOGIN.search(title):
        return True
    if look.length < 200 and _NOT_SIGNED_IN.search(look.visible):
        return True
    return look.prose < _PROSE and any(_sends_to_login(script.source) for script in look.page.scripts)


def _sends_to_login(source: str) -> bool:
    """Whether a script does that as soon as the page is opened, not when something is pressed."""
    at_once = "function" not in source or "onload" in source
    return "location" in source and at_once and _NOT_SIGNED_IN.search(source) is not None


def says_missing(title: str) -> bool:
    """Whether a page's title says that what was asked for is not there."""
    return _MISSING.search(title) is not None


def _missing(look: _Look) -> bool:
    if says_missing(look.page.title) or (look.short and _MISSING.search(look.head)):
        return True
    at = look.lists.crumb_at
    if at is None:
        return False
    first = look.page.between(at, 1 << 60)[:_FIRST]  # whatever else is recommended to the reader there
    said = (text for text in first if len(text.value) <= _PROSE and _MISSING_HERE.search(text.value))
    return any(all(el.tag != "a" for el in islice(text.el.up(), 3)) for text in said)


def _closed(look: _Look) -> bool:
    return look.short and not look.lists.own and bool(_CLOSED.search(f"{look.page.title} {look.said[:600]}"))


def _static(look: _Look) -> bool:
    """Text and no list: more of it than of undated titles."""
    if look.lists.own and not _single_text(look):
        titles = sum(len(item.title) for block in look.lists.own for item in block.items)
        return look.prose > max(titles, _ARTICLE)
    return look.prose >= _ARTICLE


def _blank(look: _Look) -> bool:
    return not look.lists.own and bool(NOTHING_HERE.search(look.visible))


def _sheet(look: _Look) -> bool:
    """A little text, or a picture: somebody put it there."""
    if look.lists.own:
        return False
    return look.prose >= _PROSE or _pictures(look.page, look.lists) or holds_matter(look.page, look.lists)


def _scripted(look: _Look) -> bool:
    """Whether what should stand on the page seems to be filled in by script."""
    page = look.page
    if look.lists.own:
        items = [item for block in look.lists.own for item in block.items]
        return any(item.el.holds(script.position) for script in page.scripts for item in items)
    if is_loading(look.visible) or _TEMPLATE.search(look.visible) or _TEMPLATE.search(page.unseen):
        return True
    if any(script.kind.endswith(("template", "x-tmpl", "tmpl", "html")) for script in page.scripts):
        return True
    if look.prose < _PROSE and (_FALLBACK.search(page.unseen) or any(_LIST_FRAME.search(src) for src in page.frames)):
        return True
    if page.frames and not page.texts:
        return True
    if any(not BOUND.isdisjoint(el.attrs) for el in page.els[:5000]):
        return True
    if look.length < _LEADING_ON and _LEADS_ON.search(look.inline):
        return True
    return _filled_holder(look) or any(_writes_rows(page, script) for script in page.scripts)


def _may_be_filled(look: _Look) -> bool:
    """Whether a script or a frame stands where the column should be, or what only a script knows how to show."""
    page, lists = look.page, look.lists
    start = lists.crumb_at if lists.crumb_at is not None else -1
    end = lists.footer_at if lists.footer_at is not None else 1 << 60
    if not page.texts:
        return bool(page.scripts)
    if any(start < position < end and not _in_chrome(el) for position, el in page.embedded):
        return True
    for script in page.scripts:
        is_module = script.kind == "module"
        if not (start < script.position < end or is_module) or _in_chrome(script.parent):
            continue
        if is_module or (script.src and not _LIBRARY.search(script.src) and not _COUNTER.search(script.src)):
            return True
        if _CALL.search(script.source) and not _COUNTER.search(script.source):
            return True
    return "<record" in page.source or any("-" in el.tag for el in page.els)


def _writes_rows(page: Page, script: Script) -> bool:
    """Whether a script writes row by row what nothing is seen of, so that it could not be followed."""
    if "document.write" not in script.source or not _LOOP.search(script.source):
        return False
    return not page.count_texts(script.parent) and not _in_chrome(script.parent)


def _is_meagre(blocks: list[Block]) -> bool:
    """Whether a list may be one that only stands beside the column's."""
    if any(block.paged for block in blocks):
        return False
    count = sum(len(block.dated) for block in blocks)
    return count <= (_FEW_NAMED if any(block.named for block in blocks) else _FEW)


def _waits_below_its_name(look: _Look) -> bool:
    return look.lists.waits and not look.lists.own


def _is_of_others(blocks: list[Block]) -> bool:
    """Whether all lists are headed as something else than the column."""
    return all(block.otherwise and not block.paged for block in blocks)


def _is_waiting(look: _Look) -> bool:
    """Whether a page that shows some list has a place for another one, and a script that puts one there."""
    ends = look.lists.footer_at if look.lists.footer_at is not None else 1 << 60
    repeated = (el for el in look.page.els if not REPEATED.isdisjoint(el.attrs))
    if any(el.start < ends and not _in_chrome(el) for el in repeated):
        return True
    empty = [el for el in _empty(look) if el.start < ends and not _in_chrome(el)]
    if not any(_HOLDER_MARK.search(el.marks) for el in empty):
        return False
    quoted = set(_QUOTED_NAME.findall(look.inline))
    named = any(el.attrs.get("id", "") in quoted and not _WIDGET.search(el.marks) for el in empty)
    return named and bool(_CALL.search(look.inline))


def _empty(look: _Look) -> list[El]:
    return [
        el for el in look.page.els if el.end - el.start <= 2 and el.marks and el.tag in _HOLDER_TAGS and not el.hidden
    ]


def _in_chrome(el: El) -> bool:
    return any(up.tag in CHROME_TAGS or chrome_mark(up.marks) for up in islice(el.up(), 8))


def _filled_holder(look: _Look) -> bool:
    """An empty element that a script of the page fills."""
    empty = _empty(look)
    names = [el.attrs.get("id", "") for el in empty if not _WIDGET.search(el.marks)]
    if any(name.lower() in _APP_ROOT for name in names):
        return True
    quoted = set(_QUOTED_NAME.findall(look.inline))
    if any(name and name in quoted for name in names):
        return True
    listed = any(_HOLDER_MARK.search(el.marks) for el in empty)
    if _CALL.search(look.inline) and (listed or not look.page.texts):
        return True
    loaded = [script.src for script in look.page.scripts if script.src and not _LIBRARY.search(script.src)]
    return listed and any(_LIST_SCRIPT.search(src) for src in loaded)


#: Asked in this order of a page whose own list shows no dates.
_INSTEAD_OF_A_LIST: tuple[tuple[PageKind, Callable[[_Look], bool]], ...] = (
    (PageKind.CHALLENGE, _challenge),
    (PageKind.LOGIN, _login),
    (PageKind.CHALLENGE, _comes_again),
    (PageKind.SOFT_404, _missing),
    (PageKind.CLOSED, _closed),
    (PageKind.SCRIPTED, _waits_below_its_name),
    (PageKind.SCRIPTED, _is_waiting),
    (PageKind.STATIC, _static),
    (PageKind.SCRIPTED, _scripted),
    (PageKind.BLANK, _blank),
    (PageKind.SCRIPTED, _may_be_filled),
    (PageKind.STATIC, _sheet),
)


def _prose(page: Page, lists: Lists) -> int:
    """How much running text stands outside lists, header and footer."""
    count = 0
    footer = lists.footer_at if lists.footer_at is not None else 1 << 60
    for text in page.texts:
        value = text.value.strip()
        if len(value) < 15 or text.position >= footer or COPYRIGHT.search(value):
            continue
        if any(el.tag in _NO_PROSE for el in islice(text.el.up(), 4)):
            continue
        count += len(value)
    return count


def _pictures(page: Page, lists: Lists) -> bool:
    """Whether pictures stand after the breadcrumb: a page may be one scanned sheet."""
    start = lists.crumb_at
    if start is None:
        return False
    footer = lists.footer_at if lists.footer_at is not None else 1 << 60
    return any(el.tag == "img" and start < el.start < footer and not el.hidden for el in page.els)
