"""When an article was published: the line under its title, else what its meta tags say."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re

from crawler.reading import dates
from crawler.reading.dates import DateKind
from crawler.reading.dating import href_date
from crawler.reading.dom import El, Page
from crawler.reading.frame import footer_position
from crawler.reading.mentions import Mention, mentions
from crawler.reading.model import Basis

#: Meta tags that hold the publish date, best first. What says when a page or a template was made is not among them.
_META = (
    "pubdate", "publishdate", "article:published_time", "og:published_time", "publish_date", "publishtime",
    "datepublished", "og:release_date", "weibo:article:create_at", "dc.date.issued", "dc.date", "release_date",
    "article:create_at", "og:time", "bytedance:published_time", "apub:time", "firstpublishedtime", "date",
)  # fmt: skip
_LABEL = re.compile(
    r"(?:发[布表稿]|公布|刊发|发文|上网|公开|编辑|更新|录入|上传)(?:的)?(?:时间|日期|于)\W*$|(?:发表|发布|发表于|发布于|更新于)\W*$",
    re.I,
)
_WEAK_LABEL = re.compile(r"(?:日期|时间|date|time)\W*$", re.I)
_WRONG_LABEL = re.compile(
    r"(?:成文|生成|印发|截止|有效|失效|生效|施行|实施|修改|最后|下载|打印|评论|回复|今天|现在|建站|当前)[\w\s]{0,5}\W*$"
)
_COMPANY = re.compile(r"来源|作者|浏览|点击|阅读|字[体号]|编辑|责编|打印|分享|次数|访问|供稿|source|author", re.I)
_INFO_MARK = re.compile(r"(?<![a-z])(?:time|date|pub\w*|info|source|ly|laiyuan|fbsj|shijian|rq|meta)(?![a-z])")
#: A label is looked for in this many characters before a date.
_BEFORE = 100
_SCRIPT_DATE = re.compile(
    r"""(?:pub(?:lish|lished)?_?(?:date|data|time)|ptime|releasetime|createtime|datepublished)["']?\s*[:=]\s*["']([^"']{8,40})["']""",
    re.I,
)


@dataclasses.dataclass(frozen=True, slots=True)
class Published:
    date: dt.date | None
    basis: Basis | None
    confidence: float
    candidates: list[tuple[str, dt.date]]
    used_as_of: bool = False


def published(page: Page, *, url: str, as_of: dt.datetime) -> Published:
    """The publish date, and every other date that speaks for one."""
    today = as_of.date()
    metas = meta_dates(page)
    scripted = _script_dates(page)
    candidates = [(f"{Basis.META}:{name}", date) for name, date in metas]
    candidates += [(f"script:{name}", date) for name, date in scripted]
    if linked := href_date(url):
        candidates.append((str(Basis.HREF), linked))
    ranked = _ranked(page, as_of)
    support = {date for _, date in candidates}
    if ranked:
        score, mention = max(ranked, key=lambda pair: pair[0] + 2.5 * (pair[1].date in support))
        score += 2.5 * (mention.date in support)
        if score >= 4 and mention.date:
            confidence = min(0.99, 0.6 + 0.05 * score)
            return Published(mention.date, Basis.ARTICLE_TEXT, round(confidence, 2), candidates, mention.used_as_of)
    for name, date in [*metas, *scripted]:
        if date <= today:
            return Published(date, Basis.META, 0.8 if name in _META[:4] else 0.7, candidates)
    if ranked:
        score, mention = max(ranked, key=lambda pair: pair[0])
        if score > 0 and mention.date:
            return Published(mention.date, Basis.ARTICLE_TEXT, 0.5, candidates, mention.used_as_of)
    return Published(None, None, 0.5, candidates)


def meta_dates(page: Page) -> list[tuple[str, dt.date]]:
    """(name, date) of the meta tags that hold a publish date, best first; JSON-LD after them."""
    found = []
    for wanted in _META:
        for meta in page.metas:
            name = (meta.get("name") or meta.get("property") or meta.get("itemprop") or "").strip().lower()
            if name == wanted and (date := _date(meta.get("content", ""))):
                found.append((wanted, date))
                break
    for script in page.scripts:
        if "ld+json" in script.kind and (date := _json_ld(script.source)):
            found.append(("json-ld", date))
    return found


def _json_ld(source: str) -> dt.date | None:
    try:
        data = json.loads(source)
    except (ValueError, RecursionError):
        match = re.search(r'"(?:datePublished|pubDate)"\s*:\s*"([^"]+)"', source)
        return _date(match[1]) if match else None
    nodes = data if isinstance(data, list) else [data]
    for node in nodes:
        if isinstance(node, dict):
            for key in ("datePublished", "pubDate", "uploadDate"):
                if isinstance(node.get(key), str) and (date := _date(node[key])):
                    return date
    return None


def _script_dates(page: Page) -> list[tuple[str, dt.date]]:
    found = []
    for script in page.scripts:
        if len(script.source) < 200_000:
            for match in _SCRIPT_DATE.finditer(script.source):
                if date := _date(match[1]):
                    found.append(("variable", date))
    return found[:5]


def _date(text: str) -> dt.date | None:
    for found in dates.find(dates.plain(text), dt.datetime(9000, 1, 1, tzinfo=dt.UTC)):
        if found.kind in (DateKind.FULL, DateKind.COMPACT):
            return found.date
    return None


