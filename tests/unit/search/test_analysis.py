"""Chinese analysis: what is indexed, and at which positions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import lexicon
from search.analysis import completions, fold, words
from search.parsing import alternatives, terms_of


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
    if "\n" not in text:
        positions = sorted({token.position for token in tokens})
        assert positions == list(range(len(positions)))


def test_a_phrase_does_not_run_over_the_end_of_a_line() -> None:
    assert [word.position for word in words("公开\n检查") if len(word.text) == 1] == [0, 1, 3, 4]


@pytest.mark.parametrize(("traditional", "simplified"), [("縣政府關於", "县政府关于"), ("後臺", "后台")])
def test_traditional_characters_are_simplified(traditional: str, simplified: str) -> None:
    assert fold(traditional) == simplified


@pytest.mark.parametrize("typed", ["zhengwugongkai", "zwgk", "gongkai", "gk", "政", "开"])
def test_a_title_is_completed_from_characters_pinyin_and_initials(typed: str) -> None:
    assert any(token.text.startswith(typed) for token in completions("政务公开"))


def test_body_search_knows_no_pinyin() -> None:
    assert not any(token.text.isascii() for token in words("政务公开"))


@pytest.fixture
def office_words():
    lexicon.learn(words=["栖云", "云县通"], groups=[["低保", "最低生活保障"]])
    yield
    lexicon.learn()


def test_the_offices_words_are_tokens_also_inside_each_other(office_words) -> None:
    assert {"栖云", "云县通"} <= texts("栖云县通平台")
    assert terms_of("栖云县通平台")[0] == ("栖云",)


def test_synonyms_are_asked_for_too(office_words) -> None:
    assert [("低保",), tuple("最低生活保障")] == alternatives(("低保",))
    assert alternatives(("检查",)) == [("检查",)]
