"""Units in the workbench: the network centre adds one before its people and its section."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.defaultfilters import yesno
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.ui.tables import Column
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.chooser import SnippetChooserViewSet
from wagtail.snippets.views.snippets import SnippetViewSet

from portal.units.models import Unit
from portal.units.services import ensure_unit_groups


class UnitChooserViewSet(SnippetChooserViewSet):
    #: In forms a unit is one of a list, as everywhere in the portal.
    register_widget = False


class UnitViewSet(SnippetViewSet):
    model = Unit
    chooser_viewset_class = UnitChooserViewSet
    icon = "site"
    add_to_admin_menu = True
    menu_order = 75
    list_display = [
        "name",
        "short_name",
        "kind",
        "phone",
        # Wagtail's own column of ticks calls them True and False.
        Column("is_active", label=_("active"), accessor=lambda unit: yesno(unit.is_active)),
    ]
    list_filter = ["kind", "is_active"]
    search_fields = ["name", "short_name", "code"]
    ordering = ["kind", "code"]
    copy_view_enabled = False


register_snippet(UnitViewSet)


@hooks.register("after_create_snippet")
def give_a_new_unit_its_groups(request: HttpRequest, instance: Any) -> None:
    """Who joins it is in them from then on, not from the next day's first minute."""
    if isinstance(instance, Unit):
        ensure_unit_groups(unit=instance)
