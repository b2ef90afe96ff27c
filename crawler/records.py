"""What was seen: the records that come out of a crawl, one JSON object a line in `records.jsonl`."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SCHEMA_VERSION = 1
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
#: How the detail of a page begins that a script fills and no Chromium was there to open.
NOT_RENDERED = "no browser"
#: The file of a crawl's folder that holds its records.
RECORDS_NAME = "records.jsonl"


class FetchOutcome(enum.StrEnum):
    """How a fetch ended; a closed list. Only OK says that a page was fetched and read whole."""

    OK = "ok"
    NOT_FOUND = "not_found"
    CLIENT_ERROR = "client_error"
    SERVER_ERROR = "server_error"
    TIMEOUT = "timeout"
    DNS = "dns"
    TLS = "tls"
    REFUSED = "refused"
    CONNECTION_LOST = "connection_lost"
    REDIRECT_LOOP = "redirect_loop"
    LOGIN_REQUIRED = "login_required"
    TOO_LARGE = "too_large"
    NOT_TEXT = "not_text"
    BLOCKED_BY_GUARD = "blocked_by_guard"
    NO_BROWSER = "no_browser"


#: The site did not give the page. The others but OK: it was not read for a reason on our side or by its nature.
UNREACHABLE = frozenset(
    {
        FetchOutcome.NOT_FOUND,
        FetchOutcome.CLIENT_ERROR,
        FetchOutcome.SERVER_ERROR,
        FetchOutcome.TIMEOUT,
        FetchOutcome.DNS,
        FetchOutcome.TLS,
        FetchOutcome.REFUSED,
        FetchOutcome.CONNECTION_LOST,
        FetchOutcome.REDIRECT_LOOP,
    }
)


@dataclasses.dataclass(frozen=True, slots=True)
class Link:
    """A column that a site's own links lead to (kind DISCOVER).

    `page_kind`: what its page is (`crawler.reading.PageKind`); empty if the page was not given.
    """

    name: str
    url: str
    reason: str
    page_kind: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Followed:
    """A page that was read because the column's own showed no date: an article of its list, or a column below it.

    `basis`: which of the two (`crawler.reading.Basis`). `updated`: the civil date it shows, YYYY-MM-DD, with
    `updated_basis`; "" if none. `content_type`: the header. `rendered_path` as in PageRecord; empty: the bytes at
    `body_path` were read.
    """

    name: str
    url: str
    basis: str
    fetched_at: dt.datetime
    outcome: FetchOutcome
    detail: str = ""
    updated: str = ""
    updated_basis: str = ""
    body_path: str = ""
    sha256_raw: str = ""
    rendered_path: str = ""
    content_type: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class PageRecord:
    """One visit to one target.

    `headers` are the response headers as the client library received them, in order (the first 64 KiB; NUL is
    U+FFFD). `status` is None for a number that HTTP does not know. `address` is
    "ip:port" that was connected to. `reading` is `crawler.reading.ColumnReading.as_dict()` (kind
    COLUMN, outcome OK; else None). Paths are relative to the crawl's folder. Hashes are SHA-256, hex:
    `sha256_raw` of the bytes, `sha256_text` of the normalised visible text, `sha256_skeleton` of the
    tag structure without text. `rendered`: what was read is not the bytes that the server sent (`body_path`) but
    the page that Chromium made of them (`rendered_path`, UTF-8; `sha256_rendered`); the hashes of text and tags are
    the rendered page's then. `followed`: what was read beside it.
    """

    target: str
    kind: str
    url: str
    final_url: str
    fetched_at: dt.datetime
    as_of: dt.datetime
    outcome: FetchOutcome
    detail: str = ""
    status: int | None = None
    elapsed_ms: int = 0
    redirects: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    etag: str = ""
    address: str = ""
    tls: dict[str, str] = dataclasses.field(default_factory=dict)
    size: int = 0
    body_path: str = ""
    rendered: bool = False
    rendered_path: str = ""
    sha256_rendered: str = ""
    sha256_raw: str = ""
    sha256_text: str = ""
    sha256_skeleton: str = ""
    reader_version: str = ""
    tool_versions: dict[str, str] = dataclasses.field(default_factory=dict)
    reading: dict[str, Any] | None = None
    columns: tuple[Link, ...] = ()
    followed: tuple[Followed, ...] = ()
    schema_version: int = SCHEMA_VERSION


@dataclasses.dataclass(frozen=True, slots=True)
class ShotRecord:
    """One full-page screenshot; `path` (PNG, relative to the crawl's folder) is empty unless outcome is OK.

    `is_cut`: the page goes on below. `is_loading`: not everything had arrived when it was taken.
    """

    target: str
    url: str
    final_url: str
    taken_at: dt.datetime
    as_of: dt.datetime
    outcome: FetchOutcome
    detail: str = ""
    status: int | None = None
    path: str = ""
    sha256: str = ""
    width: int = 0
    height: int = 0
    is_cut: bool = False
    is_loading: bool = False
    tool_versions: dict[str, str] = dataclasses.field(default_factory=dict)
    kind: str = "shot"
    schema_version: int = SCHEMA_VERSION


def dump(record: PageRecord | ShotRecord) -> str:
    """One line of JSON, without the line end."""
    return json.dumps(plain(record), ensure_ascii=False, separators=(",", ":"))


def plain(record: PageRecord | ShotRecord | Followed) -> dict[str, Any]:
    """A record as JSON-ready values that every database stores; moments in ISO 8601."""
    data: dict[str, Any] = _storable(dataclasses.asdict(record))
    return data


def load(line: str) -> PageRecord | ShotRecord:
    """The record that a line holds. Raises ValueError for a torn line or another schema version."""
    data = json.loads(line)
    if not isinstance(data, dict):
        raise ValueError("no record: not an object")
    if data.get("schema_version") != SCHEMA_VERSION:
        raise ValueError(f"schema version {data.get('schema_version')!r} is not {SCHEMA_VERSION}")
    try:
        if data.get("kind") == "shot":
            return ShotRecord(
                **{**data, **_moments(data, "taken_at", "as_of"), "outcome": FetchOutcome(data["outcome"])}
            )
        return PageRecord(
            **{
                **data,
                **_moments(data, "fetched_at", "as_of"),
                "outcome": FetchOutcome(data["outcome"]),
                "redirects": tuple(data.get("redirects", ())),
                "headers": tuple((name, value) for name, value in data.get("headers", ())),
                "columns": tuple(Link(**link) for link in data.get("columns", ())),
                "followed": tuple(_followed(page) for page in data.get("followed", ())),
            }
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"no record: {error}") from error


def read_records(path: Path) -> Iterator[PageRecord | ShotRecord]:
    """Every whole record of a `records.jsonl`, in order; a last line without its end (a killed crawl) is left out.

    Raises ValueError naming the file and line of any other line that is no record.
    """
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if not line.endswith(b"\n"):
                return
            try:
                yield load(line.decode("utf-8"))
            except ValueError as error:
                raise ValueError(f"{path}, line {number}: {error}") from error


def _followed(data: dict[str, Any]) -> Followed:
    return Followed(**{**data, **_moments(data, "fetched_at"), "outcome": FetchOutcome(data["outcome"])})


def _moments(data: dict[str, Any], *names: str) -> dict[str, dt.datetime]:
    moments = {name: dt.datetime.fromisoformat(data[name]) for name in names}
    for name, moment in moments.items():
        if moment.utcoffset() is None:
            raise ValueError(f"{name} has no time zone")
    return moments


def _storable(value: Any) -> Any:
    """The value with text that every database takes: no NUL, no half of a surrogate pair; moments as text."""
    if isinstance(value, dt.datetime):
        return value.isoformat()
    if isinstance(value, str):
        return _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, dict):
        return {key: _storable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_storable(item) for item in value]
    return value
