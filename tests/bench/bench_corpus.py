"""The whole loop on pages that nobody here wrote: registered, crawled over HTTP, read, judged, held against labels.

    python -m tests.bench.bench_corpus --corpus PATH

PATH holds lists.csv (file, site, kind, as_of, expected) and the pages it names, as raw bytes. They are served
without a charset header, each is registered as a confirmed column of an outside site (one site for each distinct
day), and the real audit runs once a day. Prints a table and writes the same figures to var/bench/corpus.json.
"""

from __future__ import annotations

import argparse
import collections
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
from tests.bench.labelled import COLUMN, TABLES, Labelled, corpus_pages
from tests.bench.scoring import figures

ROOT = Path(__file__).parents[2]
#: The share of labels that the audit must equal.
BAR = 0.92


@contextmanager
def served(pages: dict[str, Labelled]) -> Iterator[str]:
    """The pages, by location, on a loopback port, as the bytes they are; the address of the root."""
    bodies = {location: page.path.read_bytes() for location, page in pages.items()}

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


def audit(pages: dict[str, Labelled], root: str, folder: Path) -> dict[str, dt.date | None]:
    """What the audit says was last updated when, by page name; a page it says nothing of is not there."""
    from django.core.management import call_command

    from audits.registry.services import add_column, add_outside_site, confirm_columns

    days: dict[dt.date, dict[str, Labelled]] = collections.defaultdict(dict)
    for location, page in pages.items():
        days[page.day][location] = page
    found: dict[str, dt.date | None] = {}
    for number, (day, group) in enumerate(sorted(days.items()), start=1):
        registered = dt.datetime.combine(day, dt.time(0), READER_ZONE)
        site = add_outside_site(url=root, code=f"corpus-{day}", name=f"corpus {day}", now=registered)
        for location, page in group.items():
            add_column(site=site, name=page.name, url=location, now=registered, column_class="dynamic")
        confirm_columns(site=site, actor=None, reason="bench_corpus", now=registered)
        out = folder / f"{day}.json"
        print(f"{number}/{len(days)} {day}: {len(group)} columns", file=sys.stderr, flush=True)
        call_command("run_audit", site=site.code, as_of=day.isoformat(), json=str(out), stdout=sys.stderr)
        for site_found in json.loads(out.read_text("utf-8"))["sites"]:
            for column in site_found["columns"]:
                location = "/" + column["url"].removeprefix(root)
                if location in group:
                    found[group[location].name] = column["updated"] and dt.date.fromisoformat(column["updated"])
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--corpus", type=Path, required=True, help="folder with lists.csv and the pages it names")
    options = parser.parse_args()
    pages = corpus_pages(options.corpus, COLUMN)
    if not pages:
        sys.exit(f"{options.corpus / TABLES[COLUMN]} is not there")
    located = {f"/columns/{number}/": page for number, page in enumerate(pages, start=1)}
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder, served(located) as root:
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
        found = audit(located, root, Path(folder))
    result = figures(pages, found)
    wrong = result.pop("wrong")
    result |= {"seconds": round(time.perf_counter() - started, 1), "wrong": wrong}
    for name, value in result.items():
        if name != "wrong":
            print(f"{name:>14}  {value}")
    for row in wrong:
        print(f"  {row['page']}: expected {row['expected']}, got {row['got'] if row['answered'] else 'no observation'}")
    target = ROOT / "var" / "bench" / "corpus.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0 if result["accuracy"] >= BAR else 1


if __name__ == "__main__":
    sys.exit(main())
