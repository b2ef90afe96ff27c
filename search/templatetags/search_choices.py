"""Links that narrow what was found."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from django import template
from django.http import QueryDict
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from search.queries import Choice

register = template.Library()
_CHOSEN = mark_safe(' aria-current="true"')


@register.simple_tag(takes_context=True)
def links_to_narrow(context: dict[str, Any], name: str, choices: Iterable[Choice]) -> SafeString:
    """A list item with a link for each value of a filter; that of the chosen one takes it back.

    Not a loop of the template: for a hundred units that took a quarter of the page's time.
    """
    query: QueryDict = context["request"].GET.copy()
    query.pop(name, None)
    query.pop("page", None)
    without = f"?{query.urlencode()}"
    links = (
        (without, _CHOSEN, choice.label, choice.count)
        if choice.is_chosen
        else (f"{without}&{name}={quote(choice.value)}", "", choice.label, choice.count)
        for choice in choices
    )
    return format_html_join("\n", '<li><a href="{}"{}>{} <span class="count">{}</span></a></li>', links)
