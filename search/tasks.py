"""Index work that runs in the queue; the only place here that knows the queue."""

from __future__ import annotations

import threading
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_q.models import Schedule
from django_q.tasks import async_task

from search import corrections, questions, services

#: One task for a transaction, however many objects it touches.
_waiting = threading.local()


def queue_index_changes() -> None:
    """Have the queue bring the outbox to the index, once the transaction is committed."""
    _waiting.is_there = True
    transaction.on_commit(_hand_over)


def _hand_over() -> None:
    if getattr(_waiting, "is_there", False):
        _waiting.is_there = False
        async_task(index_changes)


def queue_rebuild() -> None:
    """Have the queue build the index anew, unless somebody has just asked for that."""
    if services.claim_rebuild():
        async_task(rebuild)


def ensure_schedules(**kwargs: Any) -> None:
    """Receiver of `groups_ensured`: what the queue does by itself; twice changes nothing."""
    for name, work, minutes in (
        # A task that died with its worker leaves its changes in the outbox.
        ("search: changes left behind", index_changes, 5),
        # Whoever moves a collection in a program of their own tells nobody.
        ("search: collections opened or closed", look_at_attachments, 5),
        ("search: files left behind", read_left_behind, 60),
        # Readers look at files when they open them; a bit may flip later.
        ("search: files of the index", look_through_index, 60),
        ("search: words of titles", gather_words, 24 * 60),
        ("search: old questions", forget_questions, 24 * 60),
    ):
        Schedule.objects.update_or_create(
            name=name,
            defaults={
                "func": f"{work.__module__}.{work.__name__}",
                "schedule_type": Schedule.MINUTES,
                "minutes": minutes,
                "repeats": -1,
            },
        )


def queue_reading(document_id: int) -> None:
    """Have the queue read an uploaded file, once the transaction is committed."""
    transaction.on_commit(lambda: async_task(read_attachment, document_id))


def read_attachment(document_id: int) -> None:
    """Queue task: see `services.read_attachment`."""
    services.read_attachment(document_id)
    services.index_changes()


def read_left_behind() -> None:
    """Queue task: see `services.read_left_behind`."""
    if services.read_left_behind():
        services.index_changes()


def look_at_attachments() -> None:
    """Queue task: see `services.note_opened_or_closed`."""
    if services.note_opened_or_closed():
        services.index_changes()


def look_through_index() -> None:
    """Queue task: see `services.look_through_index`."""
    services.look_through_index()


def gather_words() -> None:
    """Queue task: see `corrections.gather`."""
    corrections.gather()


def forget_questions() -> None:
    """Queue task: see `questions.forget_old`."""
    questions.forget_old(today=timezone.localdate())


def index_changes() -> None:
    """Queue task: see `services.index_changes`."""
    services.index_changes()


def rebuild() -> None:
    """Queue task: see `services.rebuild`."""
    services.rebuild()
