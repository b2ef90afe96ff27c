"""What to visit: the plan that goes into a crawl.

A plan is one JSON file. Nothing outside it is fetched: `allow` names every origin that the
guard lets through, and a redirect to any other origin is recorded, not followed.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import ipaddress
import math
import re
from typing import Any
from urllib.parse import urlsplit

SCHEMA_VERSION = 1
DEFAULT_PORTS = {"http": 80, "https": 443}

_HOST_NAME = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*")
_TARGET_ID = re.compile(r"[\w-][\w.-]{0,99}")


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

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


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


def origin_of(url: str) -> Origin:
    """The origin a URL belongs to, its host in ASCII. Raises ValueError for what is no absolute http(s) URL."""
    if any(character.isspace() or not character.isprintable() for character in url):
        raise ValueError("must not contain spaces or control characters")
    parts = urlsplit(url)
    if parts.scheme not in DEFAULT_PORTS:
        raise ValueError("scheme must be http or https")
    if parts.username is not None or parts.password is not None:
        raise ValueError("must not contain a user name or password")
    port = DEFAULT_PORTS[parts.scheme] if parts.port is None else parts.port
    if port == 0:
        raise ValueError("no port: 0")
    return Origin(parts.scheme, ascii_host(parts.hostname or ""), port)


def ascii_host(host: str) -> str:
    """A host as it is compared and resolved: lower case, punycode. Raises ValueError for what is no host."""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass
    try:
        name = host.rstrip(".").encode("idna").decode("ascii").lower()
    except UnicodeError:
        name = ""
    if not _HOST_NAME.fullmatch(name):
        raise ValueError(f"no host name: {host!r}")
    return name


def dump(plan: Plan) -> dict[str, Any]:
    """The plan as JSON-ready values."""
    return {**dataclasses.asdict(plan), "as_of": plan.as_of.isoformat()}


def load(data: Any) -> Plan:
    """The plan that `data` (parsed JSON) describes. Raises PlanError naming the first thing that is wrong."""
    fields = _fields(data, Plan, "plan")
    version = _integer(fields["schema_version"], "schema_version", least=1)
    if version != SCHEMA_VERSION:
        raise PlanError(f"schema_version: {version} is not {SCHEMA_VERSION}, the one this crawler reads")
    allow = tuple(_origin(item, f"allow[{i}]") for i, item in enumerate(_list(fields["allow"], "allow")))
    targets = tuple(
        _target(item, f"targets[{i}]", allow=frozenset(allow))
        for i, item in enumerate(_list(fields["targets"], "targets"))
    )
    seen: dict[tuple[Kind, str], int] = {}
    for i, target in enumerate(targets):
        first = seen.setdefault((target.kind, target.id), i)
        if first != i:
            raise PlanError(f"targets[{i}].id: {target.id!r} is also the {target.kind} of targets[{first}]")
    return Plan(
        run=_text(fields["run"], "run"),
        as_of=_moment(fields["as_of"], "as_of"),
        targets=targets,
        allow=allow,
        allow_loopback=_flag(fields["allow_loopback"], "allow_loopback"),
        user_agent=_header(fields["user_agent"], "user_agent"),
        limits=_limits(fields["limits"], "limits"),
        chromium_path=_text(fields["chromium_path"], "chromium_path", empty=True),
    )


def _origin(data: Any, where: str) -> Origin:
    fields = _fields(data, Origin, where)
    scheme = _text(fields["scheme"], f"{where}.scheme")
    if scheme not in DEFAULT_PORTS:
        raise PlanError(f"{where}.scheme: must be http or https")
    try:
        host = ascii_host(_text(fields["host"], f"{where}.host"))
    except PlanError:
        raise
    except ValueError as error:
        raise PlanError(f"{where}.host: {error}") from error
    return Origin(scheme, host, _integer(fields["port"], f"{where}.port", least=1, most=65535))


def _target(data: Any, where: str, *, allow: frozenset[Origin]) -> Target:
    fields = _fields(data, Target, where)
    name = _text(fields["id"], f"{where}.id")
    if not _TARGET_ID.fullmatch(name):
        raise PlanError(f"{where}.id: only letters, digits, '-', '_' and '.' (it names files), not {name!r}")
    kind = _text(fields["kind"], f"{where}.kind")
    if kind not in set(Kind):
        raise PlanError(f"{where}.kind: must be one of {', '.join(Kind)}, not {kind!r}")
    url = _text(fields["url"], f"{where}.url")
    try:
        origin = origin_of(url)
    except ValueError as error:
        raise PlanError(f"{where}.url: {error}") from error
    if origin not in allow:
        raise PlanError(f"{where}.url: {origin} is not in allow")
    override = fields["override"]
    return Target(
        id=name,
        kind=Kind(kind),
        url=url,
        login_required=_flag(fields["login_required"], f"{where}.login_required"),
        override=None if override is None else _override(override, f"{where}.override"),
    )


def _override(data: Any, where: str) -> Override:
    fields = _fields(data, Override, where)
    return Override(
        selector=_text(fields["selector"], f"{where}.selector"),
        date_format=_text(fields["date_format"], f"{where}.date_format"),
    )


def _limits(data: Any, where: str) -> Limits:
    if isinstance(data, Limits):
        return data
    fields = _fields(data, Limits, where)
    return Limits(
        timeout=_number(fields["timeout"], f"{where}.timeout", above=0),
        max_bytes=_integer(fields["max_bytes"], f"{where}.max_bytes", least=1),
        max_redirects=_integer(fields["max_redirects"], f"{where}.max_redirects", least=0),
        delay=_number(fields["delay"], f"{where}.delay", least=0),
        concurrency_per_host=_integer(fields["concurrency_per_host"], f"{where}.concurrency_per_host", least=1),
        shot_max_height=_integer(fields["shot_max_height"], f"{where}.shot_max_height", least=1, most=16384),
    )


def _fields(data: Any, model: type, where: str) -> dict[str, Any]:
    """The values of `model`'s fields in `data`, defaults filled in; unknown and missing names are refused."""
    if not isinstance(data, dict):
        raise PlanError(f"{where}: must be an object, not {_kind_of(data)}")
    prefix = "" if where == "plan" else f"{where}."
    fields = {field.name: field for field in dataclasses.fields(model)}
    for name in data:
        if name not in fields:
            raise PlanError(f"{prefix}{name}: no such field")
    values = {}
    for name, field in fields.items():
        if name in data:
            values[name] = data[name]
        elif field.default is not dataclasses.MISSING:
            values[name] = field.default
        elif field.default_factory is not dataclasses.MISSING:
            values[name] = field.default_factory()
        else:
            raise PlanError(f"{prefix}{name}: missing")
    return values


