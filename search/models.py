"""What the search keeps in the database."""

from __future__ import annotations

import datetime as dt
import re

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class IndexChangeQuerySet(models.QuerySet["IndexChange"]):
    def waiting(self) -> IndexChangeQuerySet:
        """Not in the index yet, the oldest first."""
        return self.filter(done_at__isnull=True).order_by("pk")

    def since(self, moment: dt.datetime) -> IndexChangeQuerySet:
        """Waiting, or brought to the index from a moment (aware) on."""
        return self.filter(Q(done_at__isnull=True) | Q(done_at__gte=moment))


class IndexChange(models.Model):
    """An object that has to be looked at again: written with the change, done when the index holds it."""

    model = models.CharField(_("kind"), max_length=100, help_text=_("Label of the topmost model."))
    object_pk = models.CharField(_("key"), max_length=64)
    noted_at = models.DateTimeField(_("changed at"), auto_now_add=True)
    done_at = models.DateTimeField(_("findable since"), null=True, blank=True)

    objects = IndexChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change for the index")
        verbose_name_plural = _("changes for the index")
        indexes = [
            models.Index(fields=["id"], condition=Q(done_at__isnull=True), name="index_change_waiting"),
            models.Index(fields=["done_at"], name="index_change_done"),
        ]

    def __str__(self) -> str:
        return f"{self.model}:{self.object_pk}"

    @property
    def lag(self) -> dt.timedelta | None:
        """From the change until it was findable."""
        return self.done_at - self.noted_at if self.done_at else None


class DictionaryWord(models.Model):
    """A word that is never cut: a unit, a place, a term of the county."""

    class Kind(models.TextChoices):
        UNIT = "unit", _("Unit")
        PLACE = "place", _("Place")
        TERM = "term", _("Term")

    text = models.CharField(_("word"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.TERM)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("word of the search")
        verbose_name_plural = _("words of the search")

    def __str__(self) -> str:
        return self.text

    def clean(self) -> None:
        # Imported late: the analysis is built on this table.
        from search.analysis import runs  # noqa: PLC0415

        if [is_han for _, is_han in runs(self.text)] != [True] or len(self.text.strip()) < 2:
            raise ValidationError({"text": _("At least two Chinese characters, and nothing else.")})
        self.text = self.text.strip()


class Synonyms(models.Model):
    """Words that mean the same: who asks for one finds the others too."""

    text = models.CharField(
        _("words"), max_length=200, unique=True, help_text=_("Separated by commas, for example: 低保，最低生活保障")
    )
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("synonyms of the search")
        verbose_name_plural = _("synonyms of the search")

    def __str__(self) -> str:
        return self.text

    @property
    def words(self) -> list[str]:
        return [word.strip() for word in re.split("[,，、;；]", self.text) if word.strip()]

    def clean(self) -> None:
        if len(self.words) < 2:
            raise ValidationError({"text": _("Write at least two words, separated by commas.")})
