"""Bring the index in line with the database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any

from wagtail.models import Page
from whoosh.index import FileIndex

from portal.pages.models import ArticlePage, UnitPage
from search import index

_BATCH = 200


def index_pages(ids: Iterable[int]) -> None:
    """Make the index hold these articles as they are now: live ones are written, all others removed.

    Twice changes nothing. Where there is no index that can be read, a whole one is built.
    """
    ids = sorted(set(ids))
    if not ids:
        return
    try:
        # The lock comes before the reading: the last to write has then read last.
        with index.write_lock():
            index.leave_word(ids)
            documents = list(_documents(ids))
            with index.current() as ix:
                _write(ix, ids=ids, documents=documents)
    except index.IndexUnavailable:
        # A rebuild that is under way has the word that was left above, or reads the articles later than that.
        with suppress(index.RebuildRunning):
            rebuild()


def rebuild(progress: Callable[[int, int], None] = lambda done, total: None) -> int:
    """Build a new index beside the old one, switch to it, and return how many articles it holds.

    `progress` is told how many of how many articles are done. What is published meanwhile is in the new index too.

    Raises:
        RebuildRunning: another rebuild is under way.
    """
    with index.rebuild_lock():
        ix = index.create()
        try:
            ids = list(ArticlePage.objects.live().order_by("pk").values_list("pk", flat=True))
            with index.writer(ix) as writer:
                for start in range(0, len(ids), _BATCH):
                    for document in _documents(ids[start : start + _BATCH]):
                        writer.add_document(**document)
                    progress(min(start + _BATCH, len(ids)), len(ids))
            with index.write_lock():
                late = index.late_ids()
                _write(ix, ids=late, documents=list(_documents(late)))
                index.switch(ix)
        except BaseException:
            index.discard(ix)
            raise
        with ix.searcher() as searcher:
            return searcher.doc_count()


def _write(ix: FileIndex, *, ids: Iterable[int], documents: Iterable[dict[str, Any]]) -> None:
    with index.writer(ix) as writer:
        for pk in ids:
            writer.delete_by_term("id", pk)
        for document in documents:
            writer.add_document(**document)


def _documents(ids: Iterable[int]) -> Iterator[dict[str, Any]]:
    """What the index is to hold of those of the articles that are live."""
    articles = list(ArticlePage.objects.live().filter(pk__in=ids))
    step = Page.steplen
    columns = {article.path[:-step] for article in articles}
    names = dict(Page.objects.filter(path__in=columns).values_list("path", "title"))
    units = UnitPage.objects.filter(path__in={path[:-step] for path in columns}).select_related("unit")
    names.update({page.path: f"{page.title} {page.unit.name} {page.unit.short_name}" for page in units})
    for article in articles:
        column = article.path[:-step]
        yield {
            "id": article.pk,
            "title": article.title,
            "body": "\n".join(article.body.stream_block.get_searchable_content(article.body)),
            "place": f"{names[column[:-step]]} {names[column]}",
        }
