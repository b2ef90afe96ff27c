"""What the frame around every page needs, on pages that Wagtail serves and on those it does not."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template
from django.utils import timezone
from django.utils.http import urlencode

from portal.pages import attachments
from portal.pages.blocks import pictures_told_by_caption
from portal.pages.models import ArticlePage, ColumnPage, HomePage
from portal.pages.reading.queries import masked, sees_phones_of
from portal.pages.sites import site_of
from portal.units.enums import UnitKind
from portal.units.models import Unit

register = template.Library()
register.filter("masked", masked)


@register.simple_tag(takes_context=True)
def portal_home(context: dict[str, Any]) -> HomePage | None:
    """The front page of the site that is asked for; None before the portal is set up."""
    request = context.get("request")
    site = site_of(request) if request else None
    if site is None:
        return None
    home = site.root_page.specific if "specific" in vars(site.root_page) else getattr(site.root_page, "homepage", None)
    return home if isinstance(home, HomePage) else None


@register.simple_tag
def unit_kinds() -> list[tuple[str, str]]:
    """(code, name) of the kinds of units, in the order of the county document."""
    return [(kind.value, str(kind.label)) for kind in UnitKind]


@register.simple_tag(takes_context=True)
def query_with(context: dict[str, Any], *named: object, **changes: object) -> str:
    """The present query string with some values changed, of which one may be named by a variable: `key value`.

    An empty value drops its key.
    """
    changes |= {str(key): value for key, value in zip(named[::2], named[1::2], strict=True)}
    query = {**dict(context["request"].GET.lists()), **changes}
    kept = {key: value for key, value in query.items() if value not in ("", None)}
    return f"?{urlencode(kept, doseq=True)}" if kept else "."


@register.simple_tag(takes_context=True)
def phones_open(context: dict[str, Any], unit: Unit) -> bool:
    """Whether the reader sees the phones of a unit's people in full, as in the directory."""
    request = context.get("request")
    seen = sees_phones_of(request.user, timezone.localdate()) if request else set()
    return seen is None or unit.pk in seen


@register.simple_tag
def civil_day() -> dt.date:
    """Today in Asia/Shanghai, for templates that no view of ours gives it to."""
    return timezone.localdate()


@register.simple_tag
def column_being_edited(panel: Any) -> ColumnPage | None:
    """The column of the article that a bound panel of the page editor stands for, a new article's too."""
    page = panel.instance
    parent = page.get_parent() if page.pk else getattr(panel.form, "parent_page", None)
    return parent and ColumnPage.objects.filter(pk=parent.pk).first()


@register.simple_tag
def attachments_not_read(article: ArticlePage) -> list[tuple[str, str]]:
    """(title, why) of the files of a saved article that the system could not read as a whole."""
    return attachments.look_into(article.body).unread if article.pk else []


@register.simple_tag
def captions_read_out(article: ArticlePage) -> int:
    """How many pictures of an article have their caption in place of a text for those who cannot see them."""
    return pictures_told_by_caption(article.body) if article.body else 0
