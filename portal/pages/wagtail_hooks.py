"""What the portal changes in Wagtail's admin."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.admin.menu import MenuItem
from wagtail.admin.userbar import ContentCheckerItem
from wagtail.contrib.redirects.filters import RedirectsReportFilterSet
from wagtail.log_actions import LogActionRegistry, log
from wagtail.models import Page
from wagtail.permissions import page_permission_policy

from portal.pages import belonging
from portal.pages.approval import queries as approval
from portal.pages.approval import services as approval_services
from portal.pages.models import ArticlePage, ColumnPage, UnitPage
from portal.pages.panels import PortalTodoPanel
from portal.pages.permissions import DECIDE_SUBMISSION, SHAPE_TREE
from portal.pages.requests.services import DECIDE_REQUEST
from portal.pages.services import copy_article
from portal.units.services import ensure_unit_groups
from portal.units.session import own_units, signed_in

LOG_ACTIONS = {
    "portal.import": _("Imported with the publish time it had elsewhere"),
    "portal.take_down": _("Taken down, with a reason"),
    "portal.emergency": _("Published in an emergency, with a reason"),
    "portal.submission": _("Accepted from a unit"),
}

# Wagtail translates these words while they are imported, when no language is chosen yet.
_kind_of_redirect = RedirectsReportFilterSet.base_filters["is_permanent"]
_kind_of_redirect.label = _(_kind_of_redirect.label)
_kind_of_redirect.extra["choices"] = [(value, _(words)) for value, words in _kind_of_redirect.extra["choices"]]
_kind_of_redirect.extra["empty_label"] = _(_kind_of_redirect.extra["empty_label"])


@hooks.register("construct_page_chooser_queryset")
def choose_within_own_sections(pages: QuerySet, request: HttpRequest) -> QuerySet:
    """The chooser shows what the explorer shows; left to itself it shows the drafts of every unit."""
    return pages & page_permission_policy.explorable_instances(signed_in(request))


@hooks.register("before_move_page")
def ask_before_showing_what_moves(request: HttpRequest, page: Page, destination: Page) -> None:
    """Wagtail refuses the move itself, but shows the page to anyone on the way there."""
    if not page.permissions_for_user(signed_in(request)).can_move_to(destination):
        raise PermissionDenied


@hooks.register("before_serve_document")
def hand_out_what_may_be_read(document: Any, request: HttpRequest) -> None:
    """Nobody learns that another document is there."""
    if not belonging.may_read(document, request=request):
        raise Http404


@hooks.register("construct_admin_api", order=1)
def answer_for_own_files(router: Any) -> None:
    """In place of what Wagtail's own apps have registered before."""
    router.register_endpoint("images", belonging.OwnPictures)
    router.register_endpoint("documents", belonging.OwnDocuments)
    router.register_endpoint("pages", belonging.PagesToLookAt)


@hooks.register("construct_reports_menu")
def no_report_that_is_refused(request: HttpRequest, menu_items: list) -> None:
    if not signed_in(request).has_perm(SHAPE_TREE):
        menu_items[:] = [item for item in menu_items if item.name != "page-types-usage"]


@hooks.register("after_create_page")
def give_a_new_section_its_groups(request: HttpRequest, page: Page) -> None:
    if isinstance(page, UnitPage):
        ensure_unit_groups(unit=page.unit)


@hooks.register("insert_global_admin_css")
def states_look_the_same_in_the_admin() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("portal/tokens.css"))


@hooks.register("insert_global_admin_js")
def words_that_templates_keep() -> SafeString:
    return format_html('<script src="{}"></script>', static("portal/admin-words.js"))


@hooks.register("register_log_actions")
def portal_actions(actions: LogActionRegistry) -> None:
    """What is told in a page's history besides what Wagtail tells."""
    for action, label in LOG_ACTIONS.items():
        actions.register_action(action, label, label)


