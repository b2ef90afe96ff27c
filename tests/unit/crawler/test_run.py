"""The command: exit codes, one clear line, progress, and a crawl that was killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from crawler.pipelines import BusyError, Crawl
from crawler.records import FetchOutcome, read_records
from crawler.run import main
from tests.sites.hostile import LIST_PAGE, Server, serving
from tests.unit.crawler.conftest import BASE_DIR, crawl, plan_of


@pytest.fixture
def site(tmp_path: Path):
    with serving(Server()) as server:
        for i in range(200):
            server.pages[f"/{i}"] = LIST_PAGE.replace("通知公告", f"栏目{i}")
        yield server


def columns(site: Server, count: int) -> dict:
    return plan_of([(f"c{i}", "column", f"{site.url}/{i}") for i in range(count)])


def run(capsys: pytest.CaptureFixture, *arguments: object) -> tuple[int, str]:
    code = main([str(argument) for argument in arguments])
    return code, capsys.readouterr().err


def test_a_missing_plan(tmp_path: Path, capsys):
    code, said = run(capsys, tmp_path / "plan.json", tmp_path / "out")
    assert (code, said) == (2, f"error: {tmp_path}/plan.json: No such file or directory\n")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "not JSON"),
        ("[]", "plan: must be an object"),
        ('{"run": "1"}', "as_of: missing"),
        ("\x00", "not JSON"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_a_bad_plan(tmp_path: Path, capsys, text: str, words: str):
    path = tmp_path / "plan.json"
    path.write_text(text)
    code, said = run(capsys, path, tmp_path / "out")
    assert code == 2
    assert said.startswith(f"error: {path}: ")
    assert words in said
    assert said.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_written(site: Server, tmp_path: Path, capsys):
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps(columns(site, 1)))
    (tmp_path / "file").write_text("")
    code, said = run(capsys, plan, tmp_path / "file" / "out")
    assert (code, said) == (2, f"error: {tmp_path}/file/out: Not a directory\n")


def test_the_records_of_another_plan_are_not_added_to(site: Server, tmp_path: Path):
    plan = columns(site, 2)
    assert crawl(tmp_path, plan).code == 0
    before = (tmp_path / "out" / "records.jsonl").read_bytes()
    plan["as_of"] = "2026-12-01T00:00:00+08:00"
    again = crawl(tmp_path, plan)
    assert again.code == 2
    assert again.said.startswith(f"error: {tmp_path}/out: holds the records of another plan (column c")
    assert again.said.count("\n") == 1
    assert (tmp_path / "out" / "records.jsonl").read_bytes() == before


def test_damaged_records_are_named(site: Server, tmp_path: Path):
    plan = columns(site, 1)
    assert crawl(tmp_path, plan).code == 0
    path = tmp_path / "out" / "records.jsonl"
    path.write_text("rubbish\n" + path.read_text())
    again = crawl(tmp_path, plan)
    assert again.code == 2
    assert again.said.startswith(f"error: {path}, line 1: ")


def test_two_crawls_do_not_share_a_folder(tmp_path: Path):
    first = Crawl(tmp_path, total=1, progress=print)
    with pytest.raises(BusyError):
        Crawl(tmp_path, total=1, progress=print)
    first.close()
    Crawl(tmp_path, total=1, progress=print).close()


def test_a_second_run_asks_for_nothing_and_changes_nothing(site: Server, tmp_path: Path):
    plan = columns(site, 5)
    assert crawl(tmp_path, plan).code == 0
    before, hits = (tmp_path / "out" / "records.jsonl").read_bytes(), len(site.hits)
    assert crawl(tmp_path, plan).code == 0
    assert (tmp_path / "out" / "records.jsonl").read_bytes() == before
    assert len(site.hits) == hits


def test_a_plan_without_targets_is_done_at_once(site: Server, tmp_path: Path):
    done = crawl(tmp_path, {**columns(site, 1), "targets": []})
    assert (done.code, done.said, done.listed) == (0, "", [])


def test_one_page_may_be_many_columns(site: Server, tmp_path: Path):
    done = crawl(tmp_path, plan_of([("a", "column", f"{site.url}/1"), ("b", "column", f"{site.url}/1")]))
    assert {record.target for record in done.listed} == {"a", "b"}


def test_progress_is_told_no_more_often_than_every_two_seconds(tmp_path: Path):
    with serving(Server()) as server:
        plan = plan_of([(f"c{i}", "probe", f"{server.url}/slow?{i}") for i in range(60)])
        plan["limits"]["concurrency_per_host"] = 1
        started = time.monotonic()
        done = crawl(tmp_path, plan)
        lines = done.said.splitlines()
        assert lines[-1] == "crawled 60/60"
        assert 2 <= len(lines) <= (time.monotonic() - started) / 2 + 1


def seen(out: Path) -> set[tuple]:
    """What a crawl says of every target, leaving out when and how fast."""
    return {
        (r.target, r.kind, r.url, r.outcome, r.status, r.sha256_raw, r.sha256_text, json.dumps(r.reading))
        for r in read_records(out / "records.jsonl")
    }


def test_a_killed_crawl_goes_on_to_the_same_end(site: Server, tmp_path: Path):
    plan = columns(site, 200)
    plan["limits"]["concurrency_per_host"] = 2
    assert crawl(tmp_path / "whole", plan).code == 0
    folder = tmp_path / "killed"
    folder.mkdir()
    (folder / "plan.json").write_text(json.dumps(plan))
    records = folder / "out" / "records.jsonl"
    process = subprocess.Popen(
        [sys.executable, "-m", "crawler.run", folder / "plan.json", folder / "out"],
        cwd=BASE_DIR,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not records.exists() or records.read_bytes().count(b"\n") < 40:
            assert process.poll() is None
            time.sleep(0.005)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    kept = records.read_bytes()
    assert 40 <= kept.count(b"\n") < 200
    records.write_bytes(kept + b'{"target": "c199", "kind": "colu')  # the line it was writing
    finished = {json.loads(line)["url"].removeprefix(site.url) for line in kept.splitlines() if line.endswith(b"}")}
    hits = len(site.hits)

    assert crawl(folder, plan).code == 0
    assert seen(folder / "out") == seen(tmp_path / "whole" / "out")
    assert len(list(read_records(records))) == 200
    assert finished.isdisjoint(site.hits[hits:])  # what was seen is not asked for again
    assert records.read_bytes().startswith(kept[: kept.rfind(b"\n") + 1])


def test_an_interrupted_crawl_says_how_to_go_on(tmp_path: Path):
    with serving(Server()) as server:
        plan = plan_of([(f"c{i}", "probe", f"{server.url}/slow?{i}") for i in range(300)])
        plan["limits"]["concurrency_per_host"] = 1
        folder = tmp_path / "stopped"
        folder.mkdir()
        (folder / "plan.json").write_text(json.dumps(plan))
        process = subprocess.Popen(
            [sys.executable, "-m", "crawler.run", folder / "plan.json", folder / "out"],
            cwd=BASE_DIR,
            stderr=subprocess.PIPE,
            text=True,
        )
        records = folder / "out" / "records.jsonl"
        while not records.exists() or records.read_bytes().count(b"\n") < 5:
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=30)
        assert process.returncode == 1
        assert said.splitlines()[-1].endswith("targets have no record; run again to go on")


HOME = """<!doctype html><html><head><meta charset="utf-8"><title>栖云县林业局</title></head><body>
<div class="nav"><ul>{links}</ul></div><h2>欢迎</h2><p>本站由县林业局主办。</p></body></html>"""
LANDING = """<!doctype html><html><head><meta charset="utf-8"><title>政务公开</title></head><body>
<div class="nav"><ul><li><a href="/">首页</a></li><li><a href="/deep/">规划计划</a></li>
<li><a href="/deep2/">人事信息</a></li></ul></div>
<div class="block"><h3><a href="/deep/">规划计划</a><a class="more" href="/deep/">更多</a></h3><ul>
<li><a href="/a/1.html">全县林业发展规划发布说明</a><span>2026-11-01</span></li>
<li><a href="/a/2.html">年度造林计划任务分解表</a><span>2026-10-01</span></li>
<li><a href="/a/3.html">森林资源调查工作方案印发</a><span>2026-09-01</span></li></ul></div>
<div class="block"><h3><a href="/deep2/">人事信息</a><a class="more" href="/deep2/">更多</a></h3><ul>
<li><a href="/a/4.html">关于同志任职情况的公示</a><span>2026-08-01</span></li>
<li><a href="/a/5.html">事业单位招聘面试安排公告</a><span>2026-07-01</span></li>
<li><a href="/a/6.html">年度考核结果情况通报</a><span>2026-06-01</span></li></ul></div></body></html>"""


def test_discovery_finds_the_columns_of_a_site(trap: Server, tmp_path: Path):
    with serving(Server()) as site:
        links = {
            "/tzgg/": "通知公告",
            "/gzdt/": "工作动态",
            "/zwgk/": "政务公开",
            "/gone/": "表格下载",
            "/zt/": "专题专栏",
        }
        items = "".join(f'<li><a href="{path}">{name}</a></li>' for path, name in links.items())
        items += f'<li><a href="{trap.url}/wai/">省林业局</a></li>'
        site.pages = {"/": HOME.format(links=items), "/zwgk/": LANDING}
        topics = "".join(f'<h3><a href="/zt/{n}/">第{n}次主题教育</a></h3>' for n in (1, 2, 3))
        site.pages |= {"/zt/": HOME.format(links=topics)}
        site.pages |= dict.fromkeys(("/zt/1/", "/zt/2/", "/zt/3/", "/tzgg/", "/gzdt/", "/deep/", "/deep2/"), LIST_PAGE)
        done = crawl(tmp_path, plan_of([("linye", "discover", f"{site.url}/")]))
        record = done.records["linye"]
        assert record.outcome is FetchOutcome.OK, done.log
        found = {link.url.removeprefix(site.url): link for link in record.columns}
        assert set(found) == {"/tzgg/", "/gzdt/", "/deep/", "/deep2/", "/gone/", "/zt/"}  # /zwgk/ only leads on
        assert found["/tzgg/"].name == "通知公告"
        assert found["/tzgg/"].reason
        assert "1 not answered" in record.detail
        assert all(link.url.startswith(site.url) for link in record.columns)
        assert trap.connections == 0
