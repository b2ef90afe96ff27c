"""Steps of supervision and what happens to a paper."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Step(models.TextChoices):
    """The ladder, softest first."""

    REMINDER = "reminder", _("Reminder")  # 提示单
    RECTIFICATION = "rectification", _("Rectification notice")  # 整改通知书
    SUPERVISION = "supervision", _("Supervision notice")  # 督办通知单


class PaperState(models.TextChoices):
    """Computed from acts; never stored as such by hand. Overdue is computed from the deadline."""

    DRAFT = "draft", _("Draft")
    SIGNED = "signed", _("Signed")
    DELIVERED = "delivered", _("Delivered")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged")
    REPLIED = "replied", _("Replied")
    RETURNED = "returned", _("Returned")
    SETTLED = "settled", _("Settled")
    WITHDRAWN = "withdrawn", _("Withdrawn")


#: Signed, and the unit's reply is not there yet.
AWAITING_REPLY = (PaperState.SIGNED, PaperState.DELIVERED, PaperState.ACKNOWLEDGED, PaperState.RETURNED)
#: Signed and not over.
UNSETTLED = (*AWAITING_REPLY, PaperState.REPLIED)


class PaperActKind(models.TextChoices):
    SIGN = "sign", _("Approve and sign")
    DELIVER = "deliver", _("Deliver")
    ACKNOWLEDGE = "acknowledge", _("Acknowledge")
    REPLY = "reply", _("Reply")
    RETURN = "return", _("Return")
    SETTLE = "settle", _("Settle")
    UNCLEAR = "unclear", _("Re-check without a result")
    WITHDRAW = "withdraw", _("Withdraw")
