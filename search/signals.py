"""What editors do elsewhere -> articles that must be indexed again; an article's own changes are the framework's.

Restrictions of who may read a page need no work here: `search.queries` asks the database each time.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save, pre_save
from django.dispatch import receiver
from wagtail.documents import get_document_model
from wagtail.models import Collection, CollectionViewRestriction, Page
from wagtail.signals import page_published, page_unpublished, post_page_move

from portal.pages.models import ArticlePage, ColumnPage, UnitPage
from portal.units.models import Person, Unit
from search import attachments, outbox, services, tasks
from search.models import AttachmentText, DictionaryWord


def _look_at(ids: Iterable[int]) -> None:
    if pks := list(ids):
        outbox.note(ArticlePage, pks)
        tasks.queue_index_changes()


def _articles_at_or_below(page: Page) -> Iterable[int]:
    return ArticlePage.objects.descendant_of(page, inclusive=True).values_list("pk", flat=True)


@receiver(post_page_move)
@receiver(page_published, sender=ColumnPage)
@receiver(page_published, sender=UnitPage)
@receiver(page_unpublished, sender=ColumnPage)
@receiver(page_unpublished, sender=UnitPage)
def look_at_subtree(instance: Page, **kwargs: Any) -> None:
    """The names of unit and column are part of what is found."""
    _look_at(_articles_at_or_below(instance))


@receiver(pre_save, sender=DictionaryWord)
def look_at_what_held_a_word(instance: DictionaryWord, **kwargs: Any) -> None:
    """What a word was before is a token no longer."""
    for text in (
        DictionaryWord.objects.filter(pk=instance.pk).exclude(text=instance.text).values_list("text", flat=True)
    ):
        services.note_holding(text)


@receiver([post_save, post_delete], sender=DictionaryWord)
def look_at_what_holds_a_word(instance: DictionaryWord, **kwargs: Any) -> None:
    """The word becomes a token of its own in every text that holds it."""
    services.note_holding(instance.text)
    tasks.queue_index_changes()


@receiver(post_save, sender=Unit)
def look_at_unit(instance: Unit, created: bool, **kwargs: Any) -> None:
    look_at_name(instance)
    if not created and hasattr(instance, "page"):
        _look_at(_articles_at_or_below(instance.page))


@receiver(post_save, sender=get_document_model())
def read_upload(instance: Any, **kwargs: Any) -> None:
    """A file is read when it is new or was exchanged; its title and its collection are its articles' matter too."""
    _look_at(attachments.articles_with(instance))
    look_at_attachments()
    if not AttachmentText.objects.filter(document=instance, file_name=instance.file.name).exists():
        tasks.queue_reading(instance.pk)


@receiver(post_delete, sender=get_document_model())
def forget_upload(instance: Any, **kwargs: Any) -> None:
    """An article is not found by what it no longer carries."""
    services.note_closing(attachments.articles_with(instance))
    tasks.queue_index_changes()


@receiver([post_save, post_delete], sender=CollectionViewRestriction)
def look_at_attachments(**kwargs: Any) -> None:
    """What is written in a closed collection's documents finds no article."""
    if services.note_opened_or_closed():
        tasks.queue_index_changes()


@receiver(post_save, sender=Collection)
def look_at_attachments_later(**kwargs: Any) -> None:
    """The desk saves a collection first and moves it then, in one transaction."""
    transaction.on_commit(look_at_attachments)


@receiver(post_delete, sender=Unit)
@receiver([post_save, post_delete], sender=Person)
def look_at_name(instance: Unit | Person, **kwargs: Any) -> None:
    outbox.note(type(instance), [instance.pk])
    tasks.queue_index_changes()
