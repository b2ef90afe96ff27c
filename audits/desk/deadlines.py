"""How long a column has, from its class and its own rhythm: for "my columns", the page editor, the portal."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.utils.translation import gettext as _

from audits.registry.models import Column
from audits.rules.freshness import due_on, fewest_days
from audits.rules.profiles import load_profile
from portal.pages.models import ColumnPage
from portal.pages.rhythm import Rule


def next_due(column: ColumnPage | Column, updated: dt.date) -> dt.date | None:
    """The last day in time for the update after one on `updated`; None where the class has no clock."""
    if not column.column_class:
        return None
    window = load_profile(settings.AUDIT_PROFILE).windows[column.column_class]
    return due_on(updated, window, column.rhythm_days) if window.has_clock else None


def rhythm_words(column: ColumnPage | Column) -> str:
    """How often a column has to be updated, in words: the rule of its class, or its own stricter rhythm."""
    if not column.column_class:  # a new column is previewed before its form is filled
        return ""
    window = load_profile(settings.AUDIT_PROFILE).windows[column.column_class]
    if not window.has_clock:
        return _("Archived: no longer updated") if window.exempt else _("No rhythm required")
    is_stricter = column.rhythm_days and column.rhythm_days <= fewest_days(window)
    days = column.rhythm_days if is_stricter else window.days
    if days:
        named = {7: _("Updated at least once a week"), 14: _("Updated at least every two weeks")}
        return named.get(days) or _("Updated at least every %(count)s days") % {"count": days}
    if window.months == 12:
        return _("Updated at least once a year")
    return _("Updated at least every %(count)s months") % {"count": window.months}


def rule_for_pages(column_class: str) -> Rule:
    """The rule of a class without a rhythm of the column's own (setting COLUMN_RULE)."""
    window = load_profile(settings.AUDIT_PROFILE).windows[column_class]
    days = fewest_days(window) if window.has_clock else None
    return Rule(days, rhythm_words(ColumnPage(column_class=column_class)))
