"""The whole loop on pages that nobody here wrote: registered, crawled over HTTP, read, judged, held against labels.

    python -m tests.bench.bench_corpus --corpus PATH

PATH holds lists.csv (file, site, kind, as_of, expected) and the pages it names, as raw bytes. They are served
without a charset header, each is registered as a confirmed column of an outside site (one site for each distinct
day), and the real audit runs once a day. Prints a table and writes the same figures to var/bench/corpus.json.
"""

from __future__ import annotations

import argparse
import collections
import csv
import datetime as dt
import http.server
import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django

from crawler.reading.page import READER_ZONE

ROOT = Path(__file__).parents[2]
#: The share of labels that the audit must equal.
BAR = 0.92


class Labelled:
    """One page and what a careful reader finds on it."""

    def __init__(self, row: dict[str, str], folder: Path, number: int) -> None:
        self.path = folder / row["file"]
        self.as_of = row["as_of"]
        self.expected = None if row["expected"] == "NONE" else row["expected"]
        self.group = row["site"]
        self.location = f"/columns/{number}/"
        self.name = row["file"]


def labelled(folder: Path) -> list[Labelled]:
    """The pages that are scored. Raises SystemExit when there are none."""
    try:
        with (folder / "lists.csv").open(newline="", encoding="utf-8") as table:
            rows = list(csv.DictReader(table))
    except OSError as error:
        sys.exit(f"{folder / 'lists.csv'}: {error.strerror}")
    kept = [row for row in rows if row["kind"] != "excluded" and row["expected"] and row["expected"][:7] != "PARTIAL"]
    if not kept:
        sys.exit(f"{folder / 'lists.csv'} labels no page")
    return [Labelled(row, folder, number) for number, row in enumerate(kept, start=1)]


@contextmanager
def served(pages: list[Labelled]) -> Iterator[str]:
    """The pages on a loopback port, as the bytes they are; the address of the root."""
    bodies = {page.location: page.path.read_bytes() for page in pages}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = bodies.get(self.path, b"<html><title>corpus</title></html>" if self.path == "/" else None)
            self.send_response(200 if body is not None else 404)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *args: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def audit(pages: list[Labelled], root: str, folder: Path) -> dict[str, str | None]:
    """What the audit says was last updated when, by page name; a page it says nothing of is not there."""
    from django.core.management import call_command

    from audits.registry.services import add_column, add_outside_site, confirm_columns

    days: dict[str, list[Labelled]] = collections.defaultdict(list)
    for page in pages:
        days[page.as_of].append(page)
    found: dict[str, str | None] = {}
    for number, (day, group) in enumerate(sorted(days.items()), start=1):
        registered = dt.datetime.combine(dt.date.fromisoformat(day), dt.time(0), READER_ZONE)
        site = add_outside_site(url=root, code=f"corpus-{day}", name=f"corpus {day}", now=registered)
        for page in group:
            add_column(site=site, name=page.name, url=page.location, now=registered, column_class="dynamic")
        confirm_columns(site=site, actor=None, reason="bench_corpus", now=registered)
        out = folder / f"{day}.json"
        print(f"{number}/{len(days)} {day}: {len(group)} columns", file=sys.stderr, flush=True)
        call_command("run_audit", site=site.code, as_of=day, json=str(out), stdout=sys.stderr)
        names = {page.location: page.name for page in group}
        for site_found in json.loads(out.read_text("utf-8"))["sites"]:
            for column in site_found["columns"]:
                location = "/" + column["url"].removeprefix(root)
                if location in names:
                    found[names[location]] = column["updated"]
    return found


def figures(pages: list[Labelled], found: dict[str, str | None], seconds: float) -> dict[str, Any]:
    """The two kinds of error, counted."""
    tally: collections.Counter[str] = collections.Counter()
    groups: dict[str, list[bool]] = collections.defaultdict(list)
    wrong = []
    for page in pages:
        got = found.get(page.name)
        right = page.name in found and got == page.expected
        groups[page.group].append(right)
        tally["undated"] += page.expected is None
        tally["undated_right"] += right and page.expected is None
        if right:
            tally["right"] += 1
            continue
        wrong.append({"page": page.name, "expected": page.expected, "got": got, "observed": page.name in found})
        if got is None:
            tally["missed"] += 1
        elif page.expected is None or got > page.expected:
            tally["too_new"] += 1
        else:
            tally["too_old"] += 1
    return {
        "pages": len(pages),
        "right": tally["right"],
        "accuracy": round(tally["right"] / len(pages), 4),
        "site_macro": round(sum(sum(rights) / len(rights) for rights in groups.values()) / len(groups), 4),
        "too_new": tally["too_new"],
        "too_old": tally["too_old"],
        "missed": tally["missed"],
        "undated_right": f"{tally['undated_right']}/{tally['undated']}",
        "seconds": round(seconds, 1),
        "wrong": wrong,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--corpus", type=Path, required=True, help="folder with lists.csv and the pages it names")
    options = parser.parse_args()
    pages = labelled(options.corpus)
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder, served(pages) as root:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
            "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
            "DATA_DIR": f"{folder}/media",
            "VAR_DIR": f"{folder}/var",
            "AUDIT_ALLOW_LOOPBACK": "true",
            "REDIS_URL": "",
        }
        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        found = audit(pages, root, Path(folder))
    result = figures(pages, found, time.perf_counter() - started)
    for name, value in result.items():
        if name != "wrong":
            print(f"{name:>14}  {value}")
    for row in result["wrong"]:
        print(f"  {row['page']}: expected {row['expected']}, got {row['got'] if row['observed'] else 'no observation'}")
    target = ROOT / "var" / "bench" / "corpus.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0 if result["accuracy"] >= BAR else 1


if __name__ == "__main__":
    sys.exit(main())
