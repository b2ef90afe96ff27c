"""Rule profiles: versioned data, one TOML file each, with the document and clause of every figure."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping


@dataclasses.dataclass(frozen=True, slots=True)
class Window:
    """How long a class of columns may go without an update: `days` or calendar `months`; neither: no clock."""

    days: int | None
    months: int | None
    warn_days: int
    clause: str


@dataclasses.dataclass(frozen=True, slots=True)
class Veto:
    """A count that fails a whole site."""

    id: str
    kind: str
    threshold: int
    state: str
    clause: str


@dataclasses.dataclass(frozen=True, slots=True)
class Profile:
    """A rule profile. `windows` is keyed by column class code."""

    code: str
    version: str
    title: str
    source: str
    windows: Mapping[str, Window]
    vetoes: tuple[Veto, ...]
    reply_workdays: Mapping[str, int]


class UnknownProfileError(ValueError):
    """No profile of that name; the message lists those there are."""


def profile_codes() -> tuple[str, ...]:
    """Codes of all profiles, e.g. ("census-2015", "county", "indicators-2019")."""
    raise NotImplementedError


def load_profile(code: str) -> Profile:
    """The profile of that code. Raises UnknownProfileError."""
    raise NotImplementedError