@hooks.register("before_unpublish_page")
def take_down_with_a_reason(request: HttpRequest, page: Page) -> HttpResponse | None:
    """What was public is taken down for a reason, which stays in its history and in those of the articles below."""
    reason = request.POST.get("reason", "").strip()
    user = signed_in(request)
    below = []
    if request.POST.get("include_descendants"):
        public = ArticlePage.objects.descendant_of(page).live().defer("body")
        below = [article for article in public if article.permissions_for_user(user).can_unpublish()]
    if not reason:
        asked = {"page": page, "missing": "reason" in request.POST, "below": len(below)}
        return render(request, "pages/admin/take_down.html", asked)
    for taken in (page, *below):
        log(taken, "portal.take_down", user=user, data={"reason": reason[:300]})
    return None


def _is_public(page: Page) -> bool:
    """An alias that is deleted leaves the article public, at its address and in its own column."""
    return Page.objects.descendant_of(page, inclusive=True).live().filter(alias_of__isnull=True).exists()


@hooks.register("before_delete_page")
def taken_down_before_it_is_deleted(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Who deletes what is public would take it down without a reason."""
    if not _is_public(page):
        return None
    messages.warning(request, gettext("Take it down first, with its reason; then it can be deleted."))
    return redirect("wagtailadmin_explore", page.get_parent().pk)


@hooks.register("before_copy_page")
def copy_into_a_column(request: HttpRequest, page: Page) -> HttpResponse | None:
    """A copy is a draft with an address of its own, in a column the person may write in; Wagtail asks for a slug."""
    page = page.specific
    if not isinstance(page, ArticlePage):
        return None
    sections = approval.sections_of(signed_in(request), timezone.localdate())
    paths = [section.path for section in sections]
    columns = [
        column
        for column in ColumnPage.objects.live().order_by("path")
        if signed_in(request).has_perm("pages.change_columnpage") or column.path[: -Page.steplen] in paths
    ]
    if request.method == "POST":
        column = next((each for each in columns if str(each.pk) == request.POST.get("column")), None)
        if column is None:
            raise PermissionDenied
        copy = copy_article(article=page, column=column, user=signed_in(request))
        messages.success(request, gettext("A draft with the same content was made."))
        return redirect("wagtailadmin_pages:edit", copy.pk)
    return render(request, "pages/admin/copy.html", {"page": page, "columns": columns, "here": page.get_parent().pk})


@hooks.register("register_admin_menu_item")
def approvals_item() -> MenuItem:
    return MenuItem(_("Approvals"), reverse("portal_approval:list"), name="approvals", icon_name="check", order=50)


class UnitsMenuItem(MenuItem):
    """For those who write for a unit, or decide what units ask."""

    def __init__(self, *args: Any, decides: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.decides = decides

    def is_shown(self, request: HttpRequest) -> bool:
        return signed_in(request).has_perm(self.decides) or bool(own_units(request))


class PeopleMenuItem(MenuItem):
    """For the network centre."""

    def is_shown(self, request: HttpRequest) -> bool:
        return signed_in(request).has_perm("units.change_membership")


@hooks.register("register_admin_menu_item")
def requests_item() -> MenuItem:
    label = _("Requests about columns")
    address = reverse("portal_requests:columns")
    return UnitsMenuItem(label, address, decides=DECIDE_REQUEST, name="requests", icon_name="form", order=60)


@hooks.register("register_admin_menu_item")
def submissions_item() -> MenuItem:
    label = _("Submissions")
    address = reverse("portal_requests:submissions")
    return UnitsMenuItem(label, address, decides=DECIDE_SUBMISSION, name="submissions", icon_name="upload", order=70)


@hooks.register("register_admin_menu_item")
def people_item() -> MenuItem:
    label = _("People and accounts")
    return PeopleMenuItem(label, reverse("portal_staffing:people"), name="people", icon_name="group", order=80)


@hooks.register("after_create_page")
@hooks.register("after_edit_page")
def show_what_was_submitted(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Whoever submits an article sees where it waits, and at whom."""
    if isinstance(page, ArticlePage) and request.POST.get("action-submit") and page.current_workflow_state:
        return redirect("portal_approval:detail", page.pk)
    return None


@hooks.register("after_create_page", order=1)
@hooks.register("after_edit_page", order=1)
def warn_who_saves(request: HttpRequest, page: Page) -> None:
    """Of numbers of persons; the approval page, where submitting leads, says it again to who decides."""
    # Not where Wagtail saves by itself while somebody types, and shows nothing.
    if isinstance(page, ArticlePage) and request.accepts("text/html"):
        for warning in approval_services.warnings(page):
            messages.warning(request, warning.sentence)


class ApprovalActionItem(ActionMenuItem):
    """From the editor to where an article is submitted, waits, and is signed."""

    name = "approval"
    label = _("Approval")
    icon_name = "check"

    def is_shown(self, context: dict[str, Any]) -> bool:
        return context["view"] == "edit" and isinstance(context["page"], ArticlePage)

    def get_url(self, context: dict[str, Any]) -> str:
        return reverse("portal_approval:detail", args=[context["page"].pk])


@hooks.register("construct_page_action_menu")
def the_next_step(menu_items: list, request: HttpRequest, context: dict[str, Any]) -> None:
    """Approval stands first where nothing can be saved; else below saving, above what is done once in a while."""
    item = ApprovalActionItem()
    if item.is_shown(context):
        menu_items.insert(0 if context.get("locked_for_user") else 1, item)


@hooks.register("construct_homepage_panels")
def portal_todo(request: HttpRequest, panels: list) -> None:
    """What waits in the portal. Wagtail's own lists of pages in review and of locked pages say less of the same."""
    panels[:] = [panel for panel in panels if panel.__class__.__module__.split(".")[0] != "wagtail"]
    panels.append(PortalTodoPanel(request))


class ArticleChecks(ContentCheckerItem):
    """Wagtail's checks without those for search engines, and with those of pictures, tables and frames."""

    axe_run_only = [
        *(rule for rule in ContentCheckerItem.axe_run_only if rule != "empty-meta-description"),
        "image-alt",
        "duplicate-id-aria",
        "td-headers-attr",
        "color-contrast",
    ]
    # An empty text says that a picture may be passed over; in an article it means that nobody wrote one.
    axe_custom_checks = [
        {"id": "check-image-alt-text", "options": {"pattern": r"^\s*$|\.(avif|gif|jpg|jpeg|png|svg|webp)$|_"}},
    ]
    axe_custom_rules = [
        {**rule, "selector": ".article__body img[alt]"}
        for rule in ContentCheckerItem.axe_custom_rules
        if rule["id"] == "alt-text-quality"
    ]
    _no_words = {
        "error_name": _("A picture without a caption or text"),
        "help_text": _("Say in the caption what is to be seen."),
    }
    axe_messages = {**ContentCheckerItem.axe_messages, "image-alt": _no_words, "alt-text-quality": _no_words}


@hooks.register("construct_wagtail_userbar")
def our_checks(request: HttpRequest, items: list, page: Page) -> None:
    items[:] = [ArticleChecks() if isinstance(item, ContentCheckerItem) else item for item in items]


@hooks.register("insert_editor_js")
def pasted_tables_become_blocks() -> SafeString:
    return format_html('<script src="{}"></script>', static("portal/paste-table.js"))


@hooks.register("before_bulk_action")
def taken_down_one_by_one(request: HttpRequest, action_type: str, objects: list, action: object) -> HttpResponse | None:
    """Each page that is taken down has its own reason, and what is public is not deleted."""
    pages = [each for each in objects if isinstance(each, Page)]
    if action_type == "unpublish" and pages:
        messages.warning(request, gettext("Take pages down one by one, each with its reason."))
    elif action_type == "delete" and any(map(_is_public, pages)):
        messages.warning(request, gettext("Take it down first, with its reason; then it can be deleted."))
    else:
        return None
    return redirect("wagtailadmin_explore_root")


@hooks.register("construct_help_menu")
def no_help_from_outside(request: HttpRequest, menu_items: list) -> None:
    """The intranet does not reach Wagtail's guide and news."""
    menu_items[:] = [item for item in menu_items if not str(item.url).startswith("http")]
