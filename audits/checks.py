"""System checks: the lists that several parts share are the same list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.apps.config import AppConfig
from django.core.checks import CheckMessage, Error, Tags, register

from audits.notices.enums import Step
from audits.rules.profiles import ProfileError, load_profile, profile_codes
from audits.rules.states import ColumnState, SiteState
from audits.runs.enums import COLUMN_STATE_LABELS, SITE_STATE_LABELS
from portal.pages.enums import ColumnClass


@register(Tags.models)
def check_profiles(*, app_configs: Sequence[AppConfig] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """E001: every profile has a window for each column class and a reply time for each step; E002: it can be read."""
    found: list[CheckMessage] = []
    for code in profile_codes():
        try:
            profile = load_profile(code)
        except ProfileError as error:
            found.append(Error(str(error), hint="Mend the profile's file in audits/rules/profiles.", id="audits.E002"))
            continue
        where = f"audits/rules/profiles/{code}.toml"
        found += _differ("windows", profile.windows, ColumnClass.values, where, "portal.pages.enums.ColumnClass")
        found += _differ("reply_workdays", profile.reply_workdays, Step.values, where, "audits.notices.enums.Step")
    return found


@register(Tags.models)
def check_state_labels(*, app_configs: Sequence[AppConfig] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """E001: every state has a name for people."""
    where, source = "audits/runs/enums.py", "audits/rules/states.py"
    return [
        *_differ("COLUMN_STATE_LABELS", COLUMN_STATE_LABELS, ColumnState, where, source),
        *_differ("SITE_STATE_LABELS", SITE_STATE_LABELS, SiteState, where, source),
    ]


def _differ(name: str, have: Iterable[str], want: Iterable[str], where: str, source: str) -> list[CheckMessage]:
    missing, unknown = sorted(set(want) - set(have)), sorted(set(have) - set(want))
    if not missing and not unknown:
        return []
    parts = [f"lacks {', '.join(missing)}"] * bool(missing) + [f"has unknown {', '.join(unknown)}"] * bool(unknown)
    return [Error(f"{where}: {name} {' and '.join(parts)}", hint=f"Make it match {source}.", id="audits.E001")]
