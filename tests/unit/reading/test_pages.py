"""Every page of tests/sites/reading is read as its truth table says."""

import csv
import datetime as dt
import functools
import pathlib
import re
from zoneinfo import ZoneInfo

import pytest

from crawler.reading import PageKind, Warn, read_article, read_column
from crawler.reading.encoding import decode
from tests.unit.reading.surroundings import ADDITIONS, NEVER_INSIDE, READ_WHERE_NOTHING_ELSE_IS

SITE = pathlib.Path(__file__).parents[2] / "sites" / "reading"
CHINA = ZoneInfo("Asia/Shanghai")
with (SITE / "truth.csv").open(newline="", encoding="utf-8") as table:
    ROWS = list(csv.DictReader(table))


def moment(day: str) -> dt.datetime:
    return dt.datetime.combine(dt.date.fromisoformat(day), dt.time(23, 59, 59), CHINA)


def rows(question: str) -> list:
    return [pytest.param(row, id=row["file"]) for row in ROWS if row["question"] == question]


@pytest.mark.parametrize("row", rows("column"))
def test_column(row: dict[str, str]) -> None:
    reading = read_column((SITE / row["file"]).read_bytes(), url=row["url"], as_of=moment(row["as_of"]))
    assert (str(reading.updated or "NONE"), reading.kind.value) == (row["updated"], row["kind"])


@pytest.mark.parametrize("row", rows("article"))
def test_article(row: dict[str, str]) -> None:
    reading = read_article((SITE / row["file"]).read_bytes(), url=row["url"], as_of=moment(row["as_of"]))
    assert str(reading.updated or "NONE") == row["updated"]


def test_every_page_has_its_truth() -> None:
    assert {path.name for path in SITE.glob("*.html")} == {row["file"] for row in ROWS}


# What is added around a page's matter never changes the answer: the day, and whether it can be judged.
JUDGED = frozenset((PageKind.LIST, PageKind.LANDING, PageKind.STATIC, PageKind.BLANK))
#: Nothing can be added to these: no text, which tells what they are, or a frameset, which has no body.
WITHOUT_BODY = frozenset(("zero_bytes.html", "binary.html", "frameset.html", "comes_again.html"))


#: Where a piece is put: before or after what this finds; the end of the page where it finds nothing.
PLACES = {
    "above": (rb"<body[^>]*>", "after"),
    "below": (rb"</body>", "before"),
    "before the breadcrumb": (rb'<div class="pos">', "before"),
    "after the breadcrumb": (rb'<div class="pos">.*?</div>', "after"),
    "before the footer": (rb'<div class="footer">', "before"),
}


@functools.cache
def charset_of(file: str) -> str:
    return decode((SITE / file).read_bytes()).charset


def answer_with(row: dict[str, str], added: str, where: str) -> tuple[str, bool]:
    """The day that is read from a page with a piece added, and whether the page can be judged."""
    body, as_of = (SITE / row["file"]).read_bytes(), moment(row["as_of"])
    piece = ADDITIONS[added](as_of.date()).encode(charset_of(row["file"]))
    mark, side = PLACES[where]
    found = re.search(mark, body, re.S)
    at = len(body) if found is None else found.end() if side == "after" else found.start()
    reading = read_column(body[:at] + piece + body[at:], url=row["url"], as_of=as_of)
    return str(reading.updated or "NONE"), reading.kind in JUDGED


def answer(row: dict[str, str]) -> tuple[str, bool]:
    return row["updated"], PageKind(row["kind"]) in JUDGED


COLUMNS = {row["file"]: row for row in ROWS if row["question"] == "column" and row["file"] not in WITHOUT_BODY}


def may_hold(row: dict[str, str], added: str) -> bool:
    if added == "other_column" and row["kind"] == "landing":
        return False  # it would be one more of its parts
    return row["updated"] != "NONE" or added not in READ_WHERE_NOTHING_ELSE_IS


@pytest.mark.parametrize(
    ("where", "added"),
    [
        (where, added)
        for where in PLACES
        for added in sorted(ADDITIONS)
        if where != "after the breadcrumb" or added not in NEVER_INSIDE
    ],
)
def test_what_stands_around_changes_no_answer(where: str, added: str) -> None:
    pages = [row for row in COLUMNS.values() if may_hold(row, added)]
    assert [row["file"] for row in pages if answer_with(row, added, where) != answer(row)] == []


