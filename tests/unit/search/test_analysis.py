"""Chinese analysis: what is indexed, and at which positions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import lexicon
from search.analysis import completions, fold, is_unit, runs, words
from search.parsing import alternatives, parse, terms_of


def texts(text: str) -> set[str]:
    return set(words(text))


def test_words_inside_words_are_tokens() -> None:
    assert {"人民政府", "人民", "政府"} <= texts("栖云县人民政府")
    assert {"简单", "易用"} <= texts("系统简单易用")


def test_a_word_that_cuts_two_others_in_half_is_none() -> None:
    assert "民政" not in texts("人民政府")
    assert "华人" not in texts("中华人民共和国")


def units(text: str) -> list[tuple[str, int]]:
    """What phrases are made of, in the order of the text."""
    found = [(token, place) for token, places in words(text).items() if is_unit(token) for place in places]
    return sorted(found, key=lambda unit: unit[1])


def test_every_character_has_the_position_after_the_one_before() -> None:
    single = units("政务公开，2026年Ａ类")

    assert [token for token, _ in single] == ["政", "务", "公", "开", "2026", "年", "a", "类"]
    assert [place for _, place in single] == list(range(8))


def test_a_word_stands_at_the_position_of_its_first_character() -> None:
    found = words("开展政务公开检查，公开检查")

    assert found["公开"] == [4, 8]
    assert found["检查"] == [6, 10]


@pytest.mark.parametrize(
    ("written", "folded"),
    [("ＡＢＣ１２３", "abc123"), ("Covid", "covid"), ("３．５％", "3.5%"), ("㎡", "㎡"), ("政务", "政务")],
)
def test_width_and_case_are_folded_and_no_offset_moves(written: str, folded: str) -> None:
    assert fold(written) == folded
    assert len(fold(written)) == len(written)


@pytest.mark.parametrize("text", ["", "，。！？", "   ", "\0", "🎉🎉", "()*:^~[]"])
def test_text_without_words_has_no_tokens(text: str) -> None:
    assert not words(text)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_any_text_is_covered_by_units_that_lie_beside_each_other(text: str) -> None:
    found = units(text)

    assert "".join(token for token, _ in found) == "".join(run for run, _ in runs(text))
    assert all(len(set(places)) == len(places) for places in words(text).values())
    if "\n" not in text:
        assert [place for _, place in found] == list(range(len(found)))


def test_a_phrase_does_not_run_over_the_end_of_a_line() -> None:
    assert [place for _, place in units("公开\n检查")] == [0, 1, 3, 4]


@pytest.mark.parametrize(("traditional", "simplified"), [("縣政府關於", "县政府关于"), ("後臺", "后台")])
def test_traditional_characters_are_simplified(traditional: str, simplified: str) -> None:
    assert fold(traditional) == simplified


@pytest.mark.parametrize("written", ["二○二六年", "二◯二六年", "二零二六年", "二O二六年", "二０二六年", "二o二六年"])
def test_a_nought_between_chinese_digits_is_written_in_many_ways(written: str) -> None:
    assert fold(f"{written}要点") == "二〇二六年要点"


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("二○○九年", "二〇〇九年"),
        ("二○二○", "二〇二〇"),
        ("二零二零", "二〇二〇"),
        ("三○二室", "三〇二室"),
        ("○五号", "〇五号"),
    ],
)
def test_noughts_at_either_end_and_beside_each_other(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize("text", ["统一零售", "统一oa系统", "一o2o平台", "○ 附件", "零距离", "零", "第一零散件"])
def test_what_only_looks_like_a_nought_stays(text: str) -> None:
    assert fold(text) == text


@pytest.mark.parametrize("asked", ["二〇二六", "二○二六年", "二零二六", "一九九六年"])
def test_a_year_in_chinese_digits_is_found_in_any_text_that_holds_it(asked: str) -> None:
    text = words("印发二零二六年与一九九六年要点")
    (term,) = terms_of(asked)

    assert [start for start in text[term[0]] if all(start + n in text[token] for n, token in enumerate(term))]


@pytest.mark.parametrize("typed", ["zhengwugongkai", "zwgk", "gongkai", "gk", "政", "开"])
def test_a_title_is_completed_from_characters_pinyin_and_initials(typed: str) -> None:
    assert any(token.startswith(typed) for token in completions("政务公开"))


def test_body_search_knows_no_pinyin() -> None:
    assert not any(token.isascii() for token in words("政务公开"))


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


def test_words_of_several_scripts_mean_the_same_both_ways(request: pytest.FixtureRequest):
    lexicon.learn(groups=[["5g基站", "通信基站"]])
    request.addfinalizer(lexicon.learn)
    there, back = parse("关于5G基站的通知"), parse("关于通信基站的通知")
    ways = {"".join(way) for term in there.terms for way in alternatives(term)}
    assert {"5g基站", "通信基站"} <= ways
    assert {"".join(way) for term in back.terms for way in alternatives(term)} == ways
    assert ("15g",) in parse("15G基站").terms  # no part of another word
