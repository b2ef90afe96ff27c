"""A page on which something stands is not blank, be it no list."""

import datetime as dt

import pytest

from crawler.reading import PageKind, read_column

NOW = dt.datetime(2026, 11, 18, 23, 59, 59, tzinfo=dt.UTC)
URL = "http://water.example/ldzc/"
FRAME = """<html><head><title>领导之窗-栖云县水务局</title></head><body>
<div class="nav"><a href="/">首页</a><a href="/gzdt/">工作动态</a><a href="/tzgg/">通知公告</a></div>
<div class="left"><h3>栏目导航</h3><ul>
<li><a href="/gzdt/">工作动态</a></li><li><a href="/tzgg/">通知公告</a></li></ul></div>
<div class="pos">当前位置：<a href="/">首页</a> &gt; 领导之窗</div>{}
<div class="foot"><p>地址：建设路1号</p><p>主办：栖云县水务局</p></div></body></html>"""


def items(*texts: str, date: str = "", href: str = "/ldzc/{}.html") -> str:
    rows = (
        f'<li><a href="{href.format(n)}">{text}</a><span>{date.format(n)}</span></li>' for n, text in enumerate(texts)
    )
    return f"<ul>{''.join(rows)}</ul>"


def kind(main: str) -> PageKind:
    return read_column(FRAME.format(main).encode(), url=URL, as_of=NOW).kind


@pytest.mark.parametrize(
    "main",
    [
        items("张三", "李四", "王五"),
        items("申请表", "登记表", "变更表", href="/files/{}.doc"),
        items("公示一", "公示二", "公示三", href="/a/{}.html", date="2026-02-3{}"),
        "<table><tr><td>张三</td><td>局长</td></tr><tr><td>李四</td><td>副局长</td></tr></table>",
        "<p>地址：建设路1号</p><p>电话：0790-1234567</p><p>邮编：330000</p>",
        '<div><embed src="/files/plan.pdf"></div>',
    ],
)
def test_not_blank(main: str) -> None:
    assert kind(main) is PageKind.STATIC


@pytest.mark.parametrize(
    "main",
    [
        "<ul></ul>",
        "<h2>领导之窗</h2><ul></ul><div>共0条 第1/1页 首页 上一页 下一页 尾页</div>",
        "<ul></ul><p>今天是2026年11月18日 星期三</p>",
        '<ul></ul><div class="right"><h3>热点信息</h3>'
        + items("关于开展检查工作的通知", "关于召开会议的通知")
        + "</div>",
        '<div class="links"><h3>友情链接</h3><a href="http://a.example/">省厅</a><a href="http://b.example/">市局</a></div>',
    ],
)
def test_still_blank(main: str) -> None:
    assert kind(main) is PageKind.BLANK


def test_short_titles_beside_dates_are_entries() -> None:
    reading = read_column(FRAME.format(items("公告", "简报", "公示", date="2026-10-20")).encode(), url=URL, as_of=NOW)
    assert (reading.kind, str(reading.updated), len(reading.entries)) == (PageKind.LIST, "2026-10-20", 3)
