"""Chinese analysis: what is indexed, and at which positions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis import fold, words


def texts(text: str) -> set[str]:
    return {word.text for word in words(text)}


def test_words_inside_words_are_tokens() -> None:
    assert {"人民政府", "人民", "政府"} <= texts("栖云县人民政府")
    assert {"简单", "易用"} <= texts("系统简单易用")


def test_a_word_that_cuts_two_others_in_half_is_none() -> None:
    assert "民政" not in texts("人民政府")
    assert "华人" not in texts("中华人民共和国")


def test_every_character_has_the_position_after_the_one_before() -> None:
    single = [word for word in words("政务公开，2026年Ａ类") if word.end - word.start == 1 or not word.text.isalpha()]

    assert [word.text for word in single] == ["政", "务", "公", "开", "2026", "年", "a", "类"]
    assert [word.position for word in single] == list(range(8))


def test_a_word_stands_at_the_position_of_its_first_character() -> None:
    found = {word.text: word for word in words("开展政务公开检查")}

    assert (found["公开"].position, found["公开"].start, found["公开"].end) == (4, 4, 6)
    assert found["检查"].position == 6


@pytest.mark.parametrize(
    ("written", "folded"),
    [("ＡＢＣ１２３", "abc123"), ("Covid", "covid"), ("３．５％", "3.5%"), ("㎡", "㎡"), ("政务", "政务")],
)
def test_width_and_case_are_folded_and_no_offset_moves(written: str, folded: str) -> None:
    assert fold(written) == folded
    assert len(fold(written)) == len(written)


@pytest.mark.parametrize("text", ["", "，。！？", "   ", "\0", "🎉🎉", "()*:^~[]"])
def test_text_without_words_has_no_tokens(text: str) -> None:
    assert list(words(text)) == []


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_any_text_is_covered_by_tokens_that_lie_where_they_say(text: str) -> None:
    folded = fold(text)
    tokens = list(words(text))

    assert all(folded[token.start : token.end] == token.text for token in tokens)
    assert [token.position for token in tokens] == sorted(token.position for token in tokens)
    positions = sorted({token.position for token in tokens})
    assert positions == list(range(len(positions)))