def _ranked(page: Page, as_of: dt.datetime) -> list[tuple[float, Mention]]:
    found = [
        mention
        for mention in mentions(page, as_of)
        if mention.date
        and mention.date <= as_of.date()
        and (mention.grade >= 2 or mention.found.kind is not DateKind.RELATIVE)
    ]
    if not found:
        return []
    title_at = _title_position(page)
    body_at = _body_position(page, title_at)
    footer_at = footer_position(page) or 1 << 60
    return [(_score(page, mention, title_at, body_at, footer_at), mention) for mention in found]


def _score(page: Page, mention: Mention, title_at: int | None, body_at: int, footer_at: int) -> float:
    start = mention.found.start
    before = dates.plain(mention.text.value[max(start - _BEFORE, 0) : start]).strip()[-16:] or mention.label
    score = _by_words(page, mention, before) + _by_place(mention.text.position, title_at, body_at, footer_at)
    score += sum(points for holds, points in _by_markup(mention) if holds)
    in_pieces = mention.end > mention.text.position
    if in_pieces and mention.text.position > (title_at or 0) and not _LABEL.search(before) and _in_prose(page, mention):
        score -= 4
    return score


def _by_words(page: Page, mention: Mention, before: str) -> float:
    """What is said before and around the date."""
    score = {3: 2.0, 2: 1.5, 1: -1.0, 0: -2.0}[mention.grade]
    if _WRONG_LABEL.search(before) or mention.reason.startswith("another event"):
        score -= 4
    elif _LABEL.search(before):
        score += 4
    elif _WEAK_LABEL.search(before):
        score += 2
    at = mention.text.position
    if _COMPANY.search(" ".join(text.value[:500] for text in page.between(at - 14, at + 15))):
        score += 1.5
    return score


def _by_place(at: int, title_at: int | None, body_at: int, footer_at: int) -> float:
    """Between the title and the text is where a publish line stands; the further off, the less."""
    score = -min(at, 3000) / 3000
    if title_at is not None:
        score -= min(abs(at - title_at) / 150, 3)
        if title_at <= at <= body_at:
            score += 3
        elif at < title_at:
            score -= 1
    if at > body_at:
        score -= 1
    if at > footer_at:
        score -= 4
    return score


def _by_markup(mention: Mention) -> list[tuple[bool, float]]:
    near, around = _up(mention.text.el, 3), _up(mention.text.el, 6)
    after = dates.plain(mention.text.value[mention.found.end :][:12])
    return [
        (re.search(r"\d{1,2}:\d{2}", after) is not None, 2),
        (mention.shown[:1] in ("一", "二"), -3),  # how a document is signed, not how a system stamps
        (any(_INFO_MARK.search(el.marks) for el in near), 1),
        (mention.found.kind in (DateKind.MONTH_DAY, DateKind.SHORT_YEAR), -1.5),
        (any(el.tag == "a" for el in near), -3),
        (any(el.tag in ("li", "aside", "footer", "nav", "header") for el in around), -1.5),
    ]


def _in_prose(page: Page, mention: Mention) -> bool:
    """Whether a date of several pieces stands in a paragraph that says more."""
    for el in _up(mention.text.el, 4):
        if el.tag in ("p", "div", "td", "section"):
            return el.end - el.start > 40 or len(page.text_of(el)) > 60
    return False


def _up(el: El, steps: int) -> list[El]:
    return [up for up, _ in zip(el.up(), range(steps), strict=False)]


def _title_position(page: Page) -> int | None:
    """Where the article's title stands in the text."""
    named = page.meta("articletitle", "og:title") or page.title
    wanted = [
        part for part in (re.sub(r"\W+", "", name) for name in [named, *re.split(r"[-_|—–]+", named)]) if len(part) >= 4
    ]
    site = wanted[-1] if len(wanted) > 2 else ""
    best: tuple[float, int] | None = None
    prose = 0
    for text in page.texts:
        value = re.sub(r"\W+", "", text.value)
        if len(text.value) > 200 or len(value) < 4:
            prose += len(value)
            continue
        score = 0.0
        if value != site:
            score += 4 * max((_overlap(value, name) for name in wanted), default=0.0)
        tags = {el.tag for el in _up(text.el, 3)}
        if tags & {"h1", "h2"}:
            score += 2 if "h1" in tags else 1
        elif any(re.search(r"title|tit|bt", el.marks) for el in _up(text.el, 2)):
            score += 1
        if "a" in tags:
            score -= 2
        score -= min(prose, 1500) / 500  # a title stands before the text, a signature after it
        prose += len(value)
        if score >= 2 and (best is None or score > best[0]):
            best = (score, text.position)
    return best[1] if best else None


def _overlap(value: str, name: str) -> float:
    """How much of a name a text is, or of a text a name, when one holds the other."""
    if value in name or name in value:
        return min(len(value), len(name)) / max(len(value), len(name))
    return 0.0


def _body_position(page: Page, title_at: int | None) -> int:
    """Where the first long paragraph after the title stands."""
    for text in page.texts:
        if title_at is not None and text.position <= title_at:
            continue
        if len(text.value.strip()) >= 60 and not any(el.tag == "a" for el in _up(text.el, 3)):
            return text.position
    return 1 << 60
