"""Pages cut, spliced, repeated and spoilt: a reading, in time, the same each time, never an exception."""

import os
import pathlib
import random
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import pytest

from crawler.reading import read_article, read_column
from crawler.reading.discover import find_links
from crawler.reading.explain import explain
from crawler.reading.onward import frame_targets, meta_refresh_target
from tests.stopwatch import timed

ROOT = pathlib.Path(__file__).parents[3]
PAGES = [path.read_bytes() for path in sorted((ROOT / "tests" / "sites" / "reading").glob("*.html"))]
NOW = datetime(2026, 11, 18, tzinfo=UTC)
URL = "http://www.qiyun.example/tz/"

READERS: dict[str, Callable[[bytes], object]] = {
    "column": lambda body: read_column(body, url=URL, as_of=NOW).as_dict(),
    "article": lambda body: read_article(body, url=URL, as_of=NOW).as_dict(),
    "links": lambda body: find_links(body, url=URL),
    "inner links": lambda body: find_links(body, url=URL, inner=True),
    "frames": lambda body: (frame_targets(body, url=URL), meta_refresh_target(body, url=URL)),
    "column explained": lambda body: explain(body, url=URL, as_of=NOW),
    "article explained": lambda body: explain(body, url=URL, as_of=NOW, kind="article"),
}
#: CPU seconds that any of them may take: so many, and so many more for a million bytes.
SECONDS, SECONDS_PER_MEGABYTE = 0.5, 8.0

TOKENS = [
    *(b"<div>", b"</div>", b"<ul>", b"<li>", b"</li>", b"<table>", b"<tr>", b"<td>", b"</td>", b"</table>", b"<!--"),
    *(b"-->", b"<script>", b"</script>", b"<style>", b"<title>", b"<a href='", b"'>", b'"', b"<", b">", b"&#x110000;"),
    *(b"\xff\xfe", b"\xef\xbb\xbf", b"\x81\x30\x81\x30", b"\x00", b"2026-10-20", b"10-20", b"<base href='http://[x'>"),
    *("今天".encode(), "当前位置：".encode("gb18030"), "下一页".encode(), "二〇二六年十月".encode(), "3天前".encode()),
]


def cut(body: bytes, by: random.Random) -> bytes:
    return body[: by.randrange(len(body) + 1)]


def lacking(body: bytes, by: random.Random) -> bytes:
    start = by.randrange(len(body) + 1)
    return body[:start] + body[start + by.randrange(400) :]


def spliced(body: bytes, by: random.Random) -> bytes:
    return cut(body, by) + by.choice(PAGES)[by.randrange(2_000) :]


def spoilt(body: bytes, by: random.Random) -> bytes:
    changed = bytearray(body)
    for _ in range(by.randrange(1, 40) if body else 0):
        changed[by.randrange(len(changed))] = by.randrange(256)
    return bytes(changed)


def strewn(body: bytes, by: random.Random) -> bytes:
    for _ in range(by.randrange(1, 12)):
        at = by.randrange(len(body) + 1)
        body = body[:at] + by.choice(TOKENS) * by.choice((1, 1, 1, 2, 30)) + body[at:]
    return body


def shuffled(body: bytes, by: random.Random) -> bytes:
    tags = body.replace(b">", b">\n").split(b"\n")
    start = by.randrange(len(tags))
    some = tags[start : start + by.randrange(2, 60)]
    by.shuffle(some)
    return b"".join(tags[:start] + some + tags[start + len(some) :])


def repeated(body: bytes, by: random.Random) -> bytes:
    start = by.randrange(len(body) + 1)
    piece = body[start : start + by.randrange(1, 200)]
    return body[:start] + piece * by.choice((2, 3, 10, 100)) + body[start:]


def recoded(body: bytes, by: random.Random) -> bytes:
    return body.decode("utf-8", "replace").encode(by.choice(("utf-16", "gb18030", "utf-7", "shift_jis")), "replace")


def noise(_body: bytes, by: random.Random) -> bytes:
    return by.randbytes(by.randrange(3_000))


MUTATIONS = (cut, lacking, spliced, spoilt, strewn, shuffled, repeated, recoded, noise)


def mutated(seed: int) -> bytes:
    """The page of this number: one of the project's, changed up to three times."""
    by = random.Random(seed)
    body = by.choice(PAGES)
    for change in by.choices(MUTATIONS, k=by.randrange(1, 4)):
        body = change(body, by)
    return body


def hold(seed: int) -> None:
    body = mutated(seed)
    most = SECONDS + SECONDS_PER_MEGABYTE * len(body) / 1e6
    for name, read in READERS.items():
        try:
            first, took = timed(partial(read, body), most=most)
        except Exception as error:
            raise AssertionError(f"page {seed}: {name} raised {type(error).__name__}: {error}") from error
        assert took < most, f"page {seed}, {len(body)} bytes: {name} took {took:.2f} s CPU"
        assert read(body) == first, f"page {seed}: {name} answers twice in two ways"


def test_spoilt_pages() -> None:
    for seed in range(300):
        hold(seed)


def test_marks_in_a_row_end_in_time() -> None:
    body = f"<p><a href='1.html'>{'&gt;' * 2000}通知公告</a> 2026-10-20</p>".encode()
    assert timed(lambda: read_column(body, url=URL, as_of=NOW), most=0.1)[1] < 0.1


@pytest.mark.long
def test_many_spoilt_pages() -> None:
    start = random.SystemRandom().randrange(10**9)  # other pages each time; a failure names its own
    for seed in range(start, start + 6_000):
        hold(seed)


def test_no_order_of_hashes_shows() -> None:
    """Another process, with other hashes, says the same of every page."""
    names = sorted((ROOT / "tests" / "sites" / "reading").glob("*.html"))
    feed = "".join(f'{{"path": "{path}", "url": "{URL}", "as_of": "2026-11-18"}}\n' for path in names)
    said = {
        subprocess.run(
            [sys.executable, "-m", "crawler.reading"],
            input=feed,
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            cwd=ROOT,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1
