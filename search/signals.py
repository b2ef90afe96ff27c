"""What editors do -> articles whose place in the index must be looked at again, once their transaction is committed.

Restrictions of who may read need no work here: `search.queries` asks the database each time.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver
from wagtail.models import Page
from wagtail.signals import page_published, page_unpublished, post_page_move

from portal.pages.models import ArticlePage, ColumnPage, UnitPage
from portal.units.models import Unit
from search import tasks

# One task for a transaction, however many pages it touches. After a rollback the ids stay for the next commit:
# looking at a page once too often changes nothing.
_waiting = threading.local()


def _look_at(ids: Iterable[int]) -> None:
    if not hasattr(_waiting, "ids"):
        _waiting.ids = set()
    _waiting.ids.update(ids)
    transaction.on_commit(_hand_over)


def _hand_over() -> None:
    ids, _waiting.ids = _waiting.ids, set()
    if ids:
        tasks.queue_index_pages(ids)


def _articles_at_or_below(page: Page) -> Iterable[int]:
    return ArticlePage.objects.descendant_of(page, inclusive=True).values_list("pk", flat=True)


@receiver([page_published, page_unpublished], sender=ArticlePage)
def look_at_article(instance: ArticlePage, **kwargs: Any) -> None:
    """Wagtail unpublishes what it is about to delete, so a deleted article comes by here too."""
    _look_at([instance.pk])


@receiver(post_page_move)
@receiver(page_published, sender=ColumnPage)
@receiver(page_published, sender=UnitPage)
def look_at_subtree(instance: Page, **kwargs: Any) -> None:
    """The names of unit and column are part of what is found."""
    _look_at(_articles_at_or_below(instance))


@receiver(post_save, sender=Unit)
def look_at_unit(instance: Unit, created: bool, **kwargs: Any) -> None:
    if not created and hasattr(instance, "page"):
        _look_at(_articles_at_or_below(instance.page))
