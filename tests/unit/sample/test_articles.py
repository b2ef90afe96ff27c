"""What is written for the sample county: enough, varied, and the same every time."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter, defaultdict

import pytest
import rjieba

from audits.management.sample import county
from audits.management.sample.articles import Article, write_county
from audits.management.sample.writing import shingles

DAY = dt.date(2026, 11, 23)
#: A search for near-duplicates begins far above this.
NEAR_DUPLICATE = 0.5


@pytest.fixture(scope="module")
def articles() -> list[tuple[str, Article]]:
    """(unit's code, article) for the whole county."""
    sites = county.outside_sites()
    return [
        (sites[host].unit if (host := key.split("/")[0]) in sites else host, article)
        for key, written in write_county(DAY).items()
        for article in written
    ]


def test_there_are_about_1500_articles(articles):
    assert 1400 <= len(articles) <= 1700


def test_bodies_have_three_to_six_paragraphs(articles):
    assert {len(article.text.paragraphs) for _, article in articles} <= {3, 4, 5, 6}
    assert min(sum(map(len, article.text.paragraphs)) for _, article in articles) >= 100


def test_templates_leave_nothing_unfilled(articles):
    written = "".join(article.text.title + "".join(article.text.paragraphs) for _, article in articles)
    assert not set("{}|") & set(written)


def test_no_two_bodies_are_near_duplicates(articles):
    marks = [shingles("".join(article.text.paragraphs)) for _, article in articles]
    holders = defaultdict(list)
    for number, each in enumerate(marks):
        for shingle in each:
            holders[shingle].append(number)
    shared = Counter(pair for numbers in holders.values() for pair in itertools.combinations(numbers, 2))
    most_alike = max(count / (len(marks[a]) + len(marks[b]) - count) for (a, b), count in shared.items())
    assert most_alike < NEAR_DUPLICATE - 0.1


def test_a_third_of_the_titles_share_words_with_another_units(articles):
    """At least two words of two or more characters that are no unit's name."""
    names = {part for unit in county.units().values() for part in rjieba.cut(unit.name + unit.short_name)}
    words = [
        (unit, {word for word in rjieba.cut(article.text.title) if len(word) > 1 and word not in names})
        for unit, article in articles
    ]
    units_with = defaultdict(set)
    for unit, each in words:
        for pair in itertools.combinations(sorted(each), 2):
            units_with[pair].add(unit)
    sharing = sum(
        any(units_with[pair] - {unit} for pair in itertools.combinations(sorted(each), 2)) for unit, each in words
    )
    assert sharing / len(words) >= 0.3


def test_titles_in_a_column_differ():
    for key, written in write_county(DAY).items():
        assert len({article.text.title for article in written}) == len(written), key


def test_the_newest_article_of_a_column_is_as_old_as_the_table_says():
    written = write_county(DAY)
    for column in county.columns():
        if column.newest is None:
            assert written[column.key] == ()
        else:
            newest = max(article.published_at.date() for article in written[column.key])
            assert (DAY - newest).days == column.newest, column.key
            assert len(written[column.key]) == column.articles


def test_the_same_day_gives_the_same_county():
    once = write_county(DAY)
    write_county.cache_clear()
    assert write_county(DAY) == once


@pytest.mark.parametrize("day", [dt.date(2024, 2, 29), dt.date(2027, 1, 1), dt.date(2027, 8, 31)])
def test_a_county_can_be_written_for_any_day(day):
    assert sum(map(len, write_county(day).values())) > 1400
