"""A column read the way a person said: their selector, their way of writing dates, and what either comes to."""

from __future__ import annotations

import dataclasses
import datetime as dt
import pathlib

import pytest

from crawler.reading import ColumnReading, PageKind, Warn, read_column
from crawler.reading.findings import findings
from crawler.reading.override import Trial, date_pattern, trial
from tests.unit.reading.test_pages import moment

SITE = pathlib.Path(__file__).parents[2] / "sites" / "reading"
URL = "http://www.qiyun.example/tz/"


@dataclasses.dataclass(frozen=True)
class Override:
    selector: str
    date_format: str = "YYYY-MM-DD"


def page(*rows: str) -> bytes:
    return f"<ul class=list>{''.join(f'<li><a href=a.html>工作会议</a> {row}</li>' for row in rows)}</ul>".encode()


def read(body: bytes, date_format: str, selector: str = ".list li", day: str = "2026-11-18") -> ColumnReading:
    return read_column(body, url=URL, as_of=moment(day), override=Override(selector, date_format))


@pytest.mark.parametrize(
    ("date_format", "shown", "day"),
    [
        ("YYYY-MM-DD", "2026-11-05", "2026-11-05"),
        ("YYYY-MM-DD", "2026-11-5", "2026-11-05"),
        ("YYYY年M月D日", "2026年11月5日", "2026-11-05"),
        ("YYYY年M月D日", "2026 年 11 月 05 日", "2026-11-05"),
        ("YYYY.M.D", "2026.11.5", "2026-11-05"),
        ("YY/MM/DD", "26/11/05", "2026-11-05"),
        ("YYYYMMDD", "20261105", "2026-11-05"),
        ("DD YYYY-MM", "<b>05</b><i>2026-11</i>", "2026-11-05"),
        ("D/M/YYYY", "5/11/2026", "2026-11-05"),
        ("[YYYY-MM-DD]", "【2026-11-05】", "2026-11-05"),
        ("发布：YYYY-MM-DD", "有效期2027-01-01 发布：2026-11-05", "2026-11-05"),
        ("MM-DD", "11-05", "2026-11-05"),
        ("MM-DD", "12-05", "2025-12-05"),
        ("M月D日", "2月29日", "2024-02-29"),
    ],
)
def test_a_format_reads(date_format: str, shown: str, day: str) -> None:
    reading = read(page(shown), date_format)
    assert reading.updated == dt.date.fromisoformat(day)
    assert reading.year_inferred == ("Y" not in date_format)
    assert (Warn.YEAR_INFERRED in reading.warnings) == reading.year_inferred


@pytest.mark.parametrize(
    ("date_format", "shown"),
    [
        ("YYYY-MM-DD", "2026-02-30"),
        ("YYYY-MM-DD", "12026-11-05"),
        ("YYYY-MM-DD", "11-05"),
        ("MM-DD", "2024-11-05"),
        ("YYYY.MM.DD", "2026-11-05"),
        (r"\d+", "2026-11-05"),
        ("YYYY-MM", "2026-11-05"),
    ],
)
def test_a_format_does_not_read(date_format: str, shown: str) -> None:
    reading = read(page(shown), date_format)
    assert (reading.updated, reading.kind) == (None, PageKind.UNREADABLE)
    assert Warn.SELECTOR_NO_MATCH in reading.warnings


@pytest.mark.parametrize("date_format", ["", "YYYY", "YYYY-MM", "MM-MM-DD", "YYYY-YY-MM-DD", ".*", "年月日"])
def test_no_format(date_format: str) -> None:
    with pytest.raises(ValueError, match="month and day once each"):
        date_pattern(date_format)


@pytest.mark.parametrize(
    ("selector", "date_format", "shown", "came_to"),
    [
        (".list li", "YYYY-MM-DD", "2026-11-05", Trial.READS),
        (".list > > li", "YYYY-MM-DD", "2026-11-05", Trial.BAD_SELECTOR),
        ("li[", "YYYY-MM", "2026-11-05", Trial.BAD_SELECTOR),
        (".list li", "YYYY-MM", "2026-11-05", Trial.BAD_FORMAT),
        (".gone li", "YYYY-MM-DD", "2026-11-05", Trial.NO_MATCH),
        (".list li", "YYYY.MM.DD", "2026-11-05", Trial.NO_DATE),
        (".list li", "YYYY-MM-DD", "2026-12-05", Trial.ALL_FUTURE),
    ],
)
def test_what_trying_comes_to(selector: str, date_format: str, shown: str, came_to: Trial) -> None:
    override = Override(selector, date_format)
    found = findings(page(shown), url=URL, as_of=moment("2026-11-18"), override=override)
    assert trial(override, list(found.matches or ()), found.reading) is came_to


def test_entries_keep_the_addresses_of_their_own_links() -> None:
    body = b"<ul><li><a href=1/a.html>x</a>2026-11-05</li><li><a href=b.html>y</a>2026-11-04</li></ul>"
    reading = read(body, "YYYY-MM-DD", "li")
    assert [entry.url for entry in reading.entries] == [f"{URL}1/a.html", f"{URL}b.html"]


def test_hidden_elements_are_not_found() -> None:
    assert read(b"<p style='display:none'>2026-11-05</p>", "YYYY-MM-DD", "p").updated is None


@pytest.mark.parametrize(
    ("name", "kind"),
    [("login.html", PageKind.LOGIN), ("closed.html", PageKind.CLOSED), ("soft_404.html", PageKind.SOFT_404)],
)
def test_a_page_that_says_why_nothing_is_there_is_believed(name: str, kind: PageKind) -> None:
    assert read((SITE / name).read_bytes(), "YYYY-MM-DD", ".list li").kind is kind


def test_more_elements_than_are_looked_at_are_said() -> None:
    reading = read(b"<p>2026-11-05</p>" * 6000, "YYYY-MM-DD", "p")
    assert reading.updated == dt.date(2026, 11, 5)
    assert len(reading.entries) == 1000
    assert Warn.TRUNCATED in reading.warnings


def test_years_that_are_not_written_follow_the_order_of_the_list() -> None:
    reading = read(page("02-01", "12-20", "11-30", "11-10"), "MM-DD")
    assert str(reading.updated) == "2026-02-01"
    assert [str(entry.date) for entry in reading.entries[1:]] == ["2025-12-20", "2025-11-30", "2025-11-10"]


def test_the_order_of_one_list_says_nothing_of_the_next() -> None:
    reading = read(page("11-10", "03-02") + page("11-15", "10-10"), "MM-DD")
    assert str(reading.updated) == "2026-11-15"


@pytest.mark.parametrize(
    ("date_format", "shown", "day"), [("YY-MM-DD", "98-05-01", "1998-05-01"), ("YYYY-MM-DD", "0000-05-01", "None")]
)
def test_years_of_other_centuries(date_format: str, shown: str, day: str) -> None:
    assert str(read(page(shown), date_format).updated) == day
