"""The search in the desk: words and synonyms that the office teaches it, and what was asked."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from search.models import AskedQuestion, DictionaryWord, Synonyms


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


class AskedQuestionViewSet(SnippetViewSet):
    """Only to be read and exported."""

    model = AskedQuestion
    icon = "help"
    list_display = ["day", "text", "times", "times_without_hit"]
    list_export = ["day", "text", "times", "times_without_hit"]
    list_filter = {"day": ["gte", "lte"], "times_without_hit": ["gte"]}
    search_fields = ["text"]
    ordering = ["-day", "-times"]
    copy_view_enabled = False
    inspect_view_enabled = True


class SearchGroup(SnippetViewSetGroup):
    menu_label = _("Search settings")
    menu_icon = "search"
    menu_order = 600
    items = (DictionaryWordViewSet, SynonymsViewSet, AskedQuestionViewSet)


register_snippet(SearchGroup)
