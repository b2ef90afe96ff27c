"""A question -> the articles that the engine holds to match it. Who may see them is not asked here."""

from __future__ import annotations

from modelsearch.backends import get_search_backend

from portal.pages.models import ArticlePage
from search import wanted
from search.documents import WORDS, fields_of, key_of
from search.parsing import Question, alternatives
from search.wanted import Wanted

WHOLE_STRETCH_BOOST = 8.0


def match(question: Question) -> list[int]:
    """Ids of the articles that contain every term somewhere, the most relevant first.

    Raises:
        IndexUnavailable: there is no index that can be read.
    """
    root = key_of(ArticlePage, "").removesuffix(":")
    return [int(pk) for pk in get_search_backend().engine.rank(_wanted(question), root=root)]


def _wanted(question: Question) -> Wanted:
    boosts = fields_of(ArticlePage, WORDS)
    needed = wanted.every(
        [
            wanted.either(
                [wanted.Run(name, same, boost) for same in alternatives(term) for name, boost in boosts.items()]
            )
            for term in question.terms
        ]
    )
    if not question.stretches:
        return needed
    liked = [wanted.Run(WORDS + "title", stretch, WHOLE_STRETCH_BOOST) for stretch in question.stretches]
    return wanted.Rather(needed, wanted.either(liked))
