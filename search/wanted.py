"""What an engine is asked for: a small tree over named fields, the same for every engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Everything:
    """Every document of the index."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """No document."""


@dataclass(frozen=True, slots=True)
class Run:
    """Tokens beside each other in one field, each a character, a Latin word or a number; alone, any token."""

    field: str
    tokens: tuple[str, ...]
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Beginning:
    """A token of the field that begins like this."""

    field: str
    start: str
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Near:
    """A token of the field that is one character off."""

    field: str
    token: str
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class All:
    """Documents that every part finds."""

    parts: tuple[Wanted, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """Documents that at least one part finds."""

    parts: tuple[Wanted, ...]


@dataclass(frozen=True, slots=True)
class Rather:
    """Documents that `needed` finds; those that `liked` finds too come earlier."""

    needed: Wanted
    liked: Wanted


@dataclass(frozen=True, slots=True)
class Without:
    """Documents that `part` does not find."""

    part: Wanted


Wanted = Everything | Nothing | Run | Beginning | Near | All | Any | Rather | Without


def every(parts: Sequence[Wanted]) -> Wanted:
    """All of the parts; without any part, nothing."""
    kept = [part for part in parts if part != Everything()]
    if Nothing() in kept or not parts:
        return Nothing()
    if not kept:
        return Everything()
    return kept[0] if len(kept) == 1 else All(tuple(kept))


def either(parts: Sequence[Wanted]) -> Wanted:
    """At least one of the parts; without any part, nothing."""
    kept = [part for part in parts if part != Nothing()]
    if Everything() in kept:
        return Everything()
    if not kept:
        return Nothing()
    return kept[0] if len(kept) == 1 else Any(tuple(kept))


def without(part: Wanted) -> Wanted:
    """The opposite of a part."""
    if part == Nothing():
        return Everything()
    return Nothing() if part == Everything() else Without(part)
