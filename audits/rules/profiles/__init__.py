"""Rule profiles: versioned data, one TOML file each, with the document and clause of every figure."""

from __future__ import annotations

import dataclasses
import functools
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from audits.rules.states import SiteState

FOLDER = Path(__file__).parent
#: What a veto may count.
VETO_KINDS = frozenset({"site-not-updated", "stale-columns", "blank-columns", "all-stale"})
VETO_STATES = frozenset({SiteState.FAILING.value, SiteState.ZOMBIE.value})


@dataclasses.dataclass(frozen=True, slots=True)
class Window:
    """How long a class of columns may go without an update: `days` or calendar `months`; neither: no clock.

    `label` is what the document calls the class, `clause` the item of the document that sets the figure.
    A column is due soon in the last `warn_days` days. `exempt`: the class need not be updated by rule.
    """

    label: str
    clause: str
    days: int | None = None
    months: int | None = None
    warn_days: int = 0
    exempt: bool = False

    @property
    def has_clock(self) -> bool:
        return self.days is not None or self.months is not None


@dataclasses.dataclass(frozen=True, slots=True)
class Veto:
    """A figure that decides over a whole site.

    Kinds: `site-not-updated` (no column updated for `threshold` days), `stale-columns` (at least
    `threshold` columns of `classes` not updated; blank ones among them if `count_blank`),
    `blank-columns` (at least `threshold` blank columns), `all-stale` (at least `threshold` columns
    with a clock, and all of them not updated, blank or undated). `state`: SiteState of a site it hits.
    """

    id: str
    kind: str
    threshold: int
    state: str
    clause: str
    classes: tuple[str, ...] = ()
    count_blank: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Profile:
    """A rule profile. `windows` is keyed by column class code, `reply_workdays` by paper step.

    `citation` opens every sentence: the document, and whether it binds or is only borrowed (参照).
    """

    code: str
    version: str
    title: str
    source: str
    citation: str
    windows: Mapping[str, Window]
    vetoes: tuple[Veto, ...]
    reply_workdays: Mapping[str, int]


class UnknownProfileError(ValueError):
    """No profile of that name; the message lists those there are."""


class ProfileError(ValueError):
    """A profile file that cannot be used; the message names the file, the place and what is wrong."""


def profile_codes() -> tuple[str, ...]:
    """Codes of all profiles, e.g. ("census-2015", "county", "indicators-2019")."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


@functools.cache
def load_profile(code: str) -> Profile:
    """The profile of that code. Raises UnknownProfileError, or ProfileError if its file is wrong."""
    if code not in profile_codes():
        raise UnknownProfileError(f"unknown rule profile {code!r}; there are: {', '.join(profile_codes())}")
    return read_profile(FOLDER / f"{code}.toml")


def title_of(code: str) -> str:
    """What people call the profile of that code; of one that is no longer kept, the code."""
    return load_profile(code).title if code in profile_codes() else code


def read_profile(path: Path) -> Profile:
    """The profile in a file. Raises ProfileError naming the first thing that is wrong."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProfileError(f"{path.name}: not valid TOML: {error}") from error
    table = _Table(data, path.name)
    profile = Profile(
        code=table.text("code"),
        version=table.text("version"),
        title=table.text("title"),
        source=table.text("source"),
        citation=table.text("citation"),
        windows=MappingProxyType({code: _window(window) for code, window in table.tables("windows").items()}),
        vetoes=tuple(_veto(veto) for veto in table.table_list("vetoes")),
        reply_workdays=MappingProxyType(table.table("reply_workdays").all_positive()),
    )
    table.nothing_else()
    if profile.code != path.stem:
        raise ProfileError(f"{path.name}: code: must be the file's name, {path.stem!r}, not {profile.code!r}")
    ids = [veto.id for veto in profile.vetoes]
    for place, veto in enumerate(profile.vetoes):
        if ids.index(veto.id) != place:
            raise ProfileError(f"{path.name}: vetoes[{place}].id: {veto.id!r} is used twice")
        for column_class in veto.classes:
            if column_class not in profile.windows:
                raise ProfileError(f"{path.name}: vetoes[{place}].classes: {column_class!r} has no window")
    return profile


