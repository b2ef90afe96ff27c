"""Reads: which cases want a picture, and where the files of one lie."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

from audits.cases.models import Case
from audits.evidence.enums import EvidenceStatus
from audits.evidence.models import Evidence
from audits.rules.states import STALE
from audits.runs.models import Observation

FILES = ("original", "stamped", "thumbnail")


class EvidenceFileError(ValueError):
    """A file of an evidence row that is not there; the message says which and why."""


def pending_cases() -> list[Case]:
    """Cases that want a picture, with what a picture's strip says of them."""
    return [case for case, _seen in unpictured(Case.objects.in_hand().with_subject().order_by("pk"))]


def unpictured(cases: Iterable[Case]) -> list[tuple[Case, Observation]]:
    """Those of the cases that want a picture, each with the visit that saw its column stale: one query for all.

    A page with the text of a picture that is there is not photographed twice; a failed picture is tried again.
    """
    stale = [(case, case.verdict.observation) for case in cases if case.verdict.state in STALE]
    pictures = Evidence.objects.filter(case__in=[case for case, _seen in stale], status=EvidenceStatus.CAPTURED)
    there = set(pictures.values_list("case", "observation__sha256_text"))
    return [(case, seen) for case, seen in stale if (case.pk, seen.sha256_text) not in there]


def latest_evidence(case: Case) -> Evidence | None:
    """The newest picture of a case; without one, the newest reason why there is none. Uses prefetched rows."""
    rows = sorted(case.evidence.all(), key=lambda row: (row.status == EvidenceStatus.CAPTURED, row.sequence))
    return rows[-1] if rows else None


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
