"""Which links of a page lead to columns. A person confirms the list; this one only proposes it."""

from __future__ import annotations

import dataclasses
import enum
import re
from collections.abc import Iterable, Mapping
from itertools import islice

from crawler.reading import addresses
from crawler.reading.dating import href_date
from crawler.reading.dom import El, Page
from crawler.reading.encoding import decode
from crawler.reading.frame import MORE, breadcrumb, column_names, footer_position, is_heading

_NAV_MARK = re.compile(r"(?<![a-z])(?:nav\w*|menu\w*|\w*nav|\w*menu|daohang|dh|channel\w*)(?![a-z])")
_FOOT_MARK = re.compile(r"(?<![a-z])(?:\w*foot\w*|bottom\w*|copyright|friend\w*|yqlj|blogroll)(?![a-z])|^f?links?$")
_ASIDE_MARK = re.compile(
    r"(?<![a-z])(?:tags?|\w*cloud|hot\w*|rank\w*|calendar|rili|relat\w*|recommend\w*|tuijian|weather|share)(?![a-z])"
)
_SIDE_MARK = re.compile(
    r"(?<![a-z])(?:side\w*|left\w*|lanmu|lmlist|catalog\w*|tree\w*|sub-?(?:nav|menu|list))(?![a-z])"
)
#: What no column is called: ways around the site, services for the reader, what stands at the foot.
NO_COLUMN = re.compile(
    r"^(?:网站|返回|回到?)?首\s*页$|^(?:home|english|en|rss|wap|app|login|more|index|big5)$|^主[站页]$|^第?\d+[页年月日]?$|"
    r"^(?:(?:中|英|日|韩)文|繁[體体]|简体)(?:中文)?版?$|english|^(?:返回|关闭|打印|分享|切换|展开|收起|查看|点击|进入|跳转)|"
    r"设为|加入收藏|收藏本站|联系我们|联系方式|登[录陆入]|^(?:用户|会员|立即|免费|新用户|企业|个人)?注册$|找回密码|忘记密码|退出|"
    r"(?:个人|用户|会员)中心|网站地图|站点地图|网站导航|高级搜索|站内搜索|全文检索|^(?:搜索|检索)$|无障碍|长者|关怀版?$|适老|"
    r"手机版|移动版|移动端|电脑版|客户端|微信|微博|公众号|小程序|抖音|二维码|邮箱|邮件|订阅|订制|隐私|免责|版权(?:声明|所有|信息|说明|保护)?$|"
    r"网站声明|法律声明|使用帮助|帮助中心|网站帮助|友情链接|相关链接|找错|纠错|智能(?:问答|客服|搜索|检索|机器人|助手)|上一[页条篇]|下一[页条篇]|"
    r"尾页|末页|支付|购物|(?:ICP|网安|公安)备|备案号|管理员|管理入口|网站管理|网站统计|后台|办公系统|OA|\bVPN\b|点击进入|网站群|站群|留言[板簿]$",
    re.I,
)
#: What is said of a unit once and then stands: such pages are linked to as single articles, too.
_STANDING = re.compile(
    r"概况|简介|概览|职责|职能|机构|领导|班子|指南|介绍|章程|走进|流程|制度|清单|目录|联系|地址|电话"
)
#: A column of special topics is one column, however many topics it holds.
_TOPICS = re.compile(r"专题|专栏")
_TRIM = re.compile(r"^[\s·•・|>»›◆●■▪※★☆\[【（(《<+\-—:：]+|[\s·•・|>»›\]】）)》<+\-—:：]+$")
_DATE_LIKE = re.compile(r"^[\W\d年月日时分今昨前天小]*$")
_MORE_TAIL = re.compile(r"(?:更多|more)+$", re.I)
_SITE_NAME = re.compile(r"政府|门户|网站|官网|(?:局|委|委员会|办公室|网|县|乡|镇|社区|馆|院|所|站)$")
_MAX_NAME = 14
_MAX_NAVIGATION_NAME = 24
_MAX_LINK_NAME = 8
_PROSE = 200  # more than a slogan or two
_FEW_NEWS = 3  # a ticker above the navigation
_NEAR = 2000  # elements and texts between a block's heading and its 更多 link at most
_MANY_LINKS = 20_000

BY_NAVIGATION = "导航栏链接"
BY_MORE = "板块标题“{}”的“更多”链接"
BY_HEADING = "板块标题链接"
BY_GROUP = "栏目名称链接"
BY_SELECT = "下拉菜单链接"
BY_LINK = "页面链接，所指页面为信息列表"


