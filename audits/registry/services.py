"""Writes of the registry. Each may be called twice; the second call changes nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit, urlunsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import transaction

from audits.registry.enums import ColumnStanding, RegistryEventKind, SiteKind
from audits.registry.models import Column, Downtime, Exemption, RegistryEvent, Site
from audits.registry.queries import open_proposal
from audits.registry.suggest import CLASS_TITLES, suggest_class
from crawler.plan import origin_of
from crawler.reading.addresses import quoted
from crawler.reading.override import date_pattern, is_selector
from portal.pages.enums import ColumnClass
from portal.pages.models import ColumnPage, HomePage, UnitPage
from portal.units.models import Person, Unit, User

PORTAL_CODE = "portal"


class RegistryError(ValueError):
    """What was asked for does not fit the registry; the message is one line for a person."""


# Sites


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
    code, name = code or code_of(base_url), _in_one_line(name)
    try:
        validate_slug(code)
    except ValidationError:
        raise RegistryError(f"code {code!r}: only letters, digits, '-' and '_'") from None
    _check_length(Site, code=code, base_url=base_url, home_path=home_path, name=name)
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
    reason = _stated(reason)
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


# Columns


@transaction.atomic
def add_column(
    *,
    site: Site,
    name: str,
    url: str,
    now: dt.datetime,
    column_class: str = "",
    page_kind: str = "",
    rhythm_days: int | None = None,
    leader: Person | None = None,
    officer: Person | None = None,
    page: ColumnPage | None = None,
    actor: User | None = None,
    reason: str = "",
) -> Column:
    """Take a column on trial; returns the one there is if its address is known already.

    Without `column_class` the class is suggested from the name and from what the page was seen to be.
    `url` may be absolute or relative to the site's root. Raises RegistryError for an empty name, an unknown
    class or an address that is none.
    """
    name = _in_one_line(name)
    if not name:
        raise RegistryError("a column needs a name")
    location = location_of(site, url)
    _check_length(Column, name=name, location=location)
    known = Column.objects.filter(site=site, location=location).exclude(standing=ColumnStanding.RETIRED).first()
    if known is not None:
        return known
    suggested = suggest_class(name, page_kind=page_kind)
    column = Column.objects.create(
        site=site,
        name=name,
        location=location,
        column_class=_known_class(column_class or suggested.column_class),
        class_reason="" if column_class else suggested.reason,
        rhythm_days=rhythm_days,
        leader=leader,
        officer=officer,
        page=page,
        created_at=now,
    )
    _record(column, RegistryEventKind.ADDED, before={}, actor=actor, reason=reason, now=now)
    return column


def location_of(site: Site, url: str) -> str:
    """An address as the registry keeps it: from the site's root on, or absolute when it lies elsewhere.

    Raises RegistryError for one that no crawl could visit.
    """
    url = url.strip()
    if url.startswith("/") and not url.startswith("//"):
        url = urljoin(site.root_url, url)
    root, path = split_address(url)
    return path if origin_of(root) == origin_of(site.root_url) else root.rstrip("/") + path


@transaction.atomic
def confirm_columns(
    *, site: Site, actor: User | None, reason: str, now: dt.datetime, columns: Iterable[Column] | None = None
) -> list[Column]:
    """The unit confirms list, class and rhythm: columns on trial are judged from now on. Returns those.

    `columns`: only these of the site's, all on trial if None. `actor` None: the command line, and
    `reason` says so. Raises RegistryError for an empty reason.
    """
    reason = _stated(reason)
    trial = Column.objects.select_for_update().filter(site=site, standing=ColumnStanding.TRIAL).order_by("pk")
    if columns is not None:
        trial = trial.filter(pk__in=[column.pk for column in columns])
    return [
        _to_standing(column, ColumnStanding.CONFIRMED, RegistryEventKind.CONFIRMED, actor=actor, reason=reason, now=now)
        for column in trial
    ]


@transaction.atomic
def change_class(
    *,
    column: Column,
    column_class: str,
    rhythm_days: int | None,
    actor: User | None,
    reason: str,
    now: dt.datetime,
) -> Column:
    """A person sets a column's class and rhythm, or turns down what its page asks for by keeping them.

    Raises RegistryError for an unknown class or an empty reason.
    """
    reason = _stated(reason)
    values = {"column_class": _known_class(column_class), "rhythm_days": rhythm_days}
    if values == _terms(column) and open_proposal(column) is None:
        return column
    return _change(column, {**values, "class_reason": reason[:200]}, actor=actor, reason=reason, now=now)


@transaction.atomic
def set_override(
    *, column: Column, selector: str, date_format: str, actor: User | None, reason: str, now: dt.datetime
) -> Column:
    """A person says how the column's page is to be read from now on; what they say beats the reader.

    Raises RegistryError for what is no CSS selector, no date format (`crawler.reading.override.date_pattern`),
    too long for the registry, and for an empty reason.
    """
    reason = _stated(reason)
    selector, date_format = selector.strip(), date_format.strip()
    _check_length(Column, override_selector=selector, override_date_format=date_format)
    if not is_selector(selector):
        raise RegistryError(f"{selector!r} is no CSS selector")
    try:
        date_pattern(date_format)
    except ValueError as error:
        raise RegistryError(f"date format {error}") from error
    return _override(column, selector, date_format, RegistryEventKind.OVERRIDE_SET, actor=actor, reason=reason, now=now)


@transaction.atomic
def clear_override(*, column: Column, actor: User | None, reason: str, now: dt.datetime) -> Column:
    """The column is read as the reader sees fit again. Raises RegistryError for an empty reason."""
    reason = _stated(reason)
    return _override(column, "", "", RegistryEventKind.OVERRIDE_CLEARED, actor=actor, reason=reason, now=now)


def _override(
    column: Column,
    selector: str,
    date_format: str,
    kind: RegistryEventKind,
    *,
    actor: User | None,
    reason: str,
    now: dt.datetime,
) -> Column:
    if (column.override_selector, column.override_date_format) == (selector, date_format):
        return column
    values = {"override_selector": selector, "override_date_format": date_format}
    return _change(column, values, kind=kind, actor=actor, reason=reason, now=now)


@transaction.atomic
def propose_retirement(*, column: Column, reason: str, now: dt.datetime, actor: User | None = None) -> Column:
    """Say that a column seems to be gone; a person decides. A column that is retired or proposed stays as it is."""
    if column.standing not in (ColumnStanding.TRIAL, ColumnStanding.CONFIRMED):
        return column
    kind = RegistryEventKind.RETIREMENT_PROPOSED
    return _to_standing(column, ColumnStanding.RETIRING, kind, actor=actor, reason=reason, now=now)


@transaction.atomic
def withdraw_retirement(*, column: Column, actor: User | None, reason: str, now: dt.datetime) -> Column:
    """The column stays under watch, with the standing it had. One that is not proposed stays as it is."""
    if column.standing != ColumnStanding.RETIRING:
        return column
    proposed = column.events.filter(kind=RegistryEventKind.RETIREMENT_PROPOSED).order_by("-pk").first()
    standing = proposed.before["standing"] if proposed else ColumnStanding.TRIAL
    kind = RegistryEventKind.RETIREMENT_WITHDRAWN
    return _to_standing(column, standing, kind, actor=actor, reason=reason, now=now)


@transaction.atomic
def confirm_retirement(*, column: Column, actor: User, reason: str, now: dt.datetime) -> Column:
    """A person retires a column; its row and history stay. Raises RegistryError if nobody proposed it."""
    reason = _stated(reason)
    if column.standing == ColumnStanding.RETIRED:
        return column
    if column.standing != ColumnStanding.RETIRING:
        raise RegistryError(f"{column} is {column.get_standing_display()}: its retirement has to be proposed first")
    kind = RegistryEventKind.RETIRED
    return _to_standing(column, ColumnStanding.RETIRED, kind, actor=actor, reason=reason, now=now)


@transaction.atomic
def exempt(
    *,
    column: Column,
    reason: str,
    approved_by: User,
    valid_from: dt.date,
    valid_until: dt.date,
    now: dt.datetime,
) -> Exemption:
    """Exempt a column from updating, both days included. Raises RegistryError for an end before the start."""
    reason = _stated(reason)
    if valid_until < valid_from:
        raise RegistryError("an exemption ends on or after the day it begins")
    exemption, _ = Exemption.objects.get_or_create(
        column=column,
        valid_from=valid_from,
        valid_until=valid_until,
        reason=reason,
        defaults={"approved_by": approved_by, "created_at": now},
    )
    return exemption


# Column pages of the portal


@transaction.atomic
def sync_column_page(*, page: ColumnPage, now: dt.datetime) -> Column | None:
    """Bring the registry in line with a column's page, published or not; None if it never was published.

    The column's identity stays with the page, wherever it moves. Name, address and people follow the
    page. Class and rhythm do so only while the column is on trial: once the unit has confirmed them, a
    change on the page is a proposal, else a stale column could be edited out of its clock.
    """
    column = Column.objects.filter(page=page).select_related("site").first()
    if not page.live:
        return propose_retirement(column=column, reason="栏目页面已取消发布", now=now) if column else None
    # An own query: the page at hand may remember a parent that it has been moved away from.
    unit_page = UnitPage.objects.ancestor_of(page).select_related("unit").last()
    if unit_page is None:
        raise RegistryError(f"column page {page.pk} ({page.title}) stands in no unit's section")
    site = register_section(page=unit_page, now=now)
    if column is None:
        return add_column(
            site=site,
            name=page.title,
            url=page_path(page),
            column_class=page.column_class,
            rhythm_days=page.rhythm_days,
            leader=page.leader,
            officer=page.officer,
            page=page,
            now=now,
            reason="栏目页面已发布",
        )
    column = _follow(column, page, site, now=now)
    if column.standing == ColumnStanding.RETIRED:
        return _to_standing(
            column, ColumnStanding.TRIAL, RegistryEventKind.ADDED, actor=None, reason="栏目页面重新发布", now=now
        )
    return withdraw_retirement(column=column, actor=None, reason="栏目页面重新发布", now=now)


@transaction.atomic
def forget_column_page(*, page: ColumnPage, now: dt.datetime) -> Column | None:
    """A column's page is being deleted: the column stays, and its retirement is proposed."""
    column = Column.objects.filter(page=page).select_related("site").first()
    return propose_retirement(column=column, reason="栏目页面已删除", now=now) if column else None


