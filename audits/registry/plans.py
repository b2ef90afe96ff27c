"""From the registry to a plan: what a crawl visits, and what the guard lets it talk to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.conf import settings

from audits.registry.models import Column, Site
from crawler.plan import Kind, Override, Plan, Target, origin_of


def build_plan(
    *, run_id: int | str, as_of: dt.datetime, sites: Iterable[Site], columns: Iterable[Column] | None = None
) -> Plan:
    """A plan that probes the sites' home pages and reads their columns (`columns`: only these, all watched if None).

    Nothing but the origins that the registry names is allowed. Raises ValueError naming the site or
    column whose address cannot be visited.
    """
    sites = list(sites)
    if columns is None:
        columns = Column.objects.watched().filter(site__in=sites).select_related("site").order_by("site__code", "pk")
    return _plan(run_id, as_of, [*(_home(site, Kind.PROBE) for site in sites), *map(_column, columns)])


def discovery_plan(*, site: Site, as_of: dt.datetime) -> Plan:
    """A plan that reads one site's home page for the columns it links to. Raises ValueError as `build_plan` does."""
    return _plan(f"discover-{site.code}", as_of, [_home(site, Kind.DISCOVER)])


def _plan(run: int | str, as_of: dt.datetime, targets: list[Target]) -> Plan:
    contact = f" (+{settings.AUDIT_CONTACT})" if settings.AUDIT_CONTACT else ""
    return Plan(
        run=str(run),
        as_of=as_of,
        targets=tuple(targets),
        allow=tuple(sorted({origin_of(target.url) for target in targets}, key=str)),
        allow_loopback=settings.AUDIT_ALLOW_LOOPBACK,
        user_agent=f"county-column-audit/1{contact}",
        chromium_path=settings.CHROMIUM_PATH,
    )


def _home(site: Site, kind: Kind) -> Target:
    _check(site.home_url, f"site {site.code}")
    return Target(id=site.code, kind=kind, url=site.home_url, login_required=site.login_required)


def _column(column: Column) -> Target:
    _check(column.url, f"column {column.uuid} ({column})")
    return Target(
        id=str(column.uuid),
        kind=Kind.COLUMN,
        url=column.url,
        login_required=column.site.login_required,
        override=override_of(column),
    )


def override_of(column: Column) -> Override | None:
    """How a person said the column is to be read; None: as the reader sees fit."""
    if not column.override_selector:
        return None
    if not column.override_date_format:
        return Override(selector=column.override_selector)
    return Override(selector=column.override_selector, date_format=column.override_date_format)


def _check(url: str, whose: str) -> None:
    try:
        origin_of(url)
    except ValueError as error:
        raise ValueError(f"{whose}: {url!r}: {error}") from error
