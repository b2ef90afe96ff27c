"""Made list pages whose answer is known because they were made from it.

A `Case` says what a page is like; `page` writes its bytes, `truth` says what a careful reader finds there. Nothing
here asks the reader. What no person could tell either is left out of `cases`, and said there.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable

from hypothesis import strategies as st

from tests.unit.reading import surroundings

COLUMN = "通知公告"
SITE = "栖云县水务局"
URL = "http://www.qiyun.example/tz/"
_TITLES = (
    "关于开展冬季安全生产检查的通知",
    "我县召开乡村振兴工作推进会",
    "县水务局调研农村饮水工程",
    "关于公布行政审批事项目录的公告",
    "栖云县举办职业技能培训班",
    "关于做好低温雨雪天气防范工作的通知",
    "县领导走访慰问困难群众",
    "关于调整城区公交线路的通告",
    "河道管理范围划定成果公示",
    "第三季度城乡供水水质检测结果",
    "关于印发节水型单位建设实施方案的通知",
    "小型水库除险加固工程顺利完工",
)
_DATED_TITLES = (
    "关于{d:%Y}年{d.month}月{d.day}日至{e.day}日停水检修的通知",
    "{d:%Y}年{d.month}月{d.day}日水质检测结果公示",
    "关于废止《{d:%Y}-{d:%m}-{d:%d}管理办法》的决定",
    "《栖云县水资源条例》（{d:%Y}年{d.month}月{d.day}日修订）解读",
)
_NUMERALS = "〇一二三四五六七八九"
_WIDE = {ord(str(digit)): chr(0xFF10 + digit) for digit in range(10)} | {ord("-"): "－"}


@dataclasses.dataclass(frozen=True)
class Case:
    """A page to be made. `ages`: how many days before `as_of` its entries were published, in the order shown."""

    as_of: dt.date
    ages: tuple[int, ...]
    shape: str = "ul"
    form: str = "dashes"
    skin: str = "divs"
    traps: frozenset[str] = frozenset()
    charset: str = "utf-8"
    crumb: bool = True
    heading: bool = False
    pager: bool = True


def truth(case: Case) -> dt.date:
    """The newest day that stands beside an entry."""
    return case.as_of - dt.timedelta(min(case.ages))


# -- how a date is written ---------------------------------------------------------------------------------


def _numerals(number: int) -> str:
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_NUMERALS[tens]}十"
    return head + (_NUMERALS[ones] if ones else "")


def _hanzi_numerals(day: dt.date) -> str:
    year = "".join(_NUMERALS[int(digit)] for digit in str(day.year))
    return f"{year}年{_numerals(day.month)}月{_numerals(day.day)}日"


def _relative(day: dt.date, as_of: dt.date) -> str:
    age = (as_of - day).days
    if age == 0:
        return ("刚刚", "35分钟前", "2小时前")[day.day % 3]
    if age <= 30:
        return {1: "昨天", 2: "前天"}.get(age, f"{age}天前")
    return str(day)


#: A date as it stands beside an entry.
FORMS: dict[str, Callable[[dt.date, dt.date], str]] = {
    "dashes": lambda day, as_of: f"{day}",
    "slashes": lambda day, as_of: f"{day:%Y/%m/%d}",
    "dots": lambda day, as_of: f"{day:%Y.%m.%d}",
    "hanzi": lambda day, as_of: f"{day.year}年{day.month}月{day.day}日",
    "unpadded": lambda day, as_of: f"{day.year}-{day.month}-{day.day}",
    "bracketed": lambda day, as_of: f"[{day}]",
    "with time": lambda day, as_of: f"{day} 09:{day.day:02}:00",
    "short year": lambda day, as_of: f"{day:%y-%m-%d}",
    "numerals": lambda day, as_of: _hanzi_numerals(day),
    "full width": lambda day, as_of: f"{day}".translate(_WIDE),
    "month day": lambda day, as_of: f"[{day:%m-%d}]",
    "month day hanzi": lambda day, as_of: f"{day.month}月{day.day}日",
    "relative": _relative,
}
YEARLESS = frozenset(("month day", "month day hanzi"))


# -- how entries are laid out ------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Row:
    """One entry as it will be shown; `deadline` stands in a column of its own where the page has one."""

    title: str
    href: str
    day: dt.date
    date: str
    mark: str = ""
    deadline: str = ""

    @property
    def link(self) -> str:
        return f'{self.mark}<a href="{self.href}">{self.title}</a>'


def _ul(rows: list[Row]) -> str:
    return '<ul class="list">' + "".join(f"<li>{row.link}<span>{row.date}</span></li>" for row in rows) + "</ul>"


def _ul_date_first(rows: list[Row]) -> str:
    return "<ul>" + "".join(f"<li><span>{row.date}</span>{row.link}</li>" for row in rows) + "</ul>"


def _ul_in_link(rows: list[Row]) -> str:
    items = (f'<li><a href="{row.href}">{row.mark}{row.title}<i>{row.date}</i></a></li>' for row in rows)
    return "<ul>" + "".join(items) + "</ul>"


def _table(rows: list[Row]) -> str:
    lines = (f"<tr><td>{row.link}</td><td>{row.date}</td></tr>" for row in rows)
    return "<table>" + "".join(lines) + "</table>"


def _table_with_head(rows: list[Row]) -> str:
    ends = any(row.deadline for row in rows)
    head = "<tr><th>序号</th><th>标题</th>" + "<th>截止日期</th>" * ends + "<th>发布日期</th></tr>"
    lines = (
        f"<tr><td>{number}</td><td>{row.link}</td>{f'<td>{row.deadline}</td>' * ends}<td>{row.date}</td></tr>"
        for number, row in enumerate(rows, start=1)
    )
    return "<table>" + head + "".join(lines) + "</table>"


def _dl(rows: list[Row]) -> str:
    return "<dl>" + "".join(f"<dt>{row.link}</dt><dd>{row.date}</dd>" for row in rows) + "</dl>"


def _cards(rows: list[Row]) -> str:
    return "".join(
        f'<div class="card"><h3>{row.link}</h3><p>为进一步做好相关工作，现将有关事项通知如下，请遵照执行。</p>'
        f'<div class="info"><span>来源：{SITE}</span><span>发布时间：{row.date}</span><span>浏览：12</span></div></div>'
        for row in rows
    )


def _lines(rows: list[Row]) -> str:
    return "".join(f"<p>·{row.link} {row.date}</p>" for row in rows)


def _broken_lines(rows: list[Row]) -> str:
    return "<div>" + "".join(f"{row.link} {row.date}<br>" for row in rows) + "</div>"


def _years(rows: list[Row]) -> str:
    """Groups below their year, newest first."""
    parts = []
    for year in dict.fromkeys(row.day.year for row in rows):
        items = "".join(f"<li>{row.link}<span>{row.date}</span></li>" for row in rows if row.day.year == year)
        parts.append(f"<h4>{year}年</h4><ul>{items}</ul>")
    return "".join(parts)


def _split(rows: list[Row]) -> str:
    return (
        "<ul>"
        + "".join(
            f'<li><div class="d"><b>{row.day:%d}</b><i>{row.day:%Y-%m}</i></div><div class="t">{row.link}</div></li>'
            for row in rows
        )
        + "</ul>"
    )


def _split_month_day(rows: list[Row]) -> str:
    return "".join(
        f'<div class="item"><p class="time"><span>{row.day:%m/%d}</span><em>{row.day:%Y}</em></p>'
        f'<div class="text">{row.link}<p>现将有关事项通知如下。</p></div></div>'
        for row in rows
    )


SHAPES: dict[str, Callable[[list[Row]], str]] = {
    "ul": _ul,
    "ul, date first": _ul_date_first,
    "ul, date in the link": _ul_in_link,
    "table": _table,
    "table with a head": _table_with_head,
    "dl": _dl,
    "cards": _cards,
    "lines": _lines,
    "broken lines": _broken_lines,
    "years": _years,
    "split": _split,
    "split month and day": _split_month_day,
}
#: These write the date themselves.
SPLIT = frozenset(("split", "split month and day"))

# -- what leads astray -------------------------------------------------------------------------------------

_SIDE_HEADINGS = ("热点推荐", "点击排行", "最新发布", "相关阅读")
#: What changes entries.
ENTRY_TRAPS = frozenset(("title dates", "pinned", "hrefs", "deadlines"))
#: What stands beside them: name, where, and what is written, given the day it shows.
AROUND: dict[str, tuple[str, Callable[[dt.date], str]]] = {
    "clock": ("top", surroundings.clock),
    "header notice": ("top", surroundings.header_notice),
    "banner": ("top", surroundings.banner),
    "weather": ("top", surroundings.weather),
    "marquee": ("top", surroundings.marquee),
    "calendar": ("aside", surroundings.calendar),
    "side list": ("aside", surroundings.side),
    "left list": ("aside", surroundings.left_list),
    "hot tabs": ("aside", surroundings.hot_tabs),
    "hidden": ("main", surroundings.hidden),
    "comment": ("main", surroundings.comment),
    "floating": ("bottom", surroundings.floating),
    "footer": ("bottom", surroundings.footer),
    "friend links": ("bottom", surroundings.friend_links),
}
SIDES = frozenset(("side newer", "side older"))
TRAPS = ENTRY_TRAPS | AROUND.keys() | SIDES | {"generated"}


def _rows(case: Case) -> list[Row]:
    rows = []
    for number, age in enumerate(case.ages):
        day = case.as_of - dt.timedelta(age)
        title = _TITLES[number % len(_TITLES)]
        if "title dates" in case.traps and number % 2 == 0:
            # an event after it was announced, or a law of long ago
            event = day + dt.timedelta(9) if number % 4 == 0 else day - dt.timedelta(900)
            title = _DATED_TITLES[number % len(_DATED_TITLES)].format(d=event, e=event + dt.timedelta(2))
        href = f"a{number}.html"
        if "hrefs" in case.traps:  # moved to another system on a later day
            href = f"/art/{case.as_of:%Y/%m/%d}/art_{number}.html"
        pinned = "pinned" in case.traps and number == 0
        deadline = str(day + dt.timedelta(20)) if "deadlines" in case.traps else ""
        date = FORMS[case.form](day, case.as_of)
        rows.append(Row(title, href, day, date, "<em>[置顶]</em>" if pinned else "", deadline))
    return rows


def _side(case: Case) -> str:
    """A list of the same make as the column's, below a heading that says that it is another."""
    start = case.as_of if "side newer" in case.traps else case.as_of - dt.timedelta(max(case.ages) + 30)
    rows = []
    for number, title in enumerate(reversed(_TITLES[4:])):
        day = start - dt.timedelta(number)
        rows.append(Row(title, f"/rd/{number}.html", day, FORMS[case.form](day, case.as_of)))
    return f"<h3>{_SIDE_HEADINGS[len(case.ages) % len(_SIDE_HEADINGS)]}</h3>{SHAPES[case.shape](rows)}"


