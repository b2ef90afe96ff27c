"""System checks: lists that several parts share must be the same list."""

from __future__ import annotations

import pytest

from audits import checks
from audits.rules import profiles
from audits.rules.states import ColumnState


def test_the_house_is_in_order() -> None:
    assert checks.check_profiles() == []
    assert checks.check_state_labels() == []


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("[windows.archive]", "[windows.topics]", "windows lacks archive and has unknown topics"),
        ("reminder = 3\n", "", "reply_workdays lacks reminder"),
    ],
)
def test_profile_that_knows_other_classes_or_steps(tmp_path, monkeypatch, old: str, new: str, complaint: str) -> None:
    text = (profiles.FOLDER / "county.toml").read_text(encoding="utf-8").replace(old, new)
    (tmp_path / "county.toml").write_text(text, encoding="utf-8")
    profiles.load_profile.cache_clear()
    monkeypatch.setattr(profiles, "FOLDER", tmp_path)

    (error,) = checks.check_profiles()

    profiles.load_profile.cache_clear()
    assert (error.id, complaint in error.msg) == ("audits.E001", True)
    assert error.hint


def test_profile_that_cannot_be_read(tmp_path, monkeypatch) -> None:
    (tmp_path / "county.toml").write_text("code = ", encoding="utf-8")
    profiles.load_profile.cache_clear()
    monkeypatch.setattr(profiles, "FOLDER", tmp_path)

    (error,) = checks.check_profiles()

    assert error.id == "audits.E002"
    assert "county.toml" in error.msg


def test_state_without_a_name(monkeypatch) -> None:
    labels = {state: label for state, label in checks.COLUMN_STATE_LABELS.items() if state != ColumnState.BLANK}
    monkeypatch.setattr(checks, "COLUMN_STATE_LABELS", labels)

    (error,) = checks.check_state_labels()

    assert "COLUMN_STATE_LABELS lacks blank" in error.msg
