"""What the index holds of an article beyond its title, and of units and people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wagtail.documents import get_document_model
from wagtail.models import Page

from portal.pages.blocks import plain_text
from portal.pages.models import ArticlePage, UnitPage
from portal.units.models import Person, Unit
from search import attachments, days
from search.documents import Addition, add_to_documents
from search.links import without_links
from search.models import AttachmentText
from search.official import number_of

#: A hit in an official document's number or in what it is attached to; see `fields_of` for those of `search_fields`.
BOOSTS = {
    "number": 12.0,
    "issued": 6.0,
    "issuer": 2.0,
    "text": 1.0,
    "attachments": 0.6,
    "place": 0.5,
    "links": 0.1,
}


def register() -> None:
    """Called once, when the programs start."""
    of_articles = Addition(
        boosts=BOOSTS, read=_of_articles, closable=["attachments"], may_tell=attachments.index_may_tell
    )
    add_to_documents(ArticlePage, of_articles)
    add_to_documents(get_document_model(), Addition(boosts={"text": 1.0}, read=_of_documents))
    add_to_documents(Unit, Addition(boosts={"name": 1.0}, read=_of_units, completion=["name"]))
    add_to_documents(Person, Addition(boosts={"name": 1.0}, read=_of_people, completion=["name"]))


def _of_documents(uploaded: Sequence[Any]) -> dict[int, dict[str, str]]:
    pks = [document.pk for document in uploaded]
    texts = AttachmentText.objects.filter(document__in=pks)
    return {kept.document_id: {"text": attachments.running_text(kept)} for kept in texts}


def _of_units(units: Sequence[Unit]) -> dict[int, dict[str, str]]:
    return {unit.pk: {"name": f"{unit.name}\n{unit.short_name}"} for unit in units if unit.is_active}


def _of_people(people: Sequence[Person]) -> dict[int, dict[str, str]]:
    return {person.pk: {"name": person.name} for person in people}


def _of_articles(articles: Sequence[ArticlePage]) -> dict[int, dict[str, str]]:
    step = Page.steplen
    columns = {article.path[:-step] for article in articles}
    # One that is not published lends no name: nobody may read it.
    names = dict(Page.objects.live().filter(path__in=columns).values_list("path", "title"))
    units = UnitPage.objects.live().filter(path__in={path[:-step] for path in columns}).select_related("unit")
    names.update({page.path: f"{page.title} {page.unit.name} {page.unit.short_name}" for page in units})
    attached = attachments.of_articles(articles)
    found = {}
    for article in articles:
        text, links = without_links(plain_text(article.body))
        found[article.pk] = {
            "number": article.document_number or number_of(f"{article.title}\n{text}"),
            "issuer": article.issuing_body,
            "issued": days.text_of(article.issued_on) if article.issued_on else "",
            "text": text,
            "links": links,
            "attachments": "\n".join(f"{a.title}\n{a.text}" for a in attached.get(article.pk, ())),
            "place": f"{names.get(article.path[: -2 * step], '')} {names.get(article.path[:-step], '')}",
        }
    return found
