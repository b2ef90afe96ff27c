"""Which of the pages that were looked at are columns."""

import datetime as dt

import pytest

from crawler.reading import addresses, read_column
from crawler.reading.discover import Candidate, Links, Trust
from crawler.reading.survey import Look, columns_of

NOW = dt.datetime(2026, 11, 18, 23, 59, 59, tzinfo=dt.UTC)
SITE = "http://water.example"


def items(folder: str) -> str:
    return "".join(
        f'<li><a href="{folder}/2026/{n}.html">关于开展第{n}次检查的通知</a><i>2026-10-{10 + n}</i></li>'
        for n in range(1, 5)
    )


LIST = f"<ul>{items('/tzgg')}</ul>"
STATIC = "<p>" + "本局负责全县水资源的保护和管理，承担防汛抗旱的日常工作，指导水利设施的建设。" * 6 + "</p>"


def look(
    url: str,
    body: str | None = LIST,
    *,
    name: str = "通知公告",
    trust: Trust = Trust.NAVIGATION,
    end: str = "",
    own: str = "",
    links: tuple[str, ...] = (),
    blocks: tuple[str, ...] = (),
    sure_name: bool = True,
) -> Look:
    address = SITE + url
    reading = None if body is None else read_column(body.encode(), url=address, as_of=NOW)
    said = Links(
        tuple(Candidate("某栏目", SITE + link, "") for link in links),
        frozenset(addresses.key(SITE + block) for block in blocks),
        own,
        letter_box=False,
    )
    return Look(Candidate(name, address, "", trust, sure_name), SITE + end if end else address, reading, said)


def columns(*looks: Look) -> dict[str, str]:
    return {candidate.url.removeprefix(SITE): candidate.name for candidate in columns_of(looks, home=f"{SITE}/")}


@pytest.mark.parametrize(
    ("body", "trust", "expected"),
    [
        (LIST, Trust.NAVIGATION, True),
        ("<p>当前位置：首页 &gt; 通知公告</p><p>暂无信息</p>", Trust.MORE, True),
        ("<ul id='list'></ul><script>$('#list').load('/api')</script>", Trust.NAVIGATION, True),
        ("<title>用户登录</title><form><input type='password'></form>", Trust.NAVIGATION, True),
        ("<title>404</title><p>您访问的页面不存在</p>", Trust.NAVIGATION, True),
        (None, Trust.NAVIGATION, True),
        (None, Trust.LINK, False),
        (STATIC, Trust.NAVIGATION, True),
        (STATIC, Trust.HEADING, False),
        (STATIC, Trust.LINK, False),
        (LIST, Trust.LINK, False),
    ],
)
def test_what_a_page_shows_and_where_its_link_stood_decide(body: str | None, trust: Trust, expected: bool) -> None:
    assert bool(columns(look("/tzgg/", body, trust=trust))) is expected


def test_a_link_anywhere_to_a_list_like_the_others_is_a_column() -> None:
    other = LIST.replace("/tzgg/", "/gzdt/")
    assert set(columns(look("/tzgg/"), look("/gzdt/", other, name="工作动态", trust=Trust.LINK))) == {
        "/tzgg/",
        "/gzdt/",
    }


def test_an_article_is_told_by_the_shape_of_its_address() -> None:
    article = look("/tzgg/2026/77.html", STATIC, name="喜获丰收", trust=Trust.GROUP)
    assert set(columns(look("/tzgg/"), article)) == {"/tzgg/"}


def test_a_column_that_redirects_home_or_to_another_is_none() -> None:
    looks = look("/tzgg/"), look("/old/", name="旧公告", end="/tzgg/"), look("/gone/", name="专栏", end="/index.html")
    assert set(columns(*looks)) == {"/tzgg/"}


def test_a_section_that_shows_its_columns_is_none() -> None:
    gzdt = look("/gk/gzdt/", LIST.replace("/tzgg/", "/gzdt/"), name="工作动态")
    body = f"<h3>通知</h3><ul>{items('/tzgg')}</ul><h3>动态</h3><ul>{items('/gzdt')}</ul>"
    section = look("/gk/", body, name="政务公开", blocks=("/gk/tzgg/", "/gk/gzdt/"))
    assert set(columns(section, look("/gk/tzgg/", LIST.replace("通知", "公告")), gzdt)) == {"/gk/tzgg/", "/gk/gzdt/"}


def test_a_section_that_shows_the_list_of_its_first_column_is_none() -> None:
    section = look("/gk/", name="政务公开", own="通知公告", links=("/gk/tzgg/",))
    assert set(columns(section, look("/gk/tzgg/", own="通知公告"))) == {"/gk/tzgg/"}


def test_an_empty_section_with_a_menu_of_its_columns_is_none() -> None:
    section = look("/gk/", "<p>当前位置：首页 &gt; 公开</p><p>暂无信息</p>", links=("/gk/a/", "/gk/b/"))
    one, other = look("/gk/a/", STATIC, name="公开指南"), look("/gk/b/", name="公开年报")
    assert set(columns(section, one, other)) == {"/gk/a/", "/gk/b/"}
    assert set(columns(section, one)) == {"/gk/", "/gk/a/"}


def test_two_columns_may_show_the_same() -> None:
    other = look("/gsgg/", name="公示公告", own="公示公告", links=("/tzgg/",))
    assert set(columns(other, look("/tzgg/", own="通知公告"))) == {"/gsgg/", "/tzgg/"}


def test_a_name_that_is_not_sure_gives_way_to_what_the_page_calls_itself() -> None:
    assert columns(look("/a/", name="县里召开会议", own="时政要闻", sure_name=False)) == {"/a/": "时政要闻"}
    assert columns(look("/a/", name="", own="时政要闻", sure_name=False)) == {"/a/": "时政要闻"}
    assert columns(look("/a/", name="", sure_name=False)) == {}
    assert columns(look("/a/", name="要闻", own="时政要闻")) == {"/a/": "要闻"}
