"""Listings and detail pages of the desk. Rows are looked at here and acted upon through `views`."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column as TableColumn
from wagtail.admin.ui.tables import DateColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet

from audits.cases.models import Case
from audits.desk import permissions
from audits.desk.exports import SafeExportMixin
from audits.desk.filters import CaseFilterSet, ColumnFilterSet, PaperFilterSet, RunFilterSet, SiteFilterSet
from audits.desk.queries import with_newest_verdict
from audits.desk.tables import StateColumn
from audits.desk.views.cases import CASE_ACTS
from audits.desk.views.papers import PAPER_ACTS
from audits.desk.views.registry import COLUMN_ACTS, SITE_ACTS
from audits.evidence.models import Evidence
from audits.notices.models import Paper
from audits.notices.queries import current_files
from audits.registry.models import Column, Site
from audits.runs.models import Run

#: Verdicts shown on a column's page.
HISTORY = 30


class DeskIndexView(SafeExportMixin, generic.IndexView):
    """A listing limited to the units that the person may look at."""

    unit_path: ClassVar[str] = ""

    def get_base_queryset(self) -> Any:  # of the view's own model
        queryset = super().get_base_queryset()
        return permissions.only_visible(queryset, self.request.user, self.unit_path) if self.unit_path else queryset


class DeskInspectView(generic.InspectView):
    """A detail page with the acts that are open to the person."""

    unit_path: ClassVar[str] = ""
    acts: ClassVar[dict] = {}
    act_url: ClassVar[str] = ""

    def get_queryset(self) -> Any:  # of the view's own model
        queryset = self.model._default_manager.all()
        return permissions.only_visible(queryset, self.request.user, self.unit_path) if self.unit_path else queryset

    def get_object(self, queryset: QuerySet | None = None) -> Any:
        return get_object_or_404(self.get_queryset(), pk=self.pk)

    def get_fields_context(self) -> list:
        return []  # each template says itself what it shows

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["acts"] = [act for act in self.acts.values() if act.open_to(self.request.user, self.object)]
        context["act_url"] = self.act_url
        return context


class DeskViewSet(ModelViewSet):
    """Look, filter, export, inspect; no forms that write rows."""

    inspect_view_enabled = True
    copy_view_enabled = False
    add_to_reference_index = False
    form_fields: ClassVar[list[str]] = []
    index_view_class = DeskIndexView
    list_per_page = 50

    @property
    def permission_policy(self) -> permissions.LookOnlyPolicy:
        return permissions.LookOnlyPolicy(self.model)


# --- runs -----------------------------------------------------------------------------------------


class RunInspectView(DeskInspectView):
    template_name = "audits/desk/run.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        user = self.request.user
        sites = self.object.site_verdicts.select_related("site__unit").order_by("state", "site__name")
        columns = self.object.verdicts.select_related("column__site__unit", "observation")
        context["site_verdicts"] = permissions.only_visible(sites, user, "site__unit")
        context["verdicts"] = permissions.only_visible(columns, user, "column__site__unit").order_by(
            "column__site__name", "column__name"
        )
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
        "profile",
        DateColumn("as_of", label=_("judged as of")),
        "step",
        DateColumn("finished_at", label=_("finished at")),
        "requested_by",
    ]
    list_export = ["pk", "kind", "site", "profile", "as_of", "step", "created_at", "finished_at", "error"]
    ordering = "-pk"
    inspect_view_class = RunInspectView


# --- sites ----------------------------------------------------------------------------------------


class SiteIndexView(DeskIndexView):
    unit_path = "unit"

    def get_base_queryset(self) -> QuerySet:
        return super().get_base_queryset().select_related("unit")


class SiteInspectView(DeskInspectView):
    template_name = "audits/desk/site.html"
    unit_path = "unit"
    acts = SITE_ACTS
    act_url = "audit_desk:site_act"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["columns"] = with_newest_verdict(self.object.columns.order_by("name"), "state")
        context["verdict"] = self.object.verdicts.order_by("-run__created_at", "-pk").first()
        context["probes"] = self.object.probes.order_by("-fetched_at")[:HISTORY]
        context["downtimes"] = self.object.downtimes.order_by("-starts_at")
        return context


class SiteViewSet(DeskViewSet):
    model = Site
    name = "audit_sites"
    url_prefix = "audits/sites"
    icon = "site"
    menu_label = _("Sites")
    filterset_class = SiteFilterSet
    list_display = [
        TitleColumn("name", label=_("name"), url_name="audit_sites:inspect"),
        "code",
        "kind",
        "unit",
        TableColumn("home_url", label=_("address")),
    ]
    list_export = ["code", "name", "kind", "unit", "home_url", "login_required", "is_active"]
    search_fields = ["name", "code"]
    search_backend_name = None
    ordering = "name"
    index_view_class = SiteIndexView
    inspect_view_class = SiteInspectView


# --- columns --------------------------------------------------------------------------------------


class ColumnIndexView(DeskIndexView):
    unit_path = "site__unit"

    def get_base_queryset(self) -> QuerySet:
        columns = super().get_base_queryset().select_related("site__unit", "officer")
        return with_newest_verdict(columns, "state", "updated", "due_on", "days_overdue")


class ColumnInspectView(DeskInspectView):
    template_name = "audits/desk/column.html"
    unit_path = "site__unit"
    acts = COLUMN_ACTS
    act_url = "audit_desk:column_act"

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("site__unit", "leader", "officer")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        verdicts = self.object.verdicts.select_related("observation", "run")
        context["verdicts"] = verdicts.order_by("-observation__fetched_at", "-pk")[:HISTORY]
        context["cases"] = self.object.cases.all()
        context["registry_events"] = self.object.events.select_related("actor").order_by("-at", "-pk")
        context["exemptions"] = self.object.exemptions.select_related("approved_by").order_by("-valid_until")
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
        TableColumn("unit", label=_("unit"), accessor="site.unit", sort_key="site__unit__name"),
        "column_class",
        StateColumn("newest_state", label=_("state"), sort_key="newest_state"),
        TableColumn("newest_updated", label=_("last update"), sort_key="newest_updated", classname="desk-number"),
        TableColumn("newest_due_on", label=_("due on"), sort_key="newest_due_on", classname="desk-number"),
        TableColumn("newest_days_overdue", label=_("days overdue"), sort_key="newest_days_overdue"),
        TableColumn("officer", label=_("information officer")),
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
    ]
    search_fields = ["name", "site__name", "site__unit__name"]
    search_backend_name = None
    ordering = ["-newest_days_overdue", "site__name", "name"]
    index_view_class = ColumnIndexView
    inspect_view_class = ColumnInspectView


# --- cases ----------------------------------------------------------------------------------------


class CaseIndexView(DeskIndexView):
    unit_path = "column__site__unit"

    def get_base_queryset(self) -> QuerySet:
        return super().get_base_queryset().with_subject()


class CaseInspectView(DeskInspectView):
    template_name = "audits/desk/case.html"
    unit_path = "column__site__unit"
    acts = CASE_ACTS
    act_url = "audit_desk:case_act"

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().with_subject()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["events"] = self.object.events.select_related("actor").order_by("sequence")
        evidence = Evidence.objects.filter(case=self.object).select_related("observation__run")
        context["evidence"] = evidence.order_by("-taken_at")
        context["papers"] = Paper.objects.filter(items__case=self.object).select_related("unit")
        return context


class CaseViewSet(DeskViewSet):
    model = Case
    name = "audit_cases"
    url_prefix = "audits/cases"
    icon = "warning"
    menu_label = _("Cases")
    filterset_class = CaseFilterSet
    list_display = [
        TitleColumn("column", label=_("column"), accessor="column.name", url_name="audit_cases:inspect"),
        TableColumn("unit", label=_("unit"), accessor="column.site.unit", sort_key="column__site__unit__name"),
        StateColumn("finding", label=_("finding"), accessor="verdict.underlying_state"),
        TableColumn(
            "updated",
            label=_("last update"),
            accessor="verdict.updated",
            sort_key="verdict__updated",
            classname="desk-number",
        ),
        TableColumn(
            "days_overdue", label=_("days overdue"), accessor="verdict.days_overdue", sort_key="verdict__days_overdue"
        ),
        "state",
        DateColumn("state_since", label=_("since"), sort_key="state_since"),
    ]
    list_export = [
        "pk",
        "column.site.unit",
        "column.site",
        "column.name",
        "column.url",
        "rule_id",
        "state",
        "opened_at",
        "state_since",
        "verdict.updated",
        "verdict.days_overdue",
        "verdict.sentence",
    ]
    search_fields = ["column__name", "column__site__unit__name"]
    search_backend_name = None
    ordering = "-state_since"
    index_view_class = CaseIndexView
    inspect_view_class = CaseInspectView


# --- papers ---------------------------------------------------------------------------------------


class PaperIndexView(DeskIndexView):
    unit_path = "unit"

    def get_base_queryset(self) -> QuerySet:
        return super().get_base_queryset().select_related("unit")


class PaperInspectView(DeskInspectView):
    template_name = "audits/desk/paper.html"
    unit_path = "unit"
    acts = PAPER_ACTS
    act_url = "audit_desk:paper_act"

    def get_queryset(self) -> QuerySet:
        acts = Prefetch("acts", self.model._meta.get_field("acts").related_model.objects.select_related("actor"))
        return super().get_queryset().select_related("unit").prefetch_related(acts, "items__case")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["is_overdue"] = self.object.is_overdue(permissions.today())
        context["files"] = current_files(self.object).values()
        return context


class PaperViewSet(DeskViewSet):
    model = Paper
    name = "audit_papers"
    url_prefix = "audits/papers"
    icon = "doc-full-inverse"
    menu_label = _("Papers")
    filterset_class = PaperFilterSet
    list_display = [
        TitleColumn("unit", label=_("unit"), url_name="audit_papers:inspect"),
        "step",
        TableColumn("number", label=_("number"), sort_key="serial"),
        "state",
        TableColumn("signed_on", label=_("signed on"), sort_key="signed_on", classname="desk-number"),
        TableColumn("deadline", label=_("deadline"), sort_key="deadline", classname="desk-number"),
        DateColumn("created_at", label=_("created at"), sort_key="created_at"),
    ]
    list_export = ["pk", "unit", "step", "number", "state", "signatory", "signed_on", "deadline", "created_at"]
    search_fields = ["unit__name"]
    search_backend_name = None
    ordering = "-pk"
    index_view_class = PaperIndexView
    inspect_view_class = PaperInspectView


class DeskViewSetGroup(ViewSetGroup):
    """One menu for the audits."""

    menu_label = _("Supervision")
    menu_icon = "glasses"
    menu_order = 150
    items = (ColumnViewSet, CaseViewSet, PaperViewSet, SiteViewSet, RunViewSet)
