"""Numbers, drafts and the evidence chain when many hands want them at one moment, on both databases."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers import BASE_DIR, manage, postgresql


def race(database_url: str, folder: Path) -> dict[str, object]:
    env = {
        "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
        "DATABASE_URL": database_url,
        "VAR_DIR": str(folder / "var"),
        "DATA_DIR": str(folder / "media"),
        "LOG_LEVEL": "ERROR",
    }
    manage("migrate", "--verbosity", "0", env=env)
    done = subprocess.run(
        [sys.executable, "-m", "tests.integration.notices.race"],
        cwd=BASE_DIR,
        env={**os.environ, **env},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def check(found: dict[str, object]) -> None:
    assert {name: errors for name, errors in found.items() if name.endswith("errors") and errors} == {}
    assert found["drafts"] == [6]
    assert found["serials"] == [1, 2, 3, 4, 5, 6]
    assert (found["last_serial"], found["signatures"]) == (7, 1)
    assert (found["breaches"], found["rows"]) == ([], 30)


@pytest.mark.long
def test_on_sqlite(tmp_path: Path):
    check(race(f"sqlite:///{tmp_path / 'db.sqlite3'}", tmp_path))


@pytest.mark.postgres
@pytest.mark.long
def test_on_postgresql(tmp_path: Path):
    with postgresql() as url:
        check(race(url, tmp_path))