def _window(table: _Table) -> Window:
    window = Window(
        label=table.text("label"),
        clause=table.text("clause"),
        days=table.positive("days", None),
        months=table.positive("months", None),
        warn_days=table.positive("warn_days", 0) or 0,
        exempt=table.flag("exempt"),
    )
    table.nothing_else()
    if window.days and window.months:
        raise table.error("days", "give days or months, not both")
    if window.exempt and window.has_clock:
        raise table.error("exempt", "a class that is exempt has no days and no months")
    if bool(window.warn_days) != window.has_clock:
        raise table.error("warn_days", "goes with days or months, and only with them")
    return window


def _veto(table: _Table) -> Veto:
    veto = Veto(
        id=table.text("id"),
        kind=table.text("kind"),
        threshold=table.positive("threshold") or 0,
        state=table.text("state"),
        clause=table.text("clause"),
        classes=table.texts("classes"),
        count_blank=table.flag("count_blank"),
    )
    table.nothing_else()
    if veto.kind not in VETO_KINDS:
        raise table.error("kind", f"{veto.kind!r} is none of {', '.join(sorted(VETO_KINDS))}")
    if veto.state not in VETO_STATES:
        raise table.error("state", f"{veto.state!r} is none of {', '.join(sorted(VETO_STATES))}")
    if bool(veto.classes) != (veto.kind == "stale-columns"):
        raise table.error("classes", "goes with kind stale-columns, and only with it")
    return veto


_REQUIRED: Any = object()


class _Table:
    """A TOML table that is taken apart key by key and complains with its place in the file."""

    def __init__(self, data: dict[str, Any], place: str) -> None:
        self._data = dict(data)
        self._place = place

    def error(self, key: str, problem: str) -> ProfileError:
        separator = ": " if self._place.endswith(".toml") else "."
        return ProfileError(f"{self._place}{separator}{key}: {problem}")

    def _take(self, key: str, default: Any, kind: type, words: str) -> Any:
        value = self._data.pop(key, default)
        if value is _REQUIRED:
            raise self.error(key, "is missing")
        # bool is an int to Python, not to the writer of a profile
        if value is not default and (not isinstance(value, kind) or (kind is int and isinstance(value, bool))):
            raise self.error(key, f"must be {words}, not {value!r}")
        return value

    def text(self, key: str) -> str:
        value: str = self._take(key, _REQUIRED, str, "text")
        if not value.strip():
            raise self.error(key, "is empty")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        values = self._take(key, [], list, "a list of texts")
        if not all(isinstance(value, str) for value in values):
            raise self.error(key, f"must be a list of texts, not {values!r}")
        return tuple(values)

    def flag(self, key: str) -> bool:
        value: bool = self._take(key, False, bool, "true or false")
        return value

    def positive(self, key: str, default: int | None = _REQUIRED) -> int | None:
        value: int | None = self._take(key, default, int, "a whole number")
        if value is not default and value is not None and value < 1:
            raise self.error(key, f"must be 1 or more, not {value}")
        return value

    def all_positive(self) -> dict[str, int]:
        return {key: self.positive(key) or 0 for key in list(self._data)}

    def table(self, key: str) -> _Table:
        return self._below(key, self._take(key, _REQUIRED, dict, "a table"))

    def tables(self, key: str) -> dict[str, _Table]:
        values = self._take(key, _REQUIRED, dict, "a table of tables")
        return {name: self._below(f"{key}.{name}", value) for name, value in values.items()}

    def table_list(self, key: str) -> list[_Table]:
        values = self._take(key, _REQUIRED, list, "a list of tables")
        return [self._below(f"{key}[{place}]", value) for place, value in enumerate(values)]

    def _below(self, key: str, value: Any) -> _Table:
        if not isinstance(value, dict):
            raise self.error(key, f"must be a table, not {value!r}")
        return _Table(value, re.sub(r"\.toml$", ".toml: ", self._place) + key)

    def nothing_else(self) -> None:
        for key in self._data:
            raise self.error(key, "is not a known key")
