"""Runs (检查批次): what each looked at and found."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column as TableColumn
from wagtail.admin.ui.tables import TitleColumn

from audits.desk import permissions
from audits.desk.filters import RunFilterSet
from audits.desk.tables import MomentColumn
from audits.desk.views.runs import RUN_ACTS
from audits.desk.viewsets.base import DeskIndexView, DeskInspectView, DeskViewSet
from audits.rules.profiles import title_of
from audits.runs.models import Run
from portal.exports import words


class VisibleRunsMixin:
    request: Any

    def visible_rows(self) -> QuerySet[Run]:
        return permissions.visible_runs(self.request.user).select_related("site", "requested_by__person")


class RunIndexView(VisibleRunsMixin, DeskIndexView):
    export_headings = {"pk": _("run"), "step": _("progress")}
    custom_field_preprocess = {"profile": words(title_of)}


class RunInspectView(VisibleRunsMixin, DeskInspectView):
    template_name = "audits/desk/run.html"
    acts = RUN_ACTS
    act_url = "audit_desk:run_act"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        user, run = self.request.user, self.object
        sites = run.site_verdicts.filter(profile=run.profile).select_related("site__unit")
        columns = run.verdicts.filter(profile=run.profile).select_related("column__site__unit")
        sites = permissions.only_visible(sites, user, "site__unit").order_by("site__name", "pk")
        columns = permissions.only_visible(columns, user, "column__site__unit")
        # A run may have been read again: the last verdict on each is the run's.
        context["site_verdicts"] = {row.site_id: row for row in sites}.values()
        context["verdicts"] = {
            row.column_id: row for row in columns.order_by("column__site__name", "column__name", "pk")
        }.values()
        return context


class RunViewSet(DeskViewSet):
    model = Run
    name = "audit_runs"
    url_prefix = "audits/runs"
    icon = "history"
    menu_label = _("Runs")
    filterset_class = RunFilterSet
    list_display = [
        TitleColumn("pk", label=_("run"), accessor="__str__", url_name="audit_runs:inspect"),
        "kind",
        "site",
        TableColumn("profile", label=_("rule profile"), accessor=lambda run: title_of(run.profile)),
        MomentColumn("as_of", label=_("judged as of"), sort_key="as_of"),
        TableColumn("step", label=_("progress"), accessor="get_step_display", sort_key="step"),
        MomentColumn("finished_at", label=_("finished at"), sort_key="finished_at"),
        "requested_by",
    ]
    list_export = ["pk", "kind", "site", "profile", "as_of", "step", "created_at", "finished_at", "error"]
    ordering = "-pk"
    index_view_class = RunIndexView
    inspect_view_class = RunInspectView
