"""Pages with a known answer: the project's own, and those of a corpus folder that somebody labelled."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import sys
from pathlib import Path
from urllib.parse import urlsplit

from crawler.reading.page import READER_ZONE

OWN = Path(__file__).parents[1] / "sites" / "reading"
COLUMN, ARTICLE = "column", "article"
#: Which table of a corpus folder asks which question.
TABLES = {COLUMN: "lists.csv", ARTICLE: "articles.csv"}


@dataclasses.dataclass(frozen=True, slots=True)
class Labelled:
    """One page and what a careful reader finds on it.

    `name`: its file, below `folder`. `question`: COLUMN (when was it last updated) or ARTICLE (when was it published).
    `day`: the civil date (Asia/Shanghai) on which it was saved. `expected`: None where no date is the right answer.
    `site`: pages of one site share a template, so figures are also given as a mean over sites.
    """

    folder: Path
    name: str
    question: str
    day: dt.date
    expected: dt.date | None
    site: str
    url: str = ""

    @property
    def path(self) -> Path:
        return self.folder / self.name

    @property
    def as_of(self) -> dt.datetime:
        return dt.datetime.combine(self.day, dt.time(23, 59, 59), READER_ZONE)


def own_pages() -> list[Labelled]:
    """The pages of tests/sites/reading."""
    return [
        Labelled(
            folder=OWN,
            name=row["file"],
            question=row["question"],
            day=dt.date.fromisoformat(row["as_of"]),
            expected=_date(row["updated"]),
            site=urlsplit(row["url"]).netloc,
            url=row["url"],
        )
        for row in _rows(OWN / "truth.csv")
    ]


def corpus_pages(folder: Path, question: str) -> list[Labelled]:
    """The pages of a corpus folder that are scored; none when it has no table for the question.

    Raises SystemExit with one line for a folder, table or page that cannot be used.
    """
    table = folder / TABLES[question]
    if not folder.is_dir():
        sys.exit(f"{folder}: no such folder")
    if not table.exists():
        return []
    pages = []
    for number, row in enumerate(_rows(table), start=2):
        try:
            if row["kind"] == "excluded" or not row["expected"] or row["expected"].startswith("PARTIAL"):
                continue
            day, expected = dt.date.fromisoformat(row["as_of"]), _date(row["expected"])
            page = Labelled(folder, row["file"], question, day, expected, row.get("site") or row.get("repo") or "")
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            sys.exit(f"{table} line {number}: {type(error).__name__}: {error}")
        if not page.path.is_file():
            sys.exit(f"{table} line {number}: {page.path} is not there")
        pages.append(page)
    if not pages:
        sys.exit(f"{table} labels no page")
    return pages


def _date(text: str) -> dt.date | None:
    return None if text == "NONE" else dt.date.fromisoformat(text)


def _rows(table: Path) -> list[dict[str, str]]:
    try:
        with table.open(newline="", encoding="utf-8-sig") as lines:
            return list(csv.DictReader(lines))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        sys.exit(f"{table}: {error}")
