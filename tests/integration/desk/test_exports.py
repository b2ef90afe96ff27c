"""What a person takes away: the rows they saw, in words, in local time, and nothing that a program runs."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from audits.notices.models import Paper
from audits.registry.models import Column, Site
from audits.runs.models import Run
from portal.exports import as_text
from tests.integration.desk.county import Desk

LISTINGS = ("runs", "sites", "columns", "cases", "papers")


def as_csv(desk: Desk, who: str, name: str, query: str = "") -> list[list[str]]:
    response = desk.get(who, reverse(f"audit_{name}:index") + f"?export=csv{query}")
    raw = b"".join(response.streaming_content)
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))


def as_xlsx(desk: Desk, who: str, name: str, query: str = "") -> list[list[Any]]:
    response = desk.get(who, reverse(f"audit_{name}:index") + f"?export=xlsx{query}")
    sheet = load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def written(value: Any) -> str:
    """A cell of a workbook as the CSV file writes it."""
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return "" if value is None else str(value)


@pytest.mark.parametrize("name", LISTINGS)
def test_both_kinds_of_file_hold_the_same_rows(desk, name):
    text, book = as_csv(desk, "office", name), as_xlsx(desk, "office", name)

    assert len(text) > 1
    days = {column for column, value in enumerate(book[1]) if isinstance(value, dt.datetime)}
    for line, cells in zip(text, book, strict=True):
        for number, (word, value) in enumerate(zip(line, cells, strict=True)):
            # A workbook keeps a day as midnight.
            assert word in (written(value), written(value)[:10] if number in days else written(value))


@pytest.mark.parametrize("name", LISTINGS)
def test_headings_and_cells_are_words(desk, name):
    heading, *rows = as_csv(desk, "office", name)

    assert [word for word in heading if word.isascii()] == []
    codes = {"dormant", "fresh", "trial", "confirmed", "fix_confirmed", "draft", "dynamic", "outside", "county", "done"}
    codes |= {"site", "reminder", "True", "False", "None"}
    assert codes.isdisjoint(cell for row in rows for cell in row)


def test_filters_and_search_hold_for_files_too(desk):
    def names(query: str) -> set[str]:
        heading, *rows = as_csv(desk, "office", "columns", query)
        return {row[heading.index("栏目")] for row in rows}

    everything = set(Column.objects.values_list("name", flat=True))
    assert names("") == everything
    assert names("&state=dormant") == {"云溪公告", "云溪政策", "清河公告"}
    assert names("&state=dormant&state=trial") == {"云溪公告", "云溪政策", "清河公告", "云溪试栏"}
    assert names(f"&unit={desk.b.pk}") == {"清河公告"}
    assert names("&standing=retiring") == {"云溪旧栏"}
    assert names("&q=云溪旧") == {"云溪旧栏"}


def test_a_unit_takes_away_its_own_rows(desk):
    for name in LISTINGS:
        assert "清河" not in str(as_csv(desk, "leader", name))
        assert "清河" not in str(as_xlsx(desk, "leader", name))
    states = {row[3] for row in as_csv(desk, "leader", "papers")[1:]}
    assert states.isdisjoint({"草稿", "已签发"})
    assert states < {row[3] for row in as_csv(desk, "bureau", "papers")[1:]}


def test_times_are_the_countys(desk):
    late = dt.datetime(2026, 11, 17, 18, 30, 5, 123456, tzinfo=dt.UTC)
    Run.objects.filter(pk=desk.run.pk).update(as_of=late)

    text, book = as_csv(desk, "office", "runs"), as_xlsx(desk, "office", "runs")

    column = text[0].index("判定时点")
    assert text[-1][column] == "2026-11-18 02:30"
    assert book[-1][column].isoformat() == "2026-11-18T02:30:05"
    day = as_csv(desk, "office", "columns", "&state=fresh")
    assert day[1][day[0].index("最近更新")] == f"{desk.shown}"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_name_is_never_run_as_a_formula(desk, start):
    name = f'{start}HYPERLINK("http://example.invalid","点我")'
    Site.objects.filter(pk=desk.site.pk).update(name=name)

    text, book = as_csv(desk, "office", "sites"), as_xlsx(desk, "office", "sites")

    column = text[0].index("名称")
    assert f"'{name}" in [row[column] for row in text]
    response = desk.get("office", reverse("audit_sites:index") + "?export=xlsx")
    sheet = load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    cells = [row[column] for row in sheet.iter_rows()]
    assert {cell.data_type for cell in cells} == {"s"}
    assert name.strip() in [str(cell.value).strip() for cell in cells]
    assert len(book) == len(text)


def test_headings_are_no_formulas_either(desk, monkeypatch):
    monkeypatch.setattr(Paper._meta.get_field("signatory"), "verbose_name", "=签发人")

    assert "'=签发人" in as_csv(desk, "bureau", "papers")[0]


@pytest.mark.parametrize(("text", "safe"), [("", ""), ("2026", "2026"), ("a=b", "a=b"), ("-1", "'-1"), ("＝1", "＝1")])
def test_what_counts_as_a_formula(text, safe):
    assert as_text(text) == safe


def test_a_workbook_is_made_whatever_characters_a_text_holds(desk):
    Run.objects.update(error="断\x08线")

    assert "断线" in {cell for row in as_xlsx(desk, "office", "runs") for cell in row}
