"""What stands in every column of the sample county on the day of the inspection."""

from __future__ import annotations

import dataclasses
import datetime as dt
import random
from functools import lru_cache
from zoneinfo import ZoneInfo

from audits.management.sample import county
from audits.management.sample.writing import Memory, Text, Writer

SHANGHAI = ZoneInfo("Asia/Shanghai")
#: Days between one article and the one before it, by column class.
_GAPS = {
    "dynamic": (2, 9),
    "notice": (6, 30),
    "policy": (15, 60),
    "personnel_planning": (25, 90),
    "static": (60, 200),
    "archive": (3, 20),
}


@dataclasses.dataclass(frozen=True, slots=True)
class Article:
    text: Text
    published_at: dt.datetime


@lru_cache(maxsize=2)
def write_county(day: dt.date) -> dict[str, tuple[Article, ...]]:
    """Articles by column key (`SampleColumn.key`), newest first, for an inspection on `day`."""
    writer = Writer()
    return {column.key: tuple(_write(column, writer, day)) for column in county.columns()}


def _write(column: county.SampleColumn, writer: Writer, day: dt.date) -> list[Article]:
    if column.newest is None:
        return []
    rng = random.Random(column.key)  # noqa: S311 -- the same county every time, not a secret
    site = county.outside_sites().get(column.host)
    unit = county.units()[site.unit if site else column.host]
    memory = Memory()
    articles = []
    ago = column.newest
    for _ in range(column.articles):
        date = day - dt.timedelta(days=ago)
        at = dt.datetime.combine(date, dt.time(rng.randint(8, 16), rng.randint(0, 59)), SHANGHAI)
        text = writer.write(rng=rng, unit=unit, column_class=column.column_class, day=date, memory=memory)
        articles.append(Article(text=text, published_at=at))
        ago += rng.randint(*_GAPS[column.column_class])
    return articles
