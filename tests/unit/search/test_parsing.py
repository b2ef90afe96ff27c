"""Reading what somebody typed."""

from __future__ import annotations

import pytest

from search.parsing import LONGEST_PHRASE, MAX_CHARACTERS, MAX_PHRASES, MAX_TERMS, parse


def terms(text: str) -> list[str]:
    return ["".join(term) for term in parse(text).terms]


def test_a_stretch_is_cut_into_words_that_are_all_wanted() -> None:
    assert terms("政务公开检查") == ["政务", "公开", "检查"]


def test_fillers_are_left_out_unless_nothing_else_is_asked() -> None:
    assert terms("公开的检查") == ["公开", "检查"]
    assert terms("请问我想申请低保需要什么材料") == ["申请", "低保", "材料"]
    assert terms("的") == ["的"]


@pytest.mark.parametrize("text", ['"政务公开"', "“政务公开”", "「政务公开」", "『政务公开』"])
def test_a_quoted_phrase_stays_together(text: str) -> None:
    assert parse(text).terms == (("政", "务", "公", "开"),)


@pytest.mark.parametrize("quotes", ["“{}”", "{}"])
def test_many_phrases_are_cut_and_say_so(quotes: str) -> None:
    names = ["栖云", "云栖", "栖山", "山栖", "栖鼎", "鼎栖", "栖石", "石栖"]
    question = parse(" ".join(quotes.format(name) for name in names) + " 公开")

    assert question.terms == (*map(tuple, names[:MAX_PHRASES]), ("公开",))
    assert set(question.stretches) == {*map(tuple, names[:MAX_PHRASES]), ("公", "开")}
    assert question.was_cut
    assert not parse(" ".join(quotes.format(name) for name in names[:MAX_PHRASES])).was_cut


def test_a_phrase_may_mix_scripts() -> None:
    assert parse('"A类 5G基站"').terms == (("a", "类", "5g", "基", "站"),)


def test_a_name_that_no_dictionary_holds_stays_together() -> None:
    assert parse("栖云").terms == (("栖", "云"),)


def test_a_quote_that_never_ends_is_only_punctuation() -> None:
    assert terms('"政务公开') == ["政务", "公开"]


@pytest.mark.parametrize("text", ["", "  ", "，。？！", "*:* AND", "\0\0", "🎉", "((("])
def test_what_holds_no_word_asks_nothing_or_only_words(text: str) -> None:
    question = parse(text)

    assert bool(question) == ("AND" in text)


def test_whoosh_syntax_is_only_words() -> None:
    assert terms("title:公开* NOT (body:检查~2) [a TO b]") == [
        "title",
        "公开",
        "not",
        "body",
        "检查",
        "2",
        "a",
        "to",
        "b",
    ]


def test_a_long_question_is_cut_and_says_so() -> None:
    question = parse("政务公开" * 2500)

    assert question.was_cut
    assert len(question.text) == MAX_CHARACTERS
    assert not parse("政务公开").was_cut


def test_too_many_words_are_cut_and_says_so() -> None:
    question = parse(" ".join(f"w{number}" for number in range(MAX_TERMS + 5)))

    assert len(question.terms) == MAX_TERMS
    assert question.was_cut


def test_a_loosened_question_asks_for_the_characters_of_longer_words_but_not_of_quoted_ones() -> None:
    question = parse("引进人才 公开 wifi “政务检查”")

    assert question.loosened.terms == (
        *((character,) for character in "引进人才"),
        ("公开",),
        ("wifi",),
        tuple("政务检查"),
    )
    assert question.loosened.loosened == question.loosened


def test_of_an_endless_phrase_the_beginning_is_wanted() -> None:
    question = parse(f"“{'政' * 100}” 公开")

    assert question.terms == (("政",) * LONGEST_PHRASE, ("公开",))
    assert question.quoted == {("政",) * LONGEST_PHRASE}
    assert question.was_cut


def test_a_preposition_need_not_stand_in_the_page() -> None:
    assert parse("给电动车上牌").terms == parse("电动车上牌").terms
