"""No string without its Chinese: the catalogue is complete and up to date."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.utils import translation
from django.utils.translation import gettext

from portal.settings.env import BASE_DIR

CATALOGUE = Path("portal/locale/zh_Hans/LC_MESSAGES/django.po")


def po_entries(text: str) -> list[str]:
    """The entries of a .po file after its header, obsolete ones left out."""
    return [entry for entry in text.split("\n\n")[1:] if "\nmsgid" in f"\n{entry}" and not entry.startswith("#~")]


def quoted(entry: str, keyword: str) -> str:
    found = re.search(rf'^{keyword} ((?:".*"\n?)+)', entry, re.MULTILINE)
    return "".join(re.findall(r'"(.*)"', found.group(1))) if found else ""


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The catalogue as it would be if the sources were searched for strings now."""
    copy = tmp_path_factory.mktemp("sources") / "project"
    wanted = shutil.ignore_patterns(".venv", "var", "media", ".git", "*.mo", "node_modules", "tests")
    shutil.copytree(BASE_DIR, copy, ignore=wanted)
    command = [sys.executable, "manage.py", "makemessages", "--locale", "zh_Hans", "--no-location", "--no-wrap"]
    subprocess.run(command, cwd=copy, check=True, capture_output=True)
    return (copy / CATALOGUE).read_text(encoding="utf-8")


def test_every_string_of_the_sources_is_in_the_catalogue(collected: str):
    stored = (BASE_DIR / CATALOGUE).read_text(encoding="utf-8")
    ids = {quoted(entry, "msgid") for entry in po_entries(stored)}
    missing = [quoted(entry, "msgid") for entry in po_entries(collected) if quoted(entry, "msgid") not in ids]
    assert missing == []


def test_every_string_has_its_chinese(collected: str):
    entries = po_entries(collected)
    assert len(entries) > 100
    fuzzy = [quoted(entry, "msgid") for entry in entries if "fuzzy" in entry.split("msgid")[0]]
    empty = [
        quoted(entry, "msgid") for entry in entries if not (quoted(entry, "msgstr") or quoted(entry, r"msgstr\[0\]"))
    ]
    assert (fuzzy, empty) == ([], [])


@pytest.mark.parametrize("catalogue", [CATALOGUE, Path("portal/wagtail_words/zh_Hans/LC_MESSAGES/django.po")])
def test_numbers_are_said_in_chinese_too(catalogue: Path):
    """Chinese has no singular: the one sentence serves every number, and has to name it."""
    for entry in po_entries((BASE_DIR / catalogue).read_text(encoding="utf-8")):
        numbers = set(re.findall(r"%\((\w+)\)", quoted(entry, "msgid_plural")))
        assert numbers <= set(re.findall(r"%\((\w+)\)", quoted(entry, r"msgstr\[0\]"))), entry


def test_the_names_of_people_are_not_the_name_of_everything():
    """The project's catalogue comes before Wagtail's, whose screens call pages and collections by a "Name" too."""
    with translation.override("zh-hans"):
        assert (gettext("Name"), gettext("Name of the person")) == ("名字", "姓名")
