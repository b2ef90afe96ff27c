"""Questions to the county of the search bench, judged by its facts alone: no text and no analysis is asked.

Every question has a kind, and grades for all of its answers: 3 for what is about it, 2 for what treats it among other
things, 1 for what mentions it. Where facts leave a choice, as of a column, a town or what a paper calls itself, that is
asked for which has several answers. Questions about the topics that nobody tuned for, and a quarter of the others that
have none, are held out.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from tests.bench.search_county import Article, Role
from tests.bench.search_topics import ACTS, AMBIGUOUS, COLUMNS, FIRST_HELD_OUT, NAMED, PLACES, TOPICS, UNITS

Grades = dict[int, int]
#: Asked as one asks a clerk.
_SENTENCES = ("怎么申请{}", "{}怎么办理", "如何申请办理{}", "办理{}需要什么证件")
#: Characters at the end of titles that are asked for in quotes, and how many titles may end so.
QUOTED, FEW = (8, 15), range(2, 9)
_SENTENCES_HELD_OUT = ("请问{}在哪里申请", "我想办理{}", "申请{}要哪些证件", "{}是怎样办理的")


@dataclass(frozen=True)
class Judged:
    """A question, its kind, and the grade of every right answer by the article's place in the county."""

    kind: str
    text: str
    grades: Grades
    #: Narrowed to a column class and to a period, as the page's filters do.
    column_class: str = ""
    period: str = ""
    is_held_out: bool = False


def questions(articles: list[Article], *, seed: int = 20261126) -> list[Judged]:
    """Every question that has an answer; the same for the same county."""
    source = random.Random(seed)
    to_topic: dict[int, Grades] = defaultdict(dict)
    for place, article in enumerate(articles):
        for topic, role in article.roles.items():
            to_topic[topic][place] = int(role)
    found = [
        *_of_topics(articles, to_topic),
        *_narrowed_by_words(source, articles, to_topic),
        *_asked_in_a_sentence(articles, to_topic),
        *_of_people(articles),
        *_of_documents(source, articles),
        *_narrowed_by_filters(articles, to_topic),
    ]
    return [question for question in found if question.grades]


def _held_out(topics: Iterable[int]) -> bool:
    return any(topic >= FIRST_HELD_OUT for topic in topics)


def _of_topics(articles: list[Article], to_topic: dict[int, Grades]) -> Iterable[Judged]:
    for number, topic in enumerate(TOPICS):
        asked = {
            "topic": topic.name,
            "said loosely": topic.loosely,
            "synonym": topic.synonym,
            "traditional": topic.traditional,
            "full width": _wide(topic.name.upper()) if topic.name[0].isascii() else "",
        }
        for kind, text in asked.items():
            if text:
                yield Judged(kind, text, to_topic[number], is_held_out=_held_out([number]))
        if number % 2 == 0:
            same = [n for n, other in enumerate(TOPICS) if topic.head in (other.head, other.tail)]
            apart = {place: 1 for place, article in enumerate(articles) if set(same) & set(article.apart)}
            grades = _together([apart, *(to_topic[n] for n in same)])
            yield Judged("part of a word", topic.head, grades, is_held_out=_held_out(same))
    for word, topics in AMBIGUOUS.items():
        grades = _together(to_topic[topic] for topic in topics)
        yield Judged("two meanings", word, grades, is_held_out=_held_out(topics))


def _together(parts: Iterable[Grades]) -> Grades:
    grades: Grades = {}
    for part in parts:
        for place, grade in part.items():
            grades[place] = max(grade, grades.get(place, 0))
    return grades


