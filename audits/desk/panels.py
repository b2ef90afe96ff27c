"""What stands on the first page after signing in."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from django.db.models import F
from wagtail.admin.ui.components import Component

from audits.desk import permissions
from audits.desk.queries import with_newest_verdict
from audits.desk.todo import waiting_for
from audits.registry.enums import ColumnStanding
from audits.registry.models import Column
from portal.units.queries import units_of


@dataclasses.dataclass(frozen=True, slots=True)
class MyColumn:
    """A row of the panel: a column that carries its newest verdict.

    `days_left` until it is late, below zero once it is; `days_given` from the last update to the last day
    for the next. None without a due day.
    """

    column: Any
    days_left: int | None = None
    days_given: int | None = None


class WaitingPanel(Component):
    """What waits for this person."""

    name = "waiting"
    template_name = "audits/desk/waiting.html"
    order = 40

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        return {"todo": waiting_for(parent_context["request"].user)}


class MyColumnsPanel(Component):
    """Every column of the person's units: state, last counted update, days left; the most urgent first."""

    name = "my_columns"
    template_name = "audits/desk/my_columns.html"
    order = 50

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        user, today = parent_context["request"].user, permissions.today()
        return {"rows": my_columns(user, today)}


def my_columns(user: Any, today: dt.date) -> list[MyColumn]:
    """Watched columns of the units a person writes for, the most urgent first."""
    columns = (
        Column.objects.filter(site__unit__in=units_of(user, today))
        .exclude(standing=ColumnStanding.RETIRED)
        .select_related("site", "page")
    )
    rows: Any = with_newest_verdict(columns, "state", "updated", "due_on", "sentence").order_by(
        F("newest_due_on").asc(nulls_last=True), "name"
    )
    return [_my_column(row, today) for row in rows]


def _my_column(column: Any, today: dt.date) -> MyColumn:
    due, updated = column.newest_due_on, column.newest_updated
    if due is None:
        return MyColumn(column)
    return MyColumn(column, (due - today).days, (due - updated).days if updated else None)
