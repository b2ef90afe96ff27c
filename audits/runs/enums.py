"""Steps of a run, and the states of rules and records as choices with names for people."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from audits.rules.states import ColumnState, SiteState
from crawler.records import FetchOutcome


class RunStep(models.TextChoices):
    """How far a run has come; a run that was killed goes on from here."""

    PLANNED = "planned", _("Planned")
    CRAWLED = "crawled", _("Crawled")
    IMPORTED = "imported", _("Imported")
    JUDGED = "judged", _("Judged")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class RunKind(models.TextChoices):
    FULL = "full", _("All sites")
    SITE = "site", _("One site")
    RECHECK = "recheck", _("Re-check")


COLUMN_STATE_LABELS = {
    ColumnState.FRESH: _("Fresh"),
    ColumnState.DUE_SOON: _("Due soon"),
    ColumnState.DORMANT: _("Dormant column"),
    ColumnState.BLANK: _("Blank column"),
    ColumnState.UNDATED: _("Undated"),
    ColumnState.UNREACHABLE: _("Unreachable"),
    ColumnState.INCONCLUSIVE: _("Inconclusive"),
    ColumnState.EXEMPT: _("Exempt"),
    ColumnState.TRIAL: _("Trial"),
    ColumnState.RETIRED: _("Retired"),
}
SITE_STATE_LABELS = {
    SiteState.NORMAL: _("Fresh"),
    SiteState.FAILING: _("Failing"),
    SiteState.ZOMBIE: _("Zombie site"),
    SiteState.UNREACHABLE: _("Unreachable"),
    SiteState.INCONCLUSIVE: _("Inconclusive"),
    SiteState.TRIAL: _("Trial"),
}
COLUMN_STATE_CHOICES = [(state.value, COLUMN_STATE_LABELS[state]) for state in ColumnState]
SITE_STATE_CHOICES = [(state.value, SITE_STATE_LABELS[state]) for state in SiteState]
OUTCOME_CHOICES = [(outcome.value, outcome.value) for outcome in FetchOutcome]
