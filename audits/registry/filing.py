"""The 栏目备案表 of a site: what a unit confirms before its columns are judged."""

from __future__ import annotations

import dataclasses
from typing import Any

from django.conf import settings

from audits.registry.enums import ColumnStanding
from audits.registry.models import Column, Exemption, Site
from audits.rules import words
from audits.rules.profiles import Profile, load_profile
from portal.units.enums import UnitKind

#: The form is a Chinese paper in whatever language its reader uses the desk.
_STANDINGS = {
    ColumnStanding.TRIAL: "待确认",
    ColumnStanding.CONFIRMED: "已确认",
    ColumnStanding.RETIRING: "待停用",
}
_KINDS = {
    UnitKind.TOWNSHIP: "乡（镇）",
    UnitKind.COMMUNITY: "社区",
    UnitKind.DEPARTMENT: "县直部门",
    UnitKind.INSTITUTION: "直属事业单位",
}


@dataclasses.dataclass(frozen=True, slots=True)
class FilingRow:
    """A line of the form, in Chinese."""

    number: int
    name: str
    url: str
    column_class: str
    class_reason: str
    rhythm: str
    leader: str
    officer: str
    exemption: str
    standing: str


def filing_context(site: Site) -> dict[str, Any]:
    """What the form's template needs: the site, its unit, the rule profile and a row per column not retired."""
    profile = load_profile(settings.AUDIT_PROFILE)
    columns = (
        site.columns.exclude(standing=ColumnStanding.RETIRED)
        .select_related("site", "leader", "officer")
        .prefetch_related("exemptions")
        .order_by("pk")
    )
    return {
        "site": site,
        "unit": site.unit,
        "unit_kind": _KINDS[UnitKind(site.unit.kind)] if site.unit else "",
        "profile": profile,
        "rows": [_row(number, column, profile) for number, column in enumerate(columns, start=1)],
    }


def _row(number: int, column: Column, profile: Profile) -> FilingRow:
    exemptions = sorted(column.exemptions.all(), key=lambda exemption: exemption.valid_from)
    return FilingRow(
        number=number,
        name=column.name,
        url=column.url,
        column_class=profile.windows[column.column_class].label,
        class_reason=column.class_reason,
        rhythm=_rhythm(column, profile),
        leader=column.leader.name if column.leader else "",
        officer=column.officer.name if column.officer else "",
        exemption="；".join(_exemption(exemption) for exemption in exemptions),
        standing=_STANDINGS[ColumnStanding(column.standing)],
    )


def _rhythm(column: Column, profile: Profile) -> str:
    window = profile.windows[column.column_class]
    if not window.has_clock:
        return "按规则豁免" if window.exempt else "不设期限"
    rule = f"{words.period(days=window.days, months=window.months)}至少一次"
    if column.rhythm_days:
        return f"{words.period(days=column.rhythm_days, months=None)}至少一次（规则：{rule}）"
    return rule


def _exemption(exemption: Exemption) -> str:
    return f"{words.day(exemption.valid_from)}至{words.day(exemption.valid_until)}：{exemption.reason}"