def _follow(column: Column, page: ColumnPage, site: Site, *, now: dt.datetime) -> Column:
    """Change what follows the page; record a proposal for what does not."""
    values: dict[str, Any] = {
        "site": site,
        "name": _in_one_line(page.title),
        "location": page_path(page),
        "leader": page.leader,
        "officer": page.officer,
    }
    terms = {"column_class": page.column_class, "rhythm_days": page.rhythm_days}
    if column.standing == ColumnStanding.CONFIRMED:
        _propose(column, terms, now=now)
    else:
        values |= terms
    if all(getattr(column, field) == value for field, value in values.items()):
        return column
    return _change(column, values, actor=None, reason="栏目页面已修改", now=now)


def _propose(column: Column, terms: dict[str, Any], *, now: dt.datetime) -> None:
    """Record a change of class or rhythm that waits for a person; once per change."""
    have = _terms(column)
    last = column.events.filter(kind=RegistryEventKind.CHANGE_PROPOSED).order_by("-pk").first()
    if terms == have or (last and (last.before, last.after) == (have, terms)):
        return
    RegistryEvent.objects.create(
        column=column,
        at=now,
        kind=RegistryEventKind.CHANGE_PROPOSED,
        before=have,
        after=terms,
        reason=f"栏目页面拟改为{_in_words(**terms)}，待确认后生效",
    )


