"""Writes of columns: what the unit, the network centre and the command line say of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from urllib.parse import urljoin

from django.db import transaction

from audits.registry.enums import ColumnStanding, RegistryEventKind
from audits.registry.models import Column, Exemption, Site
from audits.registry.queries import open_proposal
from audits.registry.services.changes import change, record, terms_of, to_standing
from audits.registry.services.checks import RegistryError, check_length, in_one_line, known_class, stated
from audits.registry.services.sites import split_address
from audits.registry.suggest import suggest_class
from crawler.plan import origin_of
from crawler.reading.override import date_pattern, is_selector
from portal.pages.models import ColumnPage
from portal.units.models import Person, User


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
    name = in_one_line(name)
    if not name:
        raise RegistryError("a column needs a name")
    location = location_of(site, url)
    check_length(Column, name=name, location=location)
    known = Column.objects.filter(site=site, location=location).exclude(standing=ColumnStanding.RETIRED).first()
    if known is not None:
        return known
    suggested = suggest_class(name, page_kind=page_kind)
    column = Column.objects.create(
        site=site,
        name=name,
        location=location,
        column_class=known_class(column_class or suggested.column_class),
        class_reason="" if column_class else suggested.reason,
        rhythm_days=rhythm_days,
        leader=leader,
        officer=officer,
        page=page,
        created_at=now,
    )
    record(column, RegistryEventKind.ADDED, before={}, actor=actor, reason=reason, now=now)
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
    reason = stated(reason)
    trial = Column.objects.select_for_update().filter(site=site, standing=ColumnStanding.TRIAL).order_by("pk")
    if columns is not None:
        trial = trial.filter(pk__in=[column.pk for column in columns])
    return [
        to_standing(column, ColumnStanding.CONFIRMED, RegistryEventKind.CONFIRMED, actor=actor, reason=reason, now=now)
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
    reason = stated(reason)
    values = {"column_class": known_class(column_class), "rhythm_days": rhythm_days}
    if values == terms_of(column) and open_proposal(column) is None:
        return column
    return change(column, {**values, "class_reason": reason[:200]}, actor=actor, reason=reason, now=now)


@transaction.atomic
def set_override(
    *, column: Column, selector: str, date_format: str, actor: User | None, reason: str, now: dt.datetime
) -> Column:
    """A person says how the column's page is to be read from now on; what they say beats the reader.

    Raises RegistryError for what is no CSS selector, no date format (`crawler.reading.override.date_pattern`),
    too long for the registry, and for an empty reason.
    """
    reason = stated(reason)
    selector, date_format = selector.strip(), date_format.strip()
    check_length(Column, override_selector=selector, override_date_format=date_format)
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
    reason = stated(reason)
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
    return change(column, values, kind=kind, actor=actor, reason=reason, now=now)


@transaction.atomic
def propose_retirement(*, column: Column, reason: str, now: dt.datetime, actor: User | None = None) -> Column:
    """Say that a column seems to be gone; a person decides. A column that is retired or proposed stays as it is.

    Raises RegistryError for an empty reason.
    """
    if column.standing not in (ColumnStanding.TRIAL, ColumnStanding.CONFIRMED):
        return column
    reason = stated(reason)
    kind = RegistryEventKind.RETIREMENT_PROPOSED
    return to_standing(column, ColumnStanding.RETIRING, kind, actor=actor, reason=reason, now=now)


@transaction.atomic
def withdraw_retirement(*, column: Column, actor: User | None, reason: str, now: dt.datetime) -> Column:
    """The column stays under watch, with the standing it had. One that is not proposed stays as it is."""
    if column.standing != ColumnStanding.RETIRING:
        return column
    proposed = column.events.filter(kind=RegistryEventKind.RETIREMENT_PROPOSED).order_by("-pk").first()
    standing = proposed.before["standing"] if proposed else ColumnStanding.TRIAL
    kind = RegistryEventKind.RETIREMENT_WITHDRAWN
    return to_standing(column, standing, kind, actor=actor, reason=reason, now=now)


@transaction.atomic
def confirm_retirement(*, column: Column, actor: User, reason: str, now: dt.datetime) -> Column:
    """A person retires a column; its row and history stay. Raises RegistryError if nobody proposed it."""
    reason = stated(reason)
    if column.standing == ColumnStanding.RETIRED:
        return column
    if column.standing != ColumnStanding.RETIRING:
        raise RegistryError(f"{column} is {column.get_standing_display()}: its retirement has to be proposed first")
    kind = RegistryEventKind.RETIRED
    return to_standing(column, ColumnStanding.RETIRED, kind, actor=actor, reason=reason, now=now)


@transaction.atomic
def turn_down(*, column: Column, actor: User, reason: str, now: dt.datetime) -> Column:
    """A person says of a column on trial that it is none: it is retired at once. Raises as `confirm_retirement`."""
    if column.standing == ColumnStanding.TRIAL:
        column = propose_retirement(column=column, actor=actor, reason=reason, now=now)
    return confirm_retirement(column=column, actor=actor, reason=reason, now=now)


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
    reason = stated(reason)
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
