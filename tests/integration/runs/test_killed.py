"""A run that is killed (kill -9) and resumed ends like one that was left alone. Real processes, real databases."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.integration.runs.web import TinySite, serve
from tests.servers import BASE_DIR, manage, postgresql

pytestmark = pytest.mark.long
COLUMNS = 12
AS_OF = "2026-11-18"
#: A fresh database with one site of twelve columns; tables without migrations, which would take most of the time.
SETUP = f"""
import sys
import django; django.setup()
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from tests.factories.audits import make_column, make_site
settings.MIGRATION_MODULES = {{app.label: None for app in apps.get_app_configs()}}
call_command("migrate", run_syncdb=True, verbosity=0)
site = make_site(base_url=sys.argv[1])
for number in range({COLUMNS}):
    make_column(site, f"/{{number}}/")
"""


@pytest.fixture(scope="module")
def site() -> Iterator[TinySite]:
    with serve() as web:
        web.home(*(f"/{number}/" for number in range(COLUMNS)))
        for number in range(COLUMNS - 1):  # the last one is not there
            web.column(f"/{number}/", f"2026-{11 - number % 3:02}-{15 - number}")
        yield web


def environment(folder: Path, **more: str) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
        "AUDIT_ALLOW_LOOPBACK": "true",
        "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
        "VAR_DIR": str(folder / "var"),
        "DATA_DIR": str(folder / "data"),
        **more,
    }


def set_up(env: Mapping[str, str], site: TinySite) -> None:
    subprocess.run([sys.executable, "-c", SETUP, site.url], cwd=BASE_DIR, env={**os.environ, **env}, check=True)


@contextlib.contextmanager
def audit(env: Mapping[str, str], *args: str) -> Iterator[subprocess.Popen]:
    """run_audit in a process group of its own, which is gone at the end of the block."""
    with subprocess.Popen(
        [sys.executable, "manage.py", "run_audit", "--as-of", AS_OF, *args],
        cwd=BASE_DIR,
        env={**os.environ, **env},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def wait_for(happened: Callable[[], bool], process: subprocess.Popen) -> None:
    deadline = time.monotonic() + 60
    while not happened():
        assert process.poll() is None, "the run was over before it could be killed"
        assert time.monotonic() < deadline, "nothing to kill after 60 s"
        time.sleep(0.02)


def records_of(env: Mapping[str, str]) -> int:
    return sum(path.read_bytes().count(b"\n") for path in Path(env["DATA_DIR"]).glob("runs/*/records.jsonl"))


def finish(env: Mapping[str, str], folder: Path, *args: str) -> dict[str, Any]:
    """What run_audit finds in the end, without what differs between any two runs."""
    path = folder / "out.json"
    run = manage("run_audit", "--json", str(path), *args, env=env, check=False)
    assert run.returncode == 0, run.stderr
    found = json.loads(path.read_text())
    for each in found["sites"]:
        for column in each["columns"]:
            for name in ("id", "fetched_at"):
                del column[name]
        each["columns"].sort(key=lambda column: column["url"])
    return found


@pytest.fixture(scope="module")
def undisturbed(site: TinySite, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("undisturbed")
    env = environment(folder)
    set_up(env, site)
    found = finish(env, folder, "--as-of", AS_OF)
    states = [column["state"] for column in found["sites"][0]["columns"]]
    assert len(states) == COLUMNS
    assert {"fresh", "dormant", "unreachable"} <= set(states)
    return found


@pytest.mark.parametrize("orphan", [False, True], ids=["with its crawler", "leaving its crawler behind"])
def test_killed_in_the_middle_of_the_crawl(
    site: TinySite, undisturbed: dict[str, Any], tmp_path: Path, orphan: bool
) -> None:
    env = environment(tmp_path)
    set_up(env, site)
    site.seconds = 0.4
    with audit(env) as process:
        wait_for(lambda: records_of(env) >= 3, process)
        if orphan:
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        assert records_of(env) < COLUMNS + 1
        site.seconds = 0
        assert finish(env, tmp_path, "--resume", "1") == undisturbed
    assert records_of(env) == COLUMNS + 1


@pytest.mark.postgres
def test_killed_in_the_middle_of_the_import(site: TinySite, undisturbed: dict[str, Any], tmp_path: Path) -> None:
    with postgresql() as url:
        env = environment(tmp_path, DATABASE_URL=url)
        set_up(env, site)
        with psycopg.connect(url) as holder:
            # Observations go in first; the probes behind them have to wait for this lock.
            holder.execute("LOCK TABLE audits_probe IN EXCLUSIVE MODE")
            with audit(env) as process, psycopg.connect(url, autocommit=True) as watcher:
                wait_for(lambda: _is_waiting(watcher), process)
                process.kill()
                process.wait()
        with psycopg.connect(url) as after:
            assert after.execute("SELECT count(*) FROM audits_observation").fetchone() == (0,)
            assert after.execute("SELECT step FROM audits_run").fetchone() == ("crawled",)
        assert finish(env, tmp_path, "--resume", "1") == undisturbed


def _is_waiting(watcher: psycopg.Connection) -> bool:
    row = watcher.execute("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchone()
    return row is not None and row[0] > 0
