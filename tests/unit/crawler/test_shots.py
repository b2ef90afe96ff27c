"""Screenshots in the real Chromium: what they show, and that nothing gets out beside the guard."""

from __future__ import annotations

import hashlib
import os
import re
import struct
import time
from pathlib import Path

import pytest

from crawler.records import FetchOutcome as F
from tests.sites.hostile import LIST_PAGE, Server, serving
from tests.unit.crawler.conftest import Crawled, crawl, moment, plan_of
from tests.unit.crawler.test_outcomes import REBINDING, certificate, closed_port

LEAKY = """<!doctype html><html><head><meta charset="utf-8"><title>漏</title>
<link rel="dns-prefetch" href="{trap}"><link rel="preconnect" href="{trap}"><link rel="prefetch" href="{trap}/prefetch">
<link rel="stylesheet" href="{trap}/style.css"><link rel="icon" href="{trap}/icon.png">
<script src="{trap}/script.js"></script></head><body><h1>页面</h1>
<img src="{trap}/img.png"><img src="/away?img"><iframe src="{trap}/frame"></iframe><iframe src="/away?frame"></iframe>
<iframe src="file:///etc/passwd"></iframe><object data="{trap}/object"></object><video src="{trap}/video.mp4"></video>
<script>
fetch("{trap}/fetch", {{mode: "no-cors"}}); fetch("/away?fetch", {{mode: "no-cors"}});
new WebSocket("{trap}/ws".replace("http", "ws")); navigator.sendBeacon("{trap}/beacon", "x");
new EventSource("{trap}/events"); new Image().src = "{trap}/image";
navigator.serviceWorker && navigator.serviceWorker.register("/worker.js");
window.open("{trap}/popup");
new RTCPeerConnection({{iceServers: [{{urls: "stun:127.0.0.1:{port}"}}]}}).createDataChannel("x");
</script></body></html>"""

BUSY = "<html><body><h1>忙</h1><script>setTimeout(() => { while (true) {} }, 50)</script></body></html>"


def page(text: str, *, height: int = 100) -> str:
    return f'<meta charset="utf-8"><body style="margin:0;height:{height}px;font-size:40px">{text}</body>'


