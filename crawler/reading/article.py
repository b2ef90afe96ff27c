"""When an article was published: the line under its title, else what its meta tags say."""

from __future__ import annotations

import bisect
import collections
import dataclasses
import datetime as dt
import re
from collections.abc import Sequence
from itertools import islice

from crawler.reading import dates
from crawler.reading.dates import DateKind
from crawler.reading.dating import href_date
from crawler.reading.dom import El, Page
from crawler.reading.frame import breadcrumb, footer_position
from crawler.reading.labels import POSTED, as_label, names_event
from crawler.reading.layout import floats
from crawler.reading.mentions import Mention, is_only_date
from crawler.reading.metadata import META_NAMES, meta_dates, script_dates
from crawler.reading.model import Basis
from crawler.reading.prose import Article, article_of

_LABEL = re.compile(
    r"(?:发[布表稿]|公布|刊[发登载]|登载|上网|信息)(?:的)?(?:时间|日期|于)\W*$|(?:发表|发布|发表于|发布于)[\s:：]*$|"
    r"posted on\W*$|published\W*(?:on\W*)?$|submitted by .{0,40} on\W*$",
    re.I,
)
_LESSER_LABEL = re.compile(
    r"(?:编辑|更新|录入|加入|上传|添加|公开|公告|公示|发文|创建)(?:的)?(?:时间|日期|于)\W*$|更新于\W*$", re.I
)
_QUOTED = re.compile(r"原载|转[自载]|摘自|据|[报刊]\]\s*$|来源\W*\w{1,12}[报刊]\W*$")
_ISSUE = re.compile(r"第?\s*[A-Z]?\d{1,2}\s*版|版面|总第\s*\d+\s*期")
_REPLY_LABEL = re.compile(r"(?:答复|回复|办结)(?:日期|时间)\W*$")
#: Day and page of a newspaper stand within so many positions.
_ISSUE_LINE = 10
_WEAK_LABEL = re.compile(r"(?:日期|时间|date|time|日\s*期|时\s*间)\W*$", re.I)
_WRONG_LABEL = re.compile(
    r"(?:本页|页面|成文|生成|印发|截止|有效|失效|生效|施行|实施|修改|修订|最后|最近|下载|打印|评论|今天|现在|建站|当前|首次|下一?次|下一?期|上次|原公告|"
    r"原载|转自|摘自|原标题|原文|首发|首播|播出|录制|来信|写信|提问|咨询|受理|采购|招标|签订|签署|成交|中标|合同|开标|开放|起始|开始|结束|到期|废止|签发|浏览|访问)[\w\s]{0,5}\W*$"
)
_COMPANY = re.compile(
    r"来源|作者|浏览|点击|阅读|字[体号]|编辑|责编|录入|打印|分享|次数|访问|供稿|撰稿|source|author", re.I
)
_INFO_MARK = re.compile(
    r"(?<![a-z])(?:time|date|pub\w*|info\w*|source|ly|laiyuan|fbsj|shijian|rq|meta|sub|tool)(?![a-z])|info(?![a-z])|date(?![a-z])|time(?![a-z])"
)
#: What lies over the page or beside it, to be read whatever the page is about.
_NOTICE_MARK = re.compile(
    r"float(?:ing|box|win|layer|ad)|(?<![a-z])(?:ads?|adv|popup|modal|dialog|toast|piaofu)(?![a-z])"
)
_COMMENT_MARK = re.compile(r"comment|reply|pinglun|huifu|review")
_CLOCK_WORDS = re.compile(r"星期|农历|周[一二三四五六日]|[立雨惊春清谷小芒夏大处白秋寒霜冬]\S?$|天气|多云|℃|晴|欢迎")
#: 湿度 4.4% 发布 03-12 16:00 is when the weather was told.
_WEATHER = re.compile(r"气温|湿度|空气质量|AQI|℃|[东南西北]风|\d级", re.I)
#: 公示时间：4月12日至4月18日 is a period.
_PERIOD = re.compile(r"\s*(?:至|到|—|~|-{2})\s*(?:\d|今)")
_RIGHT = re.compile(r"text-align\s*:\s*right", re.I)
#: A label is looked for in this many characters before a date.
_BEFORE = 100
_LABEL_LENGTH = 60
_PART = re.compile(r"[\[\]()|]")
#: A word: a Chinese character, a Latin word, two letters of Tibetan, Uyghur, Mongolian or Korean.
_WORD = re.compile(r"[\u4e00-\u9fff]|[A-Za-z]+(?=\s)|[\u0f00-\u0fff\u0600-\u06ff\u1800-\u18af\uac00-\ud7af]{2}")
#: A link with so many characters is the title of something; in a row of a list, with so few.
_TITLE = 8
_NAME = 4
#: So many dates of one kind are those of a list.
_LIST = 3
#: A publish line stands among so many dates from the page's beginning.
_MOST = 2000
#: A publish line stands this close to its text.
_NEAR = 40
_BADGE = 6
#: So many links between a date and the text are a menu.
_MENU = 20
#: A date with a score from here on is the publish date; a lower one only where nothing else is known.
_SURE = 4.0
_LIKELY = 1.5
_UNLIKELY = -2.0
#: So far below its text a document is signed.
_SIGNATURE = 30
_SUPPORT = 2.5
#: Taken off the dates of other articles: side lists, comments, what was published before and after.
_OF_OTHERS = 7
#: Taken off the day of an update where the page says when it was published.
_LATER = 4


