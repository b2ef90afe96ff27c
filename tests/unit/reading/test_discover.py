"""Which links of a home page lead to columns."""

import datetime as dt

import pytest

from crawler.reading import read_column
from crawler.reading.discover import (
    BY_NAVIGATION,
    Candidate,
    find_columns,
    frame_targets,
    is_column,
    meta_refresh_target,
)

NOW = dt.datetime(2026, 11, 18, 23, 59, 59, tzinfo=dt.UTC)
HOME = "http://water.example/index.html"

MODERN = """<html><head><title>栖云县水务局</title></head><body>
<div class="top"><a href="#">设为首页</a><a href="javascript:fav()">加入收藏</a>
<a href="/en/">English</a><a href="/login">登录</a></div>
<div class="nav"><ul><li><a href="/">首页</a></li><li><a href="/jgsz/">机构设置</a></li>
<li><a href="/zwgk/">政务公开</a><ul style="display:none"><li><a href="/zwgk/zcwj/">政策文件</a></li></ul></li>
<li><a href="/hd/lxwm.html">联系我们</a></li><li><a href="http://other.example/">省水利厅</a></li></ul></div>
<div class="box"><h3>通知公告</h3><a class="more" href="/tzgg/index.html#top">更多&gt;&gt;</a>
<ul><li><a href="/tzgg/202610/t20261020_1.html">关于做好冬季防汛工作的通知</a><span>10-20</span></li>
<li><a href="/files/plan.pdf">实施方案</a></li></ul></div>
<div class="box"><div class="hd"><span>水利要闻</span><a href="slyw/"><img src="/images/more.gif"></a></div></div>
<div class="box"><h3><a href="/gzdt/">工作动态</a></h3></div>
<div class="box"><h3>政务公开</h3><a href="/zwgk/">more</a></div>
<div class="links"><h3>友情链接</h3><a href="http://a.example/">县政府网</a></div>
<div class="foot">版权所有 <a href="/map/">网站地图</a> <a href="/sm/">隐私声明</a></div></body></html>"""

OLD = """<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312">
<title>栖云县林业局</title></head>
<body><table width="1000"><tr>
<td><a href="index.asp"><font>首　页</font></a></td><td><a href="list.asp?classid=3"><font>林业动态</font></a></td>
<td><a href="list.asp?classid=4">通知公告</a></td><td><a href="list.asp?classid=5">政策法规</a></td>
<td><a href="about.asp?id=1">机构概况</a></td></tr></table>
<table><tr><td>林业动态</td><td><a href="list.asp?classid=3">更多...</a></td></tr>
<tr><td><a href="show.asp?id=31">全县森林防火工作会议召开</a></td><td>10-20</td></tr></table></body></html>"""


def names(body: bytes, url: str = HOME) -> dict[str, str]:
    return {candidate.name: candidate.url for candidate in find_columns(body, url=url, as_of=NOW)}


def test_navigation_headings_and_more_links_are_columns() -> None:
    assert names(MODERN.encode()) == {
        "机构设置": "http://water.example/jgsz/",
        "政务公开": "http://water.example/zwgk/",
        "政策文件": "http://water.example/zwgk/zcwj/",
        "通知公告": "http://water.example/tzgg/index.html",
        "水利要闻": "http://water.example/slyw/",
        "工作动态": "http://water.example/gzdt/",
    }


def test_every_candidate_says_why() -> None:
    reasons = {candidate.name: candidate.reason for candidate in find_columns(MODERN.encode(), url=HOME, as_of=NOW)}
    assert reasons["政务公开"] == BY_NAVIGATION
    assert reasons["通知公告"] == "板块标题“通知公告”的“更多”链接"


def test_an_old_gb2312_home_page_of_tables() -> None:
    found = names(OLD.encode("gb18030"), "http://forest.example/index.asp")
    assert found == {
        "林业动态": "http://forest.example/list.asp?classid=3",
        "通知公告": "http://forest.example/list.asp?classid=4",
        "政策法规": "http://forest.example/list.asp?classid=5",
        "机构概况": "http://forest.example/about.asp?id=1",
    }


@pytest.mark.parametrize(
    "href",
    [
        "/art/2026/10/20/art_1_2.html",
        "/info/1012/3456.htm",
        "content_123.html",
        "/2026/1020/1.html",
        "show.asp?id=3",
        "a.doc",
    ],
)
def test_articles_and_files_are_no_columns(href: str) -> None:
    body = f'<div class="nav"><a href="{href}">通知公告</a></div>'.encode()
    assert names(body) == {}


def test_a_page_that_leads_on() -> None:
    assert (
        meta_refresh_target(b'<meta http-equiv=refresh content="0;url=/new/">', url=HOME) == "http://water.example/new/"
    )
    script = b'<script>window.location.href="web/index.html"</script>'
    assert meta_refresh_target(script, url=HOME) == "http://water.example/web/index.html"
    assert meta_refresh_target(b'<meta http-equiv="refresh" content="300">', url=HOME) is None
    assert meta_refresh_target(MODERN.encode(), url=HOME) is None


def test_frames_of_the_old_kind() -> None:
    body = b'<frameset rows="80,*"><frame src="top.htm"><frame src="/main.htm"></frameset>'
    assert frame_targets(body, url=HOME) == ["http://water.example/top.htm", "http://water.example/main.htm"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<ul><li><a href='1.html'>关于开展检查的通知</a><i>2026-10-20</i></li></ul>", True),
        ("<p>当前位置：首页 &gt; 通知公告</p><p>暂无信息</p>", True),
        ("<ul id='list'></ul><script>$('#list').load('/api')</script>", True),
        ("<title>404</title><p>您访问的页面不存在</p>", False),
        ("<title>用户登录</title><form><input type='password'></form>", False),
    ],
)
def test_what_a_fetched_candidate_turns_out_to_be(body: str, expected: bool) -> None:
    candidate = Candidate("通知公告", "http://water.example/tzgg/", BY_NAVIGATION)
    reading = read_column(body.encode(), url=candidate.url, as_of=NOW)
    assert is_column(reading, candidate) is expected
