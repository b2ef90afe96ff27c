"""Which links of a home page lead to columns."""

import pytest

from crawler.reading.discover import BY_NAVIGATION, Trust, find_links

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
    return {candidate.name: candidate.url for candidate in find_links(body, url=url).candidates}


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
    reasons = {candidate.name: candidate.reason for candidate in find_links(MODERN.encode(), url=HOME).candidates}
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


def found(html: str, url: str = HOME, **options: bool) -> dict[str, tuple[str, Trust]]:
    candidates = find_links(html.encode(), url=url, **options).candidates
    return {
        candidate.url.removeprefix("http://water.example"): (candidate.name, candidate.trust)
        for candidate in candidates
    }


def test_static_pages_in_the_navigation_may_have_addresses_of_articles() -> None:
    body = '<div class="nav"><a href="/info/1012/3456.htm">机构简介</a><a href="show.asp?id=3">喜获丰收</a></div>'
    assert found(body) == {"/info/1012/3456.htm": ("机构简介", Trust.NAVIGATION)}


def test_the_session_is_no_part_of_an_address() -> None:
    body = '<div class="nav"><a href="list.jsp;jsessionid=8F2A?id=3">通知公告</a><a href="list.jsp?id=3">公告</a></div>'
    assert found(body) == {"/list.jsp?id=3": ("通知公告", Trust.NAVIGATION)}


def test_what_may_not_stand_in_an_address_is_encoded_as_a_browser_does() -> None:
    links = '<a href="/通知 公告/">通知公告</a><a href="list.asp?lm=要闻">要闻</a>'
    body = f'<meta charset="gbk"><div class="nav">{links}</div>'
    candidates = find_links(body.encode("gb18030"), url=HOME).candidates
    assert [candidate.url.removeprefix("http://water.example") for candidate in candidates] == [
        "/%E9%80%9A%E7%9F%A5%20%E5%85%AC%E5%91%8A/",
        "/list.asp?lm=%D2%AA%CE%C5",
    ]


def test_pictures_name_columns_and_those_without_a_name_are_asked_for_it() -> None:
    body = """<div id="dh"><a href="/a/"><img src="1.gif" alt="工作动态"></a>
    <a href="/b/"><img src="2.gif" title="公示公告"></a>
    <a href="/c/"><img src="3.gif"></a></div>"""
    assert [name for name, _ in found(body).values()] == ["工作动态", "公示公告", ""]


def test_menus_in_a_select_and_behind_a_click() -> None:
    body = """<select onchange="location=this.value">
    <option value="">请选择</option><option value="/a/">工作动态</option>
    <option value="http://other.example/">外部网站</option><option value="3">三</option></select>
    <ul class="menu"><li><a href="javascript:void(0)" onclick="window.open('/b/')">通知公告</a></li>
    <li><a href="javascript:location.href='/c/'">政策文件</a></li><li><a href="#">更多服务</a></li></ul>"""
    assert {name: url for url, (name, _) in found(body).items()} == {
        "工作动态": "/a/",
        "通知公告": "/b/",
        "政策文件": "/c/",
    }


def test_a_more_link_is_named_by_another_link_to_the_same_page_or_by_its_tab() -> None:
    body = """<ul class="tabs">
    <li><a href="#p1" data-toggle="tab">时政要闻</a></li><li><a href="#p2">部门动态</a></li></ul>
    <div id="p1"><a href="/2026/1018/1.html">县里召开会议</a><span>10-18</span><a href="/szyw/">更多</a></div>
    <div id="p2"><a href="/2026/1018/2.html">全县部署工作</a><span>10-18</span><a href="/bmdt/">更多</a></div>
    <p><span><a href="/gggs/">公告公示</a></span><span><a href="/gggs/index.html">more</a></span></p>"""
    names = {url: name for url, (name, _) in found(body).items()}
    assert (names["/szyw/"], names["/bmdt/"], names["/gggs/index.html"]) == ("时政要闻", "部门动态", "公告公示")


def test_the_name_of_a_block_that_only_stands_near_is_not_sure() -> None:
    body = """<div><h3>今日要闻</h3><h3>部门动态</h3>
    <div><ul><li><a href="/2026/1018/1.html">县里召开会议</a>10-18</li></ul>
    <a href="/jryw/">更多</a></div></div>"""
    (candidate,) = find_links(body.encode(), url=HOME).candidates
    assert not candidate.sure_name


def test_a_vertical_menu_of_table_rows_is_a_group() -> None:
    rows = "".join(f'<tr><td><a href="list.asp?id={n}">业务信息{n}类</a></td></tr>' for n in "一二三四")
    assert {trust for _, trust in found(f"<table>{rows}</table>", inner=True).values()} == {Trust.GROUP}


def test_tags_and_hot_articles_are_no_columns() -> None:
    links = '<a href="/tag/1.html">防汛</a><a href="/tag/2.html">高考</a><a href="/tag/3.html">住房</a>'
    assert found(f'<div class="tags">{links}</div><div class="hot">{links}</div>') == {}


def test_a_row_of_links_below_the_news_is_no_navigation() -> None:
    links = '<p><a href="/a/">工作动态</a> <a href="/b/">通知公告</a> <a href="/c/">政策文件</a></p>'
    news = "".join(f'<p><a href="/2026/1018/{n}.html">喜获丰收</a></p>' for n in range(5))
    assert {trust for _, trust in found(links + news).values()} == {Trust.NAVIGATION}
    assert {trust for _, trust in found(news + links).values()} == {Trust.GROUP}


def test_what_stands_at_the_foot_is_none() -> None:
    links = '<a href="/gywm/">关于我们</a><a href="/wzsm/">声明信息</a><a href="/bz/">办站说明</a>'
    assert found(f"<div class='footer'>{links}</div><footer>{links}</footer>") == {}


@pytest.mark.parametrize("name", ["“放管服”改革", "智能制造", "经验分享", "12345热线办理情况"])
def test_names_that_only_look_like_none(name: str) -> None:
    assert [found_name for found_name, _ in found(f'<div class="nav"><a href="/a/">{name}</a></div>').values()] == [
        name
    ]


@pytest.mark.parametrize("name", ["English", "2025年", "3", "用户登录", "智能问答", "网站地图", "返回上级", "个人中心"])
def test_names_of_no_column(name: str) -> None:
    assert found(f'<div class="nav"><a href="/a/">{name}</a></div>') == {}


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ('<meta name="ColumnName" content="通知公告"><title>县政府</title>', "通知公告"),
        ("<div>当前位置：<a>首页</a> &gt; <a>政务公开</a> &gt; 政策文件</div>", "政策文件"),
        ("<title>工作动态-栖云县水务局</title>", "工作动态"),
        ("<title>栖云县水务局</title><h2>办事指南</h2>", "办事指南"),
        ("<title>栖云县水务局</title>", ""),
    ],
)
def test_what_a_page_calls_itself(body: str, name: str) -> None:
    assert find_links(body.encode(), url=HOME).own_name == name


def test_a_page_for_letters() -> None:
    assert find_links(b"<form><textarea name=c></textarea></form>", url=HOME).letter_box
    assert not find_links(b"<form><input name=q></form>", url=HOME).letter_box
