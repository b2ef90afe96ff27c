"""A row of "my columns", and its HTML: put together here, for a template takes five times as long over many rows."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audits.desk.deadlines import rhythm_words
from audits.registry.enums import ColumnStanding
from audits.registry.models import Column
from audits.rules.states import ColumnState
from portal.pages.enums import ColumnClass

#: Late without a day to count from.
LATE_STATES = (ColumnState.BLANK, ColumnState.UNDATED)
ROW = (
    '<tr class="mycols__row mycols__row--{urgency}"><td>{badge}</td>'
    '<td><a href="{address}"><strong>{name}</strong></a><br><span class="desk-small">{terms}</span>{why}</td>'
    '<td class="desk-number">{left}</td>'
    '<td data-label="{updated_label}" class="desk-number">{updated}</td>'
    '<td><span class="mycols__step">{step}</span>{under_way}<div class="mycols__acts">{actions}</div></td></tr>'
)
WHY = '<details class="desk-small"><summary>{}</summary>{}</details>'
LEFT = '<span class="mycols__days">{}</span> <span class="desk-small">{}</span>'
BAR = '<span class="mycols__bar" style="--left: {}%; --tick: {}%" aria-hidden="true"></span>'
FRESHER = '{}<br><span class="desk-small">{}</span>'
UNDER_WAY = ' <a href="{}">{}</a>'
ACTION = '<a class="button button-small" href="{}">{}</a>'
SECOND_ACTION = '<a class="button button-small button-secondary" href="{}">{}</a>'


@dataclasses.dataclass(frozen=True, slots=True)
class MyColumn:
    """A row: a column, what its newest verdict says, and what was published since.

    `days_left` until it is late, below zero once it is; `days_given` from the last update to the last day
    for the next; `warn_days` of them bring the warning. None without a due day. `pending`: articles on their
    way through approval. `fresher`: an article was published after what the last run saw.
    """

    column: Column
    state: str
    sentence: str
    updated: dt.date | None
    due_on: dt.date | None
    days_left: int | None = None
    days_given: int | None = None
    warn_days: int = 0
    pending: int = 0
    fresher: bool = False

    @property
    def rhythm(self) -> str:
        return rhythm_words(self.column)

    @property
    def class_label(self) -> str:
        return str(ColumnClass(self.column.column_class).label)

    @property
    def urgency(self) -> tuple[int, int]:
        if self.state in LATE_STATES and not self.fresher:
            return (0, 0)
        return (1, self.days_left) if self.days_left is not None else (2, 0)

    @property
    def urgency_word(self) -> str:
        """How the row is coloured; empty without a due day."""
        if self.days_left is None:
            return ""
        if self.days_left < 0:
            return "late"
        return "soon" if self.days_left <= self.warn_days else "in-time"

    @property
    def left_percent(self) -> int:
        given = self.days_given or 1
        return max(0, min(100, round(100 * (self.days_left or 0) / given)))

    @property
    def tick_percent(self) -> int:
        return max(0, min(100, round(100 * self.warn_days / (self.days_given or 1))))

    @property
    def next_step(self) -> str:
        """What to do, in words."""
        if self.column.standing == ColumnStanding.TRIAL:
            return _("Confirm class and rhythm in the filing form")
        if self.pending:
            return _("Hurry the approval along")
        if (self.state in LATE_STATES and not self.fresher) or (self.days_left is not None and self.days_left < 0):
            return _("Publish now")
        if self.days_left is not None and self.days_left <= self.warn_days:
            return _("Publish before the deadline")
        return _("Nothing to do now")


def in_html(rows: Iterable[MyColumn]) -> SafeString:
    """The rows of the table; what is the same in many of them is looked up once."""
    return format_html_join("", ROW, _cells(list(rows)))


def _cells(rows: list[MyColumn]) -> Iterator[dict[str, Any]]:
    badges = {
        state: render_to_string("components/state.html", {"state": state}) if state else _("not checked")
        for state in {row.state for row in rows}
    }
    why, fresher, updated_label = _("Why"), _("published since the last check"), _("Last counted update")
    from_document, write, open_ = _("Publish from a document"), _("Write an article"), _("Open")
    approvals = reverse("portal_approval:list")
    document_at = _address("portal_intake:from_document")
    write_at = _address("wagtailadmin_pages:add", "pages", "articlepage")
    for row in rows:
        page, updated = row.column.page_id, row.updated.isoformat() if row.updated else "–"
        yield {
            "urgency": row.urgency_word,
            "badge": badges[row.state],
            "address": row.column.url,
            "name": row.column.name,
            "terms": f"{row.class_label} · {row.rhythm}",
            "why": format_html(WHY, why, row.sentence) if row.sentence else "",
            "left": _left(row),
            "updated_label": updated_label,
            "updated": format_html(FRESHER, updated, fresher) if row.fresher else updated,
            "step": row.next_step,
            "under_way": format_html(UNDER_WAY, approvals, _in_approval(row.pending)) if row.pending else "",
            "actions": format_html(ACTION, document_at.format(page), from_document)
            + format_html(SECOND_ACTION, write_at.format(page), write)
            if page
            else format_html(ACTION, row.column.url, open_),
        }


def _address(name: str, *args: str) -> str:
    """An address with {} for the id of a page: asking for that of each takes longer than all the rest of a row."""
    return reverse(name, args=[*args, 0]).replace("/0/", "/{}/")


def _left(row: MyColumn) -> str:
    """Days left or days late, the due day, and how much of the time is left as a bar."""
    days = row.days_left
    if days is None or row.due_on is None:
        return "–"
    if days < 0:
        words = ngettext("%(days)s day late", "%(days)s days late", -days) % {"days": -days}
    else:
        words = ngettext("%(days)s day left", "%(days)s days left", days) % {"days": days}
    left = format_html(LEFT, words, row.due_on.isoformat())
    return left + format_html(BAR, row.left_percent, row.tick_percent) if row.days_given else left


def _in_approval(number: int) -> str:
    words = ngettext("%(number)s article in approval", "%(number)s articles in approval", number)
    return words % {"number": number}
