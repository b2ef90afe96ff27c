"""Rule profiles: what is shipped holds the documents' figures, and a wrong file is refused in one clear line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from audits.rules.profiles import (
    FOLDER,
    ProfileError,
    UnknownProfileError,
    load_profile,
    profile_codes,
    read_profile,
)

CLASSES = {"dynamic", "notice", "policy", "personnel_planning", "static", "archive"}


def test_the_three_profiles_are_there() -> None:
    assert profile_codes() == ("census-2015", "county", "indicators-2019")


def test_unknown_profile_lists_those_there_are() -> None:
    with pytest.raises(UnknownProfileError, match=r"'nonsense'.*census-2015, county, indicators-2019"):
        load_profile("nonsense")


@pytest.mark.parametrize("code", ["census-2015", "county", "indicators-2019"])
def test_windows_are_those_of_the_documents(code: str) -> None:
    windows = load_profile(code).windows

    assert set(windows) == CLASSES
    assert {key: (window.days, window.months) for key, window in windows.items()} == {
        "dynamic": (14, None),
        "notice": (None, 6),
        "policy": (None, 6),
        "personnel_planning": (None, 12),
        "static": (None, None),
        "archive": (None, None),
    }
    assert [key for key, window in windows.items() if window.exempt] == ["archive"]


@pytest.mark.parametrize("code", ["census-2015", "county", "indicators-2019"])
def test_veto_thresholds_are_those_of_the_documents(code: str) -> None:
    thresholds = {veto.id: veto.threshold for veto in load_profile(code).vetoes if veto.kind != "all-stale"}

    assert thresholds == {
        "site-not-updated": 14,
        "columns-not-updated-1": 5,
        "columns-not-updated-2": 10,
        "blank-columns": 5,
    }


def test_county_profile_borrows_and_says_so() -> None:
    county = load_profile("county")

    assert county.citation.startswith("参照")
    assert "依据" not in county.citation
    assert "site-dead" in [veto.id for veto in county.vetoes]


@pytest.mark.parametrize("code", ["census-2015", "county", "indicators-2019"])
def test_every_figure_carries_its_mark(code: str) -> None:
    """[V] read in the document, [R] from memory, [D] our own: nobody may take one for another."""
    lines = (FOLDER / f"{code}.toml").read_text(encoding="utf-8").splitlines()
    figures = [line for line in lines if re.match(r"(days|months|warn_days|threshold|count_blank) = ", line)]

    assert len(figures) > 10
    assert [line for line in figures if not re.search(r"# \[[VRD]\]", line)] == []


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('version = "2026.1"', "version = 2026.1", "county.toml: version: must be text, not 2026.1"),
        ('version = "2026.1"', "", "county.toml: version: is missing"),
        ('version = "2026.1"', 'version = " "', "county.toml: version: is empty"),
        ('code = "county"', 'code = "other"', "county.toml: code: must be the file's name"),
        ("days = 14", "days = 0", "county.toml: windows.dynamic.days: must be 1 or more, not 0"),
        ("days = 14", "days = true", "county.toml: windows.dynamic.days: must be a whole number, not True"),
        ("days = 14", "days = 14\nmonths = 1", "county.toml: windows.dynamic.days: give days or months, not both"),
        ("days = 14", "dyas = 14", "county.toml: windows.dynamic.dyas: is not a known key"),
        ("warn_days = 4", "", "county.toml: windows.dynamic.warn_days: goes with days or months"),
        ("exempt = true", "exempt = true\nmonths = 6\nwarn_days = 1", "windows.archive.exempt: a class that is exempt"),
        ('kind = "all-stale"', 'kind = "all-dead"', "county.toml: vetoes[0].kind: 'all-dead' is none of"),
        ('state = "zombie"', 'state = "dead"', "county.toml: vetoes[0].state: 'dead' is none of failing, zombie"),
        ('id = "site-dead"', 'id = "blank-columns"', "county.toml: vetoes[4].id: 'blank-columns' is used twice"),
        ('classes = ["dynamic",', 'classes = ["news",', "county.toml: vetoes[2].classes: 'news' has no window"),
        ('classes = ["dynamic", "notice", "policy"]\n', "", "vetoes[2].classes: goes with kind stale-columns"),
        ("reminder = 3", "reminder = -3", "county.toml: reply_workdays.reminder: must be 1 or more, not -3"),
        ("[windows.dynamic]", "[windows.dynamic", "county.toml: not valid TOML"),
    ],
)
def test_wrong_file_is_refused_with_its_place(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    text = (FOLDER / "county.toml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "county.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(ProfileError) as caught:
        read_profile(path)

    assert complaint in str(caught.value)
    assert "\n" not in str(caught.value).split("TOML")[0]
