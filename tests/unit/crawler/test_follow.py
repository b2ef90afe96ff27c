"""Columns that show no date themselves: their newest articles are read, and the columns below them."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.records import FetchOutcome as F
from crawler.records import PageRecord
from tests.sites.hostile import Server, serving
from tests.unit.crawler.conftest import Crawled, crawl, plan_of

PAGE = """<!doctype html><html><head><meta charset="utf-8"><title>{name}-栖云县林业局</title></head><body>
<div class="menu"><a href="/">首页</a><a href="/zwgk/">政务公开</a><a href="/gzdt/">工作动态</a></div>
<div class="position">当前位置：首页 > {crumb}{name}</div>{main}
<div class="footer">版权所有 栖云县林业局</div></body></html>"""


def page(name: str, main: str, crumb: str = "") -> str:
    return PAGE.format(name=name, main=main, crumb=crumb)


def undated(*links: str) -> str:
    items = (f'<li><a href="{link}">关于开展第{n}次森林防火巡查的情况通报</a></li>' for n, link in enumerate(links))
    return f'<ul class="list">{"".join(items)}</ul>'


def article(line: str, head: str = "") -> str:
    text = "<p>全县各乡镇组织护林员开展巡查，重点排查林区输电线路和坟场周边的火险隐患，发现问题立即整改。</p>" * 3
    return page("正文", f'{head}<h1>森林防火巡查情况通报</h1><div class="info">{line}</div>{text}')


def dated(day: str) -> str:
    items = (f'<li><a href="/a/{n}.html">关于开展第{n}次植树活动的通知</a><span>{day}</span></li>' for n in range(4))
    return f'<ul class="list">{"".join(items)}</ul>'


def links(*pairs: tuple[str, str]) -> str:
    return '<div class="box">' + "".join(f'<p><a href="{url}">{name}</a></p>' for url, name in pairs) + "</div>"


@pytest.fixture(scope="module")
def crawled(hostile: Server, trap: Server, tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    numbered = [f"/a/{n}.html" for n in range(1, 9)]
    hostile.pages |= {
        "/shown/": page("防火通报", undated(*numbered)),
        **{path: article(f"发布时间：2026-10-{10 + n:02} 来源：防火办") for n, path in enumerate(numbered, start=1)},
        "/silent/": page("防火通报", undated("/b/1.html", "/b/2.html")),
        "/b/1.html": article("来源：防火办"),
        "/b/2.html": article("来源：防火办", '<meta name="PubDate" content="2026-11-01">'),
        "/gone/": page("防火通报", undated("/gone/1.html", "/gone/2.html")),
        "/half/": page("防火通报", undated("/gone/1.html", "/a/1.html")),
        "/away/": page("防火通报", undated(f"{trap.url}/1.html", f"{trap.url}/2.html")),
        # a column that only leads on; its neighbours are in the menu too
        "/zwgk/": page("政务公开", links(("/zwgk/tzgg/", "通知公告"), ("/list7/", "规划计划"), ("/gzdt/", "工作动态"))),
        "/zwgk/tzgg/": page("通知公告", dated("2026-09-01"), "政务公开 > "),
        "/list7/": page("规划计划", dated("2026-08-01"), "政务公开 > "),
        "/gzdt/": page("工作动态", dated("2026-11-19")),
        # one whose columns are all empty, and one that is empty among its neighbours
        "/empty/": page("信息公开", links(("/empty/a/", "人事信息"), ("/empty/b/", "财政信息"))),
        "/empty/a/": page("人事信息", "", "信息公开 > "),
        "/empty/b/": page("财政信息", "", "信息公开 > "),
        "/zwgk/blank/": page("人事信息", links(("/zwgk/tzgg/", "通知公告"), ("/gzdt/", "工作动态")), "政务公开 > "),
        "/torn/": page("信息公开", links(("/torn/a/", "人事信息"), ("/empty/a/", "财政信息"))),
    }
    names = ["shown", "silent", "gone", "half", "away", "zwgk", "empty", "torn"]
    targets = [(name, "column", f"{hostile.url}/{name}/") for name in names]
    targets.append(("blank", "column", f"{hostile.url}/zwgk/blank/"))
    return crawl(tmp_path_factory.mktemp("follow"), plan_of(targets))


def read(crawled: Crawled, name: str) -> PageRecord:
    record = crawled.records[name]
    assert record.outcome is F.OK, record.detail
    assert record.reading is not None
    return record


def test_the_newest_of_the_first_articles_counts(crawled: Crawled):
    record = read(crawled, "shown")
    assert (record.reading["updated"], record.reading["basis"]) == ("2026-10-15", "article-text")
    assert [page.updated for page in record.followed] == [f"2026-10-{day}" for day in range(11, 16)]


def test_what_was_followed_is_kept(crawled: Crawled):
    for page_ in read(crawled, "shown").followed:
        assert "发布时间：2026-10-".encode() in (crawled.out / page_.body_path).read_bytes()


def test_undated_stays_undated(crawled: Crawled):
    reading = read(crawled, "silent").reading
    assert (reading["kind"], reading["updated"], reading["warnings"]) == ("list", None, [])
    assert ["article:meta", "2026-11-01"] in reading["candidates"]


@pytest.mark.parametrize(("name", "updated"), [("gone", None), ("away", None), ("half", "2026-10-11")])
def test_articles_that_could_not_be_read_are_said(crawled: Crawled, name: str, updated: str | None):
    reading = read(crawled, name).reading
    assert reading["updated"] == updated
    assert "not-followed" in reading["warnings"]


def test_a_column_that_leads_on_is_as_new_as_the_columns_below_it(crawled: Crawled):
    reading = read(crawled, "zwgk").reading
    assert (reading["kind"], reading["updated"], reading["basis"]) == ("landing", "2026-09-01", "child-column")
    parts = {part["heading"]: part["updated"] for part in reading["parts"]}
    assert parts == {"通知公告": "2026-09-01", "规划计划": "2026-08-01"}  # not 工作动态, which lies beside it


def test_a_column_whose_columns_are_all_empty_is_blank(crawled: Crawled):
    assert read(crawled, "empty").reading["kind"] == "blank"


def test_neighbours_do_not_fill_a_blank_column(crawled: Crawled):
    reading = read(crawled, "blank").reading
    assert (reading["kind"], reading["updated"]) == ("blank", None)


def test_a_column_below_that_cannot_be_read_is_said(crawled: Crawled):
    reading = read(crawled, "torn").reading
    assert (reading["kind"], reading["warnings"]) == ("blank", ["not-followed"])


def test_nothing_reached_the_trap(crawled: Crawled, trap: Server):
    assert crawled.code == 0, crawled.said
    assert trap.connections == 0


def test_articles_that_a_script_fills_are_rendered(tmp_path: Path):
    filled = (
        "<div id='app'></div><script>document.getElementById('app').innerHTML = '<h1>森林防火巡查情况通报</h1>"
        "<div>发布时间：' + [2026, 10, 12].join('-') + '</div>'</script>"
    )
    with serving(Server()) as site:
        site.pages = {"/": page("防火通报", undated("/1.html", "/2.html")), "/1.html": page("正文", filled)}
        done = crawl(tmp_path, plan_of([("c", "column", f"{site.url}/")]))
    record = read(done, "c")
    assert record.reading["updated"] == "2026-10-12"
    assert (done.out / record.followed[0].rendered_path).is_file()
