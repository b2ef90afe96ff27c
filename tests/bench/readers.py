"""The readers that bench_reading compares: each answers one page with a day or None.

The rivals get what spares them trouble: pages decoded as this project decodes them (htmldate decodes by itself, as it
is meant to be called), and the day on which a page was saved as the last day that they may give.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path
from typing import Protocol

import htmldate
from htmldate.meta import reset_caches
from selectolax.lexbor import LexborHTMLParser

from crawler.reading import read_article, read_column
from crawler.reading.encoding import decode
from tests.bench.labelled import COLUMN, Labelled

_HERE = Path(__file__).parent
_FULL_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)")


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """`seconds`: CPU. `confidence`: 0 to 1, None where the reader gives none. `error`: what it raised."""

    day: dt.date | None
    seconds: float
    confidence: float | None = None
    error: str = ""


class Reader(Protocol):
    """`name` stands in the table."""

    name: str

    def answer(self, page: Labelled, body: bytes) -> Answer: ...


class Own:
    """This project's reader."""

    name = "this reader"

    def answer(self, page: Labelled, body: bytes) -> Answer:
        read = read_column if page.question == COLUMN else read_article
        started = time.process_time()
        reading = read(body, url=page.url, as_of=page.as_of)
        return Answer(reading.updated, time.process_time() - started, reading.confidence)


class NewestInText:
    """The newest full date in the text of the page that is not after the day it was saved."""

    name = "newest date in text"

    def answer(self, page: Labelled, body: bytes) -> Answer:
        started = time.process_time()
        days = [day for _, day in _dates(_visible(body)) if day <= page.day]
        return Answer(max(days, default=None), time.process_time() - started)


class HtmlDate:
    """htmldate, all its means: the date of the last update for columns, the original one for articles."""

    name = "htmldate"

    def answer(self, page: Labelled, body: bytes) -> Answer:
        reset_caches()
        started = time.process_time()
        found, error = None, ""
        try:
            found = htmldate.find_date(
                body,
                extensive_search=True,
                original_date=page.question != COLUMN,
                url=page.url or None,
                max_date=page.day.isoformat(),
            )
        except Exception as raised:  # whatever it stumbles over counts against it, and is said
            error = f"{type(raised).__name__}: {raised}"
        return Answer(found and dt.date.fromisoformat(found), time.process_time() - started, error=error)


class GerapyList:
    """gerapy-auto-extractor: the newest of the dates next to the titles that it lists; of an article, its date."""

    name = "gerapy-auto-extractor"

    def __init__(self, python: Path) -> None:
        command = [str(python), str(_HERE / "gerapy_answers.py")]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )

    def answer(self, page: Labelled, body: bytes) -> Answer:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({"text": decode(body).text, "question": page.question}) + "\n")
        self._process.stdin.flush()
        found = json.loads(self._process.stdout.readline())
        started = time.process_time()
        if found["date"]:
            days = [dt.date.fromisoformat(found["date"])]
        else:
            days = _beside(found["titles"], _visible(body)) if found["titles"] else []
        newest = max((day for day in days if day <= page.day), default=None)
        return Answer(newest, found["seconds"] + time.process_time() - started, error=found["error"])

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


class NotInstalled(Exception):
    """The command that failed, and the last line it wrote."""


def gerapy_python(folder: Path) -> Path:
    """The Python that has gerapy-auto-extractor, in a virtual environment below `folder`, made when it is not there.

    Raises NotInstalled.
    """
    pins = _HERE / "requirements-gerapy.txt"
    python, done = folder / "bin" / "python", folder / "requirements.done"
    if done.exists() and done.read_text("utf-8") == pins.read_text("utf-8"):
        return python
    print(f"making {folder} with {pins.name}", file=sys.stderr, flush=True)
    _run(sys.executable, "-m", "venv", "--clear", str(folder))
    _run(str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", "-r", str(pins))
    _run(str(python), "-c", "import gerapy_auto_extractor")
    done.write_text(pins.read_text("utf-8"), encoding="utf-8")
    return python


def _run(*command: str) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        raise NotInstalled(f"{shlex.join(command)}: {error.strerror}") from error
    if done.returncode:
        lines = f"{done.stdout}\n{done.stderr}".split("\n")
        last = next((line.strip() for line in reversed(lines) if line.strip()), f"ended with {done.returncode}")
        raise NotInstalled(f"{shlex.join(command)}: {last}")


def _visible(body: bytes) -> str:
    """A page's text without scripts and styles, white space made single."""
    parser = LexborHTMLParser(decode(body).text)
    parser.strip_tags(["script", "style", "noscript", "template", "title"])
    return " ".join(parser.root.text(separator=" ").split()) if parser.root else ""


def _dates(text: str) -> list[tuple[re.Match[str], dt.date]]:
    """Every full date in a text and where it stands."""
    found = []
    for match in _FULL_DATE.finditer(text):
        try:
            found.append((match, dt.date(*map(int, match.groups()))))
        except ValueError:  # 2026-13-40 is no date
            continue
    return found


def _beside(titles: list[str], text: str) -> list[dt.date]:
    """Of each title that stands in the text, the date nearest to it."""
    dates = _dates(text)
    days = []
    for title in titles:
        name = " ".join(title.split())
        at = text.find(name)
        if not name or at < 0 or not dates:
            continue
        end = at + len(name)
        days.append(min(dates, key=lambda date: max(at - date[0].end(), date[0].start() - end, 0))[1])
    return days