@dataclasses.dataclass(frozen=True, slots=True)
class Published:
    """`weighed`: what speaks for each date of the text, the likeliest first."""

    date: dt.date | None
    basis: Basis | None
    confidence: float
    candidates: list[tuple[str, dt.date]]
    used_as_of: bool = False
    year_inferred: bool = False
    weighed: Sequence[tuple[float, Mention]] = ()


NOTHING = Published(None, None, 0.9, [])


@dataclasses.dataclass(frozen=True, slots=True)
class _Place:
    """What the place of a date is measured against."""

    article: Article
    crumb: int | None
    footer: int
    links: list[int]

    def is_before_menu(self, at: int) -> bool:
        """Whether a menu parts a place above the text from it: a clock stands there, no publish line."""
        start = self.article.start
        if start is None or at > start:
            return False
        return bisect.bisect_left(self.links, start) - bisect.bisect_left(self.links, at) >= _MENU


def published(page: Page, dated: list[Mention], *, url: str, as_of: dt.datetime) -> Published:
    """The publish date among the page's mentions of dates, and every other date that speaks for one."""
    today = as_of.date()
    metas = meta_dates(page)
    scripted = script_dates(page)
    candidates = [(f"{Basis.META}:{name}", date) for name, date in metas]
    candidates += [(f"script:{name}", date) for name, date in scripted]
    linked = href_date(url or page.address)
    if linked:
        candidates.append((str(Basis.HREF), linked))
    support = {date for _, date in candidates}
    links = [el.start for el in page.els if el.tag == "a"]
    place = _Place(article_of(page), breadcrumb(page)[1], footer_position(page) or 1 << 60, links)
    ranked = sorted(
        ((score + _SUPPORT * (m.date in support), m) for score, m in _ranked(page, dated, place, as_of, linked)),
        key=lambda pair: -pair[0],
    )
    if ranked and ranked[0][0] >= _SURE:
        score, mention = ranked[0]
        rival = next((other for other, m in ranked if m.date != mention.date), 0.0)
        confidence = min(0.98, 0.78 + 0.03 * score + 0.03 * min(score - rival, 4)) - 0.1 * mention.used_as_of
        return _shown(mention, round(confidence, 2), candidates, ranked)
    for name, date in [*metas, *scripted]:
        if date <= today:
            return Published(date, Basis.META, 0.8 if name in META_NAMES[:4] else 0.7, candidates, weighed=ranked)
    for score, mention in ranked:
        if _will_do(score, mention, place):
            return _shown(mention, 0.6, candidates, ranked)
    return Published(None, None, 0.9 if not ranked else 0.7, candidates, weighed=ranked)


def _shown(
    mention: Mention, confidence: float, candidates: list[tuple[str, dt.date]], ranked: Sequence[tuple[float, Mention]]
) -> Published:
    return Published(
        mention.date, Basis.ARTICLE_TEXT, confidence, candidates, mention.used_as_of, mention.inferred, ranked
    )


def _ranked(
    page: Page, dated: list[Mention], place: _Place, as_of: dt.datetime, linked: dt.date | None
) -> list[tuple[float, Mention]]:
    found = [mention for mention in dated[:_MOST] if mention.grade >= 2 or mention.found.kind is not DateKind.RELATIVE]
    for mention in found:
        _settle(mention, linked, as_of)
    found = [mention for mention in found if mention.date and mention.date <= as_of.date()]
    if not found:
        return []
    listed = _listed(found, place.article)
    others = {id(mention) for mention in found if id(mention) in listed or _is_an_entry(page, mention, as_of)}
    said = any(_LABEL.search(_before(mention)) for mention in found if id(mention) not in others)
    return [
        (
            _score(page, mention, place, said=said)
            - _OF_OTHERS * (id(mention) in others)
            - _LATER * (said and _LESSER_LABEL.search(_before(mention)) is not None),
            mention,
        )
        for mention in found
    ]


