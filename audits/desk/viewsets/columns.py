"""Columns (栏目): what is watched, with the newest verdict on each."""

from __future__ import annotations

from typing import Any

from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column as TableColumn
from wagtail.admin.ui.tables import TitleColumn

from audits.desk.filters import ColumnFilterSet
from audits.desk.queries import with_newest_verdict
from audits.desk.tables import NumberColumn, StateColumn
from audits.desk.views.registry import COLUMN_ACTS
from audits.desk.viewsets.base import HISTORY, DeskIndexView, DeskInspectView, DeskViewSet
from audits.registry.models import Column
from audits.registry.queries import open_proposal
from audits.runs.enums import COLUMN_STATE_LABELS
from portal.exports import words


class ColumnIndexView(DeskIndexView):
    unit_path = "site__unit"
    export_headings = {
        "site.unit": _("unit"),
        "name": _("column"),
        "url": _("address"),
        "newest_state": _("state"),
        "newest_updated": _("last update"),
        "newest_due_on": _("due on"),
        "newest_days_overdue": _("days overdue"),
        "newest_sentence": _("reason"),
    }
    custom_field_preprocess = {"newest_state": words(COLUMN_STATE_LABELS.get)}

    def visible_rows(self) -> Any:
        columns = super().visible_rows().select_related("site__unit", "officer")
        columns = with_newest_verdict(columns, "state", "updated", "due_on", "days_overdue", "sentence")
        # Databases do not agree on where nothing sorts.
        return columns.annotate(overdue=Coalesce("newest_days_overdue", 0))


class ColumnInspectView(DeskInspectView):
    template_name = "audits/desk/column.html"
    unit_path = "site__unit"
    acts = COLUMN_ACTS
    act_url = "audit_desk:column_act"

    def visible_rows(self) -> Any:
        return super().visible_rows().select_related("site__unit", "leader", "officer")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        column = self.object
        verdicts = column.verdicts.own().select_related("observation", "run")
        context["verdicts"] = verdicts.newest_first()[:HISTORY]
        context["proposal"] = open_proposal(column)
        context["cases"] = column.cases.all()
        context["registry_events"] = column.events.select_related("actor__person").order_by("-at", "-pk")
        context["exemptions"] = column.exemptions.select_related("approved_by__person").order_by("-valid_until")
        return context


class ColumnViewSet(DeskViewSet):
    model = Column
    name = "audit_columns"
    url_prefix = "audits/columns"
    icon = "list-ul"
    menu_label = _("Columns")
    filterset_class = ColumnFilterSet
    list_display = [
        TitleColumn("name", label=_("column"), url_name="audit_columns:inspect", sort_key="name"),
        TableColumn("site", label=_("site"), sort_key="site__name"),
        "column_class",
        StateColumn("newest_state", label=_("state"), sort_key="newest_state"),
        TableColumn("newest_updated", label=_("last update"), sort_key="newest_updated", classname="desk-number"),
        TableColumn("newest_due_on", label=_("due on"), sort_key="newest_due_on", classname="desk-number"),
        NumberColumn("newest_days_overdue", label=_("days overdue"), sort_key="overdue"),
        TableColumn("officer", label=_("information officer"), classname="desk-number"),
    ]
    list_export = [
        "uuid",
        "site.unit",
        "site",
        "name",
        "url",
        "column_class",
        "rhythm_days",
        "standing",
        "newest_state",
        "newest_updated",
        "newest_due_on",
        "newest_days_overdue",
        "newest_sentence",
    ]
    search_fields = ["name", "site__name", "site__unit__name"]
    search_backend_name = None
    ordering = ["-overdue", "site__name", "name"]
    index_view_class = ColumnIndexView
    inspect_view_class = ColumnInspectView
