"""Starts the crawler: a process of its own that gets a plan and leaves records."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO

from django.conf import settings

from crawler import plan as plans
from crawler.plan import Plan

PLAN = "plan.json"
LOCK = "crawl.lock"


class CrawlError(RuntimeError):
    """The crawler did not finish; the message is its last line, which says why."""


@contextlib.contextmanager
def alone(path: Path) -> Iterator[IO[str]]:
    """Hold a lock file; who comes second waits. The lock goes with the process, however it ends."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock


def write_plan(plan: Plan, folder: Path) -> Path:
    """Write plan.json into the folder, whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / PLAN
    scratch = folder / f"{PLAN}.{os.getpid()}"
    scratch.write_text(json.dumps(plans.dump(plan), ensure_ascii=False, indent=1), encoding="utf-8")
    scratch.replace(path)
    return path


def run_crawler(plan: Plan, folder: Path, progress: Callable[[str], None] | None = None) -> None:
    """Crawl `plan` into `folder`, passing the crawler's lines on; returns when every target has its record.

    The crawler goes on from its own records: a crawl that was killed is simply started again. Raises
    CrawlError when the crawler ends with anything but 0.
    """
    plan_path = write_plan(plan, folder)
    # The child inherits the lock: should this process be killed, whoever takes the run up again waits for the
    # orphan instead of writing the same records beside it.
    with alone(folder / LOCK) as lock:
        process = subprocess.Popen(
            [sys.executable, "-m", "crawler.run", str(plan_path), str(folder)],
            cwd=settings.BASE_DIR,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            pass_fds=[lock.fileno()],
        )
        last = ""
        lines: Iterable[str] = process.stdout or ()
        try:
            for line in map(str.rstrip, lines):
                last = line or last
                if progress and line:
                    progress(line)
            code = process.wait()
        except BaseException:
            # Stopped from outside (Ctrl-C, SIGTERM): what was started here does not stay behind.
            process.terminate()
            process.wait()
            raise
    if code != 0:
        raise CrawlError(last or f"the crawler ended with exit code {code} and said nothing")
