"""One engine over one county, measured in a process of its own; prints one line of JSON. See `bench_search`."""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.bench import search_costs, search_relevance
from tests.bench.search_county import county
from tests.bench.search_engines import Built, OurEngine, SearchEngine, fill_database, opened, start_django
from tests.bench.search_questions import Judged, questions

ENGINES = ("whoosh", "postgres", "database", "tantivy")


def measure(built: Built, engine: SearchEngine, judged: list[Judged]) -> dict[str, Any]:
    """Every figure of an engine that is built."""
    # As portal/wsgi.py does; nor is what this process made of the county anything that a web process holds.
    gc.collect()
    gc.freeze()
    answer: dict[str, Any] = {
        "load": round(os.getloadavg()[0], 1),
        "ms": search_costs.timings(engine, judged),
        "relevance": search_relevance.relevance(engine, judged),
        "ms, 8 readers": search_costs.eight_readers(built, judged),
        "memory MB": search_costs.memory(built, judged),
    }
    if isinstance(engine, OurEngine):
        answer["ms, whole page"] = search_costs.whole_pages(judged)
        answer["worst bad input"] = search_costs.worst_bad_input()
        answer["typed wrongly"] = search_relevance.typed_wrongly(engine, judged)
        answer["typed in pinyin"] = search_relevance.typed_in_pinyin()
        answer["lag s"] = search_costs.lag(built.ids)
    return answer


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--engine", choices=ENGINES, required=True)
    parser.add_argument("--documents", type=int, required=True)
    parser.add_argument("--tuning", action="store_true", help="relevance only, without the questions held out")
    options = parser.parse_args()
    articles = county(documents=options.documents)
    judged = questions(articles)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["VAR_DIR"], os.environ["DATA_DIR"] = str(folder / "var"), str(folder / "data")
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder / 'bench.sqlite3'}")
        # The yardstick needs the analysis only, which is the same with any backend of ours.
        backends = {"database": "wagtail.search.backends.database", "tantivy": "search.backends.whoosh"}
        os.environ["SEARCH_BACKEND"] = backends.get(options.engine, f"search.backends.{options.engine}")
        start_django()
        ids = fill_database(articles) if options.engine != "tantivy" else []
        built = Built(options.engine, ids, folder)
        engine = opened(built, articles)
        started = time.perf_counter()
        engine.build()
        spent = time.perf_counter() - started
        answer: dict[str, Any] = {
            "engine": options.engine,
            "documents": options.documents,
            "documents/s": round(options.documents / spent, 1),
            "index MB": round(engine.size_mb(), 1),
        }
        if options.tuning:
            known = [question for question in judged if not question.is_held_out]
            answer["relevance"] = search_relevance.relevance(engine, known)
        else:
            answer |= measure(built, engine, judged)
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
