"""Papers (督办文书): what a unit was told, by when it must answer, how it ended."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column as TableColumn
from wagtail.admin.ui.tables import TitleColumn

from audits.desk import permissions
from audits.desk.filters import PaperFilterSet
from audits.desk.tables import MomentColumn
from audits.desk.views.papers import PAPER_ACTS
from audits.desk.viewsets.base import DeskIndexView, DeskInspectView, DeskViewSet
from audits.notices.models import Paper, PaperAct
from audits.notices.queries import current_files


class VisiblePapersMixin:
    request: Any

    def visible_rows(self) -> QuerySet[Paper]:
        return permissions.visible_papers(self.request.user).select_related("unit")


class PaperIndexView(VisiblePapersMixin, DeskIndexView):
    export_headings = {"step": _("kind of paper"), "number": _("number")}


class PaperInspectView(VisiblePapersMixin, DeskInspectView):
    template_name = "audits/desk/paper.html"
    acts = PAPER_ACTS
    act_url = "audit_desk:paper_act"

    def visible_rows(self) -> QuerySet[Paper]:
        acts = PaperAct.objects.select_related("actor__person").order_by("pk")
        return super().visible_rows().prefetch_related(Prefetch("acts", acts), "items__case")

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
        TitleColumn("unit", label=_("unit"), url_name="audit_papers:inspect", sort_key="unit__name"),
        TableColumn("step", label=_("kind of paper"), accessor="get_step_display", sort_key="step"),
        TableColumn("number", label=_("number"), sort_key="serial"),
        "state",
        TableColumn("signed_on", label=_("signed on"), sort_key="signed_on", classname="desk-number"),
        TableColumn("deadline", label=_("deadline"), sort_key="deadline", classname="desk-number"),
        MomentColumn("created_at", label=_("created at"), sort_key="created_at"),
    ]
    list_export = ["unit", "step", "number", "state", "signatory", "signed_on", "deadline", "created_at"]
    search_fields = ["unit__name"]
    search_backend_name = None
    ordering = "-pk"
    index_view_class = PaperIndexView
    inspect_view_class = PaperInspectView
