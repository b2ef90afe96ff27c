"""Whatever the bytes are: a reading, in time, never an exception."""

import datetime as dt
import pathlib
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.reading import PageKind, Warn, read_article, read_column
from crawler.reading.discover import find_links
from crawler.reading.onward import frame_targets, meta_refresh_target
from tests.stopwatch import timed

SITE = pathlib.Path(__file__).parents[2] / "sites" / "reading"
PAGES = sorted(SITE.glob("*.html"))
NOW = dt.datetime(2026, 11, 18, tzinfo=dt.UTC)
URL = "http://www.qiyun.example/tz/"
SECONDS = 2.0
MEGABYTES = 300
LARGE = 3_000_000

HOSTILE = {
    "nothing": b"",
    "one byte": b"\xff",
    "nul": b"\0" * 100_000,
    "20 MB of text": "<p>栖云县水务局通知公告2026-10-20</p>".encode() * 400_000,
    "deep": b"<div>" * 800_000,
    "deep lists": b"<ul><li>" * 300_000,
    "deep and closed": b"<div>" * 100_000 + b"</div>" * 100_000,
    "deep fonts": b"<font><div>" * 50_000,
    "a million links": b'<a href="1.html">2026-10-20 title</a>' * 1_000_000,
    "links in rows": b'<li><a href="t20261020_1.html">a title of some length</a><span>2026-10-20</span></li>' * 45_000,
    "links in one row": b"<tr>" + b'<td><a href="1.html">a title of some length</a> 2026-10-20</td>' * 30_000,
    "attributes": b"<div " + b" ".join(b"a%d=1" % i for i in range(200_000)) + b">",
    "entities": b"&#99999999999;&#x110000;&#0;&nosuch;" * 50_000,
    "dates only": b"<p>2026-10-20</p>" * 200_000,
    "digits only": b"1-" * 1_000_000,
    "open comment": b"<!-- " + b"<li>2026-10-20</li>" * 10_000,
    "spaces in a refresh": b'<meta http-equiv=refresh content="5' + b" " * 1_000_000 + b'">',
    "dates in one text": b"<p>" + b"2026-10-20 " * 100_000,
    "few enough dates in one text": b"<p>" + b"2026-10-20 " * 9_000,
    "ages in one text": b"<p>" + "1小时前".encode() * 8_000,
    "marks": b"<div class=" + b"1" * 1_000_000 + b"><a href=/x/>tzgg</a></div>",
    "style without a rule": b"<style>.a{display:none}" + b" " * 1_000_000 + b"</style>",
    "style of comments": b"<style>.a{display:none}" + b"/*" * 100_000 + b"</style>",
    "style of media": b"<style>.a{display:none}" + b"@media print" * 10_000 + b"</style>",
    "script of lines": b"<script>document.write(1);" + b"\n" * 1_000_000 + b"</script>",
    "script of comments": b"<script>document.write(1);" + b"/* " * 300_000 + b"</script>",
    "calls with texts": b"<script>function d(a,b){document.write('<p>'+a+b+'</p>')}</script>"
    + b"<script>d(1,'a');d(2,'b');d(3</script>" * 60_000,
    "templates": b'<div v-for="a in b">{{ a.c }}</div>' * 30_000
    + b"<script>b=["
    + b'{"c":1},' * 30_000
    + b"]</script>",
    "calls of writers": b"<script>function d(){document.write(1)}</script><script>d(2026,1,1)</script>" * 20_000,
    "days of moments": b"<script>var d=new Date(1662339600000);"
    + b"document.getElementById('a').innerHTML=d.getFullYear()+'-';" * 3_000
    + b"</script>",
    "names of moments": b"<script>new Date(t*1000).innerHTML</script>"
    + b"".join(b"<i data-a%d=1662339600></i>" % i for i in range(60_000)),
    "heads in one row": b"<table><tr>" + "<th><a href=1.html>通知公告</a> 2026-10-20</th>".encode() * 20_000,
    "records without an end": b"<script type=text/xml>" + b"<record>" * 100_000 + b"</script>",
    "open scripts without an end": b"<script " * 50_000,
    "open script": b"<script>document.write('" * 20_000,
    "frameset": b'<frameset rows="80,*"><frame src="a.htm"><frame src="b.htm"></frameset>',
    "style": b"<style>"
    + b".a .b{display:none}" * 10_000
    + b"</style>"
    + b"<div class=a><p class=b>x</p></div>" * 2_000,
    "spaces": b" " * 3_000_000 + b"<p>x",
    "more more": ("<p>" + "更多" * 40 + "。</p><p>" + ">" * 300 + "</p>").encode() * 200,
}


