"""What to visit: the plan that goes into a crawl.

A plan is one JSON file. Nothing outside it is fetched: `allow` names every origin that the
guard lets through, and a redirect to any other origin is recorded, not followed.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
from typing import Any

SCHEMA_VERSION = 1


class PlanError(ValueError):
    """A plan that cannot be used; the message says what is wrong and where, in one line."""


class Kind(enum.StrEnum):
    """What a target is fetched for."""

    COLUMN = "column"  # a list page, read for its last update
    PROBE = "probe"  # a home page, fetched to see whether the site answers
    DISCOVER = "discover"  # a home page, read for the columns it links to
    SHOT = "shot"  # a page, photographed in Chromium


@dataclasses.dataclass(frozen=True, slots=True)
class Origin:
    """A scheme, host and port that may be talked to."""

    scheme: str
    host: str
    port: int


@dataclasses.dataclass(frozen=True, slots=True)
class Override:
    """How a person says one column is to be read when the reader is beaten by its page."""

    selector: str
    date_format: str = "YYYY-MM-DD"


@dataclasses.dataclass(frozen=True, slots=True)
class Target:
    """One page to visit. `id` comes back in the record: a Column.uuid, or a Site.code for probe and discover."""

    id: str
    kind: Kind
    url: str
    login_required: bool = False
    override: Override | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Limits:
    """Caps that protect the crawler and the sites. Seconds and bytes.

    15 seconds is the national limit for "cannot be opened" (国办发〔2015〕15号, 站点无法访问).
    """

    timeout: float = 15.0
    max_bytes: int = 4 * 1024 * 1024
    max_redirects: int = 5
    delay: float = 0.0
    concurrency_per_host: int = 4
    shot_max_height: int = 8000


@dataclasses.dataclass(frozen=True, slots=True)
class Plan:
    """Everything one crawl may do. `as_of` is the aware moment pages are read for (relative and year-less dates)."""

    run: str
    as_of: dt.datetime
    targets: tuple[Target, ...]
    allow: tuple[Origin, ...]
    allow_loopback: bool = False
    user_agent: str = "county-column-audit/1"
    limits: Limits = dataclasses.field(default_factory=Limits)
    chromium_path: str = ""
    schema_version: int = SCHEMA_VERSION


def dump(plan: Plan) -> dict[str, Any]:
    """The plan as JSON-ready values."""
    raise NotImplementedError


def load(data: Any) -> Plan:
    """The plan that `data` (parsed JSON) describes. Raises PlanError naming the first thing that is wrong."""
    raise NotImplementedError