@pytest.fixture(scope="module")
def shots(hostile: Server, trap: Server, tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    hostile.pages |= {
        "/one": page("栖云县水务局"),
        "/two": page("鹿鸣镇农机站"),
        "/tall": page("长", height=30_000),
        "/leaky": LEAKY.format(trap=trap.url, port=trap.port),
        "/busy": BUSY,
        "/js-away": page(f'<script>location.href = "{trap.url}/js"</script>'),
        "/slow-picture": page('慢<img src="/hang">'),
    }
    folder = tmp_path_factory.mktemp("shots")
    with serving(Server(), certificate=certificate(folder, name="stranger")) as untrusted:
        names = [
            "one",
            "two",
            "tall",
            "leaky",
            "moved",
            "away",
            "js-away",
            "404",
            "410",
            "500",
            "hang",
            "slow-picture",
            "loop",
        ]
        targets = [(name, "shot", f"{hostile.url}/{name}") for name in names]
        targets += [
            ("refused", "shot", f"http://127.0.0.1:{closed_port()}/"),
            ("unresolved", "shot", "http://nowhere.invalid/"),
            ("untrusted", "shot", f"{untrusted.url}/ok"),
            ("last", "shot", f"{hostile.url}/one"),
        ]
        return crawl(folder, plan_of(targets, limits={"timeout": 3.0, "shot_max_height": 3000}))


def size(path: Path) -> tuple[int, int]:
    data = path.read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", data[16:24])


def test_every_target_has_a_record(shots: Crawled):
    assert shots.code == 0, shots.said
    assert len(shots.listed) == 17
    assert "Traceback" not in shots.said
    assert not (shots.out / "crawl.log").exists()  # a plan of shots only starts no Scrapy


@pytest.mark.parametrize(
    ("name", "outcome", "detail"),
    [
        ("one", F.OK, ""),
        ("moved", F.OK, ""),
        ("tall", F.OK, "cut at 3000 px"),
        ("slow-picture", F.OK, "still loading after 3 s"),
        ("away", F.BLOCKED_BY_GUARD, "is not registered"),
        ("js-away", F.BLOCKED_BY_GUARD, "is not registered"),
        ("404", F.NOT_FOUND, "HTTP 404"),
        ("410", F.NOT_FOUND, "HTTP 410"),  # without a body
        ("500", F.SERVER_ERROR, "HTTP 500"),
        ("hang", F.TIMEOUT, "not opened within 3 s"),
        ("loop", F.REDIRECT_LOOP, ""),
        ("refused", F.REFUSED, ""),
        ("unresolved", F.DNS, ""),
        ("untrusted", F.TLS, ""),
        ("last", F.OK, ""),
    ],
)
def test_outcome(shots: Crawled, name: str, outcome: F, detail: str):
    record = shots.records[name]
    assert record.outcome is outcome, record.detail
    assert detail in record.detail
    assert bool(record.path) == (outcome is F.OK)
    assert (record.is_cut, record.is_loading) == (name == "tall", name == "slow-picture")


def test_a_picture_is_what_its_record_says(shots: Crawled):
    record = shots.records["one"]
    path = shots.out / record.path
    assert record.path == "shots/one.png"
    assert (record.width, record.height) == size(path) == (1366, 900)
    assert record.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert record.as_of == moment()
    assert set(record.tool_versions) == {"chromium", "playwright"}
    assert size(shots.out / shots.records["tall"].path) == (1366, 3000)


def test_chinese_is_drawn_as_glyphs(shots: Crawled):
    """Boxes in place of glyphs would make two names of the same length look the same."""
    records = shots.records
    assert records["one"].sha256 != records["two"].sha256
    assert records["one"].sha256 == records["last"].sha256  # and nothing else makes pictures differ


def test_nothing_reached_the_trap(shots: Crawled, trap: Server):
    assert shots.records["leaky"].outcome is F.OK
    assert trap.hits == []
    assert trap.connections == 0


def test_the_leaky_page_really_tries(hostile: Server, tmp_path: Path):
    """Were the trap a registered site, the same page would reach it: the test above can fail."""
    with serving(Server()) as friend:
        hostile.pages["/friendly"] = LEAKY.format(trap=friend.url, port=friend.port)
        plan = plan_of([("s", "shot", f"{hostile.url}/friendly"), ("t", "shot", f"{friend.url}/")])
        crawl(tmp_path, plan)
        assert {"/img.png", "/frame", "/fetch", "/script.js", "/style.css", "/image"} <= set(friend.hits)
        assert "/ws" not in friend.hits


def test_a_page_that_never_rests_does_not_stop_the_run(hostile: Server, tmp_path: Path):
    plan = plan_of([("busy", "shot", f"{hostile.url}/busy"), ("next", "shot", f"{hostile.url}/ok")])
    hostile.pages["/busy"] = BUSY
    prelude = "import crawler.shots; crawler.shots._PICTURE_SECONDS = 3"
    started = time.monotonic()
    done = crawl(tmp_path, plan, prelude=prelude)
    assert done.records["busy"].outcome is F.TIMEOUT, done.said
    assert done.records["next"].outcome is F.OK
    assert time.monotonic() - started < 30


STOPPED_AFTER_A_PICTURE = """
import os, signal, sys
import crawler.browser, crawler.shots

crawler.browser._CHORE_SECONDS = 5
started, take = crawler.browser._Running.of.__func__, crawler.shots._photograph
running = []

async def of(cls, chromium):
    running.append(await started(cls, chromium))
    return running[-1]

async def stopped(page, most):
    picture = await take(page, most)
    if page.url.endswith("/busy"):
        os.killpg(running[-1].pid, signal.SIGSTOP)
        print("process", running[-1].pid, file=sys.stderr)
    return picture

crawler.browser._Running.of = classmethod(of)
crawler.shots._photograph = stopped
"""


def test_a_browser_that_hangs_is_ended_and_started_again(hostile: Server, tmp_path: Path):
    plan = plan_of([("stopped", "shot", f"{hostile.url}/busy"), ("next", "shot", f"{hostile.url}/ok")])
    hostile.pages["/busy"] = page("忙")
    done = crawl(tmp_path, plan, prelude=STOPPED_AFTER_A_PICTURE)
    assert [record.outcome for record in done.listed] == [F.OK, F.OK], done.said
    assert is_gone(int(re.search(r"process (\d+)", done.said)[1]))


def is_gone(group: int) -> bool:
    """Whether a group of processes ends within ten seconds; the system takes a moment to bury the dead."""
    for _ in range(100):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


def test_pages_first_then_shots_in_one_run(hostile: Server, tmp_path: Path):
    done = crawl(tmp_path, plan_of([("s", "shot", f"{hostile.url}/ok"), ("c", "column", f"{hostile.url}/ok")]))
    assert [(record.kind, record.outcome) for record in done.listed] == [("column", F.OK), ("shot", F.OK)]


def test_no_browser_is_a_record_not_an_error(hostile: Server, tmp_path: Path):
    targets = [("s", "shot", f"{hostile.url}/ok"), ("t", "shot", f"{hostile.url}/ok")]
    done = crawl(tmp_path, plan_of(targets, chromium_path="/nowhere/chromium"))
    assert done.code == 0
    assert {record.outcome for record in done.listed} == {F.NO_BROWSER}
    assert done.records["s"].detail == "no Chromium at /nowhere/chromium"


def test_a_program_that_is_no_browser(hostile: Server, tmp_path: Path):
    done = crawl(tmp_path, plan_of([("s", "shot", f"{hostile.url}/ok")], chromium_path="/bin/true"))
    assert done.code == 0
    assert done.records["s"].outcome is F.NO_BROWSER
    assert "/bin/true does not start" in done.records["s"].detail


def test_a_picture_is_never_overwritten(hostile: Server, tmp_path: Path):
    folder = tmp_path / "out" / "shots"
    folder.mkdir(parents=True)
    (folder / "s.png").write_bytes(b"evidence")
    done = crawl(tmp_path, plan_of([("s", "shot", f"{hostile.url}/ok")]))
    assert (folder / "s.png").read_bytes() == b"evidence"
    assert done.records["s"].path == "shots/s-2.png"


def test_the_browser_connects_to_the_checked_address(tmp_path: Path):
    with serving(Server()) as honest, serving(Server("127.0.0.2", honest.port)) as rebound:
        honest.pages["/"] = LIST_PAGE.replace("<h1>", '<img src="/x.png"><iframe src="/frame"></iframe><h1>')
        plan = plan_of([("s", "shot", f"http://flip.test:{honest.port}/")])
        done = crawl(tmp_path, plan, prelude=REBINDING)
        assert done.records["s"].outcome is F.OK, done.records["s"].detail
        assert {"/", "/x.png", "/frame"} <= set(honest.hits)
        assert rebound.connections == 0
