"""docs/glossary.md has every code, with the word that screens show for it."""

from __future__ import annotations

import enum
import re

import pytest
from django.conf import settings
from django.utils import translation

from audits.cases.enums import ActKind, CaseState, EventKind
from audits.evidence.enums import EvidenceStatus
from audits.notices.enums import PaperActKind, PaperState, Step
from audits.registry.enums import ColumnStanding, RegistryEventKind, SiteKind
from audits.rules.states import ColumnState, SiteState
from audits.rules.words import OUTCOMES
from audits.runs.enums import COLUMN_STATE_LABELS, SITE_STATE_LABELS, RunKind, RunStep
from crawler.plan import Kind
from crawler.reading import PageKind
from crawler.records import FetchOutcome
from portal.pages.approval.enums import ApprovalStep, SigningMethod
from portal.pages.enums import ColumnClass, Validity
from portal.pages.requests.enums import RequestKind, RequestState, SubmissionState
from portal.units.enums import Role, UnitKind

CHOICES = (
    *(UnitKind, Role, ColumnClass, SiteKind, ColumnStanding, RegistryEventKind, RunKind, RunStep),
    *(Validity, ApprovalStep, SigningMethod, RequestKind, RequestState, SubmissionState),
    *(CaseState, ActKind, EventKind, EvidenceStatus, Step, PaperState, PaperActKind),
)
LABELLED = (
    *((choices, dict(choices.choices)) for choices in CHOICES),
    (ColumnState, COLUMN_STATE_LABELS),
    (SiteState, SITE_STATE_LABELS),
)
ENUMS = [*CHOICES, ColumnState, SiteState, Kind, FetchOutcome, PageKind]


def words_of(codes: type[enum.StrEnum]) -> dict[str, str]:
    """Code -> word, as the glossary's row has them."""
    text = (settings.BASE_DIR / "docs" / "glossary.md").read_text(encoding="utf-8")
    (row,) = [line for line in text.splitlines() if line.startswith(f"| `{codes.__name__}` |")]
    return dict(re.findall(r"`([\w-]+)` (.+?)(?= · `| \|$)", row.split("|", 2)[2]))


@pytest.mark.parametrize("codes", ENUMS, ids=lambda codes: codes.__name__)
def test_every_code_is_there(codes: type[enum.StrEnum]):
    assert list(words_of(codes)) == [code.value for code in codes]


@pytest.mark.parametrize(("codes", "labels"), LABELLED, ids=[codes.__name__ for codes, _ in LABELLED])
def test_words_are_those_of_the_screens(codes: type[enum.StrEnum], labels: dict[str, object]):
    with translation.override("zh-hans"):
        assert words_of(codes) == {code.value: str(labels[code]) for code in codes}


def test_outcomes_are_called_what_sentences_call_them():
    assert {**words_of(FetchOutcome), "ok": ""} == {"ok": "", **{code.value: word for code, word in OUTCOMES.items()}}
