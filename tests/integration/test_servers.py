"""PostgreSQL and Redis as they are in a county: real servers, started by the tests."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.servers import BASE_DIR, manage, postgresql, redis

#: These start databases of their own.
OWN = tuple(
    f"--ignore=tests/integration/{name}.py"
    for name in ("notices/test_races", "runs/test_killed", "search/test_framework")
)
_FOLDERS = [each for each in Path(__file__).parent.iterdir() if each.is_dir() and each.name != "__pycache__"]
#: Of the integration tests but these here; so cut that two workers share them evenly.
PARTS = {
    "search": [folder for folder in _FOLDERS if folder.name == "search"],
    "other folders": [folder for folder in _FOLDERS if folder.name != "search"],
    "modules": [module for module in Path(__file__).parent.glob("test_*.py") if module != Path(__file__)],
}
#: Queue a task, wait for the worker's answer, print it.
ROUND_TRIP = """
import django; django.setup()
from django_q.tasks import async_task, result
print(result(async_task("os.path.join", "a", "b"), wait=30000))
"""


def environment(folder: Path, **more: str) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
        "VAR_DIR": str(folder / "var"),
        "DATA_DIR": str(folder / "media"),
        "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
        "QUEUE_WORKERS": "1",
        **more,
    }


@contextlib.contextmanager
def worker(env: Mapping[str, str]) -> Iterator[None]:
    with subprocess.Popen(
        [sys.executable, "manage.py", "qcluster"],
        cwd=BASE_DIR,
        env={**os.environ, **env},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            yield
        finally:
            process.terminate()
            process.wait(timeout=30)


def round_trip(env: Mapping[str, str]) -> str:
    run = subprocess.run(
        [sys.executable, "-c", ROUND_TRIP],
        cwd=BASE_DIR,
        env={**os.environ, **env},
        check=True,
        capture_output=True,
        text=True,
    )
    return run.stdout.strip()


@pytest.mark.long
def test_the_queue_works_through_the_database(tmp_path: Path):
    env = environment(tmp_path)
    manage("migrate", "--verbosity", "0", env=env)
    with worker(env):
        assert round_trip(env) == "a/b"


def test_the_queue_works_through_redis(tmp_path: Path):
    with redis() as url:
        env = environment(tmp_path, REDIS_URL=url)
        manage("migrate", "--verbosity", "0", env=env)
        with worker(env):
            assert round_trip(env) == "a/b"


def pytest_on_postgresql(*selection: str) -> None:
    with postgresql() as url:
        run = subprocess.run(
            [sys.executable, "-m", "pytest", "-m", "not long", "-p", "no:cacheprovider", *selection],
            cwd=BASE_DIR,
            env={**os.environ, "DATABASE_URL": url},
            check=False,
            capture_output=True,
            text=True,
        )
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-2000:]


def test_the_loop_works_on_postgresql():
    pytest_on_postgresql(*("tests/integration/" + name for name in ("cases", "reports")))


@pytest.mark.long
@pytest.mark.parametrize("part", PARTS)
def test_everything_works_on_postgresql(part):
    assert PARTS[part]
    pytest_on_postgresql(*map(str, PARTS[part]), *OWN)
