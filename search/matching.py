"""A question -> what the engine holds to match it. Who may see it is not asked here."""

from __future__ import annotations

from collections.abc import Collection

from django.db import models
from modelsearch.backends import get_search_backend

from search import tasks, wanted
from search.analysis import runs
from search.documents import COMPLETION, WORDS, fields_of, key_of
from search.parsing import Question, alternatives
from search.wanted import Wanted

WHOLE_STRETCH_BOOST = 8.0
#: An article's unit and column.
_PLACE = WORDS + "place"


def match(
    question: Question, model: type[models.Model], *, closable: Collection[str] = (), lags: bool = False
) -> dict[int, float]:
    """Primary key -> score of the objects that contain every term somewhere, in no order.

    What stands in the fields `closable` may have been closed since: these are left out where the index `lags`, or is
    an older one because the present one is damaged.

    Raises:
        IndexUnavailable: there is no index that can be read.
    """
    sure = _contain(question, model, without={WORDS + name for name in closable})
    return _scores(sure if lags else _contain(question, model), model, of_an_older=sure)


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


def _scores(asked: Wanted, model: type[models.Model], *, of_an_older: Wanted | None = None) -> dict[int, float]:
    engine = get_search_backend().engine
    root = key_of(model, "").removesuffix(":")
    found = engine.scores(asked, root=root)
    if engine.is_damaged:
        tasks.queue_rebuild()
        if of_an_older not in (None, asked):
            found = engine.scores(of_an_older, root=root)
    return dict(zip(map(int, found), found.values(), strict=True))


def _contain(question: Question, model: type[models.Model], *, without: Collection[str] = ()) -> Wanted:
    boosts = {name: boost for name, boost in fields_of(model, WORDS).items() if name not in without}
    # Where it stands is all that a place's name says of an article: in a title it is chance.
    of_places = {name: boost if name == _PLACE else 0.0 for name, boost in boosts.items()}

    def anywhere(term: tuple[str, ...]) -> Wanted:
        is_of_place = any("".join(term) in place for place in question.places)
        fields = (of_places if is_of_place else boosts).items()
        return wanted.either([wanted.Run(name, same, boost) for same in alternatives(term) for name, boost in fields])

    needed = wanted.every([anywhere(term) for term in question.terms])
    # A stretch that is one word is found as such, which costs less than its characters beside each other.
    words = {tuple("".join(term)): term for term in question.terms}
    liked = [
        wanted.Run(WORDS + "title", same, WHOLE_STRETCH_BOOST)
        for stretch in question.stretches
        if "".join(stretch) not in question.places
        for same in alternatives(words.get(stretch, stretch))
    ]
    if needed == wanted.Nothing() or WORDS + "title" not in boosts or not liked:
        return needed
    return wanted.Rather(needed, wanted.either(liked))
