"""Evidence (证据): pictures of what was judged, written once and chained so that a change shows."""

from __future__ import annotations

from django.db import models

from audits.cases.models import Case
from audits.evidence.enums import EvidenceStatus
from audits.facts import Fact
from audits.runs.models import Observation


class Evidence(Fact):
    """One screenshot of a case's page, or the reason why there is none.

    Paths are relative to EVIDENCE_DIR. `original` is the picture as Chromium took it; `stamped` is a
    copy with a strip below it. `seal` = SHA-256 over the row's facts and the seal of the row before
    (`previous_seal`): removing, changing or inserting a row breaks the chain.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="evidence")
    observation = models.ForeignKey(Observation, on_delete=models.PROTECT, related_name="evidence")
    status = models.CharField(max_length=20, choices=EvidenceStatus.choices)
    missing_reason = models.CharField(max_length=300, blank=True)
    taken_at = models.DateTimeField()
    url = models.CharField(max_length=1000)
    final_url = models.CharField(max_length=1000, blank=True)
    original = models.CharField(max_length=200, blank=True)
    stamped = models.CharField(max_length=200, blank=True)
    thumbnail = models.CharField(max_length=200, blank=True)
    sha256_original = models.CharField(max_length=64, blank=True)
    sha256_stamped = models.CharField(max_length=64, blank=True)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    tool_versions = models.JSONField(default=dict)
    sequence = models.PositiveIntegerField(unique=True)
    previous_seal = models.CharField(max_length=64)
    seal = models.CharField(max_length=64, unique=True)
