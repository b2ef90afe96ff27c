"""Closed lists of the portal's pages; column classes are shared with registry and rule profiles."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ColumnClass(models.TextChoices):
    """Column classes (栏目类别) of the national census table of 2015 and the indicators of 2019."""

    DYNAMIC = "dynamic", _("News")
    NOTICE = "notice", _("Notices")
    POLICY = "policy", _("Policy documents")
    PERSONNEL_PLANNING = "personnel_planning", _("Personnel and planning")
    STATIC = "static", _("Static information")
    ARCHIVE = "archive", _("Archived topic")


class Validity(models.TextChoices):
    """Whether a policy document still holds (有效性)."""

    VALID = "valid", _("In force")
    REPEALED = "repealed", _("Repealed")
    EXPIRED = "expired", _("No longer in force")
