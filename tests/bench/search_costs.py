"""What an engine of the search bench costs: time by kind of question, for one reader and for eight, and memory."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from http import HTTPStatus
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from tests.bench.search_engines import Built, OurEngine, SearchEngine, opened, start_django
from tests.bench.search_questions import Judged
from tests.servers import BASE_DIR
from tests.typed import BAD_INPUT

READERS = 8
#: Articles that are published to see how long it takes until they are found, and seconds after which that is never.
_PUBLISHED, _PATIENCE = 5, 60
#: Every twelfth question: few readers ask for nothing else.
_OF_ALL_TEXTS = (
    *("工作", "落实", "会议", "责任", "组织", "群众", "服务", "监督", "推进", "单位", "人民政府", "领导", "部门"),
    *("全面", "工作 落实", "人民政府 工作"),
)


#: Seconds by the clock, and of these at the processor of this process.
Spent = tuple[float, float]


def percentiles(times: list[Spent]) -> dict[str, float]:
    """Milliseconds; on a machine that others use too, the processor's tell more than the clock's."""
    found = {}
    for name, values in zip(("", " processor"), zip(*times, strict=True), strict=True):
        found[f"p50{name}"] = round(median(values) * 1000, 1)
        found[f"p95{name}"] = round(quantiles(values, n=20)[-1] * 1000, 1)
    return found


def to_ask(engine: SearchEngine, judged: list[Judged]) -> dict[str, list[tuple[str, dict[str, Any]]]]:
    """Questions by what they cost: a word of some or of nearly all texts, several, a phrase, narrowed by date."""
    topics = [question.text for question in judged if question.kind == "topic"]
    parts = [question.text for question in judged if question.kind == "part of a word"]
    asked: dict[str, list[tuple[str, dict[str, Any]]]] = {
        "word": [(text, {}) for text in parts],
        "word of all texts": [(text, {}) for text in _OF_ALL_TEXTS],
        "AND": [(question.text, {}) for question in judged if question.kind == "unit and topic"],
        "phrase": [(question.text, {}) for question in judged if question.kind == "title in quotes"],
    }
    if isinstance(engine, OurEngine):
        from search.queries import Filters, Order

        narrowed = {"filters": Filters(unit="u1", period="year"), "order": Order.DATE}
        asked["filter + date"] = [(text, narrowed) for text in topics]
    return asked


def timings(engine: SearchEngine, judged: list[Judged]) -> dict[str, dict[str, float]]:
    """Milliseconds by kind of question; every question once to warm up, then once by the clock."""
    result = {}
    everything: list[Spent] = []
    for kind, questions in to_ask(engine, judged).items():
        for text, more in questions:
            engine.ask(text, **more)
        times = [_clocked(engine, text, more) for text, more in questions]
        result[kind] = percentiles(times)
        everything += times
    result["all"] = percentiles(everything)
    return result


def _clocked(engine: SearchEngine, text: str, more: dict[str, Any]) -> Spent:
    started = time.perf_counter(), time.process_time()
    engine.ask(text, **more)
    return time.perf_counter() - started[0], time.process_time() - started[1]


_asked_by_readers: Any = None


def eight_readers(built: Built, judged: list[Judged]) -> dict[str, dict[str, float]]:
    """The same questions from eight processes at once, each of which opens the engine for itself."""
    from django.db import connections

    connections.close_all()
    result = {}
    everything: list[Spent] = []
    spawn = multiprocessing.get_context("spawn")
    asked = to_ask(opened(built), judged)
    with ProcessPoolExecutor(READERS, mp_context=spawn, initializer=_open, initargs=(built, _environment())) as readers:
        for kind, questions in asked.items():
            list(readers.map(_read, questions * 2))
            times = list(readers.map(_read, questions * 2))
            result[kind] = percentiles(times)
            everything += times
    result["all"] = percentiles(everything)
    return result


def _environment() -> dict[str, str]:
    return {name: os.environ[name] for name in ("DATABASE_URL", "VAR_DIR", "DATA_DIR", "SEARCH_BACKEND")}


def _open(built: Built, environment: dict[str, str]) -> None:
    global _asked_by_readers  # noqa: PLW0603 -- a reader's process has one engine
    os.environ.update(environment)
    start_django()
    _asked_by_readers = opened(built)


def _read(asked: tuple[str, dict[str, Any]]) -> Spent:
    return _clocked(_asked_by_readers, *asked)


def whole_pages(judged: list[Judged]) -> dict[str, float]:
    """Milliseconds of the results page as a browser asks for it, template included."""
    from django.test import Client

    client = Client(SERVER_NAME="127.0.0.1")

    def page(text: str) -> Spent:
        started = time.perf_counter(), time.process_time()
        answer = client.get("/search/", {"q": text})
        if answer.status_code != HTTPStatus.OK:
            raise SystemExit(f"the page of {text} answered {answer.status_code}")
        return time.perf_counter() - started[0], time.process_time() - started[1]

    texts = [question.text for question in judged if question.kind in ("topic", "unit and topic")]
    for text in texts:
        page(text)
    return percentiles([page(text) for text in texts])


def worst_bad_input() -> dict[str, Any]:
    """What of `BAD_INPUT` keeps a reader waiting longest for the page: its milliseconds, also at the processor."""
    from django.test import Client

    client = Client(SERVER_NAME="127.0.0.1")
    found = []
    for text in BAD_INPUT:
        client.get("/search/", {"q": text})
        started = time.perf_counter(), time.process_time()
        answer = client.get("/search/", {"q": text})
        spent = time.perf_counter() - started[0], time.process_time() - started[1]
        if answer.status_code != HTTPStatus.OK or b"<script>alert" in answer.content:
            raise SystemExit(f"bad input {text[:40]!r} got {answer.status_code}")
        found.append((*(round(seconds * 1000, 1) for seconds in spent), text[:40]))
    ms, processor, text = max(found)
    return {"ms": ms, "ms processor": processor, "typed": text, "inputs": len(found)}


def private_mb() -> float:
    """Memory of this process that it shares with no other."""
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1000


def lag(ids: list[int]) -> float:
    """Seconds from the end of publishing to being found, through the queue and its own worker; the worst of five."""
    from django.db import connections

    from portal.pages.models import ArticlePage

    connections.close_all()
    engine, waited = OurEngine(ids), []
    worker = subprocess.Popen([sys.executable, "manage.py", "qcluster"], cwd=BASE_DIR, stdout=subprocess.DEVNULL)
    try:
        for number in range(-1, _PUBLISHED):  # the first waits for the worker to start
            article = ArticlePage.objects.get(pk=ids[0])
            article.title = f"滞后测量专用标题第{number + 2}次"
            article.save_revision().publish()
            started = time.perf_counter()
            while len(engine.ask(f"“{article.title}”")) != 1:
                if time.perf_counter() - started > _PATIENCE:
                    raise SystemExit(f"published, but not found within {_PATIENCE} s: {article.title}")
            if number >= 0:
                waited.append(time.perf_counter() - started)
    finally:
        worker.terminate()
        worker.wait()
    return round(max(waited), 2)


def memory(built: Built, judged: list[Judged]) -> dict[str, float]:
    """Private MB of a fresh process: warm with search never used, then after a round of questions.

    What a database server holds is not in it. The yardstick has no portal: there the process is warm without one.
    """
    from django.db import connections

    connections.close_all()
    texts = [question.text for question in judged]
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as fresh:
        off, on = fresh.submit(_weigh, built, _environment(), texts).result()
    return {"search off": round(off, 1), "more with search": round(on - off, 1)}


def _weigh(built: Built, environment: dict[str, str], texts: list[str]) -> tuple[float, float]:
    os.environ.update(environment)
    start_django()
    from django.test import Client

    if built.has_portal:
        Client(SERVER_NAME="127.0.0.1").get("/")
    off = private_mb()
    engine = opened(built)
    for text in texts:
        engine.ask(text)
    return off, private_mb()
