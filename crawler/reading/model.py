"""What a reading says: the words shared by everything that reads a page."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
from typing import Any, Protocol

#: Changes whenever a page might be read differently; stored with every observation.
VERSION = "7"


class Basis(enum.StrEnum):
    """What a date was read from."""

    LIST_ITEM = "list-item"  # shown beside the entry in the column's list
    CHILD_COLUMN = "child-column"  # shown beside an entry of a column that lies below this one
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

    EMPTY = "empty"  # no bytes but white space
    TRUNCATED = "truncated"
    BAD_BYTES = "bad-bytes"
    FRAMESET = "frameset"  # the page only shows other pages
    META_REFRESH = "meta-refresh"  # the page sends its reader elsewhere
    YEAR_INFERRED = "year-inferred"
    FUTURE_DATE = "future-date"
    SELECTOR_NO_MATCH = "selector-no-match"
    NOT_FOLLOWED = "not-followed"  # pages that hold the dates could not be read


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
class Part:
    """One block of a column page: its heading ("" if it has none), its newest date, how many entries it has."""

    heading: str
    updated: dt.date | None
    entries: int


@dataclasses.dataclass(frozen=True, slots=True)
class Lead:
    """A page to be read before the column's update is known: an article of an undated list (basis
    ARTICLE_TEXT), or a column below this one (basis CHILD_COLUMN)."""

    name: str
    url: str
    basis: Basis


@dataclasses.dataclass(frozen=True, slots=True)
class ColumnReading:
    """What a reader sees on a column page.

    `updated` is a civil date (Asia/Shanghai) that stands visibly beside an entry of the column's own
    list (`basis` LIST_ITEM), or None. `candidates` are dates from hrefs and meta tags: never an update, kept
    as a hint. `parts`: the column's own blocks, in order. `leads`: what has to be read too; `crawler.reading.follow`
    says what it comes to. `crumb`: the names of the breadcrumb, outermost first.
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
    parts: tuple[Part, ...] = ()
    leads: tuple[Lead, ...] = ()
    crumb: tuple[str, ...] = ()
    version: str = VERSION

    @property
    def scripted(self) -> bool:
        """Whether the list seems to be filled by script."""
        return self.kind is PageKind.SCRIPTED

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready values; dates as YYYY-MM-DD."""
        return {**_plain(self), "scripted": self.scripted}


@dataclasses.dataclass(frozen=True, slots=True)
class ArticleReading:
    """When an article was published, as its page says. `basis` META is flagged: no reader sees it.

    `scripted`: the page shows no date and seems to be filled by script.
    """

    updated: dt.date | None
    basis: Basis | None
    confidence: float
    candidates: tuple[tuple[str, dt.date], ...]
    year_inferred: bool
    used_as_of: bool
    warnings: tuple[Warn, ...]
    charset: str
    charset_basis: str
    title: str
    scripted: bool = False
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
