"""Whether there is a picture."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EvidenceStatus(models.TextChoices):
    CAPTURED = "captured", _("Captured")
    MISSING = "missing", _("No picture")
