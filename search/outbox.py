"""What changed and is not in the index yet: rows written in the transaction of the change itself.

Rows are kept a while after they were brought to the index: a rebuild under way asks what changed since it began, and
the time between is how long a publication took to become findable.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import DatabaseError, models
from django.utils import timezone
from modelsearch.backends.base import get_model_root

from search import lexicon
from search.documents import Document, documents, indexed_models, key_of, objects_of
from search.errors import IndexUnavailable
from search.models import IndexChange, LeftOut

logger = logging.getLogger(__name__)

#: One commit of the index; a larger one keeps the next publisher waiting.
BATCH = 200
#: Who fails like this fails with any object.
_NOT_THE_CONTENT = (DatabaseError, OSError, MemoryError)
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
            bring(engine.write, _as_they_are(changes))
            done(changes, now=now)
            total += len(changes)
    IndexChange.objects.filter(done_at__lt=(now or timezone.now()) - KEPT_FOR).delete()
    return total


@dataclass
class Work:
    """What an engine has to do: documents to remove by key, then others to add.

    `broken`: why there is no document of an object, by the key that it would have.
    """

    remove: list[str] = field(default_factory=list)
    add: list[Document] = field(default_factory=list)
    broken: dict[str, str] = field(default_factory=dict)

    def read(self, model: Any, objects: Sequence[Any]) -> None:
        """Add the documents of some objects; one that cannot be made into a document stops no other."""
        try:
            self.add += list(documents(model, objects))
        except _NOT_THE_CONTENT:
            raise
        except Exception as error:
            if len(objects) > 1:
                for each in objects:
                    self.read(model, [each])
                return
            [broken] = objects
            self.leave_out(key_of(model, broken.pk), error)

    def leave_out(self, key: str, error: Exception) -> None:
        logger.error("Document %s cannot be indexed and is left out", key, exc_info=error)
        self.broken[key] = f"{type(error).__name__}: {error}"


def bring(write: Callable[..., None], work: Work) -> None:
    """Have an engine write documents; one that it cannot write is left out and kept as such, so that the others are
    found.

    Raises:
        IndexUnavailable: no document could be written.
    """
    try:
        write(remove=work.remove, add=work.add)
    except IndexUnavailable:
        raise
    except Exception:  # a text can break an analysis or a database in any way
        logger.warning("Some of %d documents cannot be indexed: one by one", len(work.add))
        added = {document.key for document in work.add}
        write(remove=[key for key in work.remove if key not in added], add=())
        for document in work.add:
            _bring_one(write, document, work)
    looked_at = {*work.remove, *(document.key for document in work.add)}
    LeftOut.objects.filter(key__in=looked_at - work.broken.keys()).delete()
    for key, reason in work.broken.items():
        LeftOut.objects.update_or_create(key=key, defaults={"reason": reason.replace("\0", "")[:300]})


def _bring_one(write: Callable[..., None], document: Document, work: Work) -> None:
    remove = [document.key] if document.key in work.remove else []
    try:
        write(remove=remove, add=[document])
    except IndexUnavailable:
        raise
    except Exception as error:
        work.leave_out(document.key, error)
        # Where this fails too, it was not the document.
        write(remove=remove, add=())


def changed_since(moment: dt.datetime) -> tuple[list[IndexChange], Work]:
    """All that waits or was done from a moment (aware) on, and what there is to do about it."""
    changes = list(IndexChange.objects.since(moment))
    return changes, _as_they_are(changes)


def done(changes: Iterable[IndexChange], *, now: dt.datetime | None = None) -> None:
    """These changes are findable; those that were before stay as they are."""
    pks = [change.pk for change in changes if change.done_at is None]
    for start in range(0, len(pks), BATCH):
        IndexChange.objects.filter(pk__in=pks[start : start + BATCH]).update(done_at=now or timezone.now())


def _as_they_are(changes: Iterable[IndexChange]) -> Work:
    """The objects of the changes as the database holds them now; those it no longer holds are only removed."""
    pks_of: dict[str, set[str]] = defaultdict(set)
    for change in changes:
        pks_of[change.model].add(change.object_pk)
    work = Work()
    for label, pks in pks_of.items():
        root = apps.get_model(label)
        work.remove += [key_of(root, pk) for pk in pks]
        for model in indexed_models():
            if issubclass(model, root):
                work.read(model, list(objects_of(model).filter(pk__in=pks)))
    return work
