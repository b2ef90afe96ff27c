"""Links that narrow what was found."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from django import template
from django.http import QueryDict
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from search.queries import Choice

register = template.Library()
_CHOSEN = ' aria-current="true"'


@register.simple_tag(takes_context=True)
def links_to_narrow(context: dict[str, Any], name: str, choices: Iterable[Choice]) -> SafeString:
    """A list item with a link for each value of a filter; that of the chosen one takes it back.

    Not a loop of the template: for a hundred units that took a quarter of the page's time.
    """
    query: QueryDict = context["request"].GET.copy()
    query.pop(name, None)
    query.pop("page", None)
    without = f"?{query.urlencode()}"
    items = []
    for choice in choices:
        address = without if choice.is_chosen else f"{without}&{name}={quote(choice.value)}"
        link = f'<a href="{escape(address)}"{_CHOSEN if choice.is_chosen else ""}>{escape(choice.label)}'
        items.append(f'<li>{link} <span class="count">{choice.count}</span></a></li>')
    return mark_safe("\n".join(items))  # noqa: S308 -- address and label are escaped above