def test_year_less_dates_say_so() -> None:
    reading = read_column((SITE / "month_day.html").read_bytes(), url="", as_of=moment("2026-11-18"))
    assert reading.year_inferred
    assert reading.used_as_of
    assert Warn.YEAR_INFERRED in reading.warnings


def test_an_article_says_that_its_year_was_inferred() -> None:
    text = "{0}，为切实做好冬季安全生产工作，现将有关事项通知如下，请各单位认真贯彻落实。{0}。"
    page = f"<h1>{{0}}</h1><p>发布时间：{{1}}</p><p>{text}</p>"
    for shown, url, answers in (
        ("11月2日", "", (dt.date(2026, 11, 2), True, True)),
        ("11月2日", "http://www.qiyun.example/tz/t20251102_1.html", (dt.date(2025, 11, 2), True, False)),
        ("2026-11-02", "", (dt.date(2026, 11, 2), False, False)),
    ):
        body = page.format("关于开展冬季安全生产检查的通知", shown).encode()
        reading = read_article(body, url=url, as_of=moment("2026-11-18"))
        assert (reading.updated, reading.year_inferred, reading.used_as_of) == answers
        assert (Warn.YEAR_INFERRED in reading.warnings) == reading.year_inferred


def test_a_relative_time_depends_on_as_of_unless_the_address_says_the_day() -> None:
    by_clock = read_column((SITE / "relative.html").read_bytes(), url="", as_of=moment("2026-11-18"))
    by_address = read_column((SITE / "relative_href.html").read_bytes(), url="", as_of=moment("2026-11-18"))
    assert (by_clock.used_as_of, by_address.used_as_of) == (True, False)


def test_future_dates_are_passed_over_and_said() -> None:
    reading = read_column((SITE / "future_item.html").read_bytes(), url="", as_of=moment("2026-11-18"))
    assert Warn.FUTURE_DATE in reading.warnings
    assert reading.updated == dt.date(2026, 10, 20)


def test_dates_in_addresses_and_meta_tags_are_candidates_only() -> None:
    reading = read_column((SITE / "undated_href.html").read_bytes(), url="", as_of=moment("2026-11-18"))
    assert reading.updated is None
    assert ("href", dt.date(2026, 10, 20)) in reading.candidates


def test_entries_carry_title_and_absolute_address() -> None:
    reading = read_column(
        (SITE / "table.html").read_bytes(), url="http://www.qiyun.example/tz/", as_of=moment("2026-11-18")
    )
    first = reading.entries[0]
    assert first.title == "关于开展冬季安全生产检查的通知"
    assert first.url == "http://www.qiyun.example/tz/202610/t20261020_0.html"
    assert first.date == dt.date(2026, 10, 20)


def test_pager_links_are_named() -> None:
    reading = read_column(
        (SITE / "plain.html").read_bytes(), url="http://www.qiyun.example/tz/", as_of=moment("2026-11-18")
    )
    assert "http://www.qiyun.example/tz/index_1.html" in reading.pager


class Override:
    def __init__(self, selector: str, date_format: str) -> None:
        self.selector = selector
        self.date_format = date_format


def test_override_reads_what_a_person_pointed_at() -> None:
    body = (SITE / "side_hot.html").read_bytes()
    reading = read_column(body, url="", as_of=moment("2026-11-18"), override=Override(".right li", "YYYY-MM-DD"))
    assert reading.updated == dt.date(2026, 11, 17)


def test_override_that_matches_nothing_is_unreadable() -> None:
    body = (SITE / "side_hot.html").read_bytes()
    for selector in (".gone li", "li::[[", "#no"):
        reading = read_column(body, url="", as_of=moment("2026-11-18"), override=Override(selector, "YYYY-MM-DD"))
        assert reading.kind is PageKind.UNREADABLE
        assert Warn.SELECTOR_NO_MATCH in reading.warnings
        assert reading.updated is None


def test_as_dict_is_plain_json() -> None:
    reading = read_column((SITE / "plain.html").read_bytes(), url="", as_of=moment("2026-11-18")).as_dict()
    assert reading["updated"] == "2026-10-20"
    assert reading["kind"] == "list"
    assert reading["entries"][0]["basis"] == "list-item"