def _list(value: Any, where: str) -> list[Any]:
    if not isinstance(value, (list, tuple)):
        raise PlanError(f"{where}: must be a list, not {_kind_of(value)}")
    return list(value)


def _text(value: Any, where: str, *, empty: bool = False) -> str:
    if not isinstance(value, str):
        raise PlanError(f"{where}: must be text, not {_kind_of(value)}")
    if not value.strip() and not (empty and not value):
        raise PlanError(f"{where}: must not be empty")
    return value


def _header(value: Any, where: str) -> str:
    text = _text(value, where)
    if not text.isascii() or not text.isprintable():
        raise PlanError(f"{where}: must be printable ASCII")
    return text


def _flag(value: Any, where: str) -> bool:
    if not isinstance(value, bool):
        raise PlanError(f"{where}: must be true or false, not {_kind_of(value)}")
    return value


def _integer(value: Any, where: str, *, least: int, most: int | None = None) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise PlanError(f"{where}: must be a whole number, not {_kind_of(value)}")
    if value < least or (most is not None and value > most):
        raise PlanError(f"{where}: must be {least} or more{f' and at most {most}' if most else ''}, not {value}")
    return value


def _number(value: Any, where: str, *, least: float | None = None, above: float | None = None) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise PlanError(f"{where}: must be a number, not {_kind_of(value)}")
    if least is not None and value < least:
        raise PlanError(f"{where}: must be {least} or more, not {value}")
    if above is not None and value <= above:
        raise PlanError(f"{where}: must be above {above}, not {value}")
    return float(value)


def _moment(value: Any, where: str) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(_text(value, where))
    except PlanError:
        raise
    except ValueError as error:
        raise PlanError(f"{where}: no ISO 8601 date and time: {value!r}") from error
    if moment.utcoffset() is None:
        raise PlanError(f"{where}: has no time zone: {value!r}")
    if not dt.MINYEAR < moment.year < dt.MAXYEAR:  # in another time zone it may be no moment at all
        raise PlanError(f"{where}: no year to reckon with: {value!r}")
    return moment


def _kind_of(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "text", bool: "true or false", int: "a number", type(None): "null"}
    return names.get(type(value), repr(value))
