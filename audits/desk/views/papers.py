"""Acts on papers: the bureau signs and delivers, the unit acknowledges and replies, a re-check decides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy

from audits import tasks, workflow
from audits.desk.forms import NoForm, ReasonForm, ReplyForm, SignForm
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
        done=gettext_lazy("Signed; number and deadline are given."),
    ),
    "deliver": Act(
        name="deliver",
        label=gettext_lazy("Deliver"),
        permission="audits.deliver_paper",
        allowed=_in(PaperActKind.DELIVER),
        do=_deliver,
        form=NoForm,
        done=gettext_lazy("Delivered."),
    ),
    "acknowledge": Act(
        name="acknowledge",
        label=gettext_lazy("Acknowledge"),
        permission="audits.acknowledge_paper",
        allowed=_in(PaperActKind.ACKNOWLEDGE),
        do=_acknowledge,
        form=NoForm,
        done=gettext_lazy("Acknowledged."),
    ),
    "reply": Act(
        name="reply",
        label=gettext_lazy("Reply"),
        permission="audits.reply_paper",
        allowed=_in(PaperActKind.REPLY),
        do=_reply,
        form=ReplyForm,
        done=gettext_lazy("Reply sent."),
    ),
    "recheck": Act(
        name="recheck",
        label=gettext_lazy("Re-check"),
        permission="audits.recheck_paper",
        allowed=_in(PaperActKind.SETTLE),
        do=_recheck,
        form=NoForm,
        done=gettext_lazy("The re-check is queued; this page shows its result."),
    ),
    "withdraw": Act(
        name="withdraw",
        label=gettext_lazy("Withdraw"),
        permission="audits.withdraw_paper",
        allowed=_in(PaperActKind.WITHDRAW),
        do=_withdraw,
        form=ReasonForm,
        done=gettext_lazy("Withdrawn."),
    ),
}


class PaperActView(ActView):
    model = Paper
    acts = PAPER_ACTS
    unit_path = "unit"
    inspect_url_name = "audit_papers:inspect"
