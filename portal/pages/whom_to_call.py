"""The network centre's phone on pages that may not ask the database, which is what may be broken."""

from __future__ import annotations

import contextlib
from pathlib import Path

from django.conf import settings


def _copy() -> Path:
    return Path(settings.VAR_DIR) / "centre-phone.txt"


def keep(phone: str) -> None:
    """Lay a copy of the front page's phone beside what can be made again."""
    _copy().write_text(phone, encoding="utf-8")


def phone() -> str:
    """What CENTRE_PHONE says, else the copy; empty while neither is there."""
    kept = ""
    with contextlib.suppress(OSError, UnicodeError):
        kept = _copy().read_text(encoding="utf-8").strip()
    return settings.CENTRE_PHONE or kept
