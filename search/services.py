"""Bring the index in line with the database."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import suppress

from django.db import transaction
from django.db.models import Case, Value, When
from modelsearch.backends import get_search_backend
from modelsearch.backends.base import get_model_root
from wagtail.documents import get_document_model

from portal.pages.models import ArticlePage
from search import attachments, corrections, outbox, wanted
from search.analysis import runs
from search.documents import WORDS, fields_of, indexed_models, objects_of
from search.errors import IndexUnavailable, RebuildRunning
from search.models import AttachmentText, IndexChange

_BATCH = 200


def index_changes() -> int:
    """Bring what waits in the outbox to the index; returns how many changes there were.

    Twice changes nothing. Where there is no index that can be written, a whole one is built.
    """
    engine = get_search_backend().engine
    try:
        return outbox.drain(engine)
    except IndexUnavailable:
        # A rebuild that is under way takes what waits along.
        with suppress(RebuildRunning):
            rebuild()
        return outbox.drain(engine)


def look_through_index() -> bool:
    """Build the index anew if its files are not what was written; whether they were."""
    is_intact = get_search_backend().engine.look_through()
    if not is_intact:
        # One that is under way does it.
        with suppress(RebuildRunning):
            rebuild()
    return is_intact


def rebuild(progress: Callable[[int, int], None] = lambda done, total: None) -> int:
    """Build a new index beside the old one, switch to it, and return how many documents it holds.

    `progress` is told how many of how many objects are done. What changes meanwhile is in the new index too.

    Raises:
        RebuildRunning: another rebuild is under way.
    """
    backend = get_search_backend()
    rebuilder = backend.rebuilder_class(backend.get_index_for_model(None))
    index = rebuilder.start_empty()
    try:
        pks_of = {
            model: list(objects_of(model).order_by("pk").values_list("pk", flat=True)) for model in indexed_models()
        }
        total = sum(map(len, pks_of.values()))
        done = 0
        for model, pks in pks_of.items():
            for start in range(0, len(pks), _BATCH):
                some = pks[start : start + _BATCH]
                index.add_items(model, list(objects_of(model).filter(pk__in=some)))
                done += len(some)
                progress(done, total)
        rebuilder.finish()
    except BaseException:
        rebuilder.abandon()
        raise
    corrections.gather()
    return backend.engine.size()


def read_attachment(document_id: int) -> None:
    """Read an uploaded file's text and have what shows it looked at again; one that is gone is left alone."""
    document = get_document_model().objects.filter(pk=document_id).first()
    if document:
        attachments.read(document)
        note_opened_or_closed()
        outbox.note(type(document), [document.pk])
        outbox.note(ArticlePage, attachments.articles_with(document))


@transaction.atomic
def note_opened_or_closed() -> int:
    """Have what shows an attachment looked at again whose collection was opened or closed; returns how many there are.

    However that came about: nobody is told when a collection is moved, or many documents at once. Twice changes
    nothing.
    """
    changed = list(attachments.opened_or_closed().values_list("pk", flat=True))
    if changed:
        shown = attachments.articles_with(*get_document_model().objects.filter(search_text__in=changed))
        note_closing(shown)
        other = Case(When(is_open=True, then=Value(False)), default=Value(True))
        AttachmentText.objects.filter(pk__in=changed).update(is_open=other)
    return len(changed)


def note_closing(articles: Iterable[int]) -> None:
    """Have articles looked at again because words of their attachments are no longer, or only now, for everybody.

    What waits already belongs to it: an article may have lost an attachment that was closed since.
    """
    outbox.note(ArticlePage, articles)
    IndexChange.objects.waiting().update(is_closing=True)


def read_left_behind() -> int:
    """Read the files that nobody has read: the queue was down, or LibreOffice was not there; returns how many."""
    left = attachments.unread()
    for document_id in left:
        read_attachment(document_id)
    return len(left)


def note_holding(text: str) -> int:
    """Have every object looked at again whose indexed texts hold these characters; returns how many there are.

    Before there is an index there is nothing to look at again.
    """
    engine = get_search_backend().engine
    token = tuple(character for run, _ in runs(text) for character in run)
    total = 0
    for model in {get_model_root(model) for model in indexed_models()}:
        holding = wanted.either([wanted.Run(name, token) for name in fields_of(model, WORDS)])
        with suppress(IndexUnavailable):
            pks = list(engine.scores(holding, root=model._meta.label_lower))
            outbox.note(model, pks)
            total += len(pks)
    return total


def is_complete() -> bool:
    """Whether there is an index that can be read and nothing waits to be brought to it."""
    with suppress(IndexUnavailable):
        return get_search_backend().engine.size() > 0 and not outbox.waiting()
    return False


def claim_rebuild() -> bool:
    """Whether the caller is the one to ask for a rebuild: nobody has within the hour."""
    return get_search_backend().engine.claim_rebuild(now=time.time())