READERS = {
    "column": partial(read_column, as_of=NOW),
    "article": partial(read_article, as_of=NOW),
    "links": find_links,
    "refresh": meta_refresh_target,
    "frames": frame_targets,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bytes_end_in_time(name: str) -> None:
    body = HOSTILE[name]
    took = {}
    for what, read in READERS.items():
        took[what] = timed(partial(read, body, url=URL), most=SECONDS)[1]
    assert max(took.values()) < SECONDS, took
    if len(body) > 4 * 1024 * 1024:
        assert Warn.TRUNCATED in read_column(body, url=URL, as_of=NOW).warnings


def peaks(name: str) -> dict[str, float]:
    """Megabytes of memory at most while each reader reads a page, the interpreter's and the page's own among them."""
    found = {}
    for what, read in READERS.items():
        pathlib.Path("/proc/self/clear_refs").write_text("5")  # begin to count anew
        read(HOSTILE[name], url=URL)
        status = pathlib.Path("/proc/self/status").read_text()
        found[what] = int(status.split("VmHWM:")[1].split()[0]) / 1024
    return found


@pytest.mark.long
@pytest.mark.parametrize("name", [name for name, body in HOSTILE.items() if len(body) > LARGE])
def test_hostile_bytes_are_read_in_little_memory(name: str) -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        found = process.submit(peaks, name).result()
    assert max(found.values()) < MEGABYTES, found


def all_of(body: bytes, url: str = URL) -> None:
    read_column(body, url=url, as_of=NOW).as_dict()
    read_article(body, url=url, as_of=NOW).as_dict()
    find_links(body, url=url)
    meta_refresh_target(body, url=url)
    frame_targets(body, url=url)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=2_000))
def test_random_bytes(body: bytes) -> None:
    all_of(body)


MARKUP = """<div>|</div>|<ul>|<li>|</li>|<a href='1.html'>|<a href='http://[x'>|</a>|<table>|<tr>|<td>|<script>|</script>
|<!--|-->|<meta http-equiv=refresh content='0;url=http://[::'>|<base href='//['>|2026-10-20|10-20|20|2026年|2026年10月
|20日|3天前|99999天前|二〇二六年|99年前|更多|下一页|当前位置：|document.write('<p>')|&#0;|\0|通知公告|<title>|<noscript>|<template>
|<style>.a{display:none}</style>|<frame src='http://[x'>|<input type=password>"""
PIECES = st.sampled_from([piece.strip("\n") for piece in MARKUP.split("|")])


@settings(max_examples=120, deadline=None)
@given(st.lists(PIECES, max_size=40))
def test_random_markup(pieces: list[str]) -> None:
    all_of(" ".join(pieces).encode())


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(PAGES), st.integers(0, 5_000), st.integers(0, 200), st.binary(max_size=12))
def test_pages_cut_and_changed(path: pathlib.Path, at: int, length: int, junk: bytes) -> None:
    body = path.read_bytes()
    all_of(body[:at] + junk + body[at + length :])
    all_of(body[:at])


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60))
def test_any_url(url: str) -> None:
    all_of(PAGES[0].read_bytes(), url)


def test_a_text_that_is_cut_is_said_to_be() -> None:
    body = f"<ul><li>{'2026-10-20 ' * 3000}</li></ul>".encode()
    reading = read_column(body, url=URL, as_of=NOW)
    assert Warn.TRUNCATED in reading.warnings
    assert reading.kind is not PageKind.BLANK


def test_a_page_that_only_leads_on_is_not_blank() -> None:
    script = '<script>setTimeout(function(){location.replace("list.html")},100)</script>'
    body = f'<body><a href="list.html">如果没有跳转请点击这里</a>{script}</body>'
    assert read_column(body.encode(), url=URL, as_of=NOW).kind is PageKind.SCRIPTED
