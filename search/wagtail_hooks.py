"""The search in the desk: words and synonyms that the office teaches it, what was asked, and how it is doing."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from search.desk import QuestionsView, StateView
from search.models import DictionaryWord, Synonyms
from search.signals import look_at_attachments


class DictionaryWordViewSet(SnippetViewSet):
    model = DictionaryWord
    icon = "list-ul"
    list_display = ["text", "kind"]
    list_filter = ["kind"]
    search_fields = ["text"]
    ordering = ["text"]
    copy_view_enabled = False


class SynonymsViewSet(SnippetViewSet):
    model = Synonyms
    icon = "link"
    search_fields = ["text"]
    ordering = ["text"]
    copy_view_enabled = False


class DeskItem(MenuItem):
    """A screen of the search in the desk's menu, for those who may open it."""

    def __init__(self, view: type[QuestionsView | StateView], url_name: str, **kwargs: Any) -> None:
        super().__init__(view.page_title, reverse(url_name), icon_name=view.header_icon, **kwargs)
        self.view = view

    def is_shown(self, request: HttpRequest) -> bool:
        may_open: bool = self.view.permission_policy.user_has_permission(request.user, self.view.permission_required)
        return may_open


class SearchGroup(SnippetViewSetGroup):
    menu_label = _("Search settings")
    menu_icon = "search"
    menu_order = 600
    items = (DictionaryWordViewSet, SynonymsViewSet)

    def get_submenu_items(self) -> list[MenuItem]:
        return [
            *super().get_submenu_items(),
            DeskItem(QuestionsView, "search_desk:questions", name="search-questions", order=10),
            DeskItem(StateView, "search_desk:state", name="search-state", order=11),
        ]


register_snippet(SearchGroup)


@hooks.register("register_admin_urls")
def desk_urls() -> list:
    patterns = [
        path("questions/", QuestionsView.as_view(), name="questions"),
        path("questions/results/", QuestionsView.as_view(results_only=True), name="questions_results"),
        path("state/", StateView.as_view(), name="state"),
    ]
    return [path("search/", include((patterns, "search_desk")))]


@hooks.register("after_bulk_action")
def look_at_moved_documents(*_asked: Any) -> None:
    """Documents that are moved together are not saved one by one."""
    look_at_attachments()


@hooks.register("construct_reports_menu")
def leave_out_what_stays_empty(request: HttpRequest, menu_items: list[MenuItem]) -> None:
    """Wagtail's own report of search terms is fed by its own search page, which is not in use."""
    menu_items[:] = [item for item in menu_items if item.name != "search-terms"]
