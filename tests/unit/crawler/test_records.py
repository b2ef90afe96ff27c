"""Records survive their file, and a killed crawl's file can still be read."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from crawler.records import (
    FetchOutcome,
    Link,
    PageRecord,
    ShotRecord,
    dump,
    load,
    read_records,
)
from tests.unit.crawler.conftest import moment

PAGE = PageRecord(
    target="a",
    kind="column",
    url="http://a.test/",
    final_url="http://a.test/index.html",
    fetched_at=moment("2026-11-20T01:02:03.000004+00:00"),
    as_of=moment(),
    outcome=FetchOutcome.OK,
    detail="栏目\u2028目录",
    status=200,
    redirects=("http://a.test/index.html",),
    headers=(("Server", "x"), ("Set-Cookie", "a"), ("Set-Cookie", "b")),
    tls={"protocol": "TLSv1.3"},
    reading={"kind": "list", "entries": [{"title": "通知"}]},
    columns=(Link("通知公告", "http://a.test/tzgg/", "nav"),),
)
SHOT = ShotRecord(
    target="a",
    url="http://a.test/",
    final_url="http://a.test/",
    taken_at=moment("2026-11-20T01:02:03+00:00"),
    as_of=moment(),
    outcome=FetchOutcome.NO_BROWSER,
    detail="no Chromium",
)


@pytest.mark.parametrize("record", [PAGE, SHOT], ids=["page", "shot"])
def test_a_record_is_one_line_and_comes_back_whole(record):
    line = dump(record)
    assert "\n" not in line
    assert load(line) == record


def test_what_no_database_takes_is_replaced():
    line = dump(dataclasses.replace(PAGE, headers=(("X", "a\x00b"),), reading={"entries": [{"title": "\ud800题"}]}))
    record = load(line)
    assert record.headers == (("X", "a\ufffdb"),)
    assert record.reading == {"entries": [{"title": "\ufffd题"}]}
    assert line.encode()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"target": "a", "kin', "Unterminated|Expecting"),
        ("[]", "not an object"),
        ("{}", "schema version None is not 1"),
        (dump(PAGE).replace('"schema_version":1', '"schema_version":2'), "schema version 2 is not 1"),
        (dump(PAGE).replace('"outcome":"ok"', '"outcome":"fine"'), "fine"),
        (dump(PAGE).replace('"target":"a",', ""), "target"),
        (dump(PAGE).replace('"target":', '"colour":1,"target":'), "colour"),
        (dump(PAGE).replace("+08:00", ""), "as_of has no time zone"),
    ],
)
def test_what_is_no_record_is_refused(line, message):
    with pytest.raises(ValueError, match=message):
        load(line)


def test_a_torn_last_line_is_left_out(tmp_path: Path):
    path = tmp_path / "records.jsonl"
    path.write_text(f"{dump(PAGE)}\n{dump(SHOT)}\n{dump(PAGE)[:50]}", encoding="utf-8")
    assert list(read_records(path)) == [PAGE, SHOT]


def test_any_other_bad_line_is_named(tmp_path: Path):
    path = tmp_path / "records.jsonl"
    path.write_text(f"{dump(PAGE)}\n{dump(PAGE)[:50]}\n{dump(SHOT)}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"records\.jsonl, line 2: "):
        list(read_records(path))


def test_a_record_is_plain_json():
    assert json.loads(dump(PAGE))["fetched_at"] == "2026-11-20T01:02:03.000004+00:00"