def _html(case: Case, declared: str) -> str:
    places: dict[str, str] = {"top": "", "aside": "", "main": "", "bottom": ""}
    for name, (place, made) in sorted(AROUND.items()):
        if name in case.traps:
            places[place] += made(case.as_of)
    if SIDES & case.traps:
        places["aside"] += _side(case)
    generated = f'<meta name="createDate" content="{case.as_of} 08:00:00">' if "generated" in case.traps else ""
    crumb = f'当前位置：<a href="/">首页</a> &gt; <a href="/tz/">{COLUMN}</a>' if case.crumb else ""
    heading = f"<h2>{COLUMN}</h2>" if case.heading else ""
    pager = (
        '<div class="page"><a href="index_1.html">上一页</a> <a>1</a> <a href="index_1.html">2</a> '
        '<a href="index_1.html">下一页</a> 共12页</div>'
        if case.pager
        else ""
    )
    places["main"] = f"{heading}{SHAPES[case.shape](_rows(case))}{places['main']}{pager}"
    nav = "".join(
        f'<li><a href="/{at}/">{name}</a></li>' for at, name in (("gk", "政务公开"), ("dt", "工作动态"), ("tz", COLUMN))
    )
    foot = (
        f"<p>主办单位：{SITE} 版权所有 Copyright © 2012-{case.as_of.year}</p>"
        "<p>贵ICP备05005864号 电话：0851-8722 4460 网站标识码：5201210001</p>"
    )
    head = f'<meta charset="{declared}"><title>{COLUMN}-{SITE}</title>{generated}'
    body = _SKINS[case.skin].format(nav=nav, crumb=crumb, foot=foot, **places)
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"


