"""Articles of the sample county: varied official Chinese from the templates in `texts/`, the same for the same seed.

Template language: {a|b} picks one, {3-9} and {0.5-2.5} draw a number, {name} is looked up; braces may be nested.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import random
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from audits.management.sample.county import Unit

TEXTS = Path(__file__).parent / "texts"
SHINGLE = 4
#: Two articles on one topic may share at most this part of their shingles; a draft that shares more is drawn again.
MOST_ALIKE = 0.35
DRAFTS = 400
#: A topic does not come back before so many other articles of its column.
PAUSE = 3

_FIGURES = re.compile(r"\d+")
_INNERMOST = re.compile(r"\{([^{}]*)\}")
_NUMBERS = re.compile(r"(\d+(?:\.(\d+))?)-(\d+(?:\.\d+)?)")
#: How items of a list are numbered, by column class; other classes run on.
_NUMBERED = {"notice": "{}、", "policy": "第{}条　", "personnel_planning": "（{}）"}
_NUMERALS = "一二三四五六七八九"


@dataclasses.dataclass(frozen=True, slots=True)
class Text:
    title: str
    paragraphs: tuple[str, ...]


def shingles(text: str) -> frozenset[str]:
    """Every run of four characters."""
    return frozenset(text[at : at + SHINGLE] for at in range(len(text) - SHINGLE + 1))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """The part of their shingles that two texts share (Jaccard), 0 to 1."""
    return len(one & other) / len(one | other)


@dataclasses.dataclass(slots=True)
class Memory:
    """What one column has had already: titles without their figures, and the topics in order."""

    titles: set[str] = dataclasses.field(default_factory=set)
    topics: list[str] = dataclasses.field(default_factory=list)


class Writer:
    """Writes for the whole county, so that no article comes out too much like an earlier one."""

    def __init__(self) -> None:
        self._written: dict[str, list[frozenset[str]]] = {}

    def write(self, *, rng: random.Random, unit: Unit, column_class: str, day: dt.date, memory: Memory) -> Text:
        """One article of a unit for a column of that class, dated `day`: another topic and title than just before."""
        topics = _topics(column_class, unit, day)
        for _ in range(DRAFTS):
            topic = rng.choice(topics)
            if len(topics) > PAUSE and topic["name"] in memory.topics[-PAUSE:]:
                continue
            text = _draft(topic, rng=rng, unit=unit, column_class=column_class, day=day)
            title = _FIGURES.sub("", text.title)
            earlier = self._written.setdefault(topic["name"], [])
            marks = shingles("".join(text.paragraphs))
            if title not in memory.titles and all(likeness(marks, other) < MOST_ALIKE for other in earlier):
                earlier.append(marks)
                memory.titles.add(title)
                memory.topics.append(topic["name"])
                return text
        raise RuntimeError(f"{unit.code}: {DRAFTS} drafts for {column_class} on {day} were all too much alike")


@cache
def _texts(name: str) -> dict[str, Any]:
    return tomllib.loads((TEXTS / f"{name}.toml").read_text(encoding="utf-8"))


def _topics(column_class: str, unit: Unit, day: dt.date) -> list[dict[str, Any]]:
    """What this unit may write about in that month."""
    return [
        topic
        for topic in _texts(column_class)["topic"]
        if day.month in topic.get("months", [day.month])
        and unit.kind in topic.get("kinds", [unit.kind])
        and unit.code in topic.get("units", [unit.code])
    ]


def _draft(topic: Mapping[str, Any], *, rng: random.Random, unit: Unit, column_class: str, day: dt.date) -> Text:
    phrases = _texts("phrases")[column_class]
    soon = day + dt.timedelta(days=rng.randint(3, 12))
    names = {
        "unit": unit.name,
        "short": unit.short_name,
        "leader": f"{unit.leader_position}{unit.leader}",
        "officer": unit.officer,
        "phone": unit.phone,
        "topic": topic["name"],
        "year": str(day.year),
        "month": str(day.month),
        "today": f"{day.month}月{day.day}日",
        "nextday": f"{soon.month}月{soon.day}日",
    }

    def fill(template: str) -> str:
        return _fill(template, rng=rng, names={**names, "village": rng.choice(unit.villages)})

    facts = rng.sample(topic["facts"], k=min(len(topic["facts"]), rng.randint(5, 7)))
    opening, closing = fill(rng.choice(phrases["openings"])), fill(rng.choice(phrases["closings"]))
    body = [fill(fact) for fact in facts]
    if column_class in _NUMBERED:
        body = [_NUMBERED[column_class].format(_NUMERALS[at]) + line for at, line in enumerate(body[:4])]
        paragraphs = [opening, *body, closing]
    else:
        half = 1 + len(body) // 2
        paragraphs = [opening + body[0], "".join(body[1:half]), "".join(body[half:]), closing]
    return Text(title=fill(rng.choice(topic["titles"])), paragraphs=tuple(line for line in paragraphs if line))


def _fill(template: str, *, rng: random.Random, names: Mapping[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        inside = match[1]
        if "|" in inside:
            return rng.choice(inside.split("|"))
        if numbers := _NUMBERS.fullmatch(inside):
            low, decimals, high = numbers.groups(default="")
            if decimals:
                return f"{rng.uniform(float(low), float(high)):.{len(decimals)}f}"
            return str(rng.randint(int(low), int(high)))
        return names[inside]

    while "{" in template:
        template = _INNERMOST.sub(value, template)
    return template
