"""Every column a person answers for, the most urgent first, with what to do next."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin.ui.components import Component
from wagtail.models import Page, WorkflowState

from audits.desk import permissions
from audits.desk.deadlines import next_due, rhythm_words
from audits.desk.queries import newest_verdicts
from audits.registry.enums import ColumnStanding
from audits.registry.models import Column
from audits.rules.profiles import load_profile
from audits.rules.states import ColumnState
from audits.runs.models import Verdict
from portal.pages import queries
from portal.pages.enums import ColumnClass
from portal.pages.models import ArticlePage
from portal.units.queries import units_of

#: Late without a day to count from.
LATE_STATES = (ColumnState.BLANK, ColumnState.UNDATED)
#: Of a column, its site and its page: all that a row is made of.
SHOWN = (
    *("name", "location", "column_class", "rhythm_days", "standing", "site__base_url"),
    *("page__path", "page__column_class", "page__rhythm_days"),
)


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
    def days_over(self) -> int:
        return max(0, -(self.days_left or 0))

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

    @property
    def actions(self) -> list[tuple[str, str]]:
        """(address, words), the main one first."""
        page = self.column.page_id
        if not page:
            return [(self.column.url, _("Open"))]
        return [
            (reverse("portal_intake:from_document", args=[page]), _("Publish from a document")),
            (reverse("wagtailadmin_pages:add", args=["pages", "articlepage", page]), _("Write an article")),
        ]


class MyColumnsPanel(Component):
    """The first thing an editor sees after signing in."""

    name = "my_columns"
    template_name = "audits/desk/my_columns.html"
    order = 50

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        user, today = parent_context["request"].user, permissions.today()
        return {"rows": my_columns(user, today)}


def my_columns(user: Any, today: dt.date) -> list[MyColumn]:
    """Watched columns of the units a person writes for or leads on a civil day; constant in columns and articles."""
    columns = list(
        Column.objects.filter(site__unit__in=units_of(user, today))
        .exclude(standing=ColumnStanding.RETIRED)
        .select_related("site", "page")
        .only(*SHOWN)
        .order_by("name")
    )
    verdicts = newest_verdicts(columns)
    pages = [column.page for column in columns if column.page]
    published = queries.last_updates(pages, ArticlePage.objects.live()) if pages else {}
    pending = _pending([page.path for page in pages])
    windows = load_profile(settings.AUDIT_PROFILE).windows
    mine = [
        _my_column(
            column,
            verdicts.get(column.pk),
            today=today,
            published_at=published.get(column.page.pk) if column.page else None,
            pending=pending.get(column.page.path, 0) if column.page else 0,
            warn_days=windows[column.column_class].warn_days or 0,
        )
        for column in columns
    ]
    return sorted(mine, key=lambda row: row.urgency)


def _pending(paths: list[str]) -> dict[str, int]:
    """Path of a column page -> articles in it that are on their way through approval."""
    if not paths:
        return {}
    under_way = WorkflowState.objects.filter(status=WorkflowState.STATUS_IN_PROGRESS).values_list("object_id")
    ids = [int(pk) for (pk,) in under_way]
    pages = Page.objects.filter(pk__in=ids, depth=len(paths[0]) // Page.steplen + 1)
    counted: dict[str, int] = {}
    for path in pages.values_list("path", flat=True):
        above = path[: -Page.steplen]
        counted[above] = counted.get(above, 0) + 1
    return counted


def _my_column(
    column: Column,
    verdict: Verdict | None,
    *,
    today: dt.date,
    published_at: dt.datetime | None,
    pending: int,
    warn_days: int,
) -> MyColumn:
    seen, due, state, sentence = (
        (verdict.updated, verdict.due_on, verdict.state, verdict.sentence) if verdict else (None, None, "", "")
    )
    published = timezone.localdate(published_at) if published_at else None
    fresher = bool(published and column.page and (seen is None or published > seen))
    updated = published if fresher else seen
    if fresher and published and column.page:
        due = next_due(column.page, published)
    if due is None:
        return MyColumn(column, state, sentence, updated, None, pending=pending, fresher=fresher)
    left, given = (due - today).days, (due - updated).days if updated else None
    warn = min(warn_days, (given or 0) // 2)
    return MyColumn(column, state, sentence, updated, due, left, given, warn, pending, fresher)