_SKINS = {
    "divs": '<div class="header"><h1>栖云县部门网站</h1></div><div class="nav"><ul>{nav}</ul></div>{top}'
    '<div class="pos">{crumb}</div><div class="right">{aside}</div><div class="main">{main}</div>{bottom}'
    '<div class="footer">{foot}</div>',
    "divs, side last": '<div class="header"><h1>栖云县部门网站</h1>{top}</div><div class="nav"><ul>{nav}</ul></div>'
    '<div class="pos">{crumb}</div><div class="left">{main}</div><div class="right">{aside}</div>{bottom}'
    '<div class="footer">{foot}</div>',
    "semantic": "<header><h1>栖云县部门网站</h1>{top}</header><nav><ul>{nav}</ul></nav><p>{crumb}</p>"
    "<main>{main}</main><aside>{aside}</aside>{bottom}<footer>{foot}</footer>",
    "layout table": "<table width=1000><tr><td>栖云县部门网站{top}</td></tr><tr><td><ul>{nav}</ul></td></tr></table>"
    "<table width=1000><tr><td width=200>{aside}</td><td><table><tr><td>{crumb}</td></tr></table>{main}</td></tr>"
    "</table>{bottom}<table><tr><td>{foot}</td></tr></table>",
    "bare": "<div><h1>栖云县部门网站</h1>{top}<ul>{nav}</ul><div>{crumb}</div><div><div>{main}</div>"
    "<div>{aside}</div></div>{bottom}<div>{foot}</div></div>",
}

