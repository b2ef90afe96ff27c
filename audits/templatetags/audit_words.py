"""Words for codes that the desk's pages show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import template
from django.utils.translation import gettext as _

from audits.rules.profiles import title_of
from audits.rules.words import OUTCOMES
from audits.runs.enums import (
    BASIS_LABELS,
    CHARSET_BASIS_LABELS,
    COLUMN_STATE_LABELS,
    NOT_CHECKED_LABEL,
    PAGE_KIND_LABELS,
    SITE_STATE_LABELS,
    WARNING_LABELS,
)
from crawler.reading.reasons import in_chinese
from crawler.records import FetchOutcome

register = template.Library()


def _words_of(labels: Mapping[Any, Any]) -> Callable[[Any], Any]:
    """A filter from a code to its words; nothing for no code."""
    return lambda code: labels.get(code, "")


register.filter("profile_title", title_of)
register.filter("reason_words", in_chinese)
register.filter("page_kind_words", _words_of(PAGE_KIND_LABELS))
register.filter("basis_words", _words_of(BASIS_LABELS))
register.filter("state_words", _words_of({**COLUMN_STATE_LABELS, **SITE_STATE_LABELS, **NOT_CHECKED_LABEL}))
register.filter("warning_words", _words_of(WARNING_LABELS))
register.filter("charset_words", _words_of(CHARSET_BASIS_LABELS))


@register.filter
def outcome_words(outcome: str) -> str:
    """What a fetch came to."""
    return OUTCOMES.get(FetchOutcome(outcome), _("Opened"))