# Shared


def _change(
    column: Column,
    values: dict[str, Any],
    *,
    actor: User | None,
    reason: str,
    now: dt.datetime,
    kind: RegistryEventKind = RegistryEventKind.CHANGED,
) -> Column:
    before = _snapshot(column)
    for field, value in values.items():
        setattr(column, field, value)
    column.save(update_fields=list(values))
    _record(column, kind, before=before, actor=actor, reason=reason, now=now)
    return column


def _to_standing(
    column: Column, standing: str, kind: RegistryEventKind, *, actor: User | None, reason: str, now: dt.datetime
) -> Column:
    before = _snapshot(column)
    column.standing = standing
    column.save(update_fields=["standing"])
    _record(column, kind, before=before, actor=actor, reason=reason, now=now)
    return column


def _record(
    column: Column,
    kind: RegistryEventKind,
    *,
    before: dict[str, Any],
    actor: User | None,
    reason: str,
    now: dt.datetime,
) -> None:
    RegistryEvent.objects.create(
        column=column, at=now, actor=actor, kind=kind, before=before, after=_snapshot(column), reason=reason[:300]
    )


def _snapshot(column: Column) -> dict[str, Any]:
    """What an event keeps of a column, as JSON-ready values."""
    return {
        "site": column.site.code,
        "name": column.name,
        "location": column.location,
        **_terms(column),
        "leader": column.leader.name if column.leader else "",
        "officer": column.officer.name if column.officer else "",
        "standing": column.standing,
        "override_selector": column.override_selector,
        "override_date_format": column.override_date_format,
    }


def _terms(column: Column) -> dict[str, Any]:
    return {"column_class": column.column_class, "rhythm_days": column.rhythm_days}


def _in_words(*, column_class: str, rhythm_days: int | None) -> str:
    rhythm = f"更新周期{rhythm_days}日" if rhythm_days else "更新周期按规则"
    return f"{CLASS_TITLES[ColumnClass(column_class)]}、{rhythm}"


def _known_class(code: str) -> str:
    if code not in ColumnClass.values:
        raise RegistryError(f"class {code!r} is none of {', '.join(ColumnClass.values)}")
    return code


def _in_one_line(text: str) -> str:
    """White space folded, nothing that cannot be printed: it may come from a stranger's page, and goes into papers."""
    return " ".join("".join(each for each in text if each.isprintable() or each.isspace()).split())


def _stated(reason: str) -> str:
    """A reason as it is kept: it stands in sentences. Raises RegistryError for none."""
    reason = _in_one_line(reason)
    if not reason:
        raise RegistryError("a reason is needed")
    return reason


def _check_length(model: type[Site] | type[Column], **values: str) -> None:
    lengths = {field.name: field.max_length for field in model._meta.fields}
    for field, value in values.items():
        longest = lengths[field]
        if longest is not None and len(value) > longest:
            raise RegistryError(f"{field}: {len(value)} characters are more than {longest}: {value[:60]}…")
