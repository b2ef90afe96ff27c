"""A question -> the articles that the engine holds to match it. Who may see them is not asked here."""

from __future__ import annotations

from collections.abc import Iterable

from whoosh import query

from search import index
from search.parsing import Question

#: A hit in the title says more than one in the body; one in the unit's or the column's name says where, not what.
BOOSTS = {"title": 6.0, "body": 1.0, "place": 0.5}
WHOLE_STRETCH_BOOST = 8.0


def match(question: Question) -> list[int]:
    """Ids of the articles that contain every term somewhere, the most relevant first.

    Raises:
        IndexUnavailable: there is no index that can be read.
    """
    wanted = _whoosh_query(question)
    with index.current() as ix, ix.searcher() as searcher:
        results = searcher.search(wanted, limit=None)
        page_ids = searcher.reader().column_reader("id")
        return [page_ids[number] for number, _ in results.items()]


def bodies(ids: Iterable[int]) -> dict[int, str]:
    """The indexed text of some articles, for their snippets; those that are no longer indexed are left out.

    Raises:
        IndexUnavailable: there is no index that can be read.
    """
    with index.current() as ix, ix.searcher() as searcher:
        found = ((pk, searcher.document(id=pk)) for pk in ids)
        return {pk: document["body"] for pk, document in found if document}


def _whoosh_query(question: Question) -> query.Query:
    wanted = query.And(
        [query.Or([_somewhere(field, term, boost) for field, boost in BOOSTS.items()]) for term in question.terms]
    )
    if not question.stretches:
        return wanted
    as_typed = query.Or([_somewhere("title", stretch, WHOLE_STRETCH_BOOST) for stretch in question.stretches])
    return query.AndMaybe(wanted, as_typed)


def _somewhere(field: str, units: tuple[str, ...], boost: float) -> query.Query:
    """A word of the field, or a run of its characters. Never parsed: what a reader types has no syntax."""
    if len(units) == 1:
        return query.Term(field, units[0], boost=boost)
    return query.Phrase(field, list(units), boost=boost)
