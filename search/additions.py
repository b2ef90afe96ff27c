"""What the index holds of an article beyond title and tags: its text, its number as a document, where it stands."""

from __future__ import annotations

from collections.abc import Sequence

from wagtail.models import Page

from portal.pages.blocks import plain_text
from portal.pages.models import ArticlePage, UnitPage
from search.documents import Addition, add_to_documents
from search.official import number_of


#: A hit in an official document's number or in what it is attached to; see `fields_of` for those of `search_fields`.
BOOSTS = {"number": 12.0, "issuer": 2.0, "text": 1.0, "place": 0.5}


def register() -> None:
    """Called once, when the programs start."""
    add_to_documents(ArticlePage, Addition(boosts=BOOSTS, read=_of_articles))


def _of_articles(articles: Sequence[ArticlePage]) -> dict[int, dict[str, str]]:
    step = Page.steplen
    columns = {article.path[:-step] for article in articles}
    names = dict(Page.objects.filter(path__in=columns).values_list("path", "title"))
    units = UnitPage.objects.filter(path__in={path[:-step] for path in columns}).select_related("unit")
    names.update({page.path: f"{page.title} {page.unit.name} {page.unit.short_name}" for page in units})
    found = {}
    for article in articles:
        text = plain_text(article.body)
        found[article.pk] = {
            "number": article.document_number or number_of(f"{article.title}\n{text}"),
            "issuer": article.issuing_body,
            "text": text,
            "place": f"{names[article.path[: -2 * step]]} {names[article.path[:-step]]}",
        }
    return found
