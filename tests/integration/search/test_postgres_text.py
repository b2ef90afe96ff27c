"""What is stored of a document on PostgreSQL and what is asked of it, held together by a real server."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from portal.pages.models import ArticlePage
from search import wanted
from search.backends.postgres_text import LAST_POSITION, TERMS_OF_A_RANK, Fields
from search.documents import WORDS, Document, fields_of
from search.wanted import Wanted
from tests.servers import postgresql

pytestmark = pytest.mark.postgres
ROOT = "wagtailcore.page"
FIELDS = Fields(ROOT)


def of_article(*tokens: str, without: str = "") -> Wanted:
    """The tokens beside each other in any field of an article, as a question asks for them."""
    boosts = fields_of(ArticlePage, WORDS).items()
    return wanted.either([wanted.Run(name, tokens, boost) for name, boost in boosts if name != WORDS + without])


@pytest.fixture(scope="module")
def server() -> Iterator[psycopg.Connection]:
    with postgresql() as url, psycopg.connect(url) as connection:
        yield connection


def finds(server: psycopg.Connection, asked: Wanted, **texts: str) -> bool:
    document = Document(f"{ROOT}:1", {WORDS + name: text for name, text in texts.items()})
    answer = server.execute(
        "SELECT %s::tsvector @@ %s::tsquery", [FIELDS.vector(document), FIELDS.query(asked)]
    ).fetchone()
    return bool(answer and answer[0])


def score(server: psycopg.Connection, asked: Wanted, **texts: str) -> float:
    document = Document(f"{ROOT}:1", {WORDS + name: text for name, text in texts.items()})
    total = 0.0
    for factor, weights, query in FIELDS.ranks(asked):
        row = server.execute(
            "SELECT ts_rank(%s::real[], %s::tsvector, %s::tsquery)", [weights, FIELDS.vector(document), query]
        ).fetchone()
        total += factor * row[0] if row else 0.0
    return total


def test_fields_that_share_their_lexemes_are_told_apart(server: psycopg.Connection) -> None:
    for name in ("title", "text", "place", "attachments", "number", "links"):
        texts = {name: "防汛 值班"}
        assert finds(server, of_article("防汛"), **texts)
        assert not finds(server, of_article("防汛", without=name), **texts)
        assert finds(server, wanted.Run(WORDS + name, ("防汛",)), **texts)
        assert finds(server, of_article("防", "汛"), **texts)
        assert not finds(server, of_article("防", "汛", without=name), **texts)


def test_a_phrase_stands_in_one_field(server: psycopg.Connection) -> None:
    assert finds(server, of_article("防", "汛"), title="全县防汛", text="工作安排")
    for first, second in (("title", "text"), ("text", "title"), ("text", "place"), ("number", "attachments")):
        assert not finds(server, of_article("防", "汛"), **{first: "防", second: "汛"})


def test_what_stands_in_a_long_body_hides_no_other_field(server: psycopg.Connection) -> None:
    texts = {"text": "防 " * (LAST_POSITION + 100), "title": "防", "place": "镇"}
    assert finds(server, wanted.Run(WORDS + "title", ("防",)), **texts)
    assert finds(server, wanted.Run(WORDS + "place", ("镇",)), **texts)
    assert not finds(server, wanted.Run(WORDS + "place", ("防",)), **texts)


def test_a_field_counts_by_its_boost(server: psycopg.Connection) -> None:
    asked = of_article("防汛")
    scores = [score(server, asked, **{name: "防汛"}) for name in ("number", "title", "text", "attachments", "place")]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == len(scores)
    assert not score(server, of_article("防汛", without="title"), title="防汛")
    # Of a place's name, only that it stands there counts.
    of_place = wanted.either([wanted.Run(WORDS + "title", ("镇",), 0.0), wanted.Run(WORDS + "place", ("镇",), 0.5)])
    assert not score(server, of_place, title="镇")
    assert score(server, of_place, place="镇")


def test_a_long_question_is_ranked_by_how_it_begins() -> None:
    terms = [wanted.Run(WORDS + "text", (f"词{number}",)) for number in range(TERMS_OF_A_RANK + 5)]
    (rank,) = FIELDS.ranks(wanted.every(terms))
    assert rank.query.count("|") == TERMS_OF_A_RANK - 1
    assert FIELDS.query(wanted.every(terms)).count("&") == len(terms) - 1


def test_quotes_and_backslashes_stay_what_they_are(server: psycopg.Connection) -> None:
    for token in ("it's", "a\\b", "'; drop", ":*a"):
        lexeme = FIELDS.query(wanted.Run(WORDS + "text", (token,)))
        assert server.execute("SELECT numnode(%s::tsquery)", [lexeme]).fetchone() == (1,)
