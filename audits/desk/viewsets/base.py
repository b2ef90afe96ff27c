"""What the desk's listings and detail pages have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import URLPattern
from django.utils.text import capfirst
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from audits.desk import permissions
from audits.desk.views.acts import Act
from portal.exports import SafeExportMixin

#: Rows of history shown on a detail page.
HISTORY = 30
#: The views of a Wagtail viewset that only show.
LOOKED_AT = frozenset({"index", "index_results", "inspect"})


class OwnRowsMixin:
    """Limits a view to rows of the units that the person may look at."""

    model: Any
    request: Any
    #: From the model to the unit.
    unit_path: ClassVar[str]

    def visible_rows(self) -> Any:  # a queryset of the view's own model
        return permissions.only_visible(self.model._default_manager.all(), self.request.user, self.unit_path)


class DeskIndexView(OwnRowsMixin, SafeExportMixin, generic.IndexView):
    """A listing, and its export."""

    def get_base_queryset(self) -> Any:
        return self.visible_rows()


class DeskInspectView(OwnRowsMixin, generic.InspectView):
    """A detail page with the acts that are open to the person."""

    acts: ClassVar[Mapping[str, Act]]
    act_url: ClassVar[str]

    def get_object(self, queryset: QuerySet | None = None) -> Any:
        return get_object_or_404(self.visible_rows(), pk=self.pk)

    def get_page_title(self) -> str:
        return str(capfirst(self.model._meta.verbose_name))

    def get_fields_context(self) -> list:
        return []  # each template says itself what it shows

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["acts"] = [act for act in self.acts.values() if act.open_to(self.request.user, self.object)]
        context["act_url"] = self.act_url
        return context


class DeskViewSet(ModelViewSet):
    """Look, filter, export, inspect. The views that write rows have no address."""

    inspect_view_enabled = True
    copy_view_enabled = False
    add_to_reference_index = False
    form_fields: ClassVar[list[str]] = []
    list_per_page = 50

    @property
    def permission_policy(self) -> permissions.LookOnlyPolicy:
        return permissions.LookOnlyPolicy(self.model)

    def get_urlpatterns(self) -> list[URLPattern]:
        return [pattern for pattern in super().get_urlpatterns() if pattern.name in LOOKED_AT]
