"""What stands on the first page after signing in."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import F, OuterRef, Subquery
from wagtail.admin.ui.components import Component

from audits.desk import permissions
from audits.models import Column, Verdict
from audits.registry.enums import ColumnStanding
from portal.units.queries import units_of


class MyColumnsPanel(Component):
    """Every column of the person's units: state, last counted update, days left; the most urgent first."""

    name = "my_columns"
    template_name = "audits/desk/my_columns.html"
    order = 50

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        user, today = parent_context["request"].user, permissions.today()
        return {"columns": my_columns(user, today)}


def my_columns(user: Any, today: dt.date) -> list[Column]:
    """Watched columns of the units a person writes for, each with its newest verdict and `days_left`."""
    newest = Verdict.objects.filter(column=OuterRef("pk")).order_by("-observation__fetched_at", "-pk")
    columns = (
        Column.objects.filter(site__unit__in=units_of(user, today))
        .exclude(standing=ColumnStanding.RETIRED)
        .select_related("site", "page")
        .annotate(
            newest_state=Subquery(newest.values("state")[:1]),
            newest_updated=Subquery(newest.values("updated")[:1]),
            newest_due_on=Subquery(newest.values("due_on")[:1]),
            newest_sentence=Subquery(newest.values("sentence")[:1]),
        )
        .order_by(F("newest_due_on").asc(nulls_last=True), "name")
    )
    rows = list(columns)
    for column in rows:
        column.days_left = (column.newest_due_on - today).days if column.newest_due_on else None
    return rows
