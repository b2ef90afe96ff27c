"""What articles use: the index that says who may read a document has to know of every article."""

from __future__ import annotations

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from wagtail.models import Page, ReferenceIndex

from portal.pages.models import ArticlePage

#: How the blocks and links that use a file are written in a stored body.
_FILES = ('"image"', '"attachments"', 'linktype=\\"document\\"')


def ensure_references() -> int:
    """Index the articles with files of which the index knows nothing; returns how many. Twice changes nothing.

    Saving an article does it too. What came in otherwise, from an older release or a restored table, is not known yet,
    and its attachments would be answered as if they were nobody's.
    """
    unknown = set(_with_files().values_list("pk", flat=True)) - _indexed()
    for pk in sorted(unknown):
        ReferenceIndex.create_or_update_for_object(ArticlePage.objects.get(pk=pk))
    return len(unknown)


def _with_files() -> QuerySet[ArticlePage]:
    written = Q()
    for sign in _FILES:
        written |= Q(written__contains=sign)
    return ArticlePage.objects.annotate(written=Cast("body", TextField())).filter(written)


def _indexed() -> set[int]:
    """Articles that are known to use a file, or something else that their body names."""
    kept = ReferenceIndex.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Page),
        content_type=ContentType.objects.get_for_model(ArticlePage),
        model_path__startswith="body.",
    )
    return {int(pk) for pk in kept.values_list("object_id", flat=True)}
