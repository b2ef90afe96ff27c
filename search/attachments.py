"""Attachments of articles: which documents an article carries, and what is written in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from wagtail.documents import get_document_model

from portal.pages.models import ArticlePage
from search.highlight import has_mark
from search.models import AttachmentText


@dataclass(frozen=True)
class Attachment:
    title: str
    text: str

    def holds(self, marks: Sequence[tuple[str, ...]]) -> bool:
        """Whether it says something of what was asked for."""
        return has_mark(self.title, marks) or has_mark(self.text, marks)


def document_ids(article: ArticlePage) -> list[int]:
    """Documents in the article's lists of attachments."""
    return [pk for block in article.body.raw_data if block["type"] == "attachments" for pk in _ids(block["value"])]


def _ids(value: Iterable[Any]) -> Iterable[int]:
    for item in value:
        pk = item["value"] if isinstance(item, dict) else item
        if pk:
            yield int(pk)


def of_articles(articles: Iterable[ArticlePage]) -> dict[int, list[Attachment]]:
    """Article id -> its attachments with their texts; two queries, however many articles."""
    ids_of = {article.pk: document_ids(article) for article in articles}
    wanted = {pk for ids in ids_of.values() for pk in ids}
    if not wanted:
        return {}
    titles = dict(get_document_model().objects.filter(pk__in=wanted).values_list("pk", "title"))
    texts = dict(AttachmentText.objects.filter(document__in=wanted).values_list("document_id", "text"))
    found: dict[int, list[Attachment]] = defaultdict(list)
    for article, ids in ids_of.items():
        found[article] += [Attachment(titles[pk], texts.get(pk, "")) for pk in ids if pk in titles]
    return found
