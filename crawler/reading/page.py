"""The two questions a page is asked: when was this column last updated, when was this article published."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
from collections.abc import Mapping
from typing import Any

#: Changes whenever a page might be read differently; stored with every observation.
VERSION = "1"


class Basis(enum.StrEnum):
    """What a date was read from."""

    LIST_ITEM = "list-item"  # shown beside the entry in the column's list
    ARTICLE_TEXT = "article-text"  # shown in the article
    META = "meta"
    HREF = "href"


class PageKind(enum.StrEnum):
    """What the page turned out to be; anything but LIST, LANDING, STATIC and BLANK cannot be judged."""

    LIST = "list"
    LANDING = "landing"  # several blocks
    STATIC = "static"  # text, no list
    BLANK = "blank"  # a column frame that lists nothing
    SCRIPTED = "scripted"  # the list is filled by script
    LOGIN = "login"
    CLOSED = "closed"  # "upgrading", "under construction"
    SOFT_404 = "soft-404"
    CHALLENGE = "challenge"
    UNREADABLE = "unreadable"


class Warn(enum.StrEnum):
    """Warnings by name."""

    TRUNCATED = "truncated"
    BAD_BYTES = "bad-bytes"
    YEAR_INFERRED = "year-inferred"
    FUTURE_DATE = "future-date"
    SELECTOR_NO_MATCH = "selector-no-match"


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """One item of a list. `text` is what the date was read from; confidence 0 to 1."""

    title: str
    url: str
    date: dt.date | None
    text: str
    basis: Basis | None
    confidence: float


@dataclasses.dataclass(frozen=True, slots=True)
class ColumnReading:
    """What a reader sees on a column page.

    `updated` is a civil date (Asia/Shanghai) that stands visibly beside an entry of the column's own
    list, or None. `candidates` are dates from hrefs and meta tags: never an update, kept as a hint.
    """

    kind: PageKind
    updated: dt.date | None
    basis: Basis | None
    confidence: float
    entries: tuple[Entry, ...]
    candidates: tuple[tuple[str, dt.date], ...]
    year_inferred: bool
    used_as_of: bool
    warnings: tuple[Warn, ...]
    charset: str
    charset_basis: str
    pager: tuple[str, ...]
    title: str
    version: str = VERSION

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready values; dates as YYYY-MM-DD."""
        raise NotImplementedError


@dataclasses.dataclass(frozen=True, slots=True)
class ArticleReading:
    """When an article was published, as its page says. `basis` META is flagged: no reader sees it."""

    updated: dt.date | None
    basis: Basis | None
    confidence: float
    candidates: tuple[tuple[str, dt.date], ...]
    used_as_of: bool
    warnings: tuple[Warn, ...]
    charset: str
    charset_basis: str
    title: str
    version: str = VERSION

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready values; dates as YYYY-MM-DD."""
        raise NotImplementedError


def read_column(
    body: bytes,
    *,
    url: str,
    as_of: dt.datetime,
    headers: Mapping[str, str] | None = None,
    override: Any = None,
) -> ColumnReading:
    """Read a column page. Never raises for any bytes."""
    raise NotImplementedError


def read_article(
    body: bytes,
    *,
    url: str,
    as_of: dt.datetime,
    headers: Mapping[str, str] | None = None,
) -> ArticleReading:
    """Read an article page. Never raises for any bytes."""
    raise NotImplementedError
