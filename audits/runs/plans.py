"""From the registry to a plan: what a run visits, and what the guard lets it talk to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings

from audits.registry.models import Column, Site
from crawler.plan import Kind, Origin, Override, Plan, Target

DEFAULT_PORTS = {"http": 80, "https": 443}


def make_plan(*, run_id: int, as_of: dt.datetime, sites: Iterable[Site], columns: Iterable[Column]) -> Plan:
    """A plan that probes the sites' home pages and reads the columns; nothing but their origins is allowed.

    Raises ValueError naming a site or column whose address cannot be visited.
    """
    targets = [*(_probe(site) for site in sites), *(_column(column) for column in columns)]
    contact = f" (+{settings.AUDIT_CONTACT})" if settings.AUDIT_CONTACT else ""
    return Plan(
        run=str(run_id),
        as_of=as_of,
        targets=tuple(targets),
        allow=tuple(sorted({_origin(target) for target in targets}, key=lambda it: (it.host, it.port, it.scheme))),
        allow_loopback=settings.AUDIT_ALLOW_LOOPBACK,
        user_agent=f"county-column-audit/1{contact}",
        chromium_path=settings.CHROMIUM_PATH,
    )


def _probe(site: Site) -> Target:
    return Target(id=site.code, kind=Kind.PROBE, url=site.home_url, login_required=site.login_required)


def _column(column: Column) -> Target:
    override = None
    if column.override_selector:
        fields = {"selector": column.override_selector, "date_format": column.override_date_format}
        override = Override(**{name: value for name, value in fields.items() if value})
    return Target(
        id=str(column.uuid),
        kind=Kind.COLUMN,
        url=column.url,
        login_required=column.site.login_required,
        override=override,
    )


def _origin(target: Target) -> Origin:
    parts = urlsplit(target.url)
    try:
        port = parts.port or DEFAULT_PORTS[parts.scheme]
    except (KeyError, ValueError):
        raise ValueError(f"{target.id}: {target.url} is no http(s) address") from None
    if not parts.hostname:
        raise ValueError(f"{target.id}: {target.url} names no host")
    return Origin(scheme=parts.scheme, host=parts.hostname, port=port)
