"""The seal: every evidence row is hashed together with the seal of the row before it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

from django.db import IntegrityError, transaction

from audits.evidence.models import Evidence

#: What stands before the first row.
GENESIS = "0" * 64
#: Writers that may meet at the head of the chain at one moment.
ATTEMPTS = 20
SEALED_FIELDS = (
    "sequence",
    "previous_seal",
    "case_id",
    "observation_id",
    "status",
    "missing_reason",
    "taken_at",
    "url",
    "final_url",
    "original",
    "stamped",
    "thumbnail",
    "sha256_original",
    "sha256_stamped",
    "width",
    "height",
    "tool_versions",
)


def seal_of(evidence: Evidence) -> str:
    """SHA-256, hex, over the row's facts as canonical JSON: sorted keys, no spaces, times in UTC."""
    facts = {field: _plain(getattr(evidence, field)) for field in SEALED_FIELDS}
    canonical = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def append(**facts: Any) -> Evidence:
    """Add a row at the head of the chain.

    Two writers that meet there ask for the same sequence number; the database lets one of them
    have it, the other goes on from the new head. The chain cannot fork.
    """
    for _attempt in range(ATTEMPTS):
        head = Evidence.objects.order_by("-sequence").first()
        evidence = Evidence(
            sequence=head.sequence + 1 if head else 1, previous_seal=head.seal if head else GENESIS, **facts
        )
        evidence.seal = seal_of(evidence)
        try:
            with transaction.atomic():
                evidence.save(force_insert=True)
        except IntegrityError:
            if not Evidence.objects.filter(sequence=evidence.sequence).exists():
                raise
        else:
            return evidence
    raise RuntimeError(f"the evidence chain's head was taken {ATTEMPTS} times in a row")


def _plain(value: Any) -> Any:
    return value.astimezone(dt.UTC).isoformat(timespec="microseconds") if isinstance(value, dt.datetime) else value