class Trust(enum.IntEnum):
    """How surely a link is one to a column, from where it stands; the lower the surer."""

    NAVIGATION = 0
    HEADING = 1
    MORE = 2
    GROUP = 3  # one of several short links side by side
    LINK = 4  # a short link: only what its page shows can tell


@dataclasses.dataclass(frozen=True, slots=True)
class Candidate:
    """A link that looks like a column; `reason` says why, in Chinese, for the person who confirms it.

    `sure_name`: the name was read from the link itself. If not, what its page calls itself is better;
    an empty name has to come from there.
    """

    name: str
    url: str
    reason: str
    trust: Trust = Trust.NAVIGATION
    sure_name: bool = True


@dataclasses.dataclass(frozen=True, slots=True)
class Links:
    """What a page says of the columns around it, and of itself.

    `candidates`: the surest first. `blocks`: the keys of what its blocks' headings and 更多 links lead to.
    `own_name`: what the page calls itself in a meta tag, its breadcrumb, its title or its heading; "" if nothing.
    `letter_box`: the page is there to write to the unit; its readers fill it in.
    """

    candidates: tuple[Candidate, ...]
    blocks: frozenset[str]
    own_name: str
    letter_box: bool

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(addresses.key(candidate.url) for candidate in self.candidates)


def find_links(body: bytes, *, url: str, headers: Mapping[str, str] | None = None, inner: bool = False) -> Links:
    """The links of a page that may lead to columns. Never raises.

    `inner`: a page below the home page, where a row of short links above the text is not the navigation
    but may be anything.
    """
    decoded = decode(body, headers)
    page = Page(decoded.text, keep_hidden=True)
    proposals = _Proposals(page, url, charset=decoded.charset or "utf-8", inner=inner)
    return Links(proposals.candidates(), proposals.blocks(), _own_name(page), _is_letter_box(page))


def may_stand(name: str) -> bool:
    """Whether a name is one of what stands without being updated (机构概况, 办事指南)."""
    return bool(_STANDING.search(name))


def holds_topics(name: str) -> bool:
    """Whether a name is that of a column of special topics (专题专栏)."""
    return bool(_TOPICS.search(name))


def clean(text: str) -> str:
    """A link's text as a name: without marks at its ends and blanks between Chinese characters."""
    text = _TRIM.sub("", " ".join(text.split()))
    return re.sub(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])", "", text)


def _own_name(page: Page) -> str:
    names = column_names(page, breadcrumb(page)[0])
    names.append(page.title)
    names += [page.text_of(el) for el in page.els[:_MANY_LINKS] if el.tag in ("h1", "h2") and not el.hidden]
    return next((name for name in map(clean, names) if may_name(name) and not _SITE_NAME.search(name)), "")


def _is_letter_box(page: Page) -> bool:
    return bool(page.parser and page.parser.css_first("form textarea, textarea[name]"))


