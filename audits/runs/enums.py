"""Steps of a run, and the states of rules and records as choices with names for people."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from audits.rules.states import ColumnState, SiteState
from crawler.reading import Basis, PageKind, Warn
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
#: Shown instead of a state where there is no verdict yet.
NOT_CHECKED = "not_checked"
NOT_CHECKED_LABEL = {NOT_CHECKED: _("not checked")}
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

PAGE_KIND_LABELS = {
    PageKind.LIST: _("List"),
    PageKind.LANDING: _("Landing page"),
    PageKind.STATIC: _("Single text"),
    PageKind.BLANK: _("Nothing listed"),
    PageKind.SCRIPTED: _("Filled by script"),
    PageKind.LOGIN: _("Asks for sign-in"),
    PageKind.CLOSED: _("Closed or under construction"),
    PageKind.SOFT_404: _("Says that nothing is there"),
    PageKind.CHALLENGE: _("Asks whether a person reads it"),
    PageKind.UNREADABLE: _("Not recognised"),
}
BASIS_LABELS = {
    Basis.LIST_ITEM: _("beside an entry of the list"),
    Basis.CHILD_COLUMN: _("in the list of a column below"),
    Basis.ARTICLE_TEXT: _("in the text of an article"),
    Basis.META: _("in a meta tag"),
    Basis.HREF: _("in an address"),
}
WARNING_LABELS = {
    Warn.EMPTY: _("The page is empty."),
    Warn.TRUNCATED: _("The page was not read as a whole."),
    Warn.BAD_BYTES: _("Some bytes fit no character."),
    Warn.FRAMESET: _("The page only shows other pages in frames."),
    Warn.META_REFRESH: _("The page sends its reader elsewhere."),
    Warn.YEAR_INFERRED: _("The year is not written and was inferred."),
    Warn.FUTURE_DATE: _("Some dates lie after the day of the inspection."),
    Warn.SELECTOR_NO_MATCH: _("The selector that was set matches nothing any more."),
    Warn.NOT_FOLLOWED: _("Some pages below could not be opened."),
}
#: How a page's encoding was told (`crawler.reading.encoding.Decoded.basis`).
CHARSET_BASIS_LABELS = {
    "bom": _("byte order mark"),
    "ascii": _("plain ASCII"),
    "valid-utf-8": _("its bytes are UTF-8"),
    "mostly-utf-8": _("most of its bytes are UTF-8"),
    "mixed": _("parts of it are in another charset"),
    "header": _("declared by the server"),
    "meta": _("declared by the page"),
    "fallback": _("guessed from its bytes"),
    "binary": _("no text"),
}
