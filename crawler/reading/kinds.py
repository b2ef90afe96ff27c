"""What a page turned out to be, when it is not simply a list."""

from __future__ import annotations

import datetime as dt
import re

from crawler.reading import dates
from crawler.reading.dom import Page
from crawler.reading.encoding import Decoded
from crawler.reading.entries import Lists, join
from crawler.reading.model import Basis, ColumnReading, Entry, Override, PageKind, Warn

_LOGIN = re.compile(
    r"请先?登[录陆]|用户登[录陆]|统一身份认证|账号登[录陆]|会话(?:已)?(?:过期|超时)|重新登[录陆]|无权访问|没有权限|sign in|log ?in",
    re.I,
)
_CLOSED = re.compile(
    r"(?:网站|栏目|页面|系统|本站|频道|平台).{0,12}(?:升级|改版|维护|建设|关闭|停用|调整|下线)(?:中|维护|改造|期间|公告|，|。|!|！|$)|"
    r"(?:正在|系统|网站)(?:升级|维护|改版|建设|整改|调整)|under (?:construction|maintenance)|敬请期待|暂停(?:访问|服务|开放)|停止(?:更新|服务|运行)",
    re.I,
)
_MISSING = re.compile(
    r"(?<!\d)404(?!\d)|not found|页面(?:不存在|找不到|未找到|已删除|丢失|走丢)|(?:找不到|无法找到|没有找到|未找到)[^。]{0,12}(?:页面|网页|文件|内容|地址)|"
    r"(?:您?访问|请求)的(?:页面|网页|内容|地址|栏目)[^。]{0,10}(?:不存在|已?删除|错误|失效|出错)|栏目(?:不存在|已(?:撤销|删除|关闭))|"
    r"(?:信息|文章|内容)(?:不存在|已被?删除)|无法显示该?(?:页|网页)|页面出错",
    re.I,
)
_EMPTY = re.compile(
    r"暂无|暂时没有|没有(?:找到|任何|相关|更多|符合)?(?:相关|任何)?(?:数据|信息|内容|记录|文章|资料)|无(?:相关)?(?:数据|信息|内容|记录)|"
    r"[共总]\s*(?:有|计)?\s*0\s*[条篇项个]|(?:内容|资料|栏目)(?:整理|更新|完善|添加|建设|充实)中|no (?:data|records?|results?|items?)|尚未(?:添加|发布|更新)",
    re.I,
)
_CHALLENGE = re.compile(
    r"__jsl_clearance|_cf_chl|cf-browser-verification|challenge-platform|acw_sc__v2|EOhMUPmJ|\$_ts\s*=|aliyun_waf|WAF|"
    r"安全验证|人机验证|滑动验证|正在(?:检查|验证|检测).{0,10}浏览器|checking your browser|just a moment|enable javascript|开启javascript|启用javascript|"
    r"请(?:完成|输入)验证码|访问(?:过于)?频繁|eval\(function\(p,a,c,k",
    re.I,
)
# Loading marks, templates and calls that fill a list.
_LOADING = re.compile(r"加载中|正在加载|载入中|loading\.{0,3}$|请稍[候等]|数据加载|努力加载", re.I)
_TEMPLATE = re.compile(
    r"\{\{[^{}]{1,80}\}\}|v-for\s*=|ng-repeat\s*=|\bth:each\s*=|<%[=-]|:data-source|v-html\s*=|data-bind\s*=\s*[\"']foreach",
    re.I,
)
_CALL = re.compile(
    r"\$\.(?:ajax|get|post|getJSON)\s*\(|\bfetch\s*\(|axios|XMLHttpRequest|dataproxy|new\s+Vue\s*\(|createApp\s*\(|ReactDOM|createRoot|"
    r"\.load\s*\(\s*[\"']|layui\.use|jpage|laytpl|template\s*\(\s*[\"']|loadList|getList|queryList|initList|loadData|getData|getArticle|"
    r"pageList|ajaxPage|innerHTML\s*\+?=|\.append\s*\(|\.html\s*\(\s*[^)\s]|insertAdjacentHTML|"
    r"document\.write\s*\(\s*[A-Za-z_$]",
)
_APP_ROOT = frozenset(("app", "root", "__next", "__nuxt", "main-app", "application", "vue-app"))
_HOLDER_MARK = re.compile(
    r"(?<![a-z])(?:list\w*|news\w*|\w*list|data\w*|content\w*|page-?content|tbody|container|infos?|articles?)(?![a-z])"
)
_PROSE = 40  # a text this long is a paragraph
_LITTLE = 60  # a page with less visible text than this says nothing by itself


