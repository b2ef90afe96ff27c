"""What stands around the list of a page and is not the list: pieces of markup with dates of their own.

Each piece is made for the civil day that it shows; none of it says anything about the column.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

_HOT = (
    ("县里举办了一场文艺演出活动", "关于调整上班时间的一则消息", "我县多措并举稳就业促增收"),
    ("全县重点项目建设现场观摩会召开", "县气象台发布大风蓝色预警信号", "志愿者走进社区开展便民服务"),
)


def rows(titles: tuple[str, ...], day: dt.date, *, folder: str = "/rd/") -> str:
    """A list with a date beside every title, one day older each."""
    return "".join(
        f'<li><a href="{folder}{number}.html" title="{title}">{title}</a><span>{day - dt.timedelta(number)}</span></li>'
        for number, title in enumerate(titles)
    )


def side(day: dt.date) -> str:
    return f'<div class="sidebar"><h3>热点推荐</h3><ul>{rows(_HOT[0], day)}</ul></div>'


def clock(day: dt.date) -> str:
    return f'<div class="clock">今天是{day} 星期{"一二三四五六日"[day.weekday()]}</div>'


def footer(day: dt.date) -> str:
    return f'<div class="footer">版权所有 Copyright © 2010-{day.year} 网站更新：{day}</div>'


def marquee(day: dt.date) -> str:
    return f'<marquee><a href="/m.html">热烈祝贺全县人民代表大会胜利召开</a> {day}</marquee>'


def hidden(day: dt.date) -> str:
    return f'<div style="display:none"><ul>{rows(_HOT[0][:1], day)}</ul></div>'


def comment(day: dt.date) -> str:
    return f"<!-- <ul>{rows(_HOT[0], day)}</ul> 生成于 {day} 08:00:00 -->"


def banner(day: dt.date) -> str:
    return (
        '<div class="banner"><a href="/zt/index.html"><img src="/images/banner.jpg" alt="专题"></a>'
        f"<p>{day.year}年{day.month}月{day.day}日 栖云县第八届茶文化节盛大开幕</p></div>"
    )


def header_notice(day: dt.date) -> str:
    return (
        '<div class="header"><h2>栖云县部门网站</h2>'
        '<div class="gg"><b>重要提示：</b><a href="/gg/1.html">关于网站改版升级的公告</a> '
        f"<span>[{day}]</span></div></div>"
    )


def floating(day: dt.date) -> str:
    return (
        '<div id="piao" style="position:fixed;left:10px;top:80px;z-index:99"><a href="/p.html">'
        f'<img src="/images/p.gif" alt=""><span>县政府工作报告意见征集</span></a><em>{day}</em>'
        '<a href="javascript:void(0)">关闭</a></div>'
    )


def calendar(day: dt.date) -> str:
    first = day.replace(day=1)
    cells = ["<td></td>"] * first.weekday() + [
        f'<td><a href="/rl/?d={first + dt.timedelta(number)}">{number + 1}</a></td>' for number in range(day.day)
    ]
    weeks = "".join(f"<tr>{''.join(cells[at : at + 7])}</tr>" for at in range(0, len(cells), 7))
    head = "".join(f"<th>{name}</th>" for name in "一二三四五六日")
    return (
        f'<div class="rili"><div>{day.year}年{day.month}月</div><table><tr>{head}</tr>{weeks}</table>'
        f"<p>今日：{day}</p></div>"
    )


def weather(day: dt.date) -> str:
    return f'<div class="w">栖云 {day.month}月{day.day}日 多云转晴 8~15℃ 东北风2-3级 <a href="/w">一周天气</a></div>'


def left_list(day: dt.date) -> str:
    return (
        '<div class="left"><h3>栏目导航</h3><ul><li><a href="/a/">政策法规</a></li>'
        '<li><a href="/b/">机构职能</a></li></ul>'
        f"<h3>推荐阅读</h3><ul>{rows(_HOT[1], day)}</ul></div>"
    )


def hot_tabs(day: dt.date) -> str:
    return (
        '<div class="hot"><div class="tabs"><span class="on">点击排行</span><span>最新发布</span></div>'
        f'<ul>{rows(_HOT[0], day)}</ul><ul style="display:none">{rows(_HOT[1], day)}</ul></div>'
    )


def friend_links(day: dt.date) -> str:
    names = ("省人民政府网", "市人民政府网", "国务院部门网站", "各县区政府网站")
    links = "".join(f'<li><a href="http://gov{number}.example/">{name}</a></li>' for number, name in enumerate(names))
    return f'<div class="yqlj"><h3>友情链接</h3><ul>{links}</ul><p>链接更新于{day}</p></div>'


def other_column(day: dt.date) -> str:
    """A list like any other, without a mark; only its heading says whose it is."""
    return f"<div><h3>部门风采</h3><ul>{rows(_HOT[1], day, folder='/bmfc/')}</ul></div>"


def plain_clock(day: dt.date) -> str:
    return f"<div>{day.year}年{day.month}月{day.day}日 星期{'一二三四五六日'[day.weekday()]}</div>"


def counter(day: dt.date) -> str:
    return f"<p>您是第128406位访问者 今日访问：326 最后更新：{day}</p>"


def search_form(day: dt.date) -> str:
    return (
        '<form action="/s"><label>关键词</label><input name="q"><label>起始日期</label>'
        f'<input name="from" value="{day}"><span>{day - dt.timedelta(30)} 至 {day}</span><button>查询</button></form>'
    )


def poll(day: dt.date) -> str:
    return (
        f"<div><strong>网上调查</strong><p>您对本网站满意吗？（截止日期：{day + dt.timedelta(9)}）</p>"
        f"<label><input type=radio>满意</label><label><input type=radio>一般</label><p>已有86人参与 {day}</p></div>"
    )


def topics(day: dt.date) -> str:
    return (
        '<div><ul><li><a href="/zt/a/"><img src="/a.jpg" alt="专题一"></a></li>'
        f'<li><a href="/zt/b/">{day.year}年全国两会专题</a></li></ul></div>'
    )


#: These change the answer of a page that shows nothing of its own, and may: somebody would read them there.
READ_WHERE_NOTHING_ELSE_IS = frozenset(("other_column", "poll", "topics"))
#: These stand nowhere between a breadcrumb and a list.
NEVER_INSIDE = frozenset(("footer", "other_column", "poll"))
#: Every piece by its name.
ADDITIONS: dict[str, Callable[[dt.date], str]] = {
    made.__name__: made
    for made in (
        side,
        clock,
        footer,
        marquee,
        hidden,
        comment,
        banner,
        header_notice,
        floating,
        calendar,
        weather,
        left_list,
        hot_tabs,
        friend_links,
        other_column,
        plain_clock,
        counter,
        search_form,
        poll,
        topics,
    )
}
