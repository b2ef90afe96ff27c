"""manage.py demo, twice, as a person runs it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from portal.settings.env import BASE_DIR

MANAGE = [sys.executable, "manage.py"]


def manage(*arguments: str, folder: Path, loopback: str = "true") -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
        "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
        "VAR_DIR": str(folder / "var"),
        "DATA_DIR": str(folder / "media"),
        "AUDIT_ALLOW_LOOPBACK": loopback,
    }
    return subprocess.run(
        [*MANAGE, *arguments], cwd=BASE_DIR, env=environment, text=True, capture_output=True, check=False
    )


def test_the_demo_asks_for_loopback(tmp_path):
    result = manage("demo", folder=tmp_path, loopback="false")
    assert result.returncode == 2
    assert "AUDIT_ALLOW_LOOPBACK" in result.stderr


@pytest.mark.long
def test_the_demo_twice(tmp_path):
    assert manage("migrate", "--verbosity", "0", folder=tmp_path).returncode == 0

    first = manage("demo", folder=tmp_path)
    assert first.returncode == 0, first.stdout + first.stderr
    assert first.stdout.endswith("truth: 128/128 columns as expected\n")
    assert "cases       24: 3 new, 21 confirmed (24 new)" in first.stdout
    assert "evidence    21 pictures, 0 missing (21 new)" in first.stdout
    assert re.search(r"^search      [1-9]\d* titles of outside sites, 0 changes waiting$", first.stdout, re.MULTILINE)
    papers = sorted((tmp_path / "media" / "papers").iterdir())
    assert {path.suffix for path in papers} == {".docx", ".pdf"}
    pictures = sorted((tmp_path / "media" / "evidence").rglob("*.png"))

    second = manage("demo", folder=tmp_path)
    assert second.returncode == 0, second.stdout + second.stderr
    assert second.stdout.count("(unchanged)") == 3
    assert sorted((tmp_path / "media" / "papers").iterdir()) == papers
    assert sorted((tmp_path / "media" / "evidence").rglob("*.png")) == pictures
