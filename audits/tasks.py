"""What the queue runs: each task calls one workflow function. Queued here, so that only this file knows the queue."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django_q.tasks import async_task

from audits import workflow
from audits.notices.models import Paper
from audits.runs.models import Run
from portal.units.models import User


def queue_run(
    *,
    site_code: str | None = None,
    as_of: dt.datetime | None = None,
    profile: str | None = None,
    requested_by: User | None = None,
) -> Run:
    """Make a run and let the queue carry it out. Raises ValueError like `workflow.start_run`."""
    run = workflow.start_run(site_code=site_code, as_of=as_of, profile=profile, requested_by=requested_by)
    resume_run(run)
    return run


def resume_run(run: Run) -> None:
    """Let the queue take up a run that was killed or failed."""
    transaction.on_commit(lambda: async_task(execute_run, run.pk, task_name=f"run {run.pk}"))


def queue_recheck(*, paper: Paper, actor: User) -> None:
    """Let the queue re-check a paper's columns."""
    transaction.on_commit(lambda: async_task(recheck_paper, paper.pk, actor.pk, task_name=f"re-check {paper.pk}"))


def queue_follow_up() -> None:
    """Let the queue take missing screenshots and draw up drafts, soon after a person confirmed cases."""
    transaction.on_commit(lambda: async_task(follow_up, task_name="follow-up"))


def execute_run(run_id: int) -> None:
    workflow.execute_run(Run.objects.get(pk=run_id))


def recheck_paper(paper_id: int, actor_id: int) -> None:
    workflow.recheck_paper(paper=Paper.objects.get(pk=paper_id), actor=User.objects.get(pk=actor_id))


def nightly_audit() -> None:
    """A run over all sites, as scheduled by AUDIT_SCHEDULE."""
    workflow.execute_run(workflow.start_run())


def follow_up() -> None:
    """What confirmed cases still want: screenshots, then drafts that show them."""
    workflow.follow_up()
