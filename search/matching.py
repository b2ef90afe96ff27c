"""A question -> what the engine holds to match it. Who may see it is not asked here."""

from __future__ import annotations

from django.db import models
from modelsearch.backends import get_search_backend

from search import tasks, wanted
from search.analysis import runs
from search.documents import COMPLETION, WORDS, fields_of, key_of
from search.parsing import Question, alternatives
from search.wanted import Wanted

WHOLE_STRETCH_BOOST = 8.0


def match(question: Question, model: type[models.Model]) -> dict[int, float]:
    """Primary key -> score of the objects that contain every term somewhere, in no order.

    Raises:
        IndexUnavailable: there is no index that can be read.
    """
    return _scores(_contain(question, model), model)


def complete(typed: str, model: type[models.Model]) -> dict[int, float]:
    """Primary key -> score of the objects whose titles or names continue what is being typed, in no order.

    Raises:
        IndexUnavailable: there is no index that can be read.
    """
    boosts = fields_of(model, COMPLETION)
    parts: list[Wanted] = []
    for run, is_han in runs(typed):
        parts.append(
            wanted.either(
                [
                    wanted.Run(name, tuple(run), boost) if is_han else wanted.Beginning(name, run, boost)
                    for name, boost in boosts.items()
                ]
            )
        )
    return _scores(wanted.every(parts), model)


def _scores(asked: Wanted, model: type[models.Model]) -> dict[int, float]:
    engine = get_search_backend().engine
    found = engine.scores(asked, root=key_of(model, "").removesuffix(":"))
    if engine.is_damaged:
        tasks.queue_rebuild()
    return dict(zip(map(int, found), found.values(), strict=True))


def _contain(question: Question, model: type[models.Model]) -> Wanted:
    boosts = fields_of(model, WORDS)
    needed = wanted.every(
        [
            wanted.either(
                [wanted.Run(name, same, boost) for same in alternatives(term) for name, boost in boosts.items()]
            )
            for term in question.terms
        ]
    )
    # A stretch that is one word is found as such, which costs less than its characters beside each other.
    words = {tuple("".join(term)): term for term in question.terms}
    liked = [
        wanted.Run(WORDS + "title", same, WHOLE_STRETCH_BOOST)
        for stretch in question.stretches
        for same in alternatives(words.get(stretch, stretch))
    ]
    if needed == wanted.Nothing() or WORDS + "title" not in boosts or not liked:
        return needed
    return wanted.Rather(needed, wanted.either(liked))
