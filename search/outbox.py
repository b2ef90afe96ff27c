"""What changed and is not in the index yet: rows written in the transaction of the change itself.

Rows are kept a while after they were brought to the index: a rebuild under way asks what changed since it began, and
the time between is how long a publication took to become findable.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.apps import apps
from django.db import models
from django.utils import timezone
from modelsearch.backends.base import get_model_root

from search import lexicon
from search.documents import Document, documents, indexed_models, key_of, objects_of
from search.errors import IndexUnavailable
from search.models import IndexChange

logger = logging.getLogger(__name__)

#: One commit of the index; a larger one keeps the next publisher waiting.
BATCH = 200
KEPT_FOR = dt.timedelta(days=14)


def note(model: type[models.Model], pks: Iterable[Any]) -> None:
    """Have these objects looked at again, whatever happened to them."""
    label = get_model_root(model)._meta.label_lower
    IndexChange.objects.bulk_create([IndexChange(model=label, object_pk=str(pk)) for pk in pks], batch_size=BATCH)


def waiting() -> int:
    """How many changes are not in the index yet."""
    return IndexChange.objects.waiting().count()


def forget() -> None:
    """Nothing waits any more: the index starts over."""
    IndexChange.objects.all().delete()


def drain(engine: Any, *, now: dt.datetime | None = None) -> int:
    """Bring everything that waits to an engine, in batches; returns how many changes there were.

    One at a time: a second caller waits and finds nothing left to do.

    Raises:
        IndexUnavailable: there is no index that can be written; what waits goes on waiting.
    """
    total = 0
    lexicon.refresh()
    with engine.write_lock():
        while changes := list(IndexChange.objects.waiting()[:BATCH]):
            remove, add = _as_they_are(changes)
            bring(engine.write, remove=remove, add=add)
            done(changes, now=now)
            total += len(changes)
    IndexChange.objects.filter(done_at__lt=(now or timezone.now()) - KEPT_FOR).delete()
    return total


def bring(write: Callable[..., None], *, remove: Sequence[str], add: Sequence[Document]) -> None:
    """Have an engine write documents; one that it cannot write is set aside, so that the others are found.

    Raises:
        IndexUnavailable: no document could be written.
    """
    try:
        write(remove=remove, add=add)
    except IndexUnavailable:
        raise
    except Exception:  # a text can break an analysis or a database in any way
        logger.warning("Some of %d documents cannot be indexed: one by one", len(add))
        added = {document.key for document in add}
        write(remove=[key for key in remove if key not in added], add=())
        for document in add:
            _bring_one(write, document, replaces=document.key in remove)


def _bring_one(write: Callable[..., None], document: Document, *, replaces: bool) -> None:
    remove = [document.key] if replaces else []
    try:
        write(remove=remove, add=[document])
    except IndexUnavailable:
        raise
    except Exception:
        logger.exception("Document %s cannot be indexed and is left out", document.key)
        # Where this fails too, it was not the document.
        write(remove=remove, add=())


def changed_since(moment: dt.datetime) -> tuple[list[IndexChange], list[str], list[Document]]:
    """All that waits or was done from a moment (aware) on, with the keys to remove and the documents to add."""
    changes = list(IndexChange.objects.since(moment))
    return changes, *_as_they_are(changes)


def done(changes: Iterable[IndexChange], *, now: dt.datetime | None = None) -> None:
    """These changes are findable; those that were before stay as they are."""
    pks = [change.pk for change in changes if change.done_at is None]
    for start in range(0, len(pks), BATCH):
        IndexChange.objects.filter(pk__in=pks[start : start + BATCH]).update(done_at=now or timezone.now())


def _as_they_are(changes: Iterable[IndexChange]) -> tuple[list[str], list[Document]]:
    """The objects of the changes as the database holds them now; those it no longer holds are only removed."""
    pks_of: dict[str, set[str]] = defaultdict(set)
    for change in changes:
        pks_of[change.model].add(change.object_pk)
    remove: list[str] = []
    add: list[Document] = []
    for label, pks in pks_of.items():
        root = apps.get_model(label)
        remove += [key_of(root, pk) for pk in pks]
        for model in indexed_models():
            if issubclass(model, root):
                objects = list(objects_of(model).filter(pk__in=pks))
                add += documents(model, objects)
    return remove, add
