"""Index work that runs in the queue; the only place here that knows the queue."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone
from django_q.tasks import async_task

from search import index, services

#: One commit of the index; a large one keeps the next publisher waiting.
_IDS_PER_TASK = 500


def queue_index_pages(ids: Iterable[int]) -> None:
    """Have the queue bring the index in line with these articles."""
    ids = sorted(set(ids))
    for start in range(0, len(ids), _IDS_PER_TASK):
        async_task(index_pages, ids[start : start + _IDS_PER_TASK])


def queue_rebuild() -> None:
    """Have the queue build the index anew, unless somebody has just asked for that."""
    if index.claim_request(now=timezone.now().timestamp()):
        async_task(rebuild)


def index_pages(ids: list[int]) -> None:
    """Queue task: see `services.index_pages`."""
    services.index_pages(ids)


def rebuild() -> None:
    """Queue task: see `services.rebuild`."""
    services.rebuild()
