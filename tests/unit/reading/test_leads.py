"""Which pages have to be read before one can say when a column was updated, and what they bring with them."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from crawler.reading import PageKind, Warn, read_column
from crawler.reading.follow import settled

AS_OF = dt.datetime(2026, 11, 18, 4, tzinfo=dt.UTC)
URL = "http://www.qiyun.example/tz/"
INTRO = "<p>" + "本栏目公开应当主动公开的信息，分为若干子栏目，请点击查看。" * 6 + "</p>"
PAGE = (
    '<html><head><meta charset="utf-8"><title>通知公告-栖云县水务局</title></head><body>'
    '<div class="pos">当前位置：<a href="/">首页</a> &gt; <a href="/tz/">通知公告</a></div>'
    '<div class="main">{main}</div><div class="footer">版权所有 栖云县水务局</div></body></html>'
)


def parent(count: int, before: str = ""):
    names = ["政策文件", "政策解读", "规划计划", "人事信息", "财政信息"]
    links = "".join(f'<p><a href="/tz/c{n}/">{names[n % 5]}{n // 5 or ""}</a></p>' for n in range(count))
    return read_column(PAGE.format(main=before + links).encode(), url=URL, as_of=AS_OF)


def child(day: str, **changes):
    rows = f'<ul><li><a href="1.html">关于开展河道清淤工作的通知</a><span>{day}</span></li></ul>'
    reading = read_column(PAGE.format(main=rows * 3).encode(), url=URL + "c0/", as_of=AS_OF)
    return dataclasses.replace(reading, **changes)


@pytest.mark.parametrize("before", ["", INTRO], ids=["links only", "below a text"])
@pytest.mark.parametrize("count", [2, 3, 5])
def test_columns_in_the_own_folder_are_followed(count: int, before: str):
    reading = parent(count, before)
    assert len(reading.leads) == count
    found = [(lead, child(f"2026-10-{10 + n}")) for n, lead in enumerate(reading.leads)]
    settled_reading = settled(reading, found, url=URL, as_of=AS_OF)
    assert settled_reading.updated == dt.date(2026, 10, 9 + count)
    assert settled_reading.kind is PageKind.LANDING
    assert Warn.NOT_FOLLOWED not in settled_reading.warnings


def test_what_was_cut_off_below_is_known_above():
    reading = parent(3)
    one, two, three = reading.leads
    cut = child("2026-01-10", warnings=(Warn.TRUNCATED,))
    found = [(one, child("2026-01-05")), (two, cut), (three, child("2026-01-02"))]
    assert Warn.TRUNCATED in settled(reading, found, url=URL, as_of=AS_OF).warnings


def test_more_columns_than_are_followed_are_not_forgotten():
    reading = parent(15)
    found = [(lead, child("2020-01-05")) for lead in reading.leads]
    assert Warn.NOT_FOLLOWED in settled(reading, found, url=URL, as_of=AS_OF).warnings


def test_columns_below_that_only_lead_on_are_not_empty():
    reading = parent(2)
    one, two = reading.leads
    found = [(one, child("2020-01-05")), (two, parent(3))]
    assert Warn.NOT_FOLLOWED in settled(reading, found, url=URL, as_of=AS_OF).warnings
