"""Reads of the registry: what is watched, and what excuses a column or a site at a given moment."""

from __future__ import annotations

import datetime as dt

from django.db import models

from audits.registry.enums import ColumnStanding


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


class ExemptionQuerySet(models.QuerySet):
    def covering(self, day: dt.date) -> ExemptionQuerySet:
        """Exemptions in force on a civil day (Asia/Shanghai); both ends are included."""
        return self.filter(valid_from__lte=day, valid_until__gte=day)


class DowntimeQuerySet(models.QuerySet):
    def covering(self, moment: dt.datetime) -> DowntimeQuerySet:
        """Filed downtimes that an aware moment lies in; both ends are included."""
        return self.filter(starts_at__lte=moment, ends_at__gte=moment)
