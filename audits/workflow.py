"""The only place in audits where the loop closes and the clock is read.

registry -> plan => crawl => records -> runs -> rules -> cases -> (a person confirms) -> evidence ->
notices -> a new run -> re-check. Every function may be called twice; the second call changes nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from audits.cases.models import Case
from audits.notices.models import Paper
from audits.runs.models import Run
from portal.units.models import User

#: Called with a line of progress for a person.
Progress = Callable[[str], None]


def start_run(
    *,
    site_code: str | None = None,
    columns: Iterable[str] = (),
    as_of: dt.datetime | None = None,
    profile: str | None = None,
    requested_by: User | None = None,
) -> Run:
    """Make a run and write its plan. `columns` (uuids) makes it a re-check. Raises ValueError in one clear line."""
    raise NotImplementedError


def execute_run(run: Run, *, progress: Progress | None = None) -> Run:
    """Crawl, import, judge and bring cases up to date, from whatever step the run has reached."""
    raise NotImplementedError


def confirm_cases(*, cases: Iterable[Case], actor: User, reason: str) -> list[Case]:
    """A person confirms cases: they join their unit's open draft; evidence is asked for (outbox or direct)."""
    raise NotImplementedError


def write_off_case(*, case: Case, actor: User, reason: str) -> Case:
    """A person writes a case off (核减) with a reason; it leaves the open draft."""
    raise NotImplementedError


def close_case(*, case: Case, actor: User, reason: str) -> Case:
    """A person closes (销号) a case whose fix a re-check confirmed."""
    raise NotImplementedError


def capture_evidence(*, progress: Progress | None = None) -> int:
    """Take the missing screenshots of confirmed cases; returns how many rows were added."""
    raise NotImplementedError


def draft_papers(*, progress: Progress | None = None) -> list[Paper]:
    """Refresh open drafts from their cases and render them; returns the papers that have files now."""
    raise NotImplementedError


def sign_paper(*, paper: Paper, actor: User, signatory: str) -> Paper:
    """签发: number, date, deadline; items are frozen, final files rendered, cases notified."""
    raise NotImplementedError


def deliver_paper(*, paper: Paper, actor: User) -> Paper:
    """送达."""
    raise NotImplementedError


def acknowledge_paper(*, paper: Paper, actor: User) -> Paper:
    """签收 by the unit."""
    raise NotImplementedError


def reply_to_paper(*, paper: Paper, actor: User, text: str) -> Paper:
    """反馈 by the unit; its cases become replied."""
    raise NotImplementedError


def recheck_paper(*, paper: Paper, actor: User, progress: Progress | None = None) -> Paper:
    """复查: a new run over the paper's columns; the paper is settled or returned (退回重办)."""
    raise NotImplementedError
