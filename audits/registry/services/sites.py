"""Writes of sites: the portal, the units' sections, sites of their own, and their stops."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from urllib.parse import urldefrag, urlsplit, urlunsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import transaction

from audits.registry.enums import SiteKind
from audits.registry.models import Downtime, Site, SiteEvent
from audits.registry.services.checks import RegistryError, check_length, in_one_line, stated
from crawler.plan import origin_of
from crawler.reading.addresses import quoted
from portal.pages.models import ColumnPage, HomePage, UnitPage
from portal.units.models import Unit, User

PORTAL_CODE = "portal"


@transaction.atomic
def add_outside_site(
    *,
    url: str,
    now: dt.datetime,
    code: str = "",
    name: str = "",
    unit: Unit | None = None,
    login_required: bool = False,
) -> Site:
    """Register an outside site by the address of its home page; returns the one there is if it is known already.

    Raises RegistryError as `outside_site` does.
    """
    site = outside_site(url=url, code=code, name=name, unit=unit, login_required=login_required, now=now)
    if site.pk is None:
        site.save()
    return site


def outside_site(*, url: str, code: str, name: str, unit: Unit | None, login_required: bool, now: dt.datetime) -> Site:
    """The outside site of that code, or one that is not saved yet: whoever looks at it first may still turn back.

    `code` comes from host and port when it is empty, `name` is then the host. Raises RegistryError for
    an address that is none, a code that is none, and a code that stands for another address.
    """
    base_url, home_path = split_address(url)
    code, name = code or code_of(base_url), in_one_line(name)
    try:
        validate_slug(code)
    except ValidationError:
        raise RegistryError(f"code {code!r}: only letters, digits, '-' and '_'") from None
    check_length(Site, code=code, base_url=base_url, home_path=home_path, name=name)
    if code == PORTAL_CODE or Unit.objects.filter(code=code).exists():
        raise RegistryError(f"code {code!r} belongs to the portal")
    site = Site.objects.filter(code=code).first()
    if site is None:
        return Site(
            code=code,
            name=name or urlsplit(base_url).netloc,
            kind=SiteKind.OUTSIDE,
            unit=unit,
            base_url=base_url,
            home_path=home_path,
            login_required=login_required,
            created_at=now,
        )
    if (site.base_url, site.home_path) != (base_url, home_path):
        raise RegistryError(f"code {code!r} is taken by {site.home_url}: choose another code")
    return site


@transaction.atomic
def change_site(
    *, site: Site, values: Mapping[str, Any], actor: User | None, reason: str, now: dt.datetime
) -> SiteEvent | None:
    """Someone says what is so of an outside site: any of name, unit, login_required and is_active.

    Returns what was recorded, None if all of it was so already. Raises RegistryError for an empty name or
    reason, and for the portal and its sections: those follow their pages.
    """
    reason = stated(reason)
    site = _outside(site)
    values = {**values, **({"name": _named(values["name"])} if "name" in values else {})}
    before = _snapshot(site)
    for field, value in values.items():
        setattr(site, field, value)
    after = _snapshot(site)
    if after == before:
        return None
    site.save(update_fields=list(values))
    return SiteEvent.objects.create(site=site, at=now, actor=actor, before=before, after=after, reason=reason[:300])


def _outside(site: Site) -> Site:
    """The site as it stands, locked."""
    site = Site.objects.select_for_update(of=("self",)).select_related("unit").get(pk=site.pk)
    if site.kind != SiteKind.OUTSIDE:
        raise RegistryError(f"site {site.code} follows its page in the portal")
    return site


def _named(name: str) -> str:
    name = in_one_line(name)
    if not name:
        raise RegistryError("a site needs a name")
    check_length(Site, name=name)
    return name


def _snapshot(site: Site) -> dict[str, Any]:
    """What an event keeps of a site, as JSON-ready values."""
    return {
        "name": site.name,
        "unit": site.unit.code if site.unit else "",
        "login_required": site.login_required,
        "is_active": site.is_active,
    }


def split_address(url: str) -> tuple[str, str]:
    """An address as root ("http://host:port/") and what follows it, percent-encoded as the crawler's readers do.

    Raises RegistryError for what is none.
    """
    url = urldefrag(url.strip()).url
    try:
        origin_of(url)
    except ValueError as error:
        raise RegistryError(f"{url!r}: {error}") from error
    parts = urlsplit(url)
    return (
        urlunsplit((parts.scheme, parts.netloc, "/", "", "")),
        urlunsplit(("", "", quoted(parts.path or "/"), quoted(parts.query), "")),
    )


def code_of(url: str) -> str:
    """A site's code from its host and port, e.g. 127-0-0-1-8001."""
    origin = origin_of(url)
    port = urlsplit(url).port
    host = origin.host.replace(".", "-").replace(":", "-").strip("-")
    return f"{host}-{port}" if port else host


@transaction.atomic
def register_portal(*, home: HomePage, now: dt.datetime) -> Site:
    """The portal as a whole: one site, watched for whether it answers."""
    values = {"name": home.title, "home_path": page_path(home)}
    return _ensure_site(code=PORTAL_CODE, kind=SiteKind.PORTAL, unit=None, values=values, now=now)


@transaction.atomic
def register_section(*, page: UnitPage, now: dt.datetime) -> Site:
    """A unit's section of the portal: one site, its code the unit's, its home page the unit's page.

    Raises RegistryError when an outside site has taken the unit's code.
    """
    values = {"name": page.unit.name, "home_path": page_path(page)}
    return _ensure_site(code=page.unit.code, kind=SiteKind.SECTION, unit=page.unit, values=values, now=now)


def _ensure_site(*, code: str, kind: SiteKind, unit: Unit | None, values: dict[str, str], now: dt.datetime) -> Site:
    site = Site.objects.filter(kind=kind, unit=unit).first()
    if site is None:
        if Site.objects.filter(code=code).exists():
            raise RegistryError(f"code {code!r} is taken by an outside site")
        return Site.objects.create(code=code, kind=kind, unit=unit, created_at=now, **values)
    if any(getattr(site, field) != value for field, value in values.items()):
        for field, value in values.items():
            setattr(site, field, value)
        site.save(update_fields=list(values))
    return site


def page_path(page: ColumnPage | UnitPage | HomePage) -> str:
    """Where readers find a page, from the portal's root on. Raises RegistryError for a page outside the portal."""
    parts = page.get_url_parts()
    if parts is None:
        raise RegistryError(f"page {page.pk} ({page.title}) has no address: no Wagtail site leads to it")
    path: str = parts[2]
    return path


@transaction.atomic
def file_downtime(
    *, site: Site, reason: str, approved_by: User, starts_at: dt.datetime, ends_at: dt.datetime, now: dt.datetime
) -> Downtime:
    """File a stop of a site (停机报备). Raises RegistryError for an end before the start or an empty reason."""
    reason = stated(reason)
    if ends_at <= starts_at:
        raise RegistryError("a downtime ends after it starts")
    downtime, _ = Downtime.objects.get_or_create(
        site=site,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason,
        defaults={"approved_by": approved_by, "created_at": now},
    )
    return downtime
