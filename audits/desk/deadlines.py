"""How long a column has, from its class and its own rhythm: for "my columns", the page editor, the portal."""

from __future__ import annotations

import dataclasses
import datetime as dt

from django.conf import settings
from django.utils.translation import gettext as _

from audits.registry.models import Column
from audits.rules.freshness import due_on, fewest_days
from audits.rules.profiles import load_profile
from audits.rules.states import ALIVE, STALE, ColumnState
from portal.pages.models import ColumnPage
from portal.pages.rhythm import Rule

#: Nobody has to update these, whatever their page shows.
WITHOUT_CLOCK = frozenset({ColumnState.EXEMPT, ColumnState.TRIAL, ColumnState.RETIRED})


@dataclasses.dataclass(frozen=True, slots=True)
class Standing:
    """How a column stands today: what the last check saw, and what was published since.

    `state` is empty before the first check. `days_left` until it is late, below zero once it is; `days_given` from
    the last update to the last day for the next; `warn_days` of them bring the warning. None without a due day.
    `fresher`: an article was published after what the check saw.
    """

    state: str = ""
    updated: dt.date | None = None
    due_on: dt.date | None = None
    days_left: int | None = None
    days_given: int | None = None
    warn_days: int = 0
    fresher: bool = False

    @property
    def days_over(self) -> int:
        return max(0, -(self.days_left or 0))


def standing(
    column: ColumnPage | Column,
    *,
    state: str,
    seen: dt.date | None,
    due_on: dt.date | None,
    published: dt.date | None,
    today: dt.date,
) -> Standing:
    """`state`, `seen` (last update) and `due_on` are the newest verdict's, `published` the newest article's day."""
    fresher = bool(published and (seen is None or published > seen))
    updated = published if fresher else seen
    if state in WITHOUT_CLOCK:
        return Standing(state, updated, fresher=fresher)
    due = next_due(column, published) if fresher and published else due_on
    if due is None:
        return Standing(_word(state, fresher, None, 0), updated, fresher=fresher)
    left, given = (due - today).days, (due - updated).days if updated else None
    window = load_profile(settings.AUDIT_PROFILE).windows[column.column_class]
    warn = min(window.warn_days or 0, (given or 0) // 2)
    return Standing(_word(state, fresher, left, warn), updated, due, left, given, warn, fresher)


def _word(state: str, fresher: bool, left: int | None, warn: int) -> str:
    """What the rule says on the day; of a page that could not be read it says no more than the check did."""
    if state not in STALE | ALIVE or not (fresher or left is not None):
        return state
    if left is None or left > warn:
        return ColumnState.FRESH.value
    return (ColumnState.DORMANT if left < 0 else ColumnState.DUE_SOON).value


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