def _narrowed_by_words(source: random.Random, articles: list[Article], to_topic: dict[int, Grades]) -> Iterable[Judged]:
    for number, topic in enumerate(TOPICS):
        grades = to_topic[number]
        held_out = _held_out([number])
        full, short = UNITS[topic.unit]
        asked = (f"{short} {topic.name}", f"{topic.name}{short}", f"栖云县{full} {topic.name}")[number % 3]
        of_unit = {place: grade for place, grade in grades.items() if articles[place].unit == topic.unit}
        yield Judged("unit and topic", asked, of_unit, is_held_out=held_out)

        column = number % len(COLUMNS)
        of_column = {place: grade for place, grade in grades.items() if articles[place].column == column}
        yield Judged("column and topic", f"{topic.name} {COLUMNS[column][0]}", of_column, is_held_out=held_out)
        column = _commonest(articles[place].column for place in of_unit) or 0
        of_both = {place: grade for place, grade in of_unit.items() if articles[place].column == column}
        asked = f"{short}{COLUMNS[column][0]} {topic.head} {topic.tail}"
        yield Judged("unit and column and topic", asked, of_both, is_held_out=held_out)

        named = [town for place in grades for town in {articles[place].place, *articles[place].passing} - {""}]
        town = source.choice([name for name, count in Counter(sorted(named)).items() if count > 1] or PLACES)
        of_town = {place: grade for place, grade in grades.items() if articles[place].place == town}
        passing = {place: 1 for place in grades if town in articles[place].passing}
        asked = f"{town}{topic.name}" if number % 2 else f"{topic.name} {town}"
        yield Judged("town and topic", asked, _together([passing, of_town]), is_held_out=held_out)

        act = _commonest(articles[place].act for place in grades if articles[place].act) or next(iter(ACTS))
        so_called = {place: grade for place, grade in grades.items() if articles[place].act == act}
        yield Judged("kind of paper and topic", f"{topic.name}{act}", so_called, is_held_out=held_out)


def _asked_in_a_sentence(articles: list[Article], to_topic: dict[int, Grades]) -> Iterable[Judged]:
    """An answer says how to apply; what is about the same but does not say so helps a little."""
    for number, topic in enumerate(TOPICS):
        about = [place for place, grade in to_topic[number].items() if grade == Role.ABOUT]
        grades = {place: int(Role.ABOUT) if articles[place].is_guide else 1 for place in about}
        if int(Role.ABOUT) in grades.values():
            held_out = _held_out([number])
            sentences = _SENTENCES_HELD_OUT if held_out else _SENTENCES
            text = sentences[number % len(sentences)].format(topic.name)
            yield Judged("asked in a sentence", text, grades, is_held_out=held_out)


def _of_people(articles: list[Article]) -> Iterable[Judged]:
    for number, name in enumerate(NAMED):
        grades = {place: int(article.people[name]) for place, article in enumerate(articles) if name in article.people}
        appointing = {place: grade for place, grade in grades.items() if grade == Role.ABOUT}
        yield Judged("person", name, grades, is_held_out=number % 4 == 3)
        yield Judged("person and post", f"{name} 任命", appointing, is_held_out=number % 4 == 3)


def _commonest(values: Iterable[Any]) -> Any:
    return next((value for value, _count in Counter(sorted(values)).most_common(1)), None)


def _of_documents(source: random.Random, articles: list[Article]) -> Iterable[Judged]:
    """By what stands in titles, and by number. A number is one document's: it and what quotes it are the answers."""
    quoting: dict[str, Grades] = defaultdict(dict)
    for place, article in enumerate(articles):
        for quoted in article.quotes:
            quoting[quoted][place] = 1
    endings = Counter(
        article.title[-length:] for article in articles for length in range(*QUOTED) if len(article.title) > length
    )
    few = sorted(ending for ending, count in endings.items() if count in FEW)
    for count, ending in enumerate(source.sample(few, 20)):
        grades = {place: int(Role.ABOUT) for place, article in enumerate(articles) if ending in article.title}
        yield Judged("title in quotes", f"“{ending}”", grades, is_held_out=count % 4 == 3)
    numbered = [place for place, article in enumerate(articles) if quoting[article.number]]
    for count, place in enumerate(source.sample(numbered, 30)):
        number = articles[place].number
        head, rest = number.split("发〔")
        year, last = rest.split("〕")
        forms = (
            number,
            f"{head}发 {last}",
            f"〔{year}〕{last}",
            f"{head}发[{year}]{last[:-1]}",
            last,
            _wide(f"〔{year}〕{last}"),
        )
        grades = {**quoting[number], place: int(Role.ABOUT)}
        yield Judged("number", forms[count % len(forms)], grades, is_held_out=count % 4 == 3)


def _narrowed_by_filters(articles: list[Article], to_topic: dict[int, Grades]) -> Iterable[Judged]:
    for number in range(1, len(TOPICS), 3):
        column = number % len(COLUMNS)
        grades = {
            place: grade
            for place, grade in to_topic[number].items()
            if articles[place].column == column and articles[place].days_ago <= 365
        }
        judged = Judged("date and class", TOPICS[number].name, grades, is_held_out=_held_out([number]))
        yield replace(judged, column_class=COLUMNS[column][1], period="year")


def _wide(text: str) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) if letter.isascii() else letter for letter in text)
