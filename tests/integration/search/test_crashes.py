"""A worker that is killed anywhere in a commit, and two real queues over one index."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from whoosh.filedb.filestore import FileStorage

from search.backends.whoosh import WhooshEngine
from search.documents import Document
from search.wanted import Run
from tests.servers import BASE_DIR, manage

PAGE, TITLE = "wagtailcore.page", "w_title"
pytestmark = pytest.mark.whoosh
fork = multiprocessing.get_context("fork")


def held() -> dict[str, set[str]]:
    """Word -> keys that the index answers with."""
    return {word: set(WhooshEngine().scores(Run(TITLE, (word,)), root=PAGE)) for word in ("公告", "通知")}


def write(title: str) -> None:
    documents = [Document(key=f"{PAGE}:{number}", texts={TITLE: title, "w_text": "正文" * 50}) for number in range(8)]
    with WhooshEngine().write_lock():
        WhooshEngine().write(remove=[document.key for document in documents], add=documents)


def write_and_die(folder: str, at: int) -> None:
    """Exchange all documents, and be killed before the `at`-th time that a file is made, renamed or removed."""
    settings.SEARCH_INDEX_DIR = folder
    steps = 0

    def dying(act: Callable) -> Callable:
        def step(*args, **kwargs):
            nonlocal steps
            steps += 1
            if steps == at:
                os.kill(os.getpid(), signal.SIGKILL)
            return act(*args, **kwargs)

        return step

    for name in ("create_file", "rename_file", "delete_file"):
        setattr(FileStorage, name, dying(getattr(FileStorage, name)))
    write("通知")


def test_a_worker_killed_at_any_step_of_a_commit_leaves_the_state_before_or_after(data_folders: Path) -> None:
    WhooshEngine().reset()
    before, after = {"公告": set("01234567"), "通知": set()}, {"公告": set(), "通知": set("01234567")}
    seen = set()
    for at in range(1, 200):
        write("公告")
        assert held() == before
        worker = fork.Process(target=write_and_die, args=(str(settings.SEARCH_INDEX_DIR), at))
        worker.start()
        worker.join(60)
        found = held()
        assert found in (before, after), f"killed before step {at}"
        seen.add("before" if found == before else "after")
        if worker.exitcode == 0:
            break
        assert worker.exitcode == -signal.SIGKILL
    else:
        pytest.fail("the commit never came to its end")

    assert at > 5
    assert seen == {"before", "after"}
    write("通知")
    assert held() == after


PUBLISH = """
import sys
from portal.pages.models import ArticlePage
from tests.factories import make_article, make_column_page
column = make_column_page()
for number in range(int(sys.argv[1])):
    make_article(column, title=f"第{number}号公告")
"""


@pytest.mark.long
def test_two_queues_and_one_that_is_killed_lose_nothing(tmp_path: Path) -> None:
    """Real workers in processes of their own; what a killed one leaves is taken up by the other."""
    environment = {
        "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'db.sqlite3'}",
        "VAR_DIR": str(tmp_path / "var"),
        "DATA_DIR": str(tmp_path / "media"),
        "QUEUE_WORKERS": "1",
    }
    for command in (["migrate", "--verbosity", "0"], ["ensure_groups"], ["rebuild_index"]):
        manage(*command, env=environment)
    code = f"import sys; sys.argv = ['publish', '12']\n{PUBLISH}"
    queues = [
        subprocess.Popen(
            [sys.executable, "manage.py", "qcluster"],
            cwd=BASE_DIR,
            env={**os.environ, **environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        for _ in range(2)
    ]
    try:
        for round_ in range(3):
            manage("shell", "-c", code, env=environment)
            if round_ == 0:
                os.killpg(queues[0].pid, signal.SIGKILL)
        deadline = time.monotonic() + 120
        while waiting(tmp_path / "db.sqlite3") and time.monotonic() < deadline:
            time.sleep(0.5)
    finally:
        for queue in queues:
            if queue.poll() is None:
                os.killpg(queue.pid, signal.SIGKILL)
            queue.wait()

    assert waiting(tmp_path / "db.sqlite3") == 0
    settings.SEARCH_INDEX_DIR = tmp_path / "var" / "search-index"
    assert len(WhooshEngine().scores(Run(TITLE, ("公告",)), root=PAGE)) == 36


def waiting(database: Path) -> int:
    with sqlite3.connect(database, timeout=20) as connection:
        return connection.execute("SELECT count(*) FROM search_indexchange WHERE done_at IS NULL").fetchone()[0]
