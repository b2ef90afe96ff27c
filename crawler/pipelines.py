"""What was seen goes to disk at once: pages first, then the line that names them."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler import records
from crawler.records import RECORDS_NAME, PageRecord, ShotRecord

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.spiders.base import Page

PAGES_NAME = "pages"
#: Seconds between two lines of progress.
_PROGRESS_SECONDS = 2.0


def page_path(sha256: str) -> str:
    """Where a page's bytes lie, relative to the crawl's folder."""
    return f"{PAGES_NAME}/{sha256}.bin"


class BusyError(Exception):
    """Another crawl is writing to the same folder."""


class Crawl:
    """The folder a crawl writes to, and how far it has come.

    A line is handed to the system as soon as it is made, so that a crawl that is killed loses at
    most the line it was writing; opening the folder again cuts a torn last line off.
    """

    def __init__(self, out: Path, *, total: int, progress: Callable[[str], None]) -> None:
        """Raises OSError when the folder cannot be written, BusyError when another crawl does."""
        self.out = out
        self._total = total
        self._progress = progress
        self._said = time.monotonic()
        (out / PAGES_NAME).mkdir(parents=True, exist_ok=True)
        self._file = (out / RECORDS_NAME).open("ab")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._file.close()
            raise BusyError(f"{out}: another crawl is writing here") from error
        self._cut_torn_line()
        #: (kind, target) of every record there is.
        self.done: set[tuple[str, str]] = set()

    def _cut_torn_line(self) -> None:
        whole = (self.out / RECORDS_NAME).read_bytes()
        if whole and not whole.endswith(b"\n"):
            os.ftruncate(self._file.fileno(), whole.rfind(b"\n") + 1)

    def existing(self) -> list[PageRecord | ShotRecord]:
        """What earlier crawls left here. Raises ValueError for a file that is damaged before its end."""
        found = list(records.read_records(self.out / RECORDS_NAME))
        self.done = {(record.kind, record.target) for record in found}
        return found

    def save(self, body: bytes, sha256: str) -> str:
        """A page's bytes under their hash; returns the path relative to the crawl's folder."""
        name = page_path(sha256)
        path = self.out / name
        if not path.exists():
            part = path.with_suffix(".part")
            part.write_bytes(body)
            part.replace(path)
        return name

    def write(self, record: PageRecord | ShotRecord) -> None:
        self._file.write(records.dump(record).encode("utf-8", "replace") + b"\n")
        self._file.flush()
        self.done.add((record.kind, record.target))
        now = time.monotonic()
        if now - self._said >= _PROGRESS_SECONDS or len(self.done) == self._total:
            self._said = now
            os.fsync(self._file.fileno())
            self._progress(f"crawled {len(self.done)}/{self._total}")

    def close(self) -> None:
        os.fsync(self._file.fileno())
        self._file.close()


class RecordsPipeline:
    """Scrapy's end of a Crawl."""

    def __init__(self, crawl: Crawl) -> None:
        self._crawl = crawl

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RecordsPipeline:
        spider: Any = crawler.spider
        return cls(spider.crawl)

    def process_item(self, item: Page) -> Page:
        for sha256, body in item.bodies.items():
            self._crawl.save(body, sha256)
        self._crawl.write(item.record)
        return item
