"""How well an engine of the search bench answers the judged questions, and what is typed wrongly or in pinyin."""

from __future__ import annotations

from collections import defaultdict
from math import log2
from typing import Any

from tests.bench.search_engines import OurEngine, SearchEngine, anybody
from tests.bench.search_questions import Judged
from tests.bench.search_topics import TYPED, typos

#: A first answer of this grade or a better one answers what was typed wrongly.
GOOD = 2


def relevance(engine: SearchEngine, judged: list[Judged]) -> dict[str, dict[str, float]]:
    """nDCG@10 and how many questions with an answer found nothing: of all, of those tuned for and of those held out,
    and by kind.

    What only filters narrow is asked of the engines that have filters.
    """
    scores: dict[str, list[float]] = defaultdict(list)
    empty: dict[str, int] = defaultdict(int)
    for question in judged:
        if question.period and not isinstance(engine, OurEngine):
            continue
        places = engine.ask(question.text, **_narrowing(question))
        value = ndcg([question.grades.get(place, 0) for place in places], list(question.grades.values()))
        part = "held out" if question.is_held_out else "tuned for"
        for name in ("all", part, question.kind, f"{question.kind}, {part}"):
            scores[name].append(value)
            empty[name] += not places
    return {
        name: {"questions": len(values), "ndcg": round(sum(values) / len(values), 3), "without hit": empty[name]}
        for name, values in scores.items()
    }


def _narrowing(question: Judged) -> dict[str, Any]:
    if not question.period:
        return {}
    from search.queries import Filters

    return {"filters": Filters(column_class=question.column_class, period=question.period)}


def ndcg(grades: list[int], possible: list[int]) -> float:
    """Of the first ten answers' grades, beside the best order of all that are possible."""

    def gain(values: list[int]) -> float:
        return sum((2**value - 1) / log2(place + 2) for place, value in enumerate(values[:10]))

    best = gain(sorted(possible, reverse=True))
    return gain(grades) / best if best else 0.0


def typed_wrongly(engine: SearchEngine, judged: list[Judged]) -> dict[str, Any]:
    """How many typing errors are answered: by the right suggestion, or by a good first answer where something is found
    and the page suggests nothing."""
    from search import corrections

    grades_of = {question.text: question.grades for question in judged if question.kind == "topic"}
    wrong = []
    for typed, meant in typos():
        if found := engine.ask(typed):
            is_answered = grades_of[meant].get(found[0], 0) >= GOOD
        else:
            is_answered = corrections.suggest(typed, request=anybody()) == meant
        if not is_answered:
            wrong.append(typed)
    return {"asked": len(typos()), "right": len(typos()) - len(wrong), "wrong": wrong}


def typed_in_pinyin() -> dict[str, Any]:
    """How many beginnings in pinyin are completed to the title, unit or person that was meant."""
    from search import suggestions

    wrong = [
        typed
        for typed, meant in TYPED
        if not any(meant in line for line in suggestions.complete(typed, request=anybody()))
    ]
    return {"asked": len(TYPED), "right": len(TYPED) - len(wrong), "wrong": wrong}
