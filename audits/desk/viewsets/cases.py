"""Cases (问题): the ledger of what was found, confirmed and fixed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column as TableColumn
from wagtail.admin.ui.tables import TitleColumn

from audits.cases.models import Case
from audits.desk import permissions
from audits.desk.filters import CaseFilterSet
from audits.desk.tables import MomentColumn, NumberColumn, StateColumn
from audits.desk.views.cases import CASE_ACTS
from audits.desk.viewsets.base import DeskIndexView, DeskInspectView, DeskViewSet
from audits.evidence.models import Evidence


class CaseIndexView(DeskIndexView):
    unit_path = "column__site__unit"
    export_headings = {
        "pk": _("case number"),
        "column.site.unit": _("unit"),
        "column.site": _("site"),
        "column.name": _("column"),
        "column.url": _("address"),
        "verdict.updated": _("last update"),
        "verdict.days_overdue": _("days overdue"),
        "verdict.underlying_state": _("finding"),
        "verdict.sentence": _("reason"),
    }

    def visible_rows(self) -> Any:
        return super().visible_rows().with_subject()


class CaseInspectView(DeskInspectView):
    template_name = "audits/desk/case.html"
    unit_path = "column__site__unit"
    acts = CASE_ACTS
    act_url = "audit_desk:case_act"

    def visible_rows(self) -> Any:
        return super().visible_rows().with_subject()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        case = self.object
        context["events"] = case.events.select_related("actor__person").order_by("sequence")
        evidence = Evidence.objects.filter(case=case).select_related("observation__run")
        context["evidence"] = evidence.order_by("-sequence")
        papers = permissions.visible_papers(self.request.user).filter(items__case=case)
        context["papers"] = papers.select_related("unit").order_by("pk")
        return context


class CaseViewSet(DeskViewSet):
    model = Case
    name = "audit_cases"
    url_prefix = "audits/cases"
    icon = "warning"
    menu_label = _("Cases")
    filterset_class = CaseFilterSet
    list_display = [
        TitleColumn(
            "column", label=_("column"), accessor="column.name", url_name="audit_cases:inspect", sort_key="column__name"
        ),
        TableColumn("site", label=_("site"), accessor="column.site", sort_key="column__site__name"),
        StateColumn("finding", label=_("finding"), accessor="verdict.underlying_state"),
        TableColumn(
            "updated",
            label=_("last update"),
            accessor="verdict.updated",
            sort_key="verdict__updated",
            classname="desk-number",
        ),
        NumberColumn(
            "days_overdue", label=_("days overdue"), accessor="verdict.days_overdue", sort_key="verdict__days_overdue"
        ),
        "state",
        MomentColumn("state_since", label=_("since"), sort_key="state_since"),
    ]
    list_export = [
        "pk",
        "column.site.unit",
        "column.site",
        "column.name",
        "column.url",
        "state",
        "opened_at",
        "state_since",
        "verdict.underlying_state",
        "verdict.updated",
        "verdict.days_overdue",
        "rule_id",
        "verdict.sentence",
    ]
    search_fields = ["column__name", "column__site__name", "column__site__unit__name"]
    search_backend_name = None
    ordering = "-state_since"
    index_view_class = CaseIndexView
    inspect_view_class = CaseInspectView
