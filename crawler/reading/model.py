"""What a reading says: the words shared by everything that reads a page."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
from typing import Any, Protocol

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


class Override(Protocol):
    """How a person says one column is to be read: CSS selector of the dated entries, and how they write dates."""

    @property
    def selector(self) -> str: ...

    @property
    def date_format(self) -> str: ...


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
        return _plain(self)


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
        return _plain(self)


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, enum.Enum):
        return value.value
    return value
