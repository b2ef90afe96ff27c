"""What the search keeps in the database."""

from __future__ import annotations

import datetime as dt

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
