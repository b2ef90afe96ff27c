"""Sites (站点): the portal's sections and the outside sites."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.template.defaultfilters import yesno
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column as TableColumn
from wagtail.admin.ui.tables import TitleColumn

from audits.desk.filters import SiteFilterSet
from audits.desk.queries import with_newest_site_verdict, with_newest_verdict
from audits.desk.tables import StateColumn
from audits.desk.views.registry import SITE_ACTS
from audits.desk.viewsets.base import HISTORY, DeskIndexView, DeskInspectView, DeskViewSet
from audits.registry.models import Site, SiteEvent
from audits.runs.enums import SITE_STATE_LABELS
from portal.exports import words
from portal.units.models import Unit

#: What an event may have changed.
LABELS = {"name": _("name"), "unit": _("unit"), "login_required": _("needs sign-in"), "is_active": _("active")}


class SiteIndexView(DeskIndexView):
    unit_path = "unit"
    export_headings = {"home_url": _("address"), "newest_state": _("state"), "newest_sentence": _("reason")}
    custom_field_preprocess = {"newest_state": words(SITE_STATE_LABELS.get)}

    def visible_rows(self) -> Any:
        return with_newest_site_verdict(super().visible_rows().select_related("unit"), "state", "sentence")


class SiteInspectView(DeskInspectView):
    template_name = "audits/desk/site.html"
    unit_path = "unit"
    acts = SITE_ACTS
    act_url = "audit_desk:site_act"

    def visible_rows(self) -> Any:
        return super().visible_rows().select_related("unit")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["columns"] = with_newest_verdict(self.object.columns.order_by("name"), "state")
        context["verdict"] = self.object.verdicts.own().newest_first().first()
        context["probes"] = self.object.probes.order_by("-fetched_at")[:HISTORY]
        context["changes"] = [(event, list(_differences(event))) for event in self._events()]
        context["downtimes"] = self.object.downtimes.select_related("approved_by__person").order_by("-starts_at")
        return context

    def _events(self) -> Any:
        return self.object.events.select_related("actor__person").order_by("-at", "-pk")


def _differences(event: SiteEvent) -> Iterator[tuple[Any, str, str]]:
    """What an event changed: what it is called, what it was, what it is now; all as people say it."""
    for field, before in event.before.items():
        if (after := event.after[field]) != before:
            yield LABELS[field], _in_words(field, before), _in_words(field, after)


def _in_words(field: str, value: Any) -> str:
    if isinstance(value, bool):
        return str(yesno(value))
    if field == "unit":
        return Unit.objects.filter(code=value).values_list("name", flat=True).first() or "–"
    return str(value)


class SiteViewSet(DeskViewSet):
    model = Site
    name = "audit_sites"
    url_prefix = "audits/sites"
    icon = "site"
    menu_label = _("Sites")
    filterset_class = SiteFilterSet
    list_display = [
        TitleColumn("name", label=_("name"), url_name="audit_sites:inspect", sort_key="name"),
        StateColumn("newest_state", label=_("state"), sort_key="newest_state"),
        TableColumn("kind", label=_("kind"), accessor="get_kind_display", sort_key="kind", classname="desk-number"),
        "unit",
        TableColumn("home_url", label=_("address"), classname="desk-address"),
    ]
    list_export = [
        "code",
        "name",
        "kind",
        "unit",
        "home_url",
        "login_required",
        "is_active",
        "newest_state",
        "newest_sentence",
    ]
    search_fields = ["name", "code"]
    search_backend_name = None
    ordering = "name"
    index_view_class = SiteIndexView
    inspect_view_class = SiteInspectView
