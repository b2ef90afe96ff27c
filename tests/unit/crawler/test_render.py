"""Lists that only a script fills, read from what Chromium makes of their pages."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from crawler.records import FetchOutcome as F
from crawler.records import PageRecord
from tests.sites.hostile import Server
from tests.unit.crawler.conftest import Crawled, crawl, plan_of

FRAME = """<!doctype html><html><head><meta charset="utf-8"><title>通知公告-栖云县水务局</title>{head}</head><body>
<div class="nav"><a href="/">首页</a><a href="/tzgg/">通知公告</a></div>
<div class="position">当前位置：首页 &gt; 通知公告</div>
{main}<div class="footer">版权所有 栖云县水务局</div></body></html>"""
FILL = """<ul id="list" class="list"></ul><div class="loading">正在加载，请稍候</div><script>
fetch("{data}").then(r => r.json()).then(rows => {{
  document.querySelector(".loading").remove();
  for (const row of rows) document.getElementById("list").insertAdjacentHTML("beforeend",
    `<li><a href="/tzgg/${{row.id}}.html">${{row.title}}</a><span>${{row.date}}</span></li>`);
}});</script>"""
ROWS = [{"id": n, "title": f"关于开展第{n}次河道清淤工作的通知", "date": f"2026-11-{20 - n:02}"} for n in range(1, 6)]
LIST = "<ul>{}</ul>".format(
    "".join(f'<li><a href="/tzgg/{r["id"]}.html">{r["title"]}</a><span>{r["date"]}</span></li>' for r in ROWS)
)
#: A style that only a browser knows of.
STYLED = "const s = new CSSStyleSheet(); s.replaceSync('.old{display:none}'); document.adoptedStyleSheets = [s];"
BUSY = "<script>document.addEventListener('DOMContentLoaded', () => { while (true) {} })</script>"


def page(main: str, head: str = "") -> str:
    return FRAME.format(head=head, main=main)


@pytest.fixture(scope="module")
def crawled(hostile: Server, trap: Server, tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    hostile.pages |= {
        "/rows.json": json.dumps(ROWS),
        "/none.json": "[]",
        "/filled": page(FILL.format(data="/rows.json")),
        "/nothing": page(FILL.format(data="/none.json")),
        "/broken": page(FILL.format(data="/500")),
        "/elsewhere": page(FILL.format(data=f"{trap.url}/rows.json")),
        "/hangs": page(FILL.format(data="/hang")),
        "/framed": page('<iframe src="/list-frame" width="600" height="400"></iframe>'),
        "/frameset": '<html><frameset cols="20%,*"><frame src="/menu"><frame src="/list-frame"></frameset></html>',
        "/menu": '<html><body><a href="/tzgg/">通知公告</a></body></html>',
        "/list-frame": f'<html><head><meta charset="utf-8"></head><body>{LIST}</body></html>',
        "/styled": page(
            '<div class="old"><ul><li><a href="/x.html">一条没有人看得见的旧闻标题</a> 2026-11-20</li></ul></div>'
            + FILL.format(data="/rows.json"),
            f"<script>{STYLED}</script>",
        ),
        "/busy-list": page('<ul id="list"></ul><div>正在加载，请稍候</div>' + BUSY),
        "/static": page(LIST),
    }
    names = ["filled", "nothing", "broken", "elsewhere", "hangs", "framed", "frameset", "styled", "busy-list", "static"]
    plan = plan_of([(name, "column", f"{hostile.url}/{name}") for name in names])
    plan["targets"].append(
        {
            "id": "pointed",
            "kind": "column",
            "url": f"{hostile.url}/filled",
            "override": {"selector": "#list li", "date_format": "YYYY-MM-DD"},
        }
    )
    prelude = "import crawler.render; crawler.render.SETTLE_SECONDS = 4; crawler.render._SERIALIZE_SECONDS = 2"
    return crawl(tmp_path_factory.mktemp("render"), plan, prelude=prelude)


def read(crawled: Crawled, name: str) -> PageRecord:
    record = crawled.records[name]
    assert record.outcome is F.OK, record.detail
    assert record.reading is not None
    return record


@pytest.mark.parametrize("name", ["filled", "framed", "frameset", "styled", "pointed"])
def test_what_a_script_fills_is_read(crawled: Crawled, name: str):
    record = read(crawled, name)
    assert record.rendered, record.detail
    assert (record.reading["kind"], record.reading["updated"]) == ("list", "2026-11-19")


def test_what_was_sent_and_what_was_made_of_it_are_both_kept(crawled: Crawled):
    record = read(crawled, "filled")
    sent, made = crawled.out / record.body_path, crawled.out / record.rendered_path
    assert b"2026-11-19" not in sent.read_bytes()
    assert b"2026-11-19" in made.read_bytes()
    assert hashlib.sha256(made.read_bytes()).hexdigest() == record.sha256_rendered
    assert hashlib.sha256(sent.read_bytes()).hexdigest() == record.sha256_raw
    assert {"scrapy", "selectolax", "chromium", "playwright"} <= set(record.tool_versions)


def test_links_of_a_frame_lead_where_they_led(crawled: Crawled, hostile: Server):
    assert read(crawled, "framed").reading["entries"][0]["url"] == f"{hostile.url}/tzgg/1.html"


def test_a_list_that_stays_empty_is_blank(crawled: Crawled):
    record = read(crawled, "nothing")
    assert record.rendered, record.detail
    assert record.reading["kind"] == "blank"


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("broken", "/500: HTTP 500"),
        ("elsewhere", "ERR_BLOCKED_BY_CLIENT"),
        ("hangs", "/hang: net::"),
        ("busy-list", "not rendered within"),
    ],
)
def test_what_did_not_come_is_not_missing(crawled: Crawled, name: str, why: str):
    record = read(crawled, name)
    assert not record.rendered
    assert record.reading["kind"] == "scripted"
    assert why in record.detail


def test_a_page_that_needs_no_script_is_not_rendered(crawled: Crawled):
    record = read(crawled, "static")
    assert (record.rendered, record.rendered_path, record.reading["updated"]) == (False, "", "2026-11-19")


def test_nothing_reached_the_trap(crawled: Crawled, trap: Server):
    assert crawled.code == 0, crawled.said
    assert trap.connections == 0


def test_what_a_script_makes_is_no_larger_than_what_a_server_may_send(hostile: Server, tmp_path: Path):
    grown = "<script>document.getElementById('list').append('栖'.repeat(100000))</script>"
    hostile.pages["/grown"] = page('<ul id="list" class="list"></ul><div>正在加载，请稍候</div>' + grown)
    done = crawl(tmp_path, plan_of([("c", "column", f"{hostile.url}/grown")], limits={"max_bytes": 200_000}))
    record = read(done, "c")
    assert (record.rendered, record.rendered_path, record.reading["kind"]) == (False, "", "scripted")
    assert record.detail == "not rendered: more than 200000 bytes"


def test_without_a_browser_the_page_as_sent_is_kept(hostile: Server, tmp_path: Path):
    hostile.pages["/filled"] = page(FILL.format(data="/rows.json"))
    done = crawl(tmp_path, plan_of([("c", "column", f"{hostile.url}/filled")], chromium_path="/nowhere/chromium"))
    record = read(done, "c")
    assert done.code == 0
    assert (record.rendered, record.reading["kind"]) == (False, "scripted")
    assert record.detail == "no browser: no Chromium at /nowhere/chromium"
