"""Read pages from the command line.

python -m crawler.reading                              JSON lines in, readings out:
                                                       {"id", "path", "url", "as_of", "kind": "column"|"article"}
python -m crawler.reading FILE --as-of DATE --explain  one page, as a table
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import pathlib
import sys
from collections.abc import Callable
from typing import Any

from crawler.reading import read_article, read_column
from crawler.reading.explain import explain
from crawler.reading.model import ArticleReading, ColumnReading
from crawler.reading.page import READER_ZONE

_READERS: dict[str, Callable[..., ColumnReading | ArticleReading]] = {"column": read_column, "article": read_article}


def moment(text: str) -> dt.datetime:
    """A day or a moment; a bare day means its last second. Raises ValueError."""
    try:
        return dt.datetime.combine(dt.date.fromisoformat(text), dt.time(23, 59, 59), READER_ZONE)
    except ValueError:
        value = dt.datetime.fromisoformat(text)
    return value if value.tzinfo else value.replace(tzinfo=READER_ZONE)


def answer(question: dict[str, Any]) -> dict[str, Any]:
    """The reading of one page. The path is where the bytes lie, never evidence of a date."""
    kind = question.get("kind") or "column"
    if kind not in _READERS:
        raise ValueError(f"kind {kind!r} is neither column nor article")
    body = pathlib.Path(question["path"]).read_bytes()
    read = _READERS[kind]
    reading = read(body, url=question.get("url") or "", as_of=moment(question["as_of"]))
    return {"id": question.get("id"), **reading.as_dict()}


def _as_line(given: dict[str, Any]) -> str:
    """JSON that can be written: half a character, as an `id` or a script may hold one, is escaped."""
    line = json.dumps(given, ensure_ascii=False)
    try:
        line.encode()
    except UnicodeEncodeError:
        return json.dumps(given)
    return line


def lines() -> int:
    """Answer every line of standard input with one line; what is wrong with one is said, and the others answered."""
    wrong = 0
    for number, line in enumerate(sys.stdin, start=1):
        if not line.strip():
            continue
        try:
            given = answer(json.loads(line))
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError, OSError) as error:
            sys.stderr.write(f"line {number}: {type(error).__name__}: {error}\n")
            wrong += 1
            continue
        sys.stdout.write(_as_line(given) + "\n")
        sys.stdout.flush()
    return 2 if wrong else 0


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m crawler.reading", description=__doc__.splitlines()[0] if __doc__ else ""
    )
    parser.add_argument("file", nargs="?", help="a page's bytes; without it, JSON lines are read from standard input")
    parser.add_argument("--as-of", help="the day (YYYY-MM-DD) or moment the page was seen")
    parser.add_argument("--url", default="", help="where the page came from")
    parser.add_argument("--kind", choices=("column", "article"), default="column")
    parser.add_argument("--explain", action="store_true", help="a table for a person instead of JSON")
    options = parser.parse_args(arguments)
    if options.file is None:
        return lines()
    if not options.as_of:
        parser.error("--as-of is needed with a file: a page is read for a day")
    try:
        as_of = moment(options.as_of)
    except ValueError:
        parser.error(f"--as-of: {options.as_of!r} is no date; write YYYY-MM-DD")
    try:
        body = pathlib.Path(options.file).read_bytes()
    except OSError as error:
        parser.error(f"{options.file}: {error.strerror}")
    if options.explain:
        sys.stdout.write(explain(body, url=options.url, as_of=as_of, kind=options.kind))
    else:
        read = _READERS[options.kind]
        sys.stdout.write(
            json.dumps(read(body, url=options.url, as_of=as_of).as_dict(), ensure_ascii=False, indent=1) + "\n"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
