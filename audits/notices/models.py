"""Supervision papers: what a unit is told, by when it must answer, what it answered, how it ended."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audits.cases.models import Case
from audits.facts import Fact
from audits.notices.enums import AWAITING_REPLY, PaperActKind, PaperState, Step
from audits.notices.queries import PaperQuerySet
from portal.units.models import Unit


class Paper(models.Model):
    """A paper to one unit. Its number is given when it is signed (签发), never in draft."""

    unit = models.ForeignKey(Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="papers")
    step = models.CharField(_("step"), max_length=20, choices=Step.choices)
    state = models.CharField(_("state"), max_length=20, choices=PaperState.choices, default=PaperState.DRAFT)
    created_at = models.DateTimeField(_("created at"))
    year = models.PositiveSmallIntegerField(_("year"), null=True)
    serial = models.PositiveIntegerField(_("serial number"), null=True)
    signed_on = models.DateField(_("signed on"), null=True)
    signatory = models.CharField(_("signatory"), max_length=40, blank=True)
    #: Last civil day for the unit's written reply; computed in workdays when the paper is signed.
    deadline = models.DateField(_("deadline"), null=True)

    objects = PaperQuerySet.as_manager()

    class Meta:
        verbose_name = _("paper")
        verbose_name_plural = _("papers")
        permissions = [
            ("sign_paper", "Can approve and sign papers"),
            ("deliver_paper", "Can deliver papers"),
            ("recheck_paper", "Can re-check papers"),
            ("withdraw_paper", "Can withdraw signed papers"),
            ("acknowledge_paper", "Can acknowledge papers for the unit"),
            ("reply_paper", "Can reply to papers for the unit"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "step"], condition=Q(state=PaperState.DRAFT), name="paper_one_draft_per_unit_and_step"
            ),
            models.UniqueConstraint(fields=["year", "serial"], name="paper_number_once"),
            models.CheckConstraint(
                condition=Q(state__in=[PaperState.DRAFT, PaperState.WITHDRAWN]) | Q(serial__isnull=False),
                name="paper_numbered_once_signed",
            ),
            models.CheckConstraint(
                condition=~Q(state=PaperState.DRAFT) | Q(serial__isnull=True), name="paper_draft_has_no_number"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} · {self.get_step_display()} {self.number}".rstrip()

    @property
    def number(self) -> str:
        """文号, e.g. 栖督〔2026〕3号; empty for a draft. The 机关代字 comes from the settings."""
        return f"{settings.PAPER_AUTHORITY_CODE}〔{self.year}〕{self.serial}号" if self.serial else ""

    def is_overdue(self, today: dt.date) -> bool:
        """Whether the unit's reply is late; computed, never stored."""
        return self.state in AWAITING_REPLY and self.deadline is not None and today > self.deadline


class PaperItem(models.Model):
    """One case in a paper, with its facts as they were when the paper was last drafted; frozen once signed."""

    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="items")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="paper_items")
    position = models.PositiveSmallIntegerField()
    #: site, column, url, class, updated, days_overdue, sentence, rule, profile, evidence (file name, sha256, taken_at)
    facts = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["paper", "case"], name="paper_item_once")]
        ordering = ("paper", "position")


class PaperFile(Fact):
    """A rendering of a paper; a new draft makes new files, old ones stay."""

    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="files")
    format = models.CharField(max_length=10, choices=[("docx", "docx"), ("pdf", "pdf")])
    path = models.CharField(max_length=200)  # relative to PAPERS_DIR
    sha256 = models.CharField(max_length=64)
    content_sha256 = models.CharField(max_length=64)  # of what was rendered: the same content is not rendered twice
    made_at = models.DateTimeField()


class PaperAct(Fact):
    """What a person did with a paper: signed, delivered, acknowledged, replied, returned, settled."""

    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="acts")
    kind = models.CharField(max_length=20, choices=PaperActKind.choices)
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(blank=True)
    #: The run a return or settlement rests on.
    run_id = models.BigIntegerField(null=True)