def _will_do(score: float, mention: Mention, place: _Place) -> bool:
    """Whether a date will do where nothing better is known: one above the text, or the signature below it."""
    at, article = mention.text.position, place.article
    if article.is_below_title(at):
        return score > 0 and mention.grade >= 1
    beside = _PART.split(_before(mention))[-1]
    if len(_WORD.findall(beside)) > _NAME and not as_label(beside) and not _COMPANY.search(beside):
        return False  # the line of something else
    is_below = article.end is not None and article.end <= at <= article.end + _SIGNATURE
    signature = (is_below or _stands_right(mention.text.el)) and at < place.footer
    return mention.grade >= 2 and score >= (_UNLIKELY if signature else _LIKELY)


def _stands_right(el: El) -> bool:
    """Whether a text is set at the right margin, as signatures are."""
    return any(up.attrs.get("align") == "right" or _RIGHT.search(up.attrs.get("style", "")) for up in _up(el, 4))


def _settle(mention: Mention, linked: dt.date | None, as_of: dt.datetime) -> None:
    """Give a month-day its year, and a relative time the day that the address says."""
    found = mention.found
    if found.kind is DateKind.RELATIVE:
        mention.used_as_of = True
        if linked and found.date and abs((linked - found.date).days) <= (2 if found.exact else 40):
            mention.date, mention.used_as_of = linked, False
    elif found.kind is DateKind.MONTH_DAY and mention.date is None and mention.grade >= 2:
        years = (linked.year, linked.year + 1, linked.year - 1) if linked else (as_of.year, as_of.year - 1)
        options = [date for year in years if (date := dates.valid(year, found.month, found.day))]
        past = [date for date in options if date <= as_of.date()]
        if past:
            mention.date = min(past, key=lambda date: abs((date - linked).days)) if linked else past[0]
            mention.inferred, mention.used_as_of = True, linked is None


def _listed(found: list[Mention], article: Article) -> set[int]:
    """The dates that stand in rows of a kind: side lists, comments, what else was published."""
    rows: dict[tuple[int, str], list[Mention]] = collections.defaultdict(list)
    for mention in found:
        if mention.grade >= 2:
            rows[mention.text.el.path, as_label(mention.label)].append(mention)
    listed: set[int] = set()
    for row in rows.values():
        line = [mention for mention in row if article.is_below_title(mention.text.position)]
        if len({mention.text.position for mention in row}) >= _LIST:
            listed |= {id(mention) for mention in row if len(line) > 1 or mention not in line}
    return listed


def _is_an_entry(page: Page, mention: Mention, as_of: dt.datetime) -> bool:
    """Whether a date stands in one row with a link that is the title of something else."""
    for el in islice(mention.text.el.up(), 5):
        if el.tag == "a" and _is_title(page.text_of(el), as_of, _TITLE):
            return not _LABEL.search(mention.label)
        if el.end - el.start > 24 or el.tag in ("body", "table", "tbody"):
            return False
        if el.tag in ("li", "tr", "dd", "p", "div", "h5", "h4") and el.end - el.start > 2:
            least = _NAME if el.tag in ("li", "tr") else _TITLE
            titles = (
                inner for inner in page.inside(el) if inner.tag == "a" and _is_title(page.text_of(inner), as_of, least)
            )
            if any(titles) and not _COMPANY.search(page.text_of(el)):
                return True
            if el.tag in ("li", "tr") or len(page.text_of(el)) > 40:
                return False
    return False


def _is_title(text: str, as_of: dt.datetime, least: int) -> bool:
    return len(_WORD.findall(text)) >= least and not is_only_date(text, as_of)


def _score(page: Page, mention: Mention, place: _Place, *, said: bool) -> float:
    """`said`: the page says of some date that it is the publish date."""
    before = _before(mention)
    score = _by_words(page, mention, before, place, said=said)
    score += _by_place(mention, place)
    score += sum(points for holds, points in _by_markup(mention) if holds)
    if mention.end > mention.text.position and not _LABEL.search(before) and _in_prose(page, mention):
        score -= 4
    return score


