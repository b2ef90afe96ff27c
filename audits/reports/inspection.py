"""What one run found, site by site and column by column: for the JSON file and for the terminal."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from audits.rules.states import ColumnState, SiteState
from audits.runs.enums import COLUMN_STATE_LABELS, SITE_STATE_LABELS
from audits.runs.models import Run, Verdict


def of_run(run: Run) -> dict[str, Any]:
    """Everything a judged run found, as JSON-ready values; dates as YYYY-MM-DD."""
    verdicts = run.verdicts.filter(profile=run.profile).select_related("column__site", "observation")
    verdicts = verdicts.order_by("column_id", "pk")
    newest = {verdict.column_id: verdict for verdict in verdicts}
    columns: dict[int, list[dict[str, Any]]] = {}
    sites = {}
    for verdict in newest.values():
        sites[verdict.column.site_id] = verdict.column.site
        columns.setdefault(verdict.column.site_id, []).append(_column(verdict))
    judged = {
        verdict.site_id: verdict
        for verdict in run.site_verdicts.filter(profile=run.profile).select_related("site").order_by("pk")
    }
    sites |= {pk: verdict.site for pk, verdict in judged.items()}
    return {
        "run": run.pk,
        "as_of": timezone.localtime(run.as_of).isoformat(),
        "profile": run.profile,
        "sites": [
            {
                "site": site.code,
                "name": site.name,
                "url": site.home_url,
                "state": judged[pk].state if pk in judged else None,
                "reason": judged[pk].sentence if pk in judged else "",
                "columns": columns.get(pk, []),
            }
            for pk, site in sorted(sites.items(), key=lambda item: item[1].code)
        ],
    }


def summary(found: dict[str, Any]) -> list[str]:
    """A few lines for a person: how many sites and columns are in which state."""
    sites = Counter(site["state"] for site in found["sites"] if site["state"])
    columns = Counter(column["state"] for site in found["sites"] for column in site["columns"])
    site_words = [f"{SITE_STATE_LABELS[state]} {sites[state]}" for state in SiteState if sites[state]]
    column_words = [f"{COLUMN_STATE_LABELS[state]} {columns[state]}" for state in ColumnState if columns[state]]
    return [
        _("Run %(run)s, as of %(as_of)s, rule profile %(profile)s")
        % {"run": found["run"], "as_of": found["as_of"][:16].replace("T", " "), "profile": found["profile"]},
        _("Sites: %(count)s (%(states)s)") % {"count": sites.total(), "states": ", ".join(site_words)},
        _("Columns: %(count)s (%(states)s)") % {"count": columns.total(), "states": ", ".join(column_words)},
    ]


def _column(verdict: Verdict) -> dict[str, Any]:
    reading = verdict.observation.reading or {}
    return {
        "id": str(verdict.column.uuid),
        "url": verdict.observation.url,
        "name": verdict.column.name,
        "class": verdict.column.column_class,
        "updated": verdict.observation.updated.isoformat() if verdict.observation.updated else None,
        "basis": reading.get("basis"),
        "state": verdict.state,
        "underlying_state": verdict.underlying_state,
        "reason": verdict.sentence,
        "rule": verdict.rule_id,
        "due_on": verdict.due_on.isoformat() if verdict.due_on else None,
        "days_overdue": verdict.days_overdue,
        "outcome": verdict.observation.outcome,
        "fetched_at": timezone.localtime(verdict.observation.fetched_at).isoformat(),
    }
