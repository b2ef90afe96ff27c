"""Acts on papers: the bureau signs and delivers, the unit acknowledges and replies, a re-check decides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from audits import tasks, workflow
from audits.desk.forms import NoForm, ReasonForm, ReplyForm, SignForm
from audits.desk.permissions import visible_papers
from audits.desk.views.acts import Act, ActView
from audits.notices.enums import PaperActKind
from audits.notices.models import Paper
from audits.notices.services import ALLOWED


def _sign(paper: Paper, user: Any, said: Any) -> None:
    workflow.sign_paper(paper=paper, actor=user, signatory=said["signatory"])


def _deliver(paper: Paper, user: Any, said: Any) -> None:
    workflow.deliver_paper(paper=paper, actor=user)


def _acknowledge(paper: Paper, user: Any, said: Any) -> None:
    workflow.acknowledge_paper(paper=paper, actor=user)


def _reply(paper: Paper, user: Any, said: Any) -> None:
    workflow.reply_to_paper(paper=paper, actor=user, text=said["text"])


def _recheck(paper: Paper, user: Any, said: Any) -> None:
    tasks.queue_recheck(paper=paper, actor=user)


def _withdraw(paper: Paper, user: Any, said: Any) -> None:
    workflow.withdraw_paper(paper=paper, actor=user, reason=said["reason"])


def _in(kind: PaperActKind) -> Callable[[Paper], bool]:
    return lambda paper: paper.state in ALLOWED[kind]


PAPER_ACTS = {
    "sign": Act(
        name="sign",
        label=gettext_lazy("Approve and sign"),
        permission="audits.sign_paper",
        allowed=_in(PaperActKind.SIGN),
        do=_sign,
        form=SignForm,
        hint=gettext_lazy(
            "The paper gets its number, date and deadline; what it says is settled, and its cases are notified."
        ),
        done=gettext_lazy("Signed; number and deadline are given."),
    ),
    "deliver": Act(
        name="deliver",
        label=gettext_lazy("Deliver"),
        permission="audits.deliver_paper",
        allowed=_in(PaperActKind.DELIVER),
        do=_deliver,
        form=NoForm,
        hint=gettext_lazy("The unit sees the paper from now on and is asked to acknowledge it."),
        done=gettext_lazy("Delivered."),
    ),
    "acknowledge": Act(
        name="acknowledge",
        label=gettext_lazy("Acknowledge"),
        permission="audits.acknowledge_paper",
        allowed=_in(PaperActKind.ACKNOWLEDGE),
        do=_acknowledge,
        form=NoForm,
        hint=gettext_lazy("The unit has received the paper; a reply is due by its deadline."),
        done=gettext_lazy("Acknowledged."),
        by_unit=True,
    ),
    "reply": Act(
        name="reply",
        label=gettext_lazy("Reply"),
        permission="audits.reply_paper",
        allowed=_in(PaperActKind.REPLY),
        do=_reply,
        form=ReplyForm,
        hint=gettext_lazy(
            "Say what was done. The reply goes to the supervision bureau, which has the columns re-checked."
        ),
        done=gettext_lazy("Reply sent."),
        by_unit=True,
    ),
    "recheck": Act(
        name="recheck",
        label=gettext_lazy("Re-check"),
        permission="audits.recheck_paper",
        allowed=_in(PaperActKind.SETTLE),
        do=_recheck,
        form=NoForm,
        hint=gettext_lazy(
            "Its columns are visited again. All updated: the paper is settled. Any out of date: it is returned."
        ),
        done=gettext_lazy("The re-check is queued; this page shows its result."),
    ),
    "withdraw": Act(
        name="withdraw",
        label=gettext_lazy("Withdraw"),
        permission="audits.withdraw_paper",
        allowed=_in(PaperActKind.WITHDRAW),
        do=_withdraw,
        form=ReasonForm,
        hint=gettext_lazy("The paper keeps its number and no longer counts; its cases wait for another paper."),
        done=gettext_lazy("Withdrawn."),
    ),
}


class PaperActView(ActView):
    model = Paper
    acts = PAPER_ACTS
    inspect_url_name = "audit_papers:inspect"

    def visible_rows(self) -> QuerySet[Paper]:
        return visible_papers(self.request.user).select_related("unit")
