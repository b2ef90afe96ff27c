"""Reads of the registry: what is watched, and what excuses a column or a site at a given moment."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Max, Q
from django.db.models.functions import Coalesce

from audits.registry.enums import ColumnStanding, RegistryEventKind, SiteKind

if TYPE_CHECKING:
    from audits.registry.models import Column, RegistryEvent


class SiteQuerySet(models.QuerySet):
    def active(self) -> SiteQuerySet:
        return self.filter(is_active=True)

    def with_trial_columns(self) -> SiteQuerySet:
        """Active sites whose unit has not confirmed list, class and rhythm of every column."""
        return self.active().filter(columns__standing=ColumnStanding.TRIAL).distinct()


class ColumnQuerySet(models.QuerySet):
    def watched(self) -> ColumnQuerySet:
        """Columns that a run visits: those not retired, on active sites."""
        return self.filter(site__is_active=True).exclude(standing=ColumnStanding.RETIRED)

    def on_trial(self) -> ColumnQuerySet:
        """Columns whose list, class and rhythm nobody has confirmed."""
        return self.filter(standing=ColumnStanding.TRIAL)

    def open_to_all(self) -> ColumnQuerySet:
        """Watched columns of outside sites that everybody may read, signed in or not."""
        return self.watched().filter(site__kind=SiteKind.OUTSIDE, site__login_required=False)

    def with_open_proposal(self) -> ColumnQuerySet:
        """Columns whose page asks for another class or rhythm, and no person has decided on it since."""
        proposals = Q(events__kind=RegistryEventKind.CHANGE_PROPOSED)
        decisions = Q(events__kind=RegistryEventKind.CHANGED, events__actor__isnull=False)
        asked = self.model._default_manager.alias(
            proposed=Max("events__pk", filter=proposals), decided=Coalesce(Max("events__pk", filter=decisions), 0)
        )
        return self.filter(standing=ColumnStanding.CONFIRMED, pk__in=asked.filter(proposed__gt=F("decided")))


class ExemptionQuerySet(models.QuerySet):
    def covering(self, day: dt.date) -> ExemptionQuerySet:
        """Exemptions in force on a civil day (Asia/Shanghai); both ends are included."""
        return self.filter(valid_from__lte=day, valid_until__gte=day)


class DowntimeQuerySet(models.QuerySet):
    def covering(self, moment: dt.datetime) -> DowntimeQuerySet:
        """Filed downtimes that an aware moment lies in; both ends are included."""
        return self.filter(starts_at__lte=moment, ends_at__gte=moment)


def open_proposal(column: Column) -> RegistryEvent | None:
    """The class and rhythm that the column's page asks for, if nobody has decided on it."""
    if not type(column).objects.filter(pk=column.pk).with_open_proposal().exists():
        return None
    return column.events.filter(kind=RegistryEventKind.CHANGE_PROPOSED).order_by("-pk").first()
