"""Addresses of articles: short and ASCII, because they stand in papers."""

from __future__ import annotations

import datetime as dt
import uuid


def article_slug(*, uid: uuid.UUID, day: dt.date) -> str:
    """The last part of an article's address. A Chinese title would give one that nobody can copy by hand."""
    return f"{day:%Y%m%d}-{uid.hex[:8]}"
