"""Steps of an approval and the ways in which a leader signs."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ApprovalStep(models.TextChoices):
    """After drafting (拟稿), in this order."""

    PROOFREAD = "proofread", _("Proofreading")
    SECRECY = "secrecy", _("Secrecy review")
    SIGN_OFF = "sign_off", _("Leader's sign-off")


class SigningMethod(models.TextChoices):
    IN_SYSTEM = "in_system", _("In the system")
    DEPUTY = "deputy", _("By the deputy")
    OFFLINE = "offline", _("On paper, with a photo")
