"""Our backends pass the tests that Wagtail's search framework ships for backends, all of them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.servers import BASE_DIR, postgresql

#: How many tests the framework's module for backends has; a test that is not collected proves nothing.
TESTS = 141
#: They ask which backend `modelsearch.backends.database` stands for on a server of that make.
OF_ANOTHER_DATABASE = {
    vendor: [f"test_import_by_{way}_{vendor}_db_vendor" for way in ("name", "path", "full_path")]
    for vendor in ("mysql", "postgres", "sqlite")
}


def outcome(backend: str, folder: Path, *, vendor: str, **env: str) -> dict[str, int]:
    """Run the framework's tests in a process of their own, under their own settings; counts by outcome."""
    report = folder / "report.xml"
    arguments = ["tests/framework", "--ds=tests.framework.settings", "-p", "no:cacheprovider", f"--junitxml={report}"]
    out_of_reach = [name for other, names in OF_ANOTHER_DATABASE.items() if other != vendor for name in names]
    deselected = [f"--deselect=tests/framework/test_backend.py::TestBackendLoader::{name}" for name in out_of_reach]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *arguments, *deselected],
        cwd=BASE_DIR,
        env={**os.environ, "TESTED_BACKEND": backend, "TESTED_FOLDER": str(folder / "index"), **env},
        text=True,
        capture_output=True,
        check=False,
    )
    assert report.exists(), done.stdout + done.stderr
    suite = ElementTree.parse(report).getroot().find("testsuite")
    assert done.returncode == 0, done.stdout
    # The report counts parts of a test (`subTest`) as tests of their own.
    tests = {case.get("name") for case in suite.iter("testcase")}
    counts = {name: int(suite.get(name)) for name in ("skipped", "failures", "errors")}
    return {"tests": len(tests), **counts, "out of reach": len(out_of_reach)}


ALL_BUT_OTHER_DATABASES = {"tests": TESTS - 6, "skipped": 0, "failures": 0, "errors": 0, "out of reach": 6}


@pytest.mark.long
def test_whoosh_passes_the_frameworks_tests(tmp_path: Path) -> None:
    assert outcome("search.backends.whoosh", tmp_path, vendor="sqlite") == ALL_BUT_OTHER_DATABASES


@pytest.mark.postgres
@pytest.mark.long
def test_postgresql_passes_the_frameworks_tests(tmp_path: Path) -> None:
    with postgresql() as url:
        counts = outcome("search.backends.postgres", tmp_path, vendor="postgres", DATABASE_URL=url)

    assert counts == ALL_BUT_OTHER_DATABASES
