"""What the verdicts on a site's columns say of the site."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from audits.rules.freshness import ColumnVerdict
from audits.rules.profiles import Profile
from audits.rules.states import SiteState


@dataclasses.dataclass(frozen=True, slots=True)
class SiteFacts:
    """`columns`: (column class, verdict) of every column that is not retired. `home_outcome`: FetchOutcome value."""

    as_of: dt.date
    home_outcome: str
    columns: tuple[tuple[str, ColumnVerdict], ...]
    downtime_reason: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class SiteVerdictResult:
    state: SiteState
    rule_id: str
    sentence: str
    inputs: dict[str, Any]


def judge_site(facts: SiteFacts, profile: Profile) -> SiteVerdictResult:
    """Judge one site."""
    raise NotImplementedError
