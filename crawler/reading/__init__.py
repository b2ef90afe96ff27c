"""A page's bytes to dated entries: pure functions; no network, no clock, no framework."""

from crawler.reading.page import (
    VERSION,
    ArticleReading,
    Basis,
    ColumnReading,
    Entry,
    PageKind,
    Warn,
    read_article,
    read_column,
)

__all__ = [
    "VERSION",
    "ArticleReading",
    "Basis",
    "ColumnReading",
    "Entry",
    "PageKind",
    "Warn",
    "read_article",
    "read_column",
]
