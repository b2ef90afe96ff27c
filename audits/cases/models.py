"""Cases (问题): the long-lived problem of one column under one rule.

Human acts are facts. Machine events are a pure fold over verdicts; Case.state and CaseEvent are
projections of both and can be rebuilt at any time (`audits.cases.services.rebuild`).
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audits.cases.enums import ActKind, CaseState, EventKind
from audits.cases.queries import CaseQuerySet
from audits.facts import Fact
from audits.registry.models import Column
from audits.runs.models import Verdict


class Case(models.Model):
    """One case per fingerprint (rule family, Column.uuid), for ever: a relapse takes it up again."""

    fingerprint = models.CharField(_("fingerprint"), max_length=120, unique=True, editable=False)
    column = models.ForeignKey(Column, verbose_name=_("column"), on_delete=models.PROTECT, related_name="cases")
    #: The rule of the family that was broken last.
    rule_id = models.CharField(_("rule"), max_length=60)
    state = models.CharField(_("state"), max_length=20, choices=CaseState.choices, default=CaseState.NEW)
    state_since = models.DateTimeField(_("since"))
    opened_at = models.DateTimeField(_("opened at"))
    #: First found on the site's first run with confirmed columns, before anybody was warned.
    is_baseline = models.BooleanField(_("baseline"), default=False)
    #: The newest verdict that speaks of this case.
    verdict = models.ForeignKey(Verdict, verbose_name=_("verdict"), on_delete=models.PROTECT, related_name="+")

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        permissions = [
            ("confirm_case", "Can confirm cases"),
            ("write_off_case", "Can write cases off"),
            ("close_case", "Can close cases"),
        ]
        indexes = [models.Index(fields=["state"])]

    def __str__(self) -> str:
        return str(self.column)


class CaseAct(Fact):
    """What a person did to a case; `reference` names a paper or run as "paper:12"."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="acts")
    kind = models.CharField(max_length=20, choices=ActKind.choices)
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    verdict = models.ForeignKey(Verdict, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    reference = models.CharField(max_length=60, blank=True)

    class Meta(Fact.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind", "reference"], condition=~Q(reference=""), name="case_act_once_per_reference"
            )
        ]


class CaseEvent(models.Model):
    """The ledger of a case, in order; a projection that is rebuilt, never edited by hand."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="events")
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=EventKind.choices)
    at = models.DateTimeField()
    state = models.CharField(max_length=20, choices=CaseState.choices)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    verdict = models.ForeignKey(Verdict, null=True, on_delete=models.PROTECT, related_name="+")
    sentence = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "sequence"], name="case_event_sequence")]
        ordering = ("case", "sequence")
