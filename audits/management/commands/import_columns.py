"""manage.py import_columns: a site's columns from a CSV file, all of them or none."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import io
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from audits.registry import services
from audits.registry.enums import ColumnStanding
from audits.registry.models import Column, Site
from portal.pages.enums import ColumnClass

FIELDS = ["name", "url", "class", "rhythm_days"]
MOST_ROWS = 5000
#: Classes by code and by their names in the two languages of the desk.
CLASSES = {name: code for code, label in ColumnClass.choices for name in (code, str(label))}


class BadRowsError(ValueError):
    """Rows that cannot be imported: one line each."""


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """A row of the file; an empty class is suggested from the name, an empty rhythm is the rule's."""

    line: int
    name: str
    url: str
    column_class: str
    rhythm_days: int | None


class Command(BaseCommand):
    help = (
        f"Add columns from a CSV file (UTF-8 or GBK) with the header {','.join(FIELDS)}. One bad row: nothing is added."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE.csv", type=Path)
        parser.add_argument("--site", metavar="CODE", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            site = _site(options["site"])
            rows = read_rows(path)
            added, known = import_rows(site=site, rows=rows, now=timezone.now())
        except BadRowsError as error:
            lines = "\n".join(f"{path}, {line}" for line in str(error).splitlines())
            raise CommandError(lines, returncode=2) from error
        except ValueError as error:
            raise CommandError(str(error), returncode=2) from error
        self.stdout.write(f"site {site.code}: {len(added)} columns added on trial, {known} known already")


def read_rows(path: Path) -> list[Row]:
    """The rows of a file. Raises ValueError for a file that cannot be read, BadRowsError naming every bad row."""
    reader = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    try:
        lines = [(reader.line_num, cells) for cells in islice(reader, MOST_ROWS + 2)]
    except csv.Error as error:
        raise ValueError(f"{path}, line {reader.line_num}: {error}") from error
    if not lines or [cell.strip() for cell in lines[0][1]] != FIELDS:
        raise ValueError(f"{path}, line 1: the header must be {','.join(FIELDS)}")
    if len(lines) > MOST_ROWS + 1:
        raise ValueError(f"{path}: more than {MOST_ROWS} rows: no site has so many columns")
    rows: list[Row] = []
    bad: list[str] = []
    for line, cells in lines[1:]:
        if not any(cell.strip() for cell in cells):
            continue
        try:
            rows.append(_row(line, [cell.strip() for cell in cells]))
        except ValueError as error:
            bad.append(f"line {line}: {error}")
    if bad:
        raise BadRowsError("\n".join(bad))
    return rows


@transaction.atomic
def import_rows(*, site: Site, rows: list[Row], now: dt.datetime) -> tuple[list[Column], int]:
    """Add the rows' columns on trial; returns those added and how many were known. Raises BadRowsError."""
    known = {column.location: column for column in site.columns.exclude(standing=ColumnStanding.RETIRED)}
    seen: dict[str, int] = {}
    added: list[Column] = []
    bad: list[str] = []
    for row in rows:
        try:
            location = services.location_of(site, row.url)
            if location in seen:
                raise ValueError(f"{row.url} stands in line {seen[location]} already")
            seen[location] = row.line
            if location in known:
                _same(known[location], row)
            else:
                added.append(
                    services.add_column(
                        site=site,
                        name=row.name,
                        url=row.url,
                        column_class=row.column_class,
                        rhythm_days=row.rhythm_days,
                        now=now,
                        reason="命令行 import_columns",
                    )
                )
        except ValueError as error:
            bad.append(f"line {row.line}: {error}")
    if bad:
        raise BadRowsError("\n".join(bad))
    return added, len(rows) - len(added)


def _site(code: str) -> Site:
    site = Site.objects.filter(code=code).first()
    if site is None:
        raise ValueError(f"--site {code!r}: no such site")
    return site


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror}") from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValueError(f"{path}: neither UTF-8 nor GBK")


def _row(line: int, cells: list[str]) -> Row:
    if len(cells) != len(FIELDS):
        raise ValueError(f"{len(cells)} fields, not {len(FIELDS)}")
    name, url, class_name, rhythm = cells
    if not name:
        raise ValueError("name is empty")
    if not url:
        raise ValueError("url is empty")
    if class_name and class_name not in CLASSES:
        raise ValueError(f"class {class_name!r} is none of {', '.join(ColumnClass.values)}")
    return Row(line, name, url, CLASSES.get(class_name, ""), _rhythm(rhythm))


def _rhythm(text: str) -> int | None:
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 366:
        raise ValueError(f"rhythm_days {text!r} is no number of days from 1 to 366")
    return int(text)


def _same(column: Column, row: Row) -> None:
    """Raises ValueError if a row would change a column: who watches it must be asked first."""
    if row.column_class and (row.column_class, row.rhythm_days) != (column.column_class, column.rhythm_days):
        have = f"{column.column_class}, rhythm {column.rhythm_days or 'of the rule'}"
        raise ValueError(f"{row.url} is registered as {column.name!r} ({have}); an import changes no column")