#: How a page's bytes are made, and what it says of them.
CHARSETS = {
    "utf-8": ("utf-8", "utf-8"),
    "gb18030": ("gb18030", "gb2312"),
    "gb18030 declared as utf-8": ("gb18030", "utf-8"),
    "utf-8 declared as gb2312": ("utf-8", "gb2312"),
    "utf-8 with a mark": ("utf-8-sig", "utf-8"),
}


def page(case: Case) -> bytes:
    """The page as it is sent."""
    encoding, declared = CHARSETS[case.charset]
    return _html(case, declared).encode(encoding)


# -- which pages there are ---------------------------------------------------------------------------------


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Pages that a person reads without doubt.

    Left out: a pinned entry without a year (which year it is of, nothing says), addresses of another day beside dates
    without a year or counted from now (they may well say the year), deadlines without a column that is called so,
    another list, or more dates than entries, beside a list that nothing but the title names, and year-less dates so
    far apart that their order no longer says the year.
    """
    shape = draw(st.sampled_from(sorted(SHAPES)))
    forms = ["dashes"] if shape in SPLIT else sorted(YEARLESS) if shape == "years" else sorted(FORMS)
    form = draw(st.sampled_from(forms))
    as_of = draw(st.dates(dt.date(2021, 1, 1), dt.date(2027, 12, 31)))
    newest = draw(st.integers(0, 300))
    widest = 45 if form in YEARLESS and shape != "years" else 300
    steps = draw(st.lists(st.integers(0, widest), max_size=11))
    ages = tuple(newest + sum(steps[:at]) for at in range(len(steps) + 1))
    possible = set(TRAPS)
    if form in YEARLESS or form == "relative":
        possible -= {"pinned", "hrefs"}
    if shape != "table with a head":
        possible.discard("deadlines")
    traps = draw(st.frozensets(st.sampled_from(sorted(possible)), max_size=4))
    if traps >= SIDES:
        traps -= {"side older"}
    crumb, heading = draw(st.sampled_from(((True, True), (True, False), (False, True), (False, False))))
    if not crumb and (SIDES & traps or (traps and len(ages) < 3)):
        heading = True
    if "pinned" in traps:
        ages = (max(ages) + 400, *ages)
    return Case(
        as_of=as_of,
        ages=ages,
        shape=shape,
        form=form,
        skin=draw(st.sampled_from(sorted(_SKINS))),
        traps=traps,
        charset=draw(st.sampled_from(sorted(CHARSETS))),
        crumb=crumb,
        heading=heading,
        pager=draw(st.booleans()),
    )
