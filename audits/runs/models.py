"""Runs, what they saw, and what the rules made of it. All but Run itself is append-only."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from audits.facts import Fact
from audits.registry.models import Column, Site
from audits.runs.enums import (
    COLUMN_STATE_CHOICES,
    OUTCOME_CHOICES,
    SITE_STATE_CHOICES,
    RunKind,
    RunStep,
)
from audits.runs.queries import RunQuerySet, SiteVerdictQuerySet, VerdictQuerySet
from crawler.reading.rendered import RENDERED_HEADERS
from crawler.records import NOT_RENDERED


class Run(models.Model):
    """One inspection (检查批次): a plan, a crawl, its import, its judgement."""

    kind = models.CharField(_("kind"), max_length=20, choices=RunKind.choices)
    step = models.CharField(_("step"), max_length=20, choices=RunStep.choices, default=RunStep.PLANNED)
    as_of = models.DateTimeField(_("judged as of"))
    profile = models.CharField(_("rule profile"), max_length=40)
    site = models.ForeignKey(Site, verbose_name=_("site"), null=True, blank=True, on_delete=models.PROTECT)
    #: Columns a re-check is limited to (uuids as text); empty: all of the scope.
    column_uuids = models.JSONField(default=list)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("requested by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(_("created at"))
    finished_at = models.DateTimeField(_("finished at"), null=True)
    error = models.CharField(_("error"), max_length=500, blank=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        verbose_name = _("run")
        verbose_name_plural = _("runs")

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def folder(self) -> Path:
        """Where plan.json, records.jsonl and the saved pages lie.

        Named after its moment too: a run of a new database never finds the records of an older one's.
        """
        return settings.RUNS_DIR / f"{self.pk}-{self.created_at:%Y%m%d-%H%M%S}"


class Observation(Fact):
    """What one visit to one column saw (采集记录). Field meanings: `crawler.records.PageRecord`."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="observations")
    column = models.ForeignKey(Column, on_delete=models.PROTECT, related_name="observations")
    url = models.CharField(max_length=1000)
    final_url = models.CharField(max_length=1000)
    fetched_at = models.DateTimeField()
    as_of = models.DateTimeField()
    outcome = models.CharField(max_length=30, choices=OUTCOME_CHOICES)
    detail = models.CharField(max_length=500, blank=True)
    status = models.PositiveSmallIntegerField(null=True)
    elapsed_ms = models.PositiveIntegerField(default=0)
    headers = models.JSONField(default=list)
    etag = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=80, blank=True)
    tls = models.JSONField(default=dict)
    size = models.PositiveIntegerField(default=0)
    body_path = models.CharField(max_length=200, blank=True)
    rendered = models.BooleanField(default=False)
    rendered_path = models.CharField(max_length=200, blank=True)
    sha256_rendered = models.CharField(max_length=64, blank=True)
    sha256_raw = models.CharField(max_length=64, blank=True)
    sha256_text = models.CharField(max_length=64, blank=True)
    sha256_skeleton = models.CharField(max_length=64, blank=True)
    reader_version = models.CharField(max_length=20, blank=True)
    tool_versions = models.JSONField(default=dict)
    reading = models.JSONField(null=True)
    #: Pages read beside the column's own (`crawler.records.Followed`).
    followed = models.JSONField(default=list)
    updated = models.DateField(null=True)
    #: The first complete run of a site with confirmed columns: what is found then was there before anyone was watching.
    is_baseline = models.BooleanField(default=False)
    schema_version = models.PositiveSmallIntegerField()

    class Meta(Fact.Meta):
        constraints = [
            models.UniqueConstraint(fields=["run", "column", "reader_version"], name="observation_once_per_run_reader")
        ]
        indexes = [models.Index(fields=["column", "fetched_at"])]

    @property
    def read_path(self) -> str:
        """The bytes that were read, relative to the run's folder; empty if none were."""
        return self.rendered_path if self.rendered else self.body_path

    @property
    def read_headers(self) -> dict[str, str]:
        """The headers to read those bytes with."""
        return RENDERED_HEADERS if self.rendered else dict(self.headers)

    @property
    def lacks_browser(self) -> bool:
        """Whether a script fills the page and there was no Chromium to run it."""
        return self.detail.startswith(NOT_RENDERED)


class Probe(Fact):
    """Whether a site's home page answered."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="probes")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="probes")
    url = models.CharField(max_length=1000)
    fetched_at = models.DateTimeField()
    outcome = models.CharField(max_length=30, choices=OUTCOME_CHOICES)
    detail = models.CharField(max_length=500, blank=True)
    status = models.PositiveSmallIntegerField(null=True)
    elapsed_ms = models.PositiveIntegerField(default=0)
    address = models.CharField(max_length=80, blank=True)

    class Meta(Fact.Meta):
        constraints = [models.UniqueConstraint(fields=["run", "site"], name="probe_once_per_run")]


class Verdict(Fact):
    """What a rule profile says of an observation, with the sentence that says why."""

    observation = models.ForeignKey(Observation, on_delete=models.PROTECT, related_name="verdicts")
    # Copies of the observation's, so that a run's and a column's verdicts are one index away.
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="verdicts")
    column = models.ForeignKey(Column, on_delete=models.PROTECT, related_name="verdicts")
    profile = models.CharField(max_length=40)
    profile_version = models.CharField(max_length=20)
    rule_id = models.CharField(max_length=60)
    state = models.CharField(max_length=20, choices=COLUMN_STATE_CHOICES)
    #: What the page alone shows, when an exemption or the trial period decides `state`.
    underlying_state = models.CharField(max_length=20, choices=COLUMN_STATE_CHOICES)
    inputs = models.JSONField(default=dict)
    sentence = models.TextField()
    updated = models.DateField(null=True)
    due_on = models.DateField(null=True)
    days_overdue = models.PositiveIntegerField(default=0)

    objects: ClassVar[models.Manager] = VerdictQuerySet.as_manager()

    class Meta(Fact.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["observation", "profile", "profile_version"], name="verdict_once_per_profile"
            )
        ]
        indexes = [models.Index(fields=["column", "run"]), models.Index(fields=["run", "state"])]


class SiteVerdict(Fact):
    """What a rule profile says of a site in a run."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="site_verdicts")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="verdicts")
    profile = models.CharField(max_length=40)
    profile_version = models.CharField(max_length=20)
    rule_id = models.CharField(max_length=60)
    state = models.CharField(max_length=20, choices=SITE_STATE_CHOICES)
    inputs = models.JSONField(default=dict)
    sentence = models.TextField()

    objects: ClassVar[models.Manager] = SiteVerdictQuerySet.as_manager()

    class Meta(Fact.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["run", "site", "profile", "profile_version"], name="site_verdict_once_per_profile"
            )
        ]
