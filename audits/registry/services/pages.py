"""The registry follows the column pages of the portal."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from audits.registry.enums import ColumnStanding, RegistryEventKind
from audits.registry.models import Column, RegistryEvent, Site
from audits.registry.services.changes import change, in_words, terms_of, to_standing
from audits.registry.services.checks import RegistryError, in_one_line
from audits.registry.services.columns import add_column, propose_retirement, withdraw_retirement
from audits.registry.services.sites import page_path, register_section
from portal.pages.models import ColumnPage, UnitPage


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
        return to_standing(
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
        "name": in_one_line(page.title),
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
    return change(column, values, actor=None, reason="栏目页面已修改", now=now)


def _propose(column: Column, terms: dict[str, Any], *, now: dt.datetime) -> None:
    """Record a change of class or rhythm that waits for a person; once per change."""
    have = terms_of(column)
    last = column.events.filter(kind=RegistryEventKind.CHANGE_PROPOSED).order_by("-pk").first()
    if terms == have or (last and (last.before, last.after) == (have, terms)):
        return
    RegistryEvent.objects.create(
        column=column,
        at=now,
        kind=RegistryEventKind.CHANGE_PROPOSED,
        before=have,
        after=terms,
        reason=f"栏目页面拟改为{in_words(**terms)}，待确认后生效",
    )