def kind_of(page: Page, lists: Lists, decoded: Decoded) -> PageKind:
    """What the page is. Evidence that a script fills it outweighs emptiness: an empty page wrongs a unit."""
    if decoded.basis == "binary" or not decoded.text.strip():
        return PageKind.UNREADABLE
    visible = " ".join(" ".join(text.value.split()) for text in page.texts[:400])
    length = sum(len(text.value.strip()) for text in page.texts)
    listed = bool(lists.own) and any(block.dated for block in lists.own)
    if not listed:
        if special := _special(page, lists, visible, length):
            return special
    if lists.own:
        own_dated = [block for block in lists.own if block.dated]
        if own_dated:
            headed = {block.heading for block in own_dated if block.heading_strong}
            return PageKind.LANDING if len(headed) > 1 else PageKind.LIST
    prose = _prose(page, lists)
    if prose >= 150 and not lists.own:
        return PageKind.STATIC
    if lists.own:
        titles = sum(len(item.title) for block in lists.own for item in block.items)
        return PageKind.LIST if titles >= prose else PageKind.STATIC
    if scripted(page, visible, prose):
        return PageKind.SCRIPTED
    if _EMPTY.search(visible):
        return PageKind.BLANK
    if prose >= _PROSE or _pictures(page, lists):
        return PageKind.STATIC
    return PageKind.BLANK if length >= _LITTLE or page.frames == [] else PageKind.SCRIPTED


def _special(page: Page, lists: Lists, visible: str, length: int) -> PageKind | None:
    short = length < 600
    head = f"{page.title} {visible[:600]}"
    source = page.source
    if length < 400 and (_CHALLENGE.search(source[:20_000]) or _CHALLENGE.search(page.unseen)):
        return PageKind.CHALLENGE
    passwords = "password" in source and re.search(r"<input[^>]+type\s*=\s*[\"']?password", source, re.I)
    if passwords and (short or re.search(r"登[录陆]|login|认证", page.title, re.I)) and not lists.own:
        return PageKind.LOGIN
    if _MISSING.search(page.title) or (short and _MISSING.search(head)):
        return PageKind.SOFT_404
    if short and _LOGIN.search(page.title):
        return PageKind.LOGIN
    if short and _CLOSED.search(head) and not lists.own:
        return PageKind.CLOSED
    if length < 200 and re.search(r"请先?登[录陆]|无权访问|没有权限|未登[录陆]", visible):
        return PageKind.LOGIN
    return None


def scripted(page: Page, visible: str, prose: int) -> bool:
    """Whether what should stand on the page seems to be filled in by script."""
    if _LOADING.search(visible) or _TEMPLATE.search(visible):
        return True
    if _TEMPLATE.search(page.unseen) or any(
        script.kind.endswith(("template", "x-tmpl", "tmpl", "html")) for script in page.scripts
    ):
        return True
    if re.search(r"<li|<a\s|javascript", page.unseen, re.I) and prose < _PROSE:
        return True
    if any(el.attrs.get("id", "").lower() in _APP_ROOT and el.end - el.start <= 3 for el in page.els):
        return True
    if any(
        re.search(r"\b(?:v-for|ng-repeat|v-html|data-url|data-api|ajax-url)\b", " ".join(el.attrs))
        for el in page.els[:5000]
        if el.attrs
    ):
        return True
    empty = any(
        el.tag in ("ul", "ol", "tbody", "div", "table", "dl", "section")
        and not el.hidden
        and el.end - el.start <= 2
        and el.marks
        and _HOLDER_MARK.search(el.marks)
        for el in page.els
    )
    inline = "\n".join(script.source for script in page.scripts if not script.src)
    if _CALL.search(inline) and (empty or not page.texts):
        return True
    if empty and any(
        script.src and not re.search(r"jquery(?:[.-]|$)|swiper|bootstrap", script.src, re.I)
        for script in page.scripts
        if script.parent.tag not in ("head", "html")
    ):
        return bool(_CALL.search(inline)) or bool(
            re.search(r"list|page|data|load|ajax|api|vue|react|app", " ".join(s.src for s in page.scripts), re.I)
        )
    if page.frames and not page.texts:
        return True
    return any(re.search(r"list|lm|col|news|info|page", frame, re.I) for frame in page.frames) and prose < _PROSE


