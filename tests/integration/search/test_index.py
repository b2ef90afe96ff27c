"""The index under several hands: writers beside each other, readers meanwhile, a writer that dies."""

from __future__ import annotations

import multiprocessing
import os
import signal
from pathlib import Path

import pytest
from django.conf import settings
from whoosh.writing import SegmentWriter

from portal.pages.models import ArticlePage
from search import outbox, services
from search.documents import Document
from search.errors import IndexUnavailable
from search.models import IndexChange
from search.wanted import Run
from tests.factories import make_article
from tests.integration.search.conftest import PAGE, TITLE, current, engine


def add_one(folder: str, number: int) -> None:
    """What another process does: one document in a commit of its own."""
    settings.SEARCH_INDEX_DIR = folder
    with engine().write_lock():
        engine().write(
            remove=[], add=[Document(key=f"{PAGE}:{number}", texts={TITLE: f"第{number}号公告", "w_text": "正文"})]
        )


@pytest.mark.whoosh
def test_writers_in_several_processes_lose_nothing(data_folders: Path) -> None:
    engine().reset()
    fork = multiprocessing.get_context("fork")
    writers = [fork.Process(target=add_one, args=(str(settings.SEARCH_INDEX_DIR), number)) for number in range(24)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)

    assert [writer.exitcode for writer in writers] == [0] * 24
    assert sorted(map(int, engine().scores(Run(TITLE, ("公告",)), root=PAGE))) == list(range(24))


@pytest.mark.whoosh
def test_no_segment_is_compound(data_folders: Path) -> None:
    engine().reset()
    for number in range(3):
        add_one(str(settings.SEARCH_INDEX_DIR), number)

    names = {path.suffix for path in current().iterdir()}
    assert ".pst" in names
    assert ".seg" not in names


@pytest.mark.django_db
def test_a_reader_that_asks_all_the_time_answers_from_the_last_commit_alone(data_folders: Path) -> None:
    engine().reset()
    expected = {}
    for number in range(60):
        key, word = str(number % 25), "甲乙丙丁戊己庚"[number % 7]
        document = Document(key=f"{PAGE}:{key}", texts={TITLE: word, "w_text": "正文" * (number % 5)})
        with engine().write_lock():
            engine().write(remove=[document.key, f"{PAGE}:{number % 11}"], add=[document])
        expected.pop(str(number % 11), None)
        expected[key] = word
        found = {word: set(engine().scores(Run(TITLE, (word,)), root=PAGE)) for word in "甲乙丙丁戊己庚"}
        assert found == {word: {key for key, said in expected.items() if said == word} for word in found}


@pytest.mark.whoosh
def test_a_commit_that_fails_leaves_no_lock(data_folders: Path, monkeypatch) -> None:
    engine().reset()
    with monkeypatch.context() as broken:
        broken.setattr(SegmentWriter, "_merge_segments", None)
        with pytest.raises(IndexUnavailable):
            add_one(str(settings.SEARCH_INDEX_DIR), 0)

    add_one(str(settings.SEARCH_INDEX_DIR), 1)
    assert set(engine().scores(Run(TITLE, ("公告",)), root=PAGE)) == {"1"}


@pytest.mark.django_db
def test_changes_wait_while_nothing_can_be_written_and_their_lag_is_known() -> None:
    article = make_article(title="第一号公告")
    services.rebuild()
    outbox.note(ArticlePage, [article.pk])
    assert outbox.waiting() == 1
    services.index_changes()

    assert outbox.waiting() == 0
    assert IndexChange.objects.latest("pk").lag.total_seconds() >= 0


def killed_in_the_middle(folder: str) -> None:
    """What a worker leaves that dies while it commits."""
    settings.SEARCH_INDEX_DIR = folder

    def dying():
        yield Document(key=f"{PAGE}:900", texts={TITLE: "没有写完的公告"})
        os.kill(os.getpid(), signal.SIGKILL)

    with engine().write_lock():
        engine().write(remove=[f"{PAGE}:0"], add=dying())


@pytest.mark.whoosh
def test_a_writer_that_is_killed_leaves_the_index_as_it_was_and_no_lock(data_folders: Path) -> None:
    engine().reset()
    add_one(str(settings.SEARCH_INDEX_DIR), 0)
    process = multiprocessing.get_context("fork").Process(
        target=killed_in_the_middle, args=(str(settings.SEARCH_INDEX_DIR),)
    )
    process.start()
    process.join(60)

    assert process.exitcode == -signal.SIGKILL
    assert list(engine().scores(Run(TITLE, ("公告",)), root=PAGE)) == ["0"]
    add_one(str(settings.SEARCH_INDEX_DIR), 1)
    assert set(engine().scores(Run(TITLE, ("公告",)), root=PAGE)) == {"0", "1"}


def read_often(folder: str, questions: int) -> None:
    settings.SEARCH_INDEX_DIR = folder
    for _ in range(questions):
        assert len(engine().scores(Run(TITLE, ("公告",)), root=PAGE)) == 12


@pytest.mark.whoosh
def test_forked_readers_do_not_share_open_files(data_folders: Path) -> None:
    engine().reset()
    for number in range(12):
        add_one(str(settings.SEARCH_INDEX_DIR), number)
    read_often(str(settings.SEARCH_INDEX_DIR), 1)
    fork = multiprocessing.get_context("fork")
    readers = [fork.Process(target=read_often, args=(str(settings.SEARCH_INDEX_DIR), 40)) for _ in range(4)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join(60)

    assert [reader.exitcode for reader in readers] == [0] * 4
