"""Everything here that is not about the embedded engine's files holds on PostgreSQL too: one contract, two engines."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.servers import BASE_DIR, postgresql

#: They start processes of their own, or have nothing to do with the engine.
ELSEWHERE = (
    "test_on_postgresql.py",
    "test_postgres_text.py",
    "test_framework.py",
    "test_attachments.py",
    "test_old_formats.py",
)
#: More would mean that tests were lost on the way.
AT_LEAST = 200


@pytest.mark.postgres
@pytest.mark.long
def test_the_contract_holds_on_postgresql(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    folder = Path(__file__).parent.relative_to(BASE_DIR)
    command = [sys.executable, "-m", "pytest", str(folder), "-m", "not whoosh and not long", "-p", "no:cacheprovider"]
    command += [f"--ignore={folder / name}" for name in ELSEWHERE]
    with postgresql() as url:
        done = subprocess.run(
            [*command, f"--junitxml={report}"],
            cwd=BASE_DIR,
            env={**os.environ, "DATABASE_URL": url, "SEARCH_BACKEND": "search.backends.postgres"},
            text=True,
            capture_output=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2_000:]
    suite = ElementTree.parse(report).getroot().find("testsuite")
    assert int(suite.get("tests")) >= AT_LEAST
    assert int(suite.get("skipped")) == 0
