"""Reads that the desk's listings share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from audits.registry.models import Column, Site
from audits.runs.models import SiteVerdict, Verdict
from portal.prepared import prepared


def with_newest_verdict(columns: QuerySet[Column], *fields: str) -> QuerySet[Column]:
    """Each column with fields of its newest verdict as `newest_<field>`, in the same query."""
    verdicts = Verdict.objects.own().filter(column=OuterRef("pk")).newest_first()
    return columns.annotate(**{f"newest_{field}": Subquery(verdicts.values(field)[:1]) for field in fields})


def newest_verdicts(columns: Iterable[Any]) -> dict[int, Verdict]:
    """Column id -> its newest verdict; never judged: left out. For rows that show much of it: it is looked for once.

    `columns`: those of `with_newest_verdict(..., "pk")`. Two questions: told both in one, PostgreSQL goes through all
    verdicts.
    """
    pks = [column.newest_pk for column in columns if column.newest_pk]
    return {verdict.column_id: verdict for verdict in (_shown(pks=pks) if pks else [])}


@prepared
def _shown(pks: Any) -> QuerySet[Verdict]:
    return Verdict.objects.filter(pk__in=pks).only("column", "state", "updated", "due_on", "sentence")


def with_newest_site_verdict(sites: QuerySet[Site], *fields: str) -> QuerySet[Site]:
    """Each site with fields of its newest verdict as `newest_<field>`, in the same query."""
    verdicts = SiteVerdict.objects.own().filter(site=OuterRef("pk")).newest_first()
    return sites.annotate(**{f"newest_{field}": Subquery(verdicts.values(field)[:1]) for field in fields})
