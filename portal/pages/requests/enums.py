"""Closed lists of requests and submissions."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RequestKind(models.TextChoices):
    OPEN = "open", _("Open a column")
    EXEMPT = "exempt", _("Exempt a column")
    MERGE = "merge", _("Merge into another column")
    CLOSE = "close", _("Close a column")


class RequestState(models.TextChoices):
    ASKED = "asked", _("Waiting for the network centre")
    GRANTED = "granted", _("Granted")
    DECLINED = "declined", _("Declined")


class SubmissionState(models.TextChoices):
    OFFERED = "offered", _("Offered")
    ACCEPTED = "accepted", _("Accepted")
    EDITED = "edited", _("Accepted with edits")
    RETURNED = "returned", _("Returned with a reason")
