"""Dates in text: every form, and what only looks like one."""

import datetime as dt

import pytest

from crawler.reading import dates
from crawler.reading.dates import DateKind

NOW = dt.datetime(2026, 11, 18, 12, 0, tzinfo=dt.UTC)


def found(text: str) -> list[tuple[str, str | None]]:
    return [(date.kind.value, date.date and date.date.isoformat()) for date in dates.find(dates.plain(text), NOW)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-01-02", "2024-01-02"),
        ("2024/1/2", "2024-01-02"),
        ("2024.01.02", "2024-01-02"),
        ("2024年1月2日", "2024-01-02"),
        ("2024 年 1 月 2 日", "2024-01-02"),
        ("2024年01月02日10:15", "2024-01-02"),
        ("[2024-01-02]", "2024-01-02"),
        ("【2024-01-02】", "2024-01-02"),
        ("发布时间：2024-01-02 10:00", "2024-01-02"),
        ("２０２４－０１－０２", "2024-01-02"),
        ("2024—01—02", "2024-01-02"),
        ("2020-12-2810:20", "2020-12-28"),
        ("2024-1-2T10:00:00", "2024-01-02"),
        ("二〇二四年一月二日", "2024-01-02"),
        ("二○二四年十二月二十八日", "2024-12-28"),
        ("二〇二四年十二月三十一日", "2024-12-31"),
        ("20240102", "2024-01-02"),
        ("20-12-06", "2020-12-06"),
        ("99-12-06", "1999-12-06"),
        ("Jan 5, 2024", "2024-01-05"),
        ("28 Dec 2020", "2020-12-28"),
        ("28-12-2020", "2020-12-28"),
        ("刚刚", "2026-11-18"),
        ("5分钟前", "2026-11-18"),
        ("13小时前", "2026-11-17"),
        ("半小时前", "2026-11-18"),
        ("昨天 10:20", "2026-11-17"),
        ("前天", "2026-11-16"),
        ("今天 09:30", "2026-11-18"),
        ("今天上午", "2026-11-18"),
        ("发布于昨天10:20", "2026-11-17"),
        ("3天前", "2026-11-15"),
        ("两周前", "2026-11-04"),
        ("3 days ago", "2026-11-15"),
    ],
)
def test_a_date(text: str, expected: str) -> None:
    assert [date for _, date in found(text)] == [expected]


@pytest.mark.parametrize("text", ["01-02", "[01/02]", "(1-2)", "1月2日", "１－２"])
def test_a_month_and_a_day(text: str) -> None:
    (date,) = dates.find(dates.plain(text), NOW)
    assert (date.kind, date.month, date.day, date.date) == (DateKind.MONTH_DAY, 1, 2, None)


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-30",
        "2026-13-01",
        "1/28页",
        "第1/28页",
        "4.4%",
        "0432-64606800",
        "V1.2",
        "2020年20.6亿元",
        "3-4万人",
        "No.2018-4",
        "2003-2009",
        "2020年12月",
        "192.168.1.10",
        "10-12个工作日",
        "5-9月早",
        "13:45",
        "8:30-12:00",
        "25-13-01",
        "30-31",
        "今日要闻",
        "今日头条",
        "昨日我县召开会议",
        "栖云今日",
        "今天是星期三",
    ],
)
def test_no_date(text: str) -> None:
    assert found(text) == []


def test_spans_hold_in_the_text_as_it_was() -> None:
    text = "发布于２０２４年１月２日，有效至2024-02-03"
    assert [text[date.start : date.end] for date in dates.find(dates.plain(text), NOW)] == [
        "２０２４年１月２日",
        "2024-02-03",
    ]
