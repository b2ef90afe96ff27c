"""Every column a person answers for, the most urgent first, with what to do next."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from django.db.models import F, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin.ui.components import Component
from wagtail.models import Page

from audits.desk import permissions
from audits.desk.deadlines import Standing, rhythm_words, standing
from audits.desk.queries import newest_verdicts, with_newest_verdict
from audits.registry.enums import ColumnStanding
from audits.registry.models import Column
from audits.rules.states import ColumnState
from audits.runs.enums import NOT_CHECKED
from audits.runs.models import Verdict
from portal.pages import queries
from portal.pages.approval.queries import turns_of
from portal.pages.enums import ColumnClass
from portal.prepared import prepared
from portal.units.models import Unit
from portal.units.session import own_units

#: Late without a day to count from.
LATE_STATES = (ColumnState.BLANK, ColumnState.UNDATED)
#: No article of any column is on its way.
NOTHING: Mapping[str, int] = MappingProxyType({})
#: Of a column and its site: all that a row is made of.
SHOWN = ("name", "location", "column_class", "rhythm_days", "standing", "page_id", "site__base_url")


@dataclasses.dataclass(frozen=True, slots=True)
class MyColumn:
    """A row: a column, how it stands today, and the sentence of its newest verdict.

    `pending`: articles on their way through approval.
    """

    column: Column
    now: Standing
    sentence: str = ""
    pending: int = 0

    @property
    def due_on(self) -> dt.date | None:
        return self.now.due_on

    @property
    def days_left(self) -> int | None:
        return self.now.days_left

    @property
    def rhythm(self) -> str:
        return rhythm_words(self.column)

    @property
    def class_label(self) -> str:
        return str(ColumnClass(self.column.column_class).label)

    @property
    def urgency(self) -> tuple[int, int]:
        if self.now.state in LATE_STATES:
            return (0, 0)
        return (1, self.days_left) if self.days_left is not None else (2, 0)

    @property
    def left_percent(self) -> int:
        given = self.now.days_given or 1
        return max(0, min(100, round(100 * (self.days_left or 0) / given)))

    @property
    def tick_percent(self) -> int:
        return max(0, min(100, round(100 * self.now.warn_days / (self.now.days_given or 1))))

    @property
    def next_step(self) -> str:
        """What to do, in words."""
        if self.column.standing == ColumnStanding.TRIAL:
            return _("Confirm class and rhythm in the filing form")
        if self.pending:
            return _("Hurry the approval along")
        if self.now.state in LATE_STATES or (self.days_left is not None and self.days_left < 0):
            return _("Publish now")
        if self.days_left is not None and self.days_left <= self.now.warn_days:
            return _("Publish before the deadline")
        return _("Nothing to do now")


class MyColumnsPanel(Component):
    """The first thing an editor sees after signing in."""

    name = "my_columns"
    template_name = "audits/desk/my_columns.html"
    order = 50

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        request = parent_context["request"]
        under_way = Counter(turn.article.path[: -Page.steplen] for turn in turns_of(request))
        rows = my_columns(own_units(request), permissions.today(), under_way)
        badges = {
            state: render_to_string("components/state.html", {"state": state or NOT_CHECKED})
            for state in {row.now.state for row in rows}
        }
        addresses = {
            "from_document": _address("portal_intake:from_document"),
            "write": _address("wagtailadmin_pages:add", "pages", "articlepage"),
        }
        return {"rows": [_as_shown(row, badges[row.now.state], addresses) for row in rows]}


def _address(name: str, *args: str) -> str:
    """An address with {} for the id of a page: asking for that of each takes longer than the rest of its row."""
    return reverse(name, args=[*args, 0]).replace("/0/", "/{}/")


def _as_shown(row: MyColumn, badge: str, addresses: Mapping[str, str]) -> dict[str, Any]:
    """A row as the template takes it: words are put together here, once, for a template is slow at it."""
    now, left, days, page = row.now, row.days_left, "", row.column.page_id
    if left is not None and left < 0:
        days = ngettext("%(days)s day late", "%(days)s days late", -left) % {"days": -left}
    elif left is not None:
        days = ngettext("%(days)s day left", "%(days)s days left", left) % {"days": left}
    under_way = ngettext("%(number)s article in approval", "%(number)s articles in approval", row.pending)
    return {
        "urgency": "" if left is None else "late" if left < 0 else "soon" if left <= now.warn_days else "in-time",
        "badge": badge,
        "name": row.column.name,
        "address": row.column.url,
        "terms": f"{row.class_label} · {row.rhythm}",
        "sentence": row.sentence,
        "days": days,
        "due": now.due_on.isoformat() if now.due_on else "",
        "bar": f"--left: {row.left_percent}%; --tick: {row.tick_percent}%" if days and now.days_given else "",
        "updated": now.updated.isoformat() if now.updated else "–",
        "fresher": now.fresher,
        "step": row.next_step,
        "under_way": under_way % {"number": row.pending} if row.pending else "",
        **({name: address.format(page) for name, address in addresses.items()} if page else {}),
    }


def my_columns(units: Iterable[Unit], today: dt.date, under_way: Mapping[str, int] = NOTHING) -> list[MyColumn]:
    """Watched columns of units on a civil day; as many queries for many columns and articles.

    `under_way`: path of a column's page -> how many of its articles are on their way through approval.
    """
    columns = [(column, column.page_path or "") for column in _watched(units=[unit.pk for unit in units])]
    verdicts = newest_verdicts(column for column, _path in columns)
    published = queries.last_updates(path for _column, path in columns if path)
    mine = [
        _my_column(
            column,
            verdicts.get(column.pk),
            today=today,
            published_at=published.get(path),
            pending=under_way.get(path, 0),
        )
        for column, path in columns
    ]
    return sorted(mine, key=lambda row: row.urgency)


@prepared
def _watched(units: Any) -> QuerySet[Column]:
    watched = Column.objects.filter(site__unit__in=units).exclude(standing=ColumnStanding.RETIRED)
    shown = with_newest_verdict(watched.select_related("site").order_by("name"), "pk").only(*SHOWN)
    return shown.annotate(page_path=F("page__path"))


def _my_column(
    column: Column,
    verdict: Verdict | None,
    *,
    today: dt.date,
    published_at: dt.datetime | None,
    pending: int,
) -> MyColumn:
    now = standing(
        column,
        state=verdict.state if verdict else "",
        seen=verdict.updated if verdict else None,
        due_on=verdict.due_on if verdict else None,
        published=timezone.localdate(published_at) if published_at else None,
        today=today,
    )
    return MyColumn(column, now, verdict.sentence if verdict else "", pending)
