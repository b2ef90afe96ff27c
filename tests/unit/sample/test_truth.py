"""The truth about the sample: complete, written by hand, and red as soon as a rule is broken."""

from __future__ import annotations

import ast
import dataclasses
import datetime as dt
from collections import Counter
from pathlib import Path

import pytest

from audits.management.sample import county, truth
from audits.rules.freshness import ColumnFacts, judge_column
from audits.rules.profiles import Profile, load_profile
from audits.rules.states import ColumnState

SAMPLE = Path(county.__file__).parent
#: What a reader meets where the table says that something is in the way.
IN_THE_WAY = {
    "private": {"outcome": "login_required"},
    "unpublished": {"outcome": "not_found"},
    "signin": {"outcome": "login_required"},
    "down": {"outcome": "refused"},
    "maintenance": {"outcome": "server_error", "downtime_reason": "网站改版升级"},
    "unanswered": {"outcome": "ok", "page_kind": "scripted"},
}


def read_by_an_honest_reader(column: county.SampleColumn, as_of: dt.date) -> ColumnFacts:
    """What can be seen of a column, from its scenario alone: neither `state` nor `updated` is looked at."""
    site = county.outside_sites().get(column.host)
    shows_dates = column.newest is not None and column.special != "undated"
    seen = {
        "outcome": "ok",
        "page_kind": "blank" if column.newest is None else "list",
        "updated": as_of - dt.timedelta(days=column.newest) if shows_dates else None,
        "entries": column.articles,
    }
    obstacle = IN_THE_WAY.get(column.special) or (IN_THE_WAY.get(site.style) if site else None)
    if obstacle:
        seen = {"updated": None, **obstacle}
    return ColumnFacts(
        column_class=column.column_class,
        as_of=as_of,
        rhythm_days=column.rhythm_days,
        trial=column.special == "trial" or column.host == "yingshan" or bool(site and not site.confirmed),
        exempt_reason="专项工作已结束" if column.special == "exempt" else "",
        **seen,
    )


def judged(profile: Profile, as_of: dt.date) -> dict[str, truth.Finding]:
    findings = {}
    for column in county.columns():
        verdict = judge_column(read_by_an_honest_reader(column, as_of), profile)
        updated = (as_of - verdict.updated).days if verdict.updated else None
        findings[column.key] = truth.Finding(verdict.state, updated)
    return findings


def broken(profile: Profile, column_class: str, **change: int) -> Profile:
    window = dataclasses.replace(profile.windows[column_class], **change)
    return dataclasses.replace(profile, windows={**profile.windows, column_class: window})


@pytest.mark.parametrize("month", range(1, 13))
@pytest.mark.parametrize("year", [2024, 2026])
def test_the_truth_holds_on_the_last_and_the_first_day_of_any_month(year, month):
    first = dt.date(year, month, 1)
    for day in (first, first - dt.timedelta(days=1)):
        assert truth.compare(judged(load_profile("county"), day)).mismatches == ()


@pytest.mark.parametrize(
    ("column_class", "change", "reported"),
    [
        ("dynamic", {"days": 15}, "liuwan/dongtai"),
        ("dynamic", {"days": 13}, "qingling/dongtai"),
        ("dynamic", {"warn_days": 5}, "xfgx/dongtai"),
        ("dynamic", {"warn_days": 3}, "beimen/dongtai"),
        ("policy", {"months": 7}, "xfgx/zcwj"),
        ("notice", {"months": 5}, "xfgx/tzgg"),
        ("personnel_planning", {"months": 13}, "heifeng/rsxx"),
    ],
)
def test_a_broken_rule_turns_the_truth_red(column_class, change, reported):
    result = truth.compare(judged(broken(load_profile("county"), column_class, **change), dt.date(2026, 11, 23)))
    assert any(line.startswith(f"{reported} ") for line in result.mismatches)
    assert str(result) == f"truth: {128 - len(result.mismatches)}/128 columns as expected"


def test_a_column_that_was_not_judged_is_a_mismatch():
    findings = judged(load_profile("county"), dt.date(2026, 11, 23))
    del findings["yunxi/dongtai"]
    result = truth.compare(findings)
    assert result.mismatches == ("yunxi/dongtai 云溪动态: expected fresh (updated 2 days before), found no verdict",)


def test_the_truth_is_nobodys_copy():
    """Nothing in the sample asks the rules or the reader what ought to come out."""
    for path in SAMPLE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [f"{node.module}.{alias.name}" for alias in node.names]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            assert not [name for name in names if name.startswith(("audits.rules", "crawler"))], path.name


def test_the_county_has_what_the_document_names():
    units = county.units().values()
    assert len(units) == 24
    assert {unit.kind for unit in units} == {"township", "community", "department", "institution"}
    assert len({person for unit in units for person in (unit.leader, unit.officer)}) == 48


def test_columns_cover_every_class_and_every_state():
    columns = county.columns()
    assert len(columns) == len({column.key for column in columns}) == 128
    classes = Counter(column.column_class for column in columns)
    assert set(classes) == {"dynamic", "notice", "policy", "personnel_planning", "static", "archive"}
    assert {column.state for column in columns} == set(ColumnState) - {ColumnState.RETIRED}


def test_one_account_for_each_role():
    roles = Counter(account.role for account in county.accounts())
    assert roles == Counter(["editor", "leader", "network_centre", "supervision_bureau", "county_office", "reader"])