def _before(mention: Mention) -> str:
    """What stands right before a date, in its own text or as its label."""
    start = mention.found.start
    before = dates.plain(mention.text.value[max(start - _BEFORE, 0) : start]).strip()[-_LABEL_LENGTH:] if start else ""
    return before if mention.end == mention.text.position and before.strip(" [](|") else mention.label


def _by_words(page: Page, mention: Mention, before: str, place: _Place, *, said: bool) -> float:
    """What is said before and around the date."""
    score = {3: 2.0, 2: 1.5, 1: -1.0, 0: -2.0}[mention.grade]
    if _LABEL.search(before) and not _WRONG_LABEL.search(before):
        score += 4
    elif _WRONG_LABEL.search(before) or (as_label(before) and names_event(before)):
        score -= 5
    elif _LESSER_LABEL.search(before):
        score += 3
    elif mention.reason.startswith("another event"):
        score -= 4
    elif _REPLY_LABEL.search(before):
        score += 0.5
    elif _WEAK_LABEL.search(before):
        score += 2
    at = mention.text.position
    if _COMPANY.search(" ".join(text.value[:500] for text in page.between(at - 14, at + 15))):
        score += 1.5
    after = mention.text.value[mention.found.end :][:24]
    if _COMPANY.search(after):
        score += 1.5
    if POSTED.fullmatch(mention.label):
        score += 3
    if at <= (place.article.start or 0) and _names_an_issue(page, at):
        score += -4 if _QUOTED.search(before) else 0 if said else 9
    elif said and _QUOTED.search(before):
        score -= 2
    elif _WEATHER.search(before) or (
        _CLOCK_WORDS.search(after[:16]) and not _LABEL.search(before) and not _COMPANY.search(after)
    ):
        score -= 4
    return score


def _names_an_issue(page: Page, at: int) -> bool:
    """Whether the page of a newspaper is named right after a date: 第A03版."""
    around = page.between(at, at + _ISSUE_LINE)
    return any(_ISSUE.search(text.value) for text in around if len(text.value) < _LABEL_LENGTH)


def _by_place(mention: Mention, place: _Place) -> float:
    """Between the title and the text is where a publish line stands; the further off, the less."""
    at, article = mention.text.position, place.article
    score = 0.0
    if at > place.footer:
        score -= 4
    if place.crumb is not None and at < place.crumb:
        score -= 3
    title, start, end = article.title, article.start, article.end
    if article.is_below_title(at) and not place.is_before_menu(at):
        score += 4
    elif start is not None and end is not None and start <= at <= end:
        score -= 1
    elif start is not None and at < start:
        score += 2 - min((start - at) / _NEAR, 4)
    elif end is not None and at > end:
        score += 0.5 - min((at - end) / _NEAR, 4)
    elif title is not None:
        score += 3 - min((at - title) / _NEAR, 4) if at >= title else -1
    if title is not None and at < title:
        # a badge with the day stands right before its title
        score += 2 if mention.grade == 3 and title - at <= _BADGE else -1.5
    return score


def _by_markup(mention: Mention) -> list[tuple[bool, float]]:
    near, around = _up(mention.text.el, 3), _up(mention.text.el, 6)
    after = dates.plain(mention.text.value[mention.found.end :][:12])
    return [
        (re.match(r"\s*(?:T?\d{1,2}:\d{2}|\d{1,2}[时点]\d)", after) is not None, 2),
        (_PERIOD.match(after) is not None, -6),
        (mention.shown[:1] in ("一", "二"), -3),  # how a document is signed, not how a system stamps
        (any(el.marks and _INFO_MARK.search(el.marks) for el in near), 1),
        (mention.found.kind in (DateKind.MONTH_DAY, DateKind.SHORT_YEAR), -1.0),
        (any(el.tag == "a" for el in near), -2),
        (any(el.tag in ("aside", "footer", "nav") for el in around), -1.5),
        (any(floats(el) or (el.marks and _NOTICE_MARK.search(el.marks)) for el in around), -6),
        (any(el.marks and _COMMENT_MARK.search(el.marks) for el in around), -4),
    ]


def _in_prose(page: Page, mention: Mention) -> bool:
    """Whether a date of several pieces stands in a paragraph that says more."""
    for el in _up(mention.text.el, 4):
        if el.tag in ("p", "div", "td", "section"):
            words = page.text_of(el)
            return el.end - el.start > 40 or len(words) > 60 or (len(words) > 30 and not _COMPANY.search(words))
    return False


def _up(el: El, steps: int) -> list[El]:
    return list(islice(el.up(), steps))
