"""Days and months as people write them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import days
from search.analysis import fold
from search.parsing import alternatives, parse

FIFTH = ("2017", "年", "3", "月", "5", "日")


@pytest.mark.parametrize(
    "written",
    [
        "2017年3月5日",
        "2017年03月05日",
        "2017 年 3 月 5 日",
        "2017年3月5号",
        "2017-03-05",
        "2017-3-5",
        "2017.3.5",
        "2017/03/05",
        "20170305",
        "２０１７年３月５日",
        "二〇一七年三月五日",
        "二○一七年三月五日",
        "二零一七年三月五日",
    ],
)
def test_one_day_however_it_is_written_is_one_term(written: str) -> None:
    assert parse(f"关于{written}会议").terms == (("关于",), FIFTH, ("会议",))


@pytest.mark.parametrize("written", ["2017年3月", "2017年03月", "二〇一七年三月"])
def test_a_month(written: str) -> None:
    assert parse(written).terms == (FIFTH[:4],)


@pytest.mark.parametrize(
    "other",
    [
        "2017年13月5日",
        "2017-02-30",
        "0000-01-01",
        "99999999",
        "〔2017〕3",
        "2017-3",
        "1.2017.3.5.6",
        "二〇一七年十十月",
    ],
)
def test_what_is_no_day_of_the_calendar_stays_words(other: str) -> None:
    assert [tokens for _piece, tokens in days.split(other) if tokens] == []
    assert all(not days.other_ways(term) for term in parse(other).terms)


@given(st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31)))
def test_every_way_of_writing_a_day_leads_to_the_same_and_to_what_the_index_holds(day: dt.date) -> None:
    term = (str(day.year), "年", str(day.month), "月", str(day.day), "日")
    ways = alternatives(term)
    for way in ways:
        typed = "-".join(way) if way[-1] != "日" else "".join(way)
        assert parse(typed).terms == (term,)
    assert "".join(term) in days.text_of(day)


@given(st.text(max_size=60))
def test_any_text_is_kept_whole(text: str) -> None:
    folded = fold(text)
    assert "".join(piece for piece, _tokens in days.split(folded)) == folded
