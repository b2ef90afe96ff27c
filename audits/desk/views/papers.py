"""Acts on papers: the bureau signs and delivers, the unit acknowledges and replies, a re-check decides."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

from audits import tasks, workflow
from audits.desk.forms import NoForm, ReasonForm, ReplyForm, SignForm
from audits.desk.views.acts import Act, ActView
from audits.models import Paper
from audits.notices.enums import PaperActKind
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


def _act(name: str, label: Any, kinds: PaperActKind | tuple[PaperActKind, ...], do: Any, form: Any, done: Any) -> Act:
    kinds = kinds if isinstance(kinds, tuple) else (kinds,)
    return Act(
        name=name,
        label=label,
        permission=f"audits.{name}_paper",
        allowed=lambda paper: any(paper.state in ALLOWED[kind] for kind in kinds),
        do=do,
        form=form,
        done=done,
    )


PAPER_ACTS = {
    act.name: act
    for act in (
        _act(
            "sign",
            gettext_lazy("Approve and sign"),
            PaperActKind.SIGN,
            _sign,
            SignForm,
            gettext_lazy("Signed; number and deadline are given."),
        ),
        _act("deliver", gettext_lazy("Deliver"), PaperActKind.DELIVER, _deliver, NoForm, gettext_lazy("Delivered.")),
        _act(
            "acknowledge",
            gettext_lazy("Acknowledge"),
            PaperActKind.ACKNOWLEDGE,
            _acknowledge,
            NoForm,
            gettext_lazy("Acknowledged."),
        ),
        _act("reply", gettext_lazy("Reply"), PaperActKind.REPLY, _reply, ReplyForm, gettext_lazy("Reply sent.")),
        _act(
            "recheck",
            gettext_lazy("Re-check"),
            (PaperActKind.SETTLE, PaperActKind.RETURN),
            _recheck,
            NoForm,
            gettext_lazy("The re-check is queued; this page shows its result."),
        ),
        _act(
            "withdraw",
            gettext_lazy("Withdraw"),
            PaperActKind.WITHDRAW,
            _withdraw,
            ReasonForm,
            gettext_lazy("Withdrawn."),
        ),
    )
}


class PaperActView(ActView):
    model = Paper
    acts = PAPER_ACTS
    unit_path = "unit"
    inspect_url_name = "audit_papers:inspect"