class _Proposals:
    """What the links of one page propose."""

    def __init__(self, page: Page, url: str, *, charset: str, inner: bool) -> None:
        self.page = page
        self.charset = charset
        self.url = url
        self.inner = inner
        self.base = (addresses.absolute(page.base, url) if page.base else "") or url
        self.home = addresses.key(addresses.absolute(url, url))
        self.footer = footer_position(page)
        self._known: dict[str, str] = {}
        self._called: dict[int, str] = {}
        self.links = [el for el in page.els if el.tag in ("a", "area")][:_MANY_LINKS]
        self.links_in = _counted(self.links)
        self.groups = self._groups()
        self.matter_at = self._matter_at() if self.links else 0
        self.names = self._names()
        self.tabs = {
            target[1:]: name
            for el in self.links
            if len(target := el.attrs.get("data-target", "") or el.attrs.get("href", "")) > 1
            and target.startswith("#")
            and (name := self._shown(el))
        }

    def blocks(self) -> frozenset[str]:
        led_to = (
            self._address(addresses.opened_by(anchor.attrs))
            for anchor in self.links
            if self._is_more(self._shown(anchor), anchor) or any(is_heading(el) for el in islice(anchor.up(), 2))
        )
        return frozenset(addresses.key(address) for address in led_to if address)

    def candidates(self) -> tuple[Candidate, ...]:
        ranked = [(anchor.start, found) for anchor in self.links if (found := self._candidate(anchor))]
        ranked += self._options()
        ranked.sort(key=lambda row: (row[1].trust, row[0]))
        surest: dict[str, Candidate] = {}
        for _, candidate in ranked:
            surest.setdefault(addresses.key(candidate.url), candidate)
        return tuple(surest.values())

    def _candidate(self, anchor: El) -> Candidate | None:
        address = self._address(addresses.opened_by(anchor.attrs))
        if not address:
            return None
        name = self._shown(anchor)
        if self._is_more(name, anchor):
            found = self._by_more(anchor, address)
        elif self._is_article(address) and not (_STANDING.search(name) and self._in_navigation(anchor)):
            return None
        else:
            found = self._by_name(name, anchor, address)
        return None if found is None or (found.name and NO_COLUMN.search(found.name)) else found

    def _by_more(self, anchor: El, address: str) -> Candidate | None:
        if self._is_article(address):
            return None
        title = clean(anchor.attrs.get("title", ""))
        title = _MORE_TAIL.sub("", title).strip()
        if name := self.names.get(addresses.key(address), ""):
            return Candidate(name, address, BY_MORE.format(name), Trust.MORE)
        if may_name(title):
            return Candidate(title, address, BY_MORE.format(title), Trust.MORE)
        heading, sure = self._heading_before(anchor)
        heading = _MORE_TAIL.sub("", heading).strip()
        return Candidate(heading, address, BY_MORE.format(heading), Trust.MORE, sure_name=sure)

    def _by_name(self, name: str, anchor: El, address: str) -> Candidate | None:
        if self._at_foot(anchor):
            return None
        if self._in_navigation(anchor):
            if 2 <= len(name) <= _MAX_NAVIGATION_NAME and not re.search(r"[。！？；]", name):
                return Candidate(name, address, BY_NAVIGATION)
            return None if name else Candidate("", address, BY_NAVIGATION, sure_name=False)
        if anchor.hidden or not may_name(name) or _is_sentence(name) or self._is_aside(anchor):
            return None
        if any(is_heading(el) for el in islice(anchor.up(), 2)):
            return Candidate(name, address, BY_HEADING, Trust.HEADING)
        size, average = self.groups.get(id(self._group_of(anchor)), (0, 99.0))
        if size >= 3 and average <= 8:
            if not self.inner and anchor.start < self.matter_at:
                # a row of short links before any text is a navigation bar, whatever it is called
                return Candidate(name, address, BY_NAVIGATION)
            return Candidate(name, address, BY_GROUP, Trust.GROUP)
        if any(el.marks and _SIDE_MARK.search(el.marks) for el in islice(anchor.up(), 6)) and average <= 8:
            return Candidate(name, address, BY_GROUP, Trust.GROUP)
        return Candidate(name, address, BY_LINK, Trust.LINK) if len(name) <= _MAX_LINK_NAME else None

    def _options(self) -> list[tuple[int, Candidate]]:
        """Navigation in a <select>."""
        found = []
        for position, (label, value) in enumerate(_options(self.page)):
            address = self._address(value) if re.search(r"[./?]", value) else ""
            name = clean(label)
            if address and may_name(name) and not NO_COLUMN.search(name) and not self._is_article(address):
                found.append((position, Candidate(name, address, BY_SELECT, Trust.GROUP)))
        return found

    def _address(self, href: str) -> str:
        """The absolute address of a link that may be a column, or ""."""
        if href not in self._known:
            self._known[href] = self._own_address(href)
        return self._known[href]

    def _own_address(self, href: str) -> str:
        address = addresses.absolute(href, self.base, charset=self.charset) if href else ""
        if not address or addresses.host(address) != addresses.host(self.url) or addresses.is_file(address):
            return ""
        if re.search(r"login|register|logout|sitemap|/rss|/en/|/english", address.partition("//")[2], re.I):
            return ""
        return "" if addresses.key(address) in (self.home, f"{addresses.host(self.url)}?") else address

    def _is_article(self, address: str) -> bool:
        return addresses.is_article(address) or bool(href_date(address.partition("//")[2]))

    def _shown(self, anchor: El) -> str:
        """What a link is called: its text, else its title or its picture's."""
        if id(anchor) not in self._called:
            self._called[id(anchor)] = self._name_of(anchor)
        return self._called[id(anchor)]

    def _name_of(self, anchor: El) -> str:
        return clean(self.page.text_of(anchor)) or clean(anchor.attrs.get("title", "")) or self._alt(anchor)

    def _alt(self, anchor: El) -> str:
        if anchor.tag == "area":
            return clean(anchor.attrs.get("alt", ""))
        pictures = (el for el in self.page.inside(anchor) if el.tag == "img")
        names = (clean(el.attrs.get("alt", "") or el.attrs.get("title", "")) for el in pictures)
        return next((name for name in names if name), "")

    def _is_news(self, anchor: El) -> bool:
        address = addresses.absolute(anchor.attrs.get("href", ""), self.base)
        return bool(address) and self._is_article(address)

    def _names(self) -> dict[str, str]:
        """What links that speak for themselves call the pages they lead to."""
        names: dict[str, str] = {}
        for anchor in self.links:
            name = clean(self.page.text_of(anchor))
            if may_name(name) and not MORE.match(name) and not NO_COLUMN.search(name) and not _is_sentence(name):
                address = addresses.absolute(addresses.opened_by(anchor.attrs), self.base, charset=self.charset)
                if address:
                    names.setdefault(addresses.key(address), name)
        return names

    def _at_foot(self, anchor: El) -> bool:
        if self.footer is not None and anchor.start > self.footer:
            return True
        return any(
            el.tag == "footer" or (el.marks and _FOOT_MARK.search(el.marks)) for el in islice(anchor.up(), 1, None)
        )

    def _is_aside(self, anchor: El) -> bool:
        return any(el.marks and _ASIDE_MARK.search(el.marks) for el in islice(anchor.up(), 6))

    def _in_navigation(self, anchor: El) -> bool:
        return any(el.tag == "nav" or (el.marks and _NAV_MARK.search(el.marks)) for el in islice(anchor.up(), 6))

    def _is_more(self, name: str, anchor: El) -> bool:
        if name:
            return bool(MORE.match(name))
        pictures = " ".join(el.attrs.get("src", "") for el in self.page.inside(anchor) if el.tag == "img")
        return "more" in f"{anchor.marks} {pictures}".lower()

    def _groups(self) -> dict[int, tuple[int, float]]:
        """How many links each holder of links has, and how long their texts are on average."""
        lengths: dict[int, list[int]] = {}
        for el in self.links:
            if name := self._shown(el):
                lengths.setdefault(id(self._group_of(el)), []).append(len(name))
        return {key: (len(values), sum(values) / len(values)) for key, values in lengths.items()}

    def _group_of(self, anchor: El) -> El:
        """The element that holds the row of links: the innermost with more than this one."""
        return next((el for el in islice(anchor.up(), 1, 7) if self.links_in.get(id(el), 0) > 1), anchor)

    def _matter_at(self) -> int:
        """Where the page's matter begins: before it hardly any text stands, and no news."""
        news = list(islice((el.start for el in self.links if self._is_news(el)), _FEW_NEWS, _FEW_NEWS + 1))
        prose = 0
        for text in self.page.texts:
            length = len(text.value.strip())
            prose += length if length > _MAX_NAME else 0
            if prose >= _PROSE:
                return min([text.position, *news])
        return news[0] if news else self.page.els[-1].end + 1

    def _heading_before(self, anchor: El) -> tuple[str, bool]:
        """The name of the block a 更多 link belongs to and whether it is marked as one.

        The nearest heading before the link, else the first short text of the innermost block that has one.
        """
        for el in islice(anchor.up(), 1, 7):
            if name := self.tabs.get(el.attrs.get("id", ""), ""):
                return name, True
            if el.tag in ("body", "html"):
                break
            names = [
                (text.el, name)
                for text in self.page.between(max(el.start, anchor.start - _NEAR), anchor.start)
                if may_name(name := clean(text.value)) and not MORE.match(name) and not self._is_item(text.el)
            ]
            if headings := [name for holder, name in names if _is_headed(holder)]:
                return headings[-1], len(headings) == 1
            if names:
                return names[0][1], False
        return "", False

    def _is_item(self, el: El) -> bool:
        """Whether a text stands in a link to an article."""
        link = next((up for up in islice(el.up(), 4) if up.tag == "a"), None)
        if link is None:
            return False
        address = addresses.absolute(link.attrs.get("href", ""), self.base)
        return bool(address) and (self._is_article(address) or len(clean(self.page.text_of(link))) > _MAX_NAME)


def _is_headed(el: El) -> bool:
    return any(is_heading(up) for up in islice(el.up(), 3))


def _counted(links: Iterable[El]) -> dict[int, int]:
    """How many of the links stand in each element above them, six steps up."""
    counts: dict[int, int] = {}
    for link in links:
        for el in islice(link.up(), 1, 7):
            counts[id(el)] = counts.get(id(el), 0) + 1
    return counts


def _options(page: Page) -> list[tuple[str, str]]:
    if page.parser is None:
        return []
    return [
        (node.text(deep=True) or "", node.attributes.get("value") or "")
        for node in page.parser.css("select option[value]")[:_MANY_LINKS]
    ]


def may_name(name: str) -> bool:
    """Whether a link's text may be the name of a column: short, and no date."""
    return 2 <= len(name) <= _MAX_NAME and not _DATE_LIKE.match(name)


def _is_sentence(name: str) -> bool:
    return len(name) > 6 and bool(re.search(r"[，。；！？,!?]|\d.{2,}|(?:19|20)\d\d", name))