def _prose(page: Page, lists: Lists) -> int:
    """How much running text stands outside lists, header and footer."""
    count = 0
    footer = lists.footer_at if lists.footer_at is not None else 1 << 60
    for text in page.texts:
        value = text.value.strip()
        if len(value) < 15 or text.position >= footer:
            continue
        if any(
            el.tag in ("a", "nav", "header", "footer", "aside", "li")
            for el, _ in zip(text.el.up(), range(4), strict=False)
        ):
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


def overridden(
    page: Page, lists: Lists, override: Override, *, decoded: Decoded, warnings: list[Warn], as_of: dt.datetime
) -> ColumnReading:
    """Read only what a person pointed at."""
    entries = []
    today = as_of.date()
    for el in page.select(override.selector):
        text = dates.plain(page.text_of(el))
        date = _by_format(text, override.date_format, as_of)
        anchor = page.link_in(el)
        title = page.text_of(anchor) if anchor else text
        url = join(lists.url, anchor.attrs.get("href", "")) if anchor else ""
        if date:
            entries.append(Entry(title[:300], url, date, text[:80], Basis.LIST_ITEM, 0.95))
    past = [entry.date for entry in entries if entry.date and entry.date <= today]
    if not entries:
        warnings = [*warnings, Warn.SELECTOR_NO_MATCH]
    elif len(past) < len(entries):
        warnings = [*warnings, Warn.FUTURE_DATE]
    return ColumnReading(
        kind=PageKind.LIST if entries else PageKind.UNREADABLE,
        updated=max(past, default=None),
        basis=Basis.LIST_ITEM if past else None,
        confidence=0.95 if past else 0.0,
        entries=tuple(entries),
        candidates=(),
        year_inferred=False,
        used_as_of=False,
        warnings=tuple(dict.fromkeys(warnings)),
        charset=decoded.charset,
        charset_basis=decoded.basis,
        pager=(),
        title=page.title[:300],
    )


_TOKENS = {
    "YYYY": r"(?P<y>\d{4})",
    "YY": r"(?P<y>\d{2})",
    "MM": r"(?P<m>\d{1,2})",
    "M": r"(?P<m>\d{1,2})",
    "DD": r"(?P<d>\d{1,2})",
    "D": r"(?P<d>\d{1,2})",
}


def _by_format(text: str, date_format: str, as_of: dt.datetime) -> dt.date | None:
    """The first date written as a person said (`YYYY-MM-DD`, `MM/DD`, `YYYY年M月D日`)."""
    parts = re.split(r"(YYYY|YY|MM|M|DD|D)", dates.plain(date_format))
    pattern = "".join(_TOKENS.get(part, re.escape(part)) for part in parts)
    try:
        form = re.compile(rf"(?<!\d){pattern}(?!\d)")
    except re.error:  # a part named twice
        return None
    for match in form.finditer(text):
        groups = match.groupdict()
        if "m" not in groups or "d" not in groups:
            return None
        month, day = int(groups["m"]), int(groups["d"])
        if groups.get("y"):
            year = int(groups["y"])
            date = dates.valid(year if year > 99 else 2000 + year, month, day)
        else:
            date = dates.valid(as_of.year, month, day)
            if date and date > as_of.date():
                date = dates.valid(as_of.year - 1, month, day)
        if date:
            return date
    return None
