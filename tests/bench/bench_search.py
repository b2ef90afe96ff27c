"""How fast the staff search indexes and answers, beside SQLite FTS5 on the same tokens, in one run.

    python -m tests.bench.bench_search [--documents 5000]

Documents are generated (seeded): about 830 characters, words as frequent as words are (Zipf). Prints a table, and
writes the same figures to var/bench/search.json.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import django
import rjieba
from django.conf import settings

#: Words of two characters that official texts are full of.
COMMON = (
    "政务公开检查通知关于开展安全生产工作会议乡镇社区医疗教育水利农业补贴资金项目建设"
    "管理办法规划计划政府办公组织部门单位落实责任整改督查通报情况报告群众服务中心环境"
    "保护森林防火防汛抗旱招聘公告公示结果采购招标预算决算财政审计统计数据信息网站栏目"
    "更新道路交通住房养老就业培训粮食质量标准档案"
)
#: The 3755 characters of everyday writing (GB 2312, level 1).
CHARACTERS = bytes(byte for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF) for byte in (row, cell)).decode(
    "gb2312", errors="ignore"
)
RARE_WORDS = 12_000
PLACE = "栖云县档案馆 通知公告"
HITS = 10


class Corpus:
    """Documents and questions drawn from one vocabulary."""

    def __init__(self, *, documents: int, seed: int = 20261118) -> None:
        self.random = random.Random(seed)
        rare: list[str] = []
        while len(rare) < RARE_WORDS:
            pair = self.random.choice(CHARACTERS) + self.random.choice(CHARACTERS)
            if rjieba.has_word(pair):
                rare.append(pair)
        self.vocabulary = [*(COMMON[start : start + 2] for start in range(0, len(COMMON), 2)), *rare]
        self.weights = [1 / (rank + 20) for rank in range(len(self.vocabulary))]
        self.documents = [(self._text(9), self._text(380)) for _ in range(documents)]

    def _text(self, words: int) -> str:
        text = []
        for number, word in enumerate(self.random.choices(self.vocabulary, self.weights, k=words), start=1):
            text.append(word)
            if number % 13 == 0:
                text.append("，")
        return "".join(text)

    def questions(self) -> dict[str, list[str]]:
        """A hundred questions that have answers: dictionary words, and stretches, of some document."""
        from search.analysis import fold, segments

        def words(count: int) -> str:
            _, body = self.random.choice(self.documents)
            known = [word for word, start, end in segments(fold(body)) if end - start > 1]
            return " ".join(self.random.sample(known, count))

        def stretch() -> str:
            _, body = self.random.choice(self.documents)
            start = self.random.randrange(len(body) - 8)
            return "“" + body[start : start + 5].strip("，") + "”"

        return {
            "one word": [words(1) for _ in range(40)],
            "two or three words": [words(self.random.choice([2, 3])) for _ in range(40)],
            "phrase": [stretch() for _ in range(20)],
        }


def timed(call: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    result = call()
    return time.perf_counter() - started, result


def with_progress(documents: list[tuple[str, str]]) -> Iterator[tuple[int, tuple[str, str]]]:
    told = time.monotonic()
    for number, document in enumerate(documents, start=1):
        if time.monotonic() - told > 2:
            told = time.monotonic()
            sys.stderr.write(f"\r  {number} of {len(documents)} documents ")
        yield number, document
    sys.stderr.write("\r" + " " * 40 + "\r")


def bench_whoosh(corpus: Corpus, questions: dict[str, list[str]]) -> dict[str, Any]:
    from search import index, matching
    from search.highlight import highlight, snippet
    from search.parsing import parse

    def fill() -> None:
        ix = index.create()
        with index.writer(ix) as writer:
            for pk, (title, body) in with_progress(corpus.documents):
                writer.add_document(id=pk, title=title, body=body, place=PLACE)
        index.switch(ix)

    def ask(text: str) -> int:
        question = parse(text)
        ids = matching.match(question)
        for body in matching.bodies(ids[:HITS]).values():
            snippet(body, question.terms)
        for pk in ids[:HITS]:
            highlight(corpus.documents[pk - 1][0], question.terms)
        return len(ids)

    seconds, _ = timed(fill)
    size = sum(file.stat().st_size for file in (index.root() / "current").resolve().iterdir())
    return figures("Whoosh", corpus, seconds, size, questions, ask)


def bench_fts5(corpus: Corpus, questions: dict[str, list[str]], folder: Path) -> dict[str, Any]:
    from search.analysis import words
    from search.parsing import parse

    path = folder / "fts5.sqlite3"
    database = sqlite3.connect(path)
    database.execute("CREATE VIRTUAL TABLE pages USING fts5(title, body, place, tokenize='unicode61')")

    def tokens(text: str) -> str:
        """One character or Latin word a token, then the words of the dictionary: phrases are runs of characters."""
        found = list(words(text))
        characters = [word.text for word in found if word.end - word.start == 1]
        return " ".join([*characters, "￭", *(word.text for word in found if word.end - word.start > 1)])

    def fill() -> None:
        with database:
            for pk, (title, body) in with_progress(corpus.documents):
                database.execute(
                    "INSERT INTO pages (rowid, title, body, place) VALUES (?, ?, ?, ?)",
                    (pk, tokens(title), tokens(body), tokens(PLACE)),
                )

    def ask(text: str) -> int:
        wanted = " AND ".join(f'"{" ".join(term)}"' for term in parse(text).terms)
        rows = database.execute(
            "SELECT rowid FROM pages WHERE pages MATCH ? ORDER BY bm25(pages, 6.0, 1.0, 0.5)", [wanted]
        )
        return len(rows.fetchall())

    seconds, _ = timed(fill)
    return figures("SQLite FTS5", corpus, seconds, path.stat().st_size, questions, ask)


def figures(
    engine: str,
    corpus: Corpus,
    seconds: float,
    size: int,
    questions: dict[str, list[str]],
    ask: Callable[[str], int],
) -> dict[str, Any]:
    """Ask every question once to warm up, then once by the clock."""
    measured: dict[str, Any] = {}
    everything: list[float] = []
    for kind, texts in questions.items():
        for text in texts:
            ask(text)
        answers = [timed(lambda text=text: ask(text)) for text in texts]
        times = [1000 * spent for spent, _ in answers]
        everything += times
        measured[kind] = {**percentiles(times), "hits": [hits for _, hits in answers]}
    return {
        "engine": engine,
        "documents_per_second": round(len(corpus.documents) / seconds, 1),
        "index_mb": round(size / 1e6, 1),
        "all": percentiles(everything),
        "kinds": measured,
    }


def percentiles(times: list[float]) -> dict[str, float]:
    return {"p50_ms": round(median(times), 2), "p95_ms": round(quantiles(times, n=20)[-1], 2)}


def table(results: list[dict[str, Any]]) -> str:
    kinds = list(results[0]["kinds"])
    head = ["engine", "docs/s", "MB", "all", *kinds]
    rows = [head] + [
        [
            result["engine"],
            f"{result['documents_per_second']:.0f}",
            f"{result['index_mb']:.0f}",
            *(f"{part['p50_ms']:.1f} / {part['p95_ms']:.1f}" for part in [result["all"], *result["kinds"].values()]),
        ]
        for result in results
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=5000, help="how many documents to generate (default: 5000)")
    options = parser.parse_args()
    if options.documents < 1:
        parser.error(f"--documents: {options.documents} is not a number of documents")

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.dev")
    django.setup()
    report = Path(settings.VAR_DIR) / "bench" / "search.json"
    corpus = Corpus(documents=options.documents)
    questions = corpus.questions()
    with tempfile.TemporaryDirectory() as folder:
        settings.SEARCH_INDEX_DIR = Path(folder) / "whoosh"
        results = [bench_whoosh(corpus, questions), bench_fts5(corpus, questions, Path(folder))]
    whoosh, fts5 = ([hits for part in result["kinds"].values() for hits in part["hits"]] for result in results)
    same = sum(ours == theirs for ours, theirs in zip(whoosh, fts5, strict=True))

    characters = sum(len(body) for _, body in corpus.documents) / len(corpus.documents)
    sys.stdout.write(
        f"{options.documents} documents of {characters:.0f} characters, {len(whoosh)} questions, "
        f"milliseconds p50 / p95 (Whoosh with highlight and snippets)\n\n{table(results)}\n\n"
        f"same number of hits: {same}/{len(whoosh)}; without a hit: {sum(not hits for hits in whoosh)}\n"
    )
    report.parent.mkdir(parents=True, exist_ok=True)
    report.write_text(
        json.dumps(
            {"documents": options.documents, "same_hits": same, "results": results}, ensure_ascii=False, indent=1
        )
    )
    sys.stdout.write(f"written to {report}\n")


if __name__ == "__main__":
    main()
