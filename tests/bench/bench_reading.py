"""How well and how fast pages are read, beside what else could read them.

    python -m tests.bench.bench_reading [--corpus PATH] [--wrong]

Asks every reader of tests/bench/readers.py for every page of tests/sites/reading and, where it is given, of a corpus:
a folder with lists.csv, articles.csv or both (file, site, kind, as_of, expected) and the pages they name, as raw bytes.
Prints one table and writes the same figures to var/bench/reading.json. A reader's time for a page is the least of
three, without what it remembers from before: others on the machine make it longer, never shorter.
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.bench.labelled import ARTICLE, COLUMN, TABLES, Labelled, corpus_pages, own_pages
from tests.bench.readers import Answer, GerapyList, HtmlDate, NewestInText, NotInstalled, Own, Reader, gerapy_python
from tests.bench.scoring import figures

BENCH = Path(__file__).parents[2] / "var" / "bench"
#: A reading with this confidence claims to be sure.
SURE = 0.9
#: CPU time is also given for pages of this size.
PAGE = 60 * 1024
_TIMES = 3
_EVERY = 2.0  # seconds between lines of progress


def asked(pages: Sequence[Labelled], readers: Sequence[Reader], what: str) -> dict[str, dict[str, Answer]]:
    """Every reader's answers by page name. All readers see a page before the next: they share the machine's moods."""
    answers: dict[str, dict[str, Answer]] = {reader.name: {} for reader in readers}
    told = time.monotonic()
    for number, page in enumerate(pages, start=1):
        body = page.path.read_bytes()
        for reader in readers:
            answers[reader.name][page.name] = min(
                (reader.answer(page, body) for _ in range(_TIMES)), key=lambda answer: answer.seconds
            )
        if time.monotonic() - told > _EVERY or number == len(pages):
            told = time.monotonic()
            print(f"{what}: {number}/{len(pages)}", file=sys.stderr, flush=True)
    return answers


def measured(pages: Sequence[Labelled], answers: dict[str, Answer]) -> dict[str, Any]:
    """One reader's row."""
    row = figures(pages, {name: answer.day for name, answer in answers.items() if not answer.error})
    seconds = sum(answer.seconds for answer in answers.values())
    size = sum(page.path.stat().st_size for page in pages)
    row["errors"] = sorted({answer.error for answer in answers.values() if answer.error})
    row["cpu_ms_a_page"] = round(1000 * seconds / len(pages), 3)
    row["cpu_ms_per_60_kb"] = round(1000 * seconds * PAGE / size, 3) if size else None
    sure = [page for page in pages if (answers[page.name].confidence or 0) >= SURE]
    if any(answer.confidence is not None for answer in answers.values()):
        row["sure"] = round(len(sure) / len(pages), 4)
        wrong = sum(answers[page.name].day != page.expected for page in sure)
        row["sure_wrong"] = round(wrong / len(sure), 4) if sure else None
    return row


def compared(pages: Sequence[Labelled], readers: Sequence[Reader], what: str) -> dict[str, dict[str, Any]]:
    """Every reader's row by its name, with what its time is to htmldate's."""
    answers = asked(pages, readers, what)
    rows = {name: measured(pages, given) for name, given in answers.items()}
    measure = rows[HtmlDate.name]["cpu_ms_a_page"]
    for row in rows.values():
        row["cpu_to_htmldate"] = round(row["cpu_ms_a_page"] / measure, 3) if measure else None
    return rows


#: Heading and width of the table's columns after the reader's name, and what stands in them.
COLUMNS = (
    ("right", 5, "right", "{}"),
    ("accuracy", 8, "accuracy", "{:.4f}"),
    ("site-macro", 10, "site_macro", "{:.4f}"),
    ("too new", 7, "too_new", "{}"),
    ("too old", 7, "too_old", "{}"),
    ("missed", 6, "missed", "{}"),
    ("undated", 7, "undated_right", "{}"),
    ("sure", 6, "sure", "{:.1%}"),
    ("sure wrong", 10, "sure_wrong", "{:.1%}"),
    ("CPU ms", 7, "cpu_ms_a_page", "{:.2f}"),
    ("/60 KB", 7, "cpu_ms_per_60_kb", "{:.2f}"),
    ("x htmldate", 10, "cpu_to_htmldate", "{:.2f}"),
)
_NAME = 24


def table(results: dict[str, dict[str, dict[str, Any]]], missing: dict[str, str]) -> str:
    """The rows of every set of pages; a reader that could not be had gets a row that says why."""
    lines = [" " * _NAME + "  ".join(heading.rjust(width) for heading, width, _, _ in COLUMNS)]
    for what, rows in results.items():
        own = rows[Own.name]
        lines.append(f"{what}: {own['pages']} pages")
        for name, row in rows.items():
            cells = [
                (form.format(row[key]) if row.get(key) is not None else "-").rjust(width)
                for _, width, key, form in COLUMNS
            ]
            lines.append(f"  {name}".ljust(_NAME) + "  ".join(cells))
            lines += [f"    raised {error}" for error in row["errors"]]
        lines += [f"  {name}".ljust(_NAME) + f"not installed: {why}" for name, why in missing.items()]
    lines.append("right: the exact day, or none where none is right")
    lines.append(f"sure: readings with confidence >= {SURE}; sure wrong: errors among them")
    return "\n".join(lines)


def wrong(results: dict[str, dict[str, dict[str, Any]]]) -> str:
    """The pages that this reader reads wrongly, and whether others do too."""
    lines = []
    for what, rows in results.items():
        others = {name: {row["page"] for row in found["wrong"]} for name, found in rows.items() if name != Own.name}
        for row in rows[Own.name]["wrong"]:
            right = [name for name, pages in others.items() if row["page"] not in pages]
            lines.append(
                f"  {what}: {row['page']}: expected {row['expected']}, got {row['got']}"
                + (f"; right: {', '.join(right)}" if right else "")
            )
    return "\n".join(lines) or "  none"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--corpus", type=Path, help="folder with lists.csv, articles.csv or both, and their pages")
    parser.add_argument("--wrong", action="store_true", help="list the pages that this reader reads wrongly")
    options = parser.parse_args()
    own = own_pages()
    sets = {f"own {question}s": [page for page in own if page.question == question] for question in (COLUMN, ARTICLE)}
    if options.corpus:
        found = {f"corpus {question}s": corpus_pages(options.corpus, question) for question in (COLUMN, ARTICLE)}
        if not any(found.values()):
            sys.exit(f"{options.corpus} has neither {' nor '.join(TABLES.values())}")
        sets |= {what: pages for what, pages in found.items() if pages}
    readers: list[Reader] = [Own(), NewestInText(), HtmlDate()]
    missing = {}
    gerapy = None
    try:
        gerapy = GerapyList(gerapy_python(BENCH / "gerapy"))
        readers.append(gerapy)
    except NotInstalled as error:
        missing[GerapyList.name] = str(error)
    for reader in readers:  # what is loaded on first use is no page's time
        for page in own[:3]:
            reader.answer(page, page.path.read_bytes())
    gc.freeze()  # nor is looking through what the readers hold
    try:
        results = {what: compared(pages, readers, what) for what, pages in sets.items()}
    finally:
        if gerapy:
            gerapy.close()
    print(table(results, missing))
    if not options.corpus:
        print("no corpus: CORPUS=path names one")
    if options.wrong:
        print("read wrongly:\n" + wrong(results))
    BENCH.mkdir(parents=True, exist_ok=True)
    written = {"pages": results, "not_installed": missing}
    (BENCH / "reading.json").write_text(json.dumps(written, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
