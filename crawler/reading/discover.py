"""Which links of a home page lead to columns. A person confirms the list; this one only proposes it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Iterator, Mapping
from urllib.parse import urljoin, urlsplit, urlunsplit

from crawler.reading.dating import href_date
from crawler.reading.dom import El, Page
from crawler.reading.encoding import decode
from crawler.reading.frame import MORE, footer_position, is_heading
from crawler.reading.model import ColumnReading, PageKind

_NAV_MARK = re.compile(r"(?<![a-z])(?:nav\w*|menu\w*|\w*nav|\w*menu|daohang|dh|channel\w*)(?![a-z])")
_FILE = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|wps|et|zip|rar|7z|exe|apk|jpe?g|png|gif|bmp|mp[34]|flv|avi|swf|txt|xml|ofd|css|js)$",
    re.I,
)
#: Addresses of single articles in the systems that public sites use.
_ARTICLE = re.compile(
    r"t(?:19|20)\d{6}_|/art/(?:19|20)\d\d/|content_\d|post_\d|/content/\d|/info/\d+/\d+\.|/c\d+/(?:19|20)?\d+/content|"
    r"(?:show|view|detail|article|content|read|info)[^/]*\.(?:asp|aspx|php|jsp|do|html?)\?(?!.*(?:class|col|cat|type|list|channel|lm))|"
    r"(?:show|view|detail|article|read|content|disp)[_-]?\w*[-_/]\d+(?:[-_]\d+)*\.(?:s?html?|asp|php|jsp)$",
    re.I,
)
_NO_COLUMN = re.compile(
    r"^(?:网站|返回|回到?)?首\s*页$|^(?:home|english|en|rss|wap|app|login|more|中文|中文版|英文版|繁體|繁体|繁體中文|繁体中文|简体|简体中文|big5|index)$|"
    r"设为|加入收藏|收藏本站|联系我们|联系方式|登[录陆]|注册|找回密码|退出|网站地图|站点地图|搜索|检索|无障碍|长者|关怀|适老|手机版|移动版|电脑版|"
    r"客户端|微信|微博|公众号|小程序|抖音|邮箱|订阅|订制|隐私|免责|版权|网站声明|法律声明|使用帮助|帮助中心|网站帮助|友情链接|相关链接|找错|纠错|智能|"
    r"机器人|返回|上一[页条]|下一[页条]|尾页|末页|打印|关闭|分享|支付|购物|备案|管理员|后台|办公系统|OA|\bVPN\b|^\d+$|^主站$|^主页$|点击进入|网站群",
    re.I,
)
_TRIM = re.compile(r"^[\s·•・|>»›◆●■▪※★☆\[【（(《<+\-—:：]+|[\s·•・|>»›\]】）)》<+\-—:：]+$")
_REFRESH = re.compile(r"^\s*([\d.]++)\s*[;,]?\s*(?:url\s*=)?\s*[\"']?([^\"'\s>]+)", re.I)
_LOCATION = re.compile(
    r"(?:(?:window|self|top|document|parent)\.)?location(?:\.href)?\s*=\s*[\"']([^\"']+)[\"']|location\.(?:replace|assign)\s*\(\s*[\"']([^\"']+)[\"']"
)
_SCRIPT = re.compile(r"<script[^>]*>(.*?)</script", re.I | re.S)
_INDEX = re.compile(r"(?:index|default|main|home)\.(?:s?html?|aspx?|php|jsp)$", re.I)
_MAX_NAME = 14
_FORWARDED = 300  # a page with less text than this may do nothing but lead on

BY_NAVIGATION = "导航栏链接"
BY_MORE = "板块标题“{}”的“更多”链接"
BY_HEADING = "板块标题链接"
BY_GROUP = "栏目名称链接"


@dataclasses.dataclass(frozen=True, slots=True)
class Candidate:
    """A link that looks like a column; `reason` says why, in Chinese, for the person who confirms it."""

    name: str
    url: str
    reason: str


def find_columns(
    body: bytes, *, url: str, as_of: dt.datetime, headers: Mapping[str, str] | None = None
) -> list[Candidate]:
    """The columns that a home page links to: navigation first, then headings and their 更多 links. Never raises."""
    page = Page(decode(body, headers).text, keep_hidden=True)
    base = (_absolute(page.base, url) if page.base else "") or url
    home = _key(_absolute(url, ""))
    footer = footer_position(page)
    found: dict[str, Candidate] = {}
    ranked: list[tuple[int, int, Candidate]] = []
    groups = _groups(page)
    for anchor in page.els:
        if anchor.tag not in ("a", "area"):
            continue
        address = _address(anchor.attrs.get("href", ""), base, url)
        if not address or _key(address) == home:
            continue
        proposal = _proposal(page, anchor, groups, footer)
        if proposal is None:
            continue
        rank, name, reason = proposal
        if not name or _NO_COLUMN.search(name):
            continue
        ranked.append((rank, anchor.start, Candidate(name, address, reason)))
    for _, _, candidate in sorted(ranked, key=lambda row: row[:2]):
        found.setdefault(_key(candidate.url), candidate)
    return list(found.values())


def is_column(reading: ColumnReading, candidate: Candidate) -> bool:
    """Whether a fetched candidate is worth registering: not a missing page, a sign-in, or a lone article."""
    if reading.kind in (PageKind.LIST, PageKind.LANDING, PageKind.BLANK, PageKind.SCRIPTED):
        return True
    if reading.kind in (PageKind.STATIC, PageKind.CLOSED):
        return candidate.reason in (BY_NAVIGATION, BY_GROUP)
    return False


def meta_refresh_target(body: bytes, *, url: str, headers: Mapping[str, str] | None = None) -> str | None:
    """Where a page that only leads on leads: by meta refresh, or by a script on a page with hardly any text."""
    page = Page(decode(body, headers).text)
    for meta in page.metas:
        if meta.get("http-equiv", "").strip().lower() == "refresh":
            match = _REFRESH.match(meta.get("content", ""))
            if match and float(match[1] if match[1].count(".") < 2 else "0") <= 10 and "=" not in match[2][:1]:
                target = _absolute(match[2], url)
                if target and _key(target) != _key(url):
                    return target
    if sum(len(text.value) for text in page.texts) < _FORWARDED and not any(el.tag == "a" for el in page.els[:200]):
        for script in _SCRIPT.findall(page.source):  # those in the head too
            if match := _LOCATION.search(script):
                target = _absolute(match[1] or match[2], url)
                if target and _key(target) != _key(url):
                    return target
    return None


def frame_targets(body: bytes, *, url: str, headers: Mapping[str, str] | None = None) -> list[str]:
    """The pages that a frameset of the old kind is made of; none for a page with text of its own."""
    page = Page(decode(body, headers).text)
    if len(page.texts) > 5:
        return []
    return [target for src in page.frames if src and (target := _absolute(src, url))]


def _proposal(
    page: Page, anchor: El, groups: dict[int, tuple[int, float]], footer: int | None
) -> tuple[int, str, str] | None:
    """(rank, name, reason) for a link, or None when it looks like no column."""
    shown = _clean(page.text_of(anchor))
    title = _clean(anchor.attrs.get("title", ""))
    name = shown or title or _alt(page, anchor)
    if _is_more(page, name, anchor):
        heading = (
            title if title and not MORE.match(title) and len(title) <= _MAX_NAME else _heading_before(page, anchor)
        )
        heading = re.sub(r"(?:更多|more)+$", "", heading, flags=re.I).strip()
        return (1, heading, BY_MORE.format(heading)) if heading else None
    if not (2 <= len(name) <= _MAX_NAME) or _is_sentence(name):
        return None
    if any(el.tag == "nav" or (el.marks and _NAV_MARK.search(el.marks)) for el in _above(anchor, 6)) and not (
        footer is not None and anchor.start > footer
    ):
        return 0, name, BY_NAVIGATION
    if anchor.hidden or (footer is not None and anchor.start > footer):
        return None
    if any(is_heading(el) for el in _above(anchor, 2)):
        return 2, name, BY_HEADING
    size, average = groups.get(id(_group_of(anchor)), (0, 99.0))
    if size >= 4 and average <= 8:
        # a row of short links before any text is a navigation bar, whatever it is called
        early = _prose_before(page, anchor) < 200
        return (0, name, BY_NAVIGATION) if early else (3, name, BY_GROUP)
    return None


def _groups(page: Page) -> dict[int, tuple[int, float]]:
    """How many links each holder of links has, and how long their texts are on average."""
    lengths: dict[int, list[int]] = {}
    for el in page.els:
        if el.tag == "a":
            text = _clean(page.text_of(el)) or el.attrs.get("title", "") or _alt(page, el)
            if text:
                lengths.setdefault(id(_group_of(el)), []).append(len(text))
    return {key: (len(values), sum(values) / len(values)) for key, values in lengths.items()}


def _group_of(anchor: El) -> El:
    """The element that holds the row of links: above the cells, items and fonts that wrap one link each."""
    for el in anchor.up():
        if el.tag in ("ul", "ol", "tr", "table", "tbody", "dl", "nav", "map") or (
            el is not anchor and el.tag in ("div", "p", "td", "section", "body", "header")
        ):
            if el.tag == "td" and el.parent is not None and el.end - el.start <= 6:
                continue
            return el
    return anchor


def _prose_before(page: Page, anchor: El) -> int:
    return sum(len(text.value.strip()) for text in page.between(0, anchor.start) if len(text.value.strip()) > 14)


def _is_more(page: Page, name: str, anchor: El) -> bool:
    if name and MORE.match(name):
        return True
    if name:
        return False
    pictures = " ".join(el.attrs.get("src", "") for el in page.inside(anchor) if el.tag == "img")
    return "more" in f"{anchor.marks} {anchor.attrs.get('title', '')} {pictures}".lower()


def _is_sentence(name: str) -> bool:
    return bool(re.search(r"[，。；！？,!?“”\d]{1}.{2,}|(?:19|20)\d\d", name)) and len(name) > 6


def _heading_before(page: Page, anchor: El) -> str:
    """The name of the block a 更多 link belongs to: the nearest short text before it, best a heading."""
    for el in _above(anchor, 6)[1:]:
        before = [text for text in page.between(el.start, anchor.start) if text.value.strip()]
        names = [(text, _clean(text.value)) for text in before]
        names = [(text, name) for text, name in names if 2 <= len(name) <= _MAX_NAME and not MORE.match(name)]
        if not names:
            if el.tag in ("body", "html"):
                break
            continue
        for text, name in reversed(names):
            if any(is_heading(up) for up in _above(text.el, 3)):
                return name
        return names[-1][1]
    return ""


def _alt(page: Page, anchor: El) -> str:
    if anchor.tag == "area":
        return _clean(anchor.attrs.get("alt", "") or anchor.attrs.get("title", ""))
    for el in page.inside(anchor):
        if el.tag == "img" and el.attrs.get("alt"):
            return _clean(el.attrs["alt"])
    return ""


def _clean(text: str) -> str:
    text = " ".join(text.split())
    text = _TRIM.sub("", text)
    return re.sub(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])", "", text)


def _address(href: str, base: str, home: str) -> str:
    """The absolute address of a link that may be a column, or ""."""
    href = href.strip()
    if not href or href.startswith("#") or re.match(r"(?:javascript|mailto|tel|data|ftp|file|about):", href, re.I):
        return ""
    address = _absolute(href, base)
    if not address:
        return ""
    parts, ours = urlsplit(address), urlsplit(home)
    if _host(parts.netloc) != _host(ours.netloc) or _FILE.search(parts.path) or href_date(parts.path):
        return ""
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    if _ARTICLE.search(target) or re.search(r"login|register|logout|sitemap|/rss|/en/|/english", target, re.I):
        return ""
    if parts.path in ("", "/") and not parts.query:
        return ""
    return address


def _absolute(href: str, base: str) -> str:
    try:
        parts = urlsplit(urljoin(base, href.strip()))
        _ = parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return ""
    return urlunsplit((parts.scheme, parts.netloc.lower(), parts.path or "/", parts.query, ""))


def _host(netloc: str) -> str:
    return netloc.lower().removeprefix("www.")


def _key(address: str) -> str:
    """What is the same page: without the scheme, www., and the name of the folder's index."""
    parts = urlsplit(address)
    return f"{_host(parts.netloc)}{_INDEX.sub('', parts.path) or '/'}?{parts.query}"


def _above(el: El, steps: int) -> list[El]:
    def walk() -> Iterator[El]:
        for up, _ in zip(el.up(), range(steps), strict=False):
            yield up

    return list(walk())
