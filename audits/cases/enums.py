"""States of a case and what may happen to one."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CaseState(models.TextChoices):
    NEW = "new", _("To be confirmed")
    CONFIRMED = "confirmed", _("Confirmed")
    NOTIFIED = "notified", _("Notified")
    REPLIED = "replied", _("Replied")
    FIX_CONFIRMED = "fix_confirmed", _("Fix confirmed")
    CLOSED = "closed", _("Closed")
    RELAPSED = "relapsed", _("Relapsed")
    WRITTEN_OFF = "written_off", _("Written off")
    EXEMPTED = "exempted", _("Exempted")
    INCONCLUSIVE = "inconclusive", _("Inconclusive")


#: Nothing more is expected of anyone.
SETTLED = (CaseState.CLOSED, CaseState.WRITTEN_OFF, CaseState.EXEMPTED)
#: Somebody still has to do something.
OPEN = tuple(state for state in CaseState if state not in SETTLED)
#: A person confirmed it, and it has neither been fixed nor settled since.
IN_HAND = (CaseState.CONFIRMED, CaseState.NOTIFIED, CaseState.REPLIED)
#: A person in the network centre has to look.
TO_REVIEW = (CaseState.NEW, CaseState.RELAPSED)


class ActKind(models.TextChoices):
    """What a person did."""

    CONFIRM = "confirm", _("Confirm the case")
    WRITE_OFF = "write_off", _("Write off")
    NOTIFY = "notify", _("Notify")
    REPLY = "reply", _("Reply")
    RETURN = "return", _("Return")
    WITHDRAW = "withdraw", _("Withdraw the paper")
    CLOSE = "close", _("Close the case")


class EventKind(models.TextChoices):
    """What the ledger of a case shows: what machines saw and what people did."""

    OPENED = "opened", _("Found")
    FIX_SEEN = "fix_seen", _("Found updated")
    UNCLEAR = "unclear", _("Could not be judged")
    SEEN_AGAIN = "seen_again", _("Found again")
    EXEMPTED = "exempted", _("Exempted")
    RELAPSED = "relapsed", _("Relapsed")
    CONFIRMED = "confirmed", _("Confirmed")
    WRITTEN_OFF = "written_off", _("Written off")
    NOTIFIED = "notified", _("Notified")
    REPLIED = "replied", _("Replied")
    RETURNED = "returned", _("Returned")
    WITHDRAWN = "withdrawn", _("Paper withdrawn")
    CLOSED = "closed", _("Closed")
