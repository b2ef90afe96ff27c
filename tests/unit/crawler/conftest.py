"""Real servers, real crawls: every test here starts `python -m crawler.run` or what it is made of."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from crawler.plan import origin_of
from crawler.records import PageRecord, ShotRecord, read_records
from tests.sites.hostile import Server, serving

BASE_DIR = Path(__file__).resolve().parents[3]
AS_OF = "2026-11-20T23:59:59+08:00"


@pytest.fixture(scope="module")
def trap() -> Iterator[Server]:
    """A server that no plan allows."""
    with serving(Server()) as server:
        server.pages["/"] = "<h1>trap</h1>"
        yield server


@pytest.fixture(scope="module")
def hostile(trap: Server) -> Iterator[Server]:
    server = Server()
    server.trap_url = trap.url
    with serving(server):
        yield server


def plan_of(targets: Sequence[tuple[str, str, str]], **changes: Any) -> dict[str, Any]:
    """A plan for (id, kind, url) targets that allows just their origins; short limits."""
    origins = {origin_of(url) for _, _, url in targets}
    limits = {"timeout": 2.0, "max_bytes": 1024 * 1024, "concurrency_per_host": 8, **changes.pop("limits", {})}
    return {
        "schema_version": 1,
        "run": "1",
        "as_of": AS_OF,
        "targets": [{"id": name, "kind": kind, "url": url} for name, kind, url in targets],
        "allow": [{"scheme": o.scheme, "host": o.host, "port": o.port} for o in sorted(origins, key=str)],
        "allow_loopback": True,
        "limits": limits,
        **changes,
    }


class Crawled:
    """A finished `python -m crawler.run`."""

    def __init__(self, process: subprocess.CompletedProcess[str], out: Path) -> None:
        self.code = process.returncode
        self.said = process.stderr
        self.out = out

    @property
    def records(self) -> dict[str, Any]:
        return {record.target: record for record in self.listed}

    @property
    def listed(self) -> list[PageRecord | ShotRecord]:
        return list(read_records(self.out / "records.jsonl"))

    @property
    def log(self) -> str:
        path = self.out / "crawl.log"
        return path.read_text() if path.exists() else ""


def crawl(folder: Path, plan: dict[str, Any], *, prelude: str = "", env: dict[str, str] | None = None) -> Crawled:
    """Runs the crawler as its users do; `prelude` is Python that runs in its process first."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    program = ["-c", f"{prelude}\nimport sys\nfrom crawler.run import main\nsys.exit(main(sys.argv[1:]))"]
    process = subprocess.run(
        [sys.executable, *(program if prelude else ["-m", "crawler.run"]), folder / "plan.json", folder / "out"],
        check=False,
        cwd=BASE_DIR,
        env=env,
        text=True,
        capture_output=True,
        timeout=120,
    )
    return Crawled(process, folder / "out")


def moment(text: str = AS_OF) -> dt.datetime:
    return dt.datetime.fromisoformat(text)
