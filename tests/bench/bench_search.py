"""How well and how fast the staff search answers, engine beside engine, in one run.

    python -m tests.bench.bench_search [--documents 5000 20000 50000] [--engines whoosh postgres database tantivy]

Each engine is measured in a process of its own (`search_worker`) over a generated county (`search_county`, seeded). The
engines of the portal are asked through the results page's own search: permission, numbers to narrow by and highlights
included; Wagtail's database backend and tantivy, the yardstick, only find. Prints a table (milliseconds as p50/p95 by
the clock, and in brackets at the processor) and writes every figure to var/bench/search.json.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from contextlib import ExitStack
from typing import Any

from tests.servers import BASE_DIR, postgresql

REPORT = BASE_DIR / "var" / "bench" / "search.json"
ENGINES = ("whoosh", "postgres", "database", "tantivy")


def measure(engine: str, documents: int) -> dict[str, Any]:
    """The figures of one engine over so many documents."""
    with ExitStack() as stack:
        env = {**os.environ}
        if engine == "postgres":
            env["DATABASE_URL"] = stack.enter_context(postgresql())
        arguments = ["--engine", engine, "--documents", str(documents)]
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


def table(results: list[dict[str, Any]]) -> str:
    head = ["engine", "documents", "docs/s", "MB", *(f"{kind}, ms" for kind in KINDS)]
    head += ["8 readers", "page", "nDCG@10", "held out", "no hit", "lag s", "memory MB", "load"]
    rows = [head]
    for result in results:
        cells = [result["ms"].get(kind) for kind in KINDS]
        cells += [result.get("ms, 8 readers", {}).get("all"), result.get("ms, whole page")]
        relevance = result["relevance"]
        rows.append(
            [
                result["engine"],
                str(result["documents"]),
                str(result["documents/s"]),
                str(result["index MB"]),
                *map(_cell, cells),
                str(relevance["all"]["ndcg"]),
                str(relevance["held out"]["ndcg"]),
                str(relevance["all"]["without hit"]),
                str(result.get("lag s", "-")),
                f"+{result['memory MB']['more with search']}" if "memory MB" in result else "-",
                str(result["load"]),
            ]
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def _cell(times: dict[str, float] | None) -> str:
    """By the clock, and in brackets at the processor of the web process; what a database server spends is not in it."""
    if not times:
        return "-"
    return f"{times['p50']}/{times['p95']} ({times['p50 processor']}/{times['p95 processor']})"


def kinds(result: dict[str, Any]) -> str:
    """nDCG@10 and questions without a hit, kind by kind; what was typed wrongly or in pinyin apart."""
    parts = [
        f"{kind} {value['ndcg']} ({value['without hit']} of {value['questions']} without a hit)"
        for kind, value in result["relevance"].items()
        if "," not in kind
    ]
    for what in ("typos", "typed in pinyin"):
        if what in result:
            parts.append(f"{what}: {result[what]['right']} of {result[what]['asked']} right")
    return f"{result['engine']} at {result['documents']}: {', '.join(parts)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, nargs="+", default=[5000, 20000, 50000], help="sizes of the county")
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES))
    options = parser.parse_args()
    if min(options.documents) < 100:
        parser.error("--documents: fewer than 100 documents hold no answers to the questions")

    results = []
    for documents in options.documents:
        for engine in options.engines:
            sys.stderr.write(f"{engine}, {documents} documents ...\n")
            results.append(measure(engine, documents))
            keep(results)
    sys.stdout.write(table(results) + "\n\n" + "\n".join(map(kinds, results)) + "\n")
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
