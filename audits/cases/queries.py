"""Reads of cases in domain words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Count

from audits.cases.enums import IN_HAND, OPEN, TO_REVIEW, CaseState
from audits.registry.enums import IN_PAPERS
from audits.registry.models import Exemption

if TYPE_CHECKING:
    from portal.units.models import Unit


class CaseQuerySet(models.QuerySet):
    def to_review(self) -> CaseQuerySet:
        """New or relapsed: a person in the network centre has to look."""
        return self.filter(state__in=TO_REVIEW)

    def open(self) -> CaseQuerySet:
        """Somebody still has to do something."""
        return self.filter(state__in=OPEN)

    def confirmed(self) -> CaseQuerySet:
        """Confirmed by a person, in no signed paper yet."""
        return self.filter(state=CaseState.CONFIRMED)

    def nameable(self, day: dt.date) -> CaseQuerySet:
        """Those that a paper may name on a civil day, for their columns' sake: not on trial, retired or exempt."""
        exempt = Exemption.objects.covering(day).values("column")
        return self.filter(column__standing__in=IN_PAPERS).exclude(column__in=exempt)

    def in_hand(self) -> CaseQuerySet:
        """Confirmed by a person (notified and replied included), not known to be fixed."""
        return self.filter(state__in=IN_HAND)

    def to_close(self) -> CaseQuerySet:
        """Seen to be fixed: a person closes them."""
        return self.filter(state=CaseState.FIX_CONFIRMED)

    def of_units(self, units: Collection[Unit]) -> CaseQuerySet:
        return self.filter(column__site__unit__in=units)

    def with_subject(self) -> CaseQuerySet:
        """With column, site, unit, people who answer and newest verdict at hand: one query for a list."""
        return self.select_related(
            "column__site__unit", "column__leader", "column__officer", "verdict__observation", "verdict__run"
        )

    def by_state(self) -> dict[CaseState, int]:
        """How many cases are in each state; states without one are left out."""
        rows = self.order_by().values_list("state").annotate(Count("pk"))
        return {CaseState(state): count for state, count in rows}
