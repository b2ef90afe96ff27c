"""Reads of runs: what was found last, column by column and site by site, in a constant number of queries."""

from __future__ import annotations

from django.db import models
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Least

from audits.facts import FactQuerySet
from audits.registry.models import Column, Site
from audits.runs.enums import RunKind, RunStep


class RunQuerySet(models.QuerySet):
    def complete(self) -> RunQuerySet:
        """Crawled, imported, judged, cases brought up to date."""
        return self.filter(step=RunStep.DONE)

    def under_way(self) -> RunQuerySet:
        """Neither complete nor failed; a run that was killed looks like this too."""
        return self.exclude(step__in=[RunStep.DONE, RunStep.FAILED])

    def inspections(self) -> RunQuerySet:
        """Runs over whole sites; re-checks left out."""
        return self.exclude(kind=RunKind.RECHECK)

    def newest_first(self) -> RunQuerySet:
        """By the moment that they are for, or that they were started at where that came before."""
        return self.order_by(Least("as_of", "created_at").desc(), "-pk")


class VerdictQuerySet(FactQuerySet):
    def own(self) -> VerdictQuerySet:
        """Made by complete runs under the profile each was started for; comparisons under others left out."""
        return self.filter(run__step=RunStep.DONE, profile=F("run__profile"))

    def newest_first(self) -> VerdictQuerySet:
        """By the moment that they are for, or of the fetch where that came before: a run for an earlier day says
        nothing of today, whenever it was made."""
        return self.order_by(Least("run__as_of", "observation__fetched_at").desc(), "-pk")

    def newest(self) -> VerdictQuerySet:
        """The newest verdict on each column."""
        chosen = self.own().filter(column=OuterRef("pk")).newest_first().values("pk")[:1]
        return self.filter(pk__in=Column.objects.values_list(Subquery(chosen)))

    def with_subject(self) -> VerdictQuerySet:
        """With column, site, unit and observation at hand: one query for a list."""
        return self.select_related("column__site__unit", "observation", "run")


class SiteVerdictQuerySet(FactQuerySet):
    def own(self) -> SiteVerdictQuerySet:
        """Made by complete runs under the profile each was started for."""
        return self.filter(run__step=RunStep.DONE, profile=F("run__profile"))

    def newest_first(self) -> SiteVerdictQuerySet:
        """By the moment that they are for, or of the run where that came before."""
        return self.order_by(Least("run__as_of", "run__created_at").desc(), "-pk")

    def newest(self) -> SiteVerdictQuerySet:
        """The newest verdict on each site."""
        chosen = self.own().filter(site=OuterRef("pk")).newest_first().values("pk")[:1]
        return self.filter(pk__in=Site.objects.values_list(Subquery(chosen)))
