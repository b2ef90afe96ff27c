"""A unit's requests about columns, and the articles it offers upward; decided once, kept for good."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.pages.enums import ColumnClass
from portal.pages.requests.enums import RequestKind, RequestState, SubmissionState
from portal.units.models import Person, Unit, User


class ColumnRequest(models.Model):
    kind = models.CharField(_("what is asked"), max_length=20, choices=RequestKind.choices)
    unit = models.ForeignKey(Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="column_requests")
    #: Empty for a column to be opened, until it is.
    column = models.ForeignKey(
        "pages.ColumnPage", verbose_name=_("column"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    into = models.ForeignKey(
        "pages.ColumnPage", verbose_name=_("into"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    title = models.CharField(_("name"), max_length=40, blank=True)
    column_class = models.CharField(_("column class"), max_length=30, choices=ColumnClass.choices, blank=True)
    rhythm_days = models.PositiveSmallIntegerField(_("update rhythm in days"), null=True, blank=True)
    leader = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    officer = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    until = models.DateField(_("until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300)
    state = models.CharField(_("state"), max_length=20, choices=RequestState.choices, default=RequestState.ASKED)
    asked_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField(_("asked at"))
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("request about a column")
        permissions = [("decide_columnrequest", "Can decide units' requests about columns")]


class Submission(models.Model):
    """An article offered to a county-level column (信息报送)."""

    article = models.ForeignKey("pages.ArticlePage", on_delete=models.CASCADE, related_name="submissions")
    column = models.ForeignKey("pages.ColumnPage", on_delete=models.CASCADE, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="submissions")
    state = models.CharField(max_length=20, choices=SubmissionState.choices, default=SubmissionState.OFFERED)
    offered_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    offered_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    #: The alias, or the copy with edits, in the county-level column.
    taken_as = models.ForeignKey(
        "pages.ArticlePage", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("submission")
        constraints = [
            models.UniqueConstraint(
                fields=["article", "column"],
                condition=~Q(state=SubmissionState.RETURNED),
                name="submission_open_once",
            )
        ]
        permissions = [("decide_submission", "Can accept or return what units submit")]
