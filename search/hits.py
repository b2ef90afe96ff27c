"""One page of results as the reader sees them: titles and snippets with marks, and where each stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from wagtail.models import Page

from portal.pages.addresses import address_of
from portal.pages.blocks import plain_text
from portal.pages.enums import Validity
from portal.pages.models import ArticlePage
from portal.pages.queries import IN_LISTS
from portal.prepared import prepared
from search import attachments
from search.attachments import Attachment
from search.filters import Kind
from search.highlight import highlight, marks_of, snippet
from search.models import AttachmentText, OutsideTitle
from search.parsing import Question
from search.sources import Articles, Column, Row

#: Said of an attachment of which not all can be found.
NOTES: dict[str, str] = {
    AttachmentText.State.SCAN: "（扫描件，仅标题可检索）",
    AttachmentText.State.PARTLY: "（只读出一部分，其余文字检索不到）",
}
#: Fields of an article that a hit shows, beside those of every list.
_OF_ARTICLES = ("body", "document_number", "issued_on", "validity")


@dataclass(frozen=True)
class Hit:
    """One result as the page shows it."""

    kind: str
    url: str
    title: SafeString
    snippet: SafeString
    unit: str
    column: str
    #: None on an outside site, and where the column itself is closed.
    portal_column: Column | None
    day: dt.date | None
    number: str = ""
    #: Day of the document (成文日期), where the editor gave it.
    issued: dt.date | None = None
    no_longer: str = ""
    #: Titles of attachments that contain what was asked for, and beside these of those that may.
    attachments: Sequence[SafeString] = ()
    #: Where no attachment is shown: that not all can be found of what they say.
    note: str = ""


def hits_of(rows: list[Row], question: Question, found: Articles, *, request: HttpRequest) -> list[Hit]:
    """The rows as hits of a question; `found` knows where its articles stand."""
    marks = marks_of(question)
    articles = {article.pk: article for article in _articles(pks=_keys(rows, Kind.ARTICLE))}
    outside = OutsideTitle.objects.in_bulk(_keys(rows, Kind.OUTSIDE))
    step = Page.steplen
    open_columns = {path: column for path, column in found.columns.items() if column.is_live}
    attached = attachments.of_articles(articles.values())
    hits = []
    for row in rows:
        if row.kind == Kind.OUTSIDE:
            title = outside[row.pk]
            hits.append(
                Hit(
                    row.kind,
                    title.url,
                    highlight(title.title, marks),
                    SafeString(""),
                    title.site,
                    title.column,
                    None,
                    title.day,
                )
            )
            continue
        article = articles[row.pk]
        # An article stays readable where its column or its section is not; then that is not named.
        section = found.sections.get(article.path[: -2 * step])
        column = open_columns.get(article.path[:-step])
        files = attached.get(article.pk, [])
        shown = _shown(files, marks)
        hits.append(
            Hit(
                kind=row.kind,
                url=address_of(article.slug),
                title=highlight(article.title, marks),
                snippet=_snippet(plain_text(article.body), [each.text for each in files], marks),
                unit=section.title if section else "",
                column=column.title if column else "",
                portal_column=column,
                day=timezone.localtime(article.first_published_at).date() if article.first_published_at else None,
                number=article.document_number,
                issued=article.issued_on,
                no_longer=str(article.get_validity_display())
                if article.validity in (Validity.REPEALED, Validity.EXPIRED)
                else "",
                attachments=[highlight(each.title + NOTES.get(each.state, ""), marks) for each in shown],
                note="" if shown else _note({each.state for each in files}),
            )
        )
    return hits


@prepared
def _articles(pks: Any) -> QuerySet[ArticlePage]:
    return ArticlePage.objects.filter(pk__in=pks).only(*IN_LISTS, *_OF_ARTICLES)


def _shown(files: Sequence[Attachment], marks: Sequence[tuple[str, ...]]) -> list[Attachment]:
    """Attachments that say what was asked for, with those of which nobody knows; none where none says it."""
    holding = [each for each in files if each.holds(marks)]
    return [each for each in files if each in holding or each.state in NOTES] if holding else []


def _note(states: set[str]) -> str:
    if AttachmentText.State.SCAN in states:
        return gettext("Among its attachments is a scan; the text of a scan cannot be searched.")
    if AttachmentText.State.PARTLY in states:
        return gettext("Its attachments were read in part only; the rest cannot be searched.")
    return ""


def _keys(rows: list[Row], kind: str) -> list[int]:
    return [row.pk for row in rows if row.kind == kind]


def _snippet(text: str, of_attachments: list[str], marks: Sequence[tuple[str, ...]]) -> SafeString:
    """From the body; from an attachment where only that says what was asked for."""
    own = snippet(text, marks)
    if "<mark>" in own:
        return own
    for other in of_attachments:
        if "<mark>" in (found := snippet(other, marks)):
            return found
    return own
