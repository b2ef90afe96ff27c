"""What the index holds of an article beyond its own fields: where it stands."""

from __future__ import annotations

from collections.abc import Sequence

from wagtail.models import Page

from portal.pages.models import ArticlePage, UnitPage
from search.documents import Addition, add_to_documents


def register() -> None:
    """Called once, when the programs start."""
    add_to_documents(ArticlePage, Addition(boosts={"place": 0.5, "text": 1.0}, read=_of_articles))


def text_of(article: ArticlePage) -> str:
    """The text of an article's body, without markup."""
    return "\n".join(article.body.stream_block.get_searchable_content(article.body))


def _of_articles(articles: Sequence[ArticlePage]) -> dict[int, dict[str, str]]:
    step = Page.steplen
    columns = {article.path[:-step] for article in articles}
    names = dict(Page.objects.filter(path__in=columns).values_list("path", "title"))
    units = UnitPage.objects.filter(path__in={path[:-step] for path in columns}).select_related("unit")
    names.update({page.path: f"{page.title} {page.unit.name} {page.unit.short_name}" for page in units})
    return {
        article.pk: {
            "place": f"{names[article.path[: -2 * step]]} {names[article.path[:-step]]}",
            "text": text_of(article),
        }
        for article in articles
    }
