"""Words for codes that the desk's pages show."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

from audits.rules.profiles import title_of
from audits.rules.words import OUTCOMES
from crawler.records import FetchOutcome

register = template.Library()

register.filter("profile_title", title_of)


@register.filter
def outcome_words(outcome: str) -> str:
    """What a fetch came to."""
    return OUTCOMES.get(FetchOutcome(outcome), _("Opened"))
