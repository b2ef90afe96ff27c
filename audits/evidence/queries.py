"""Reads: which cases want a picture, and where the files of one lie."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from audits.cases.models import Case
from audits.evidence.models import Evidence, EvidenceStatus
from audits.rules.states import STALE
from audits.runs.models import Observation

FILES = ("original", "stamped", "thumbnail")


class EvidenceFileError(ValueError):
    """A file of an evidence row that is not there; the message says which and why."""


def stale_observation(case: Case) -> Observation | None:
    """The visit that the case's newest verdict speaks of, when it showed the column to be stale."""
    return case.verdict.observation if case.verdict.state in STALE else None


def is_pictured(case: Case, observation: Observation) -> bool:
    """Whether there is a picture of the page with the text that this visit saw."""
    return Evidence.objects.filter(
        case=case, status=EvidenceStatus.CAPTURED, observation__sha256_text=observation.sha256_text
    ).exists()


def pending_cases() -> list[Case]:
    """Cases that want a picture: an unchanged page is not photographed twice, a failed picture is tried again."""
    pairs = ((case, stale_observation(case)) for case in Case.objects.in_hand().with_subject().order_by("pk"))
    return [case for case, observation in pairs if observation and not is_pictured(case, observation)]


def latest_evidence(case: Case) -> Evidence | None:
    """The newest picture of a case; without one, the newest reason why there is none."""
    rows = Evidence.objects.filter(case=case).order_by("-sequence")
    return rows.filter(status=EvidenceStatus.CAPTURED).first() or rows.first()


def evidence_path(evidence: Evidence, which: str) -> Path:
    """The absolute path of `original`, `stamped` or `thumbnail`.

    For code that has asked for permission. Raises EvidenceFileError when the row has no picture, the
    file is gone or the path leads out of EVIDENCE_DIR.
    """
    if which not in FILES:
        raise EvidenceFileError(f"evidence has no file {which!r}; there are: {', '.join(FILES)}")
    name = getattr(evidence, which)
    if not name:
        raise EvidenceFileError(f"evidence {evidence.sequence} has no picture: {evidence.missing_reason}")
    folder = Path(settings.EVIDENCE_DIR).resolve()
    path = (folder / name).resolve()
    if not path.is_relative_to(folder) or not path.is_file():
        raise EvidenceFileError(f"evidence {evidence.sequence}: file {name} is not in {folder}")
    return path
