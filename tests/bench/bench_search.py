"""How well and how fast the staff search answers, engine beside engine, in one run.

    python -m tests.bench.bench_search [--documents 5000 20000 50000] [--engines whoosh postgres database tantivy]
                                       [--tuning]

Each engine is measured in a process of its own (`search_worker`) over a generated county (`search_county`, seeded) that
is asked questions judged by its facts (`search_questions`). The engines of the portal are asked through the results
page's own search: permission, numbers to narrow by and highlights included; Wagtail's database backend and tantivy, the
yardstick, only find. Memory is that of the process that answers, beside the same process with search never used; each
of eight readers is a process of its own, and what is typed by mistake or out of malice (`tests/typed.py`) is asked of
the whole page. Prints a table (milliseconds as p50/p95 by the clock, and in brackets at the processor) and writes every
figure to var/bench/search.json. With `--tuning`, which is for work on the ranking, only relevance is measured,
the questions held out are not asked, and nothing is written.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from contextlib import ExitStack
from typing import Any

from tests.bench.search_worker import ENGINES
from tests.servers import BASE_DIR, postgresql

REPORT = BASE_DIR / "var" / "bench" / "search.json"
#: Documents of the smallest county.
FEWEST = 2500


def measure(engine: str, documents: int, *, is_tuning: bool) -> dict[str, Any]:
    """The figures of one engine over so many documents."""
    with ExitStack() as stack:
        env = {**os.environ}
        if engine == "postgres":
            env["DATABASE_URL"] = stack.enter_context(postgresql())
        arguments = ["--engine", engine, "--documents", str(documents), *(["--tuning"] if is_tuning else [])]
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.search_worker", *arguments],
            cwd=BASE_DIR,
            env=env,
            check=True,
            text=True,
            stdout=subprocess.PIPE,
        )
    return json.loads(done.stdout.splitlines()[-1])


KINDS = ("all", "word", "word of all texts", "AND", "phrase", "filter + date")


def costs(results: list[dict[str, Any]]) -> str:
    """What each engine costs, as a table."""
    head = ["engine", "documents", "docs/s", "MB", *(f"{kind}, ms" for kind in KINDS)]
    head += ["8 readers", "page", "worst bad input, ms", "lag s", "memory MB", "load"]
    rows = [head]
    for result in results:
        cells = [result["ms"].get(kind) for kind in KINDS]
        cells += [result.get("ms, 8 readers", {}).get("all"), result.get("ms, whole page")]
        rows.append(
            [
                result["engine"],
                str(result["documents"]),
                str(result["documents/s"]),
                str(result["index MB"]),
                *map(_cell, cells),
                _worst(result.get("worst bad input")),
                str(result.get("lag s", "-")),
                f"+{result['memory MB']['more with search']}",
                str(result["load"]),
            ]
        )
    return _aligned(rows)


def answers(results: list[dict[str, Any]]) -> str:
    """nDCG@10 of each engine by kind of question, with the questions that found nothing; typing errors and pinyin
    apart."""
    names = list(dict.fromkeys(name for result in results for name in result["relevance"] if "," not in name))
    rows = [["nDCG@10 (without a hit)", "questions", *(f"{r['engine']} {r['documents']}" for r in results)]]
    for name in names:
        there = [result["relevance"].get(name) for result in results]
        count = max(value["questions"] for value in there if value)
        rows.append([name, str(count), *(f"{v['ndcg']:.3f} ({v['without hit']})" if v else "-" for v in there)])
    for name in ("typed wrongly", "typed in pinyin"):
        there = [result.get(name) for result in results]
        if any(there):
            count = max(value["asked"] for value in there if value)
            rows.append([f"{name}, right", str(count), *(str(v["right"]) if v else "-" for v in there)])
    return _aligned(rows)


def _aligned(rows: list[list[str]]) -> str:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def _cell(times: dict[str, float] | None) -> str:
    """By the clock, and in brackets at the processor of the web process; what a database server spends is not in it."""
    if not times:
        return "-"
    return f"{times['p50']}/{times['p95']} ({times['p50 processor']}/{times['p95 processor']})"


def _worst(found: dict[str, Any] | None) -> str:
    return f"{found['ms']} ({found['ms processor']})" if found else "-"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, nargs="+", default=[5000, 20000, 50000], help="sizes of the county")
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("--tuning", action="store_true", help="relevance only, without the questions held out")
    options = parser.parse_args()
    if min(options.documents) < FEWEST:
        parser.error(f"--documents: the answers to the questions alone take nearly {FEWEST}")

    results = []
    for documents in options.documents:
        for engine in options.engines:
            sys.stderr.write(f"{engine}, {documents} documents ...\n")
            results.append(measure(engine, documents, is_tuning=options.tuning))
            if not options.tuning:
                keep(results)
    if not options.tuning:
        sys.stdout.write(f"{costs(results)}\n\n")
        for result in results:
            if worst := result.get("worst bad input"):
                engine = f"{result['engine']} {result['documents']}"
                sys.stdout.write(
                    f"{engine}, slowest of {worst['inputs']} bad inputs: {worst['typed']!r}, {worst['ms']} ms\n"
                )
    sys.stdout.write(f"{answers(results)}\n")
    if not options.tuning:
        sys.stdout.write(f"written to {REPORT}\n")


def keep(results: list[dict[str, Any]]) -> None:
    """Write the figures; those of other sizes and engines, measured before, stay."""
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    kept = json.loads(REPORT.read_text()) if REPORT.exists() else []
    measured = {(result["engine"], result["documents"]) for result in results}
    both = [*(one for one in kept if (one["engine"], one["documents"]) not in measured), *results]
    both.sort(key=lambda result: (result["documents"], ENGINES.index(result["engine"])))
    REPORT.write_text(json.dumps(both, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
