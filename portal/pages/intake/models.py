"""What was handed in for an import, and what became of it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.units.models import User


class ImportBatch(models.Model):
    """A file of old articles for a column: first looked through, then imported as a whole or not at all.

    `report` has an entry a row: number, name, title, published_at, outcome (ok, known, error), words.
    """

    column = models.ForeignKey("pages.ColumnPage", verbose_name=_("column"), on_delete=models.CASCADE, related_name="+")
    file = models.FileField(_("file"), upload_to="imports/%Y/%m")
    name = models.CharField(max_length=200)
    report = models.JSONField(default=list)
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    imported_at = models.DateTimeField(null=True, blank=True)
