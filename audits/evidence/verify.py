"""Checks evidence against its seals: every file's hash and every link of the chain."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from audits.evidence import seal
from audits.evidence.enums import EvidenceStatus
from audits.evidence.models import Evidence
from audits.evidence.queries import FILES, EvidenceFileError, evidence_path


def breaches() -> Iterator[str]:
    """One line for everything that is not as it was sealed; none when all is well."""
    previous, expected, named = seal.GENESIS, 1, set()
    for row in Evidence.objects.order_by("sequence").iterator():
        if row.sequence != expected:
            yield f"evidence {expected} to {row.sequence - 1}: removed from the chain"
        elif row.previous_seal != previous:
            yield f"evidence {row.sequence}: does not follow the row before it (inserted, replaced or reordered)"
        if row.seal != seal.seal_of(row):
            yield f"evidence {row.sequence}: the row was changed after it was sealed"
        if row.status == EvidenceStatus.CAPTURED:
            yield from _file_breaches(row)
        named |= {getattr(row, which) for which in FILES}
        previous, expected = row.seal, row.sequence + 1
    # The chain cannot miss its own tail, but a removed row leaves its files behind.
    folder = Path(settings.EVIDENCE_DIR)
    for path in sorted(folder.rglob("*.png")):
        if (name := path.relative_to(folder).as_posix()) not in named:
            yield f"file {name}: named by no row (its row was removed, or a capture was cut off)"


def _file_breaches(row: Evidence) -> Iterator[str]:
    for which in FILES:
        try:
            sha256 = hashlib.sha256(evidence_path(row, which).read_bytes()).hexdigest()
        except EvidenceFileError as error:
            yield str(error)
            continue
        # A thumbnail's hash is sealed by its name.
        sealed = getattr(row, f"sha256_{which}", "") or Path(getattr(row, which)).name.split("-")[1]
        if not sha256.startswith(sealed):
            yield f"evidence {row.sequence}: file {getattr(row, which)} was changed"
