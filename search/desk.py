"""The search in the desk: what was asked, and how the search is doing."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column, NumberColumn
from wagtail.admin.views.generic import PermissionCheckedMixin, WagtailAdminTemplateMixin
from wagtail.admin.views.reports import ReportView
from wagtail.permission_policies import ModelPermissionPolicy

from portal.exports import SafeExportMixin
from search import questions
from search.models import AskedQuestion, AttachmentText, IndexChange, QuestionLogRules
from search.state import WANTED_LAG, state


class QuestionFilterSet(WagtailFilterSet):
    day = django_filters.DateFromToRangeFilter(label=_("days"), widget=DateRangePickerWidget)
    in_vain = django_filters.ChoiceFilter(
        label=_("results"),
        method="filter_in_vain",
        choices=[("yes", _("Asked in vain")), ("always", _("Always in vain"))],
        empty_label=_("All"),
    )

    class Meta:
        model = AskedQuestion
        fields: ClassVar[list[str]] = []

    def filter_in_vain(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        if value == "always":
            return queryset.filter(found=0)
        return queryset.filter(in_vain__gt=0)


class QuestionsView(SafeExportMixin, ReportView):
    """Questions of a stretch of days, the commonest first; those asked in vain by a click on their heading."""

    page_title = _("Questions asked")
    header_icon = "help"
    permission_policy = ModelPermissionPolicy(AskedQuestion)
    permission_required = "view"
    index_url_name = "search_desk:questions"
    index_results_url_name = "search_desk:questions_results"
    results_template_name = "search/desk/questions_results.html"
    is_searchable = True
    search_fields: ClassVar[list[str]] = ["text"]
    filterset_class = QuestionFilterSet
    default_ordering = "-asked"
    columns: ClassVar[list[Column]] = [
        Column("text", label=_("question"), sort_key="text"),
        NumberColumn("asked", label=_("times asked"), sort_key="asked"),
        NumberColumn("in_vain", label=_("times without a hit"), sort_key="in_vain"),
        Column("last_day", label=_("last asked"), sort_key="last_day", classname="desk-number"),
    ]
    list_export: ClassVar[list[str]] = ["text", "asked", "in_vain", "last_day"]
    export_headings: ClassVar[dict[str, Any]] = {
        "text": _("question"),
        "asked": _("times asked"),
        "in_vain": _("times without a hit"),
        "last_day": _("last asked"),
    }

    def get_base_queryset(self) -> QuerySet:
        return questions.counted()

    def get_filterset_kwargs(self) -> dict[str, Any]:
        return {**super().get_filterset_kwargs(), "queryset": self.get_base_queryset()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "rules": QuestionLogRules.load()}

    def get_filename(self) -> str:
        return f"questions-{timezone.localdate():%Y%m%d}"


class StateView(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    page_title = _("State of the search")
    header_icon = "search"
    template_name = "search/desk/state.html"
    permission_policy = ModelPermissionPolicy(IndexChange)
    permission_required = "view"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        found = state(now=timezone.now())
        of_attachments = [(label, found.attachments.get(value, 0)) for value, label in AttachmentText.State.choices]
        stretches = [(_("the last 24 hours"), found.day), (_("the last 14 days"), found.fortnight)]
        return {
            **context,
            "state": found,
            "stretches": stretches,
            "attachments": of_attachments,
            "wanted_lag": WANTED_LAG.total_seconds(),
        }
