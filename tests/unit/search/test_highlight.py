"""Marks in titles and snippets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.highlight import SNIPPET_CHARACTERS, highlight, snippet
from search.parsing import parse


def marked(text: str, question: str) -> str:
    return highlight(text, parse(question).terms)


@pytest.mark.parametrize(
    ("text", "question", "html"),
    [
        ("关于政务公开的通知", "公开", "关于政务<mark>公开</mark>的通知"),
        ("关于政务公开的通知", "政务公开", "关于<mark>政务公开</mark>的通知"),
        ("关于政务公开的通知", "“务公开”", "关于政<mark>务公开</mark>的通知"),
        ("政务、公开", "“政务公开”", "<mark>政务、公开</mark>"),
        ("ＷＩＦＩ覆盖", "wifi", "<mark>ＷＩＦＩ</mark>覆盖"),
        ("with it", "it", "with <mark>it</mark>"),
        ("<b>公开</b>&", "公开", "&lt;b&gt;<mark>公开</mark>&lt;/b&gt;&amp;"),
        ("没有", "公开", "没有"),
        ("没有", "", "没有"),
    ],
)
def test_marks(text: str, question: str, html: str) -> None:
    assert marked(text, question) == html


def test_snippet_shows_where_most_words_stand_together() -> None:
    text = "检查。" + "无关的话。" * 60 + "我县开展政务公开检查工作。" + "无关的话。" * 60

    shown = snippet(text, parse("政务公开检查").terms)

    assert "<mark>政务公开检查</mark>" in shown
    assert shown.startswith("…")
    assert shown.endswith("…")


def test_snippet_without_a_hit_is_the_beginning() -> None:
    assert snippet("开头。" + "后文" * 200, parse("公开").terms).startswith("开头。后文")


@given(st.text(max_size=400), st.text(max_size=20))
def test_a_snippet_is_short_and_escaped(text: str, question: str) -> None:
    shown = snippet(text, parse(question).terms)
    bare = shown.replace("<mark>", "").replace("</mark>", "")

    assert "<" not in bare
    assert ">" not in bare
    assert len(shown) <= SNIPPET_CHARACTERS * 20
