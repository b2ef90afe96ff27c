"""Where the desk enters Wagtail's admin."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import include, path, reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from audits.desk import publishing, urls
from audits.desk.my_columns import MyColumnsPanel
from audits.desk.panels import WaitingPanel
from audits.desk.viewsets import DeskViewSetGroup


class PermittedMenuItem(MenuItem):
    """A menu item for those who have a permission."""

    def __init__(self, *args: Any, permission: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.permission = permission

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(self.permission)


@hooks.register("register_admin_urls")
def desk_urls() -> list:
    return [path("audits/", include(urls))]


@hooks.register("register_admin_viewset")
def desk_viewsets() -> DeskViewSetGroup:
    return DeskViewSetGroup()


@hooks.register("register_admin_menu_item")
def overview_item() -> MenuItem:
    return PermittedMenuItem(
        _("Overview"),
        reverse("audit_desk:dashboard"),
        name="audit-overview",
        icon_name="view",
        order=110,
        permission="audits.view_run",
    )


@hooks.register("register_admin_menu_item")
def review_item() -> MenuItem:
    return PermittedMenuItem(
        _("Review cases"),
        reverse("audit_desk:review"),
        name="audit-review",
        icon_name="tasks",
        order=120,
        permission="audits.confirm_case",
    )


@hooks.register("construct_homepage_panels")
def desk_panels(request: HttpRequest, panels: list) -> None:
    panels.extend([WaitingPanel(), MyColumnsPanel()])


hooks.register("after_publish_page", publishing.tell_the_new_deadline)


@hooks.register("construct_homepage_summary_items", order=1000)  # after those that add one
def no_counts_of_pages(request: HttpRequest, items: list) -> None:
    """How many pages, pictures and documents there are is nobody's work today."""
    items.clear()


@hooks.register("insert_global_admin_css")
def desk_css() -> SafeString:
    sheets = ("audits/desk.css", "audits/my-columns.css")
    return format_html_join("", '<link rel="stylesheet" href="{}">', ((static(sheet),) for sheet in sheets))
