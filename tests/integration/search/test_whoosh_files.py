"""What lies in Whoosh's files is what was written, whatever the blocks, the merges and the memory."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from search.analysis import words
from search.backends import whoosh_storage
from search.backends.whoosh import WhooshEngine
from search.documents import Document
from search.wanted import All, Any, Beginning, Everything, Rather, Run, Wanted, Without

ROOT = "wagtailcore.page"
TITLE, TEXT = "w_title", "w_text"
CHARACTERS = "政务公开检查"


@pytest.fixture
def texts(data_folders: Path, monkeypatch) -> dict[str, str]:
    """An index of 120 short texts, some written twice, in many blocks, files and commits; key -> text."""
    monkeypatch.setattr(whoosh_storage, "BLOCK", 4)
    monkeypatch.setattr(whoosh_storage, "MEMORY", 3000)
    source = random.Random(5)
    kept: dict[str, str] = {}
    engine = WhooshEngine()
    engine.reset()
    for commit in range(12):
        some = {}
        for number in range(10):
            key = str(source.randrange(commit * 10) if commit and number < 2 else commit * 10 + number)
            some[key] = "".join(source.choices(CHARACTERS + " ", k=source.randrange(2, 14))) + f" A{key}"
        with engine.write_lock():
            engine.write(
                remove=[f"{ROOT}:{key}" for key in some],
                add=[Document(f"{ROOT}:{key}", {TEXT: text, TITLE: text[:3]}) for key, text in some.items()],
            )
        kept |= some
    return kept


def found(asked: Wanted) -> set[str]:
    return set(WhooshEngine().scores(asked, root=ROOT))


def holding(texts: dict[str, str], part: str) -> set[str]:
    """A phrase runs over spaces."""
    return {key for key, text in texts.items() if part in text.replace(" ", "")}


@pytest.mark.parametrize("part", ["政", "政务", "公开", "开公", "务公开", "政务公开", "检检", "查政务公"])
def test_characters_beside_each_other(texts: dict[str, str], part: str) -> None:
    assert found(Run(TEXT, tuple(part))) == holding(texts, part)


def test_words_alone(texts: dict[str, str]) -> None:
    assert found(Run(TEXT, ("公开",))) == {key for key, text in texts.items() if "公开" in words(text)}
    assert found(Run(TEXT, ("a7",))) == {"7"}
    assert found(Run(TEXT, ("没有",))) == set()
    assert found(Run("w_of_no_model", ("政",))) == set()


def test_questions_of_several_parts(texts: dict[str, str]) -> None:
    one, other = Run(TEXT, tuple("政务")), Run(TEXT, ("查",))

    assert found(All((one, other))) == holding(texts, "政务") & holding(texts, "查")
    assert found(Any((one, other))) == holding(texts, "政务") | holding(texts, "查")
    assert found(All((other, Without(one)))) == holding(texts, "查") - holding(texts, "政务")
    assert found(Rather(one, other)) == holding(texts, "政务")
    assert found(Everything()) == set(texts)
    assert found(Beginning(TEXT, "a1")) == {key for key in texts if key.startswith("1")}


def test_what_is_liked_comes_first_and_a_shorter_text_before_a_longer(data_folders: Path) -> None:
    engine = WhooshEngine()
    engine.reset()
    written = {"1": "政务公开", "2": f"政务公开{'检查' * 20}", "3": "政务", "4": "检查"}
    engine.write(remove=[], add=[Document(f"{ROOT}:{key}", {TEXT: text}) for key, text in written.items()])

    scores = engine.scores(Rather(Run(TEXT, tuple("政务")), Run(TEXT, tuple("公开"), 5.0)), root=ROOT)

    assert sorted(scores, key=scores.__getitem__, reverse=True) == ["1", "2", "3"]
