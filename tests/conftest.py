"""What every test gets: data folders of its own, so that tests can run beside each other."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection
from pytest_django.plugin import blocking_manager_key

_EMPTIED = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that commits for real leaves an emptied database behind; Wagtail's root page and the content types
    come back only where every such test restores them, the one after a test that does not finds neither.
    """
    for item in items:
        marker = item.get_closest_marker("django_db")
        if marker and marker.kwargs.get("transaction"):
            item.add_marker(pytest.mark.django_db(transaction=True, serialized_rollback=True), append=False)


def _commits(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction")) or "transactional_db" in getattr(item, "fixturenames", ())


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    if _commits(item):
        item.config.stash[_EMPTIED] = True


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Such tests come last, but a worker that is through with them takes over others': what they emptied comes back."""
    if not item.config.stash.get(_EMPTIED, False) or _commits(item):
        return
    item.config.stash[_EMPTIED] = False
    with item.config.stash[blocking_manager_key].unblock():
        connection.creation.deserialize_db_from_string(connection._test_serialized_contents)


@pytest.fixture(autouse=True)
def data_folders(settings, tmp_path: Path) -> Path:
    """Point every folder that code writes to into this test's own folder."""
    settings.DATA_DIR = tmp_path / "data"
    settings.MEDIA_ROOT = settings.DATA_DIR / "uploads"
    settings.RUNS_DIR = settings.DATA_DIR / "runs"
    settings.EVIDENCE_DIR = settings.DATA_DIR / "evidence"
    settings.PAPERS_DIR = settings.DATA_DIR / "papers"
    settings.VAR_DIR = tmp_path / "var"
    settings.SEARCH_INDEX_DIR = settings.VAR_DIR / "search-index"
    settings.VAR_DIR.mkdir(parents=True)
    return tmp_path
