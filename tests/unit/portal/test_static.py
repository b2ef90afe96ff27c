"""Static files are named by their content."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from portal.pages.storage import Static


def test_an_address_carries_the_sum_of_the_file_and_is_put_together_once(tmp_path: Path, monkeypatch):
    (tmp_path / "portal.css").write_text("p { color: red }", encoding="utf-8")
    static = Static(location=str(tmp_path), base_url="/static/")
    assert all(done is True for _name, _hashed, done in static.post_process({"portal.css": (static, "portal.css")}))

    address = static.url("portal.css")
    assert re.fullmatch(r"/static/portal\.[0-9a-f]{12}\.css", address)
    assert (tmp_path / address.removeprefix("/static/")).is_file()
    monkeypatch.setattr(static, "hashed_files", None)
    assert static.url("portal.css") == address


def test_a_file_that_is_not_there_is_no_address(tmp_path: Path):
    static = Static(location=str(tmp_path), base_url="/static/")
    for _ in range(2):
        with pytest.raises(ValueError, match="none"):
            static.url("none.css")
