"""What the portal changes in Wagtail's admin."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry
from wagtail.models import Page
from wagtail.permissions import page_permission_policy

from portal.pages.models import UnitPage
from portal.units.services import ensure_unit_groups

LOG_ACTIONS = {
    "portal.import": _("Imported with the publish time it had elsewhere"),
    "portal.take_down": _("Taken down, with a reason"),
    "portal.emergency": _("Published in an emergency, with a reason"),
    "portal.submission": _("Accepted from a unit"),
}


@hooks.register("construct_page_chooser_queryset")
def choose_within_own_sections(pages: QuerySet, request: HttpRequest) -> QuerySet:
    """The chooser shows what the explorer shows; left to itself it shows the drafts of every unit."""
    return pages & page_permission_policy.explorable_instances(request.user)


@hooks.register("before_move_page")
def ask_before_showing_what_moves(request: HttpRequest, page: Page, destination: Page) -> None:
    """Wagtail refuses the move itself, but shows the page to anyone on the way there."""
    if not page.permissions_for_user(request.user).can_move_to(destination):
        raise PermissionDenied


@hooks.register("after_create_page")
def give_a_new_section_its_groups(request: HttpRequest, page: Page) -> None:
    if isinstance(page, UnitPage):
        ensure_unit_groups(unit=page.unit)


@hooks.register("insert_global_admin_css")
def states_look_the_same_in_the_admin() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("portal/tokens.css"))


@hooks.register("register_log_actions")
def portal_actions(actions: LogActionRegistry) -> None:
    """What is told in a page's history besides what Wagtail tells."""
    for action, label in LOG_ACTIONS.items():
        actions.register_action(action, label, label)
