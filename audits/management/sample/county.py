"""The sample county as its tables tell it: units, accounts, outside sites, columns and the truth about each."""

from __future__ import annotations

import csv
import dataclasses
from collections.abc import Iterator
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
NAME = "栖云县"
PORTAL_TITLE = "栖云县电子政务网门户"
#: The sample's accounts are for looking around on one's own machine; nothing else uses this password.
PASSWORD = "qiyun-sample-2026"  # noqa: S105 -- printed for everyone by the demo


@dataclasses.dataclass(frozen=True, slots=True)
class Unit:
    code: str
    kind: str
    name: str
    short_name: str
    leader: str
    leader_position: str
    officer: str
    phone: str
    villages: tuple[str, ...]
    duty: str


@dataclasses.dataclass(frozen=True, slots=True)
class Account:
    username: str
    name: str
    position: str
    unit: str
    role: str


@dataclasses.dataclass(frozen=True, slots=True)
class OutsideSite:
    """`style` says how `tests.sites` serves it."""

    code: str
    unit: str
    name: str
    style: str
    login_required: bool
    confirmed: bool


@dataclasses.dataclass(frozen=True, slots=True)
class SampleColumn:
    """A column, its scenario, and the truth: `state` and `updated` are what an honest auditor must report.

    `host` is a unit's code (its section of the portal) or an outside site's. `newest` and `updated` are
    days before the moment of the inspection; None: nothing there, or nothing that may be reported.
    """

    host: str
    slug: str
    name: str
    column_class: str
    rhythm_days: int | None
    articles: int
    newest: int | None
    special: str
    state: str
    updated: int | None

    @property
    def key(self) -> str:
        return f"{self.host}/{self.slug}"


@cache
def units() -> dict[str, Unit]:
    """Units by code."""
    return {
        row["code"]: Unit(villages=tuple(villages.split("、")), **row)
        for row in _rows("units.csv")
        if (villages := row.pop("villages"))
    }


@cache
def accounts() -> tuple[Account, ...]:
    return tuple(Account(**row) for row in _rows("accounts.csv"))


@cache
def outside_sites() -> dict[str, OutsideSite]:
    """Outside sites by code."""
    return {
        row["code"]: OutsideSite(
            code=row["code"],
            unit=row["unit"],
            name=row["name"],
            style=row["style"],
            login_required=row["login_required"] == "yes",
            confirmed=row["confirmed"] == "yes",
        )
        for row in _rows("sites.csv")
    }


@cache
def columns() -> tuple[SampleColumn, ...]:
    return tuple(
        SampleColumn(
            host=row["host"],
            slug=row["slug"],
            name=row["name"],
            column_class=row["class"],
            rhythm_days=_number(row["rhythm"]),
            articles=int(row["articles"]),
            newest=_number(row["newest"]),
            special=row["special"],
            state=row["state"],
            updated=_number(row["updated"]),
        )
        for row in _rows("columns.csv")
    )


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _number(text: str) -> int | None:
    return int(text) if text else None
