"""Secrecy marks stop, numbers of persons warn, and ordinary government Chinese passes."""

from __future__ import annotations

from functools import partial

import pytest

from portal.pages.content_checks import findings, stops, warnings
from tests.stopwatch import timed


@pytest.mark.parametrize(
    "text",
    [
        "机密★10年",
        "秘 密 ★ 一年",
        "密级：秘密",
        "关于某事的通知\n绝密\n正文",
        "【机密】",
        "机密☆",
        "内部资料，注意保存",
    ],
)
def test_a_secrecy_mark_stops(text: str):
    assert [finding.stops for finding in stops(text)] == [True]


@pytest.mark.parametrize(
    "text",
    [
        "县委机要保密局开展保密宣传",
        "保守国家秘密是公民的义务",
        "不得泄露商业秘密",
        "机密文件管理培训通知",
        "秘密档案利用规定",
    ],
)
def test_speaking_of_secrecy_does_not(text: str):
    assert stops(text) == []


def test_numbers_of_persons_warn_and_are_masked():
    found = findings("身份证11010519491231002X，卡号6222 0212 3456 7890 128，电话13912345678。")
    assert [finding.stops for finding in found] == [False, False, False]
    assert "身份证号1个（110****2X）" in found[0].sentence
    assert "银行卡号1个" in found[1].sentence
    assert "手机号1个（139****78）" in found[2].sentence
    assert "13912345678" not in "".join(finding.sentence for finding in found)


@pytest.mark.parametrize(
    "text",
    ["110105194912310021", "6222021234567890123", "电话0851-87221234", "文号20261118123456", "预算1391234567800元"],
)
def test_other_numbers_do_not(text: str):
    assert warnings(text) == []


@pytest.mark.parametrize("text", ["\n" * 100_000, " \n" * 50_000, " " * 200_000, "【" * 200_000, "秘\n" * 50_000])
def test_blank_lines_without_end_are_looked_through_at_once(text: str) -> None:
    found, took = timed(partial(findings, text), most=1.0)
    assert found == []
    assert took < 1.0


def test_a_mark_between_blank_lines_is_found() -> None:
    assert stops("\n" * 1000 + "　【秘\n密】 \n" + "\n" * 1000)
