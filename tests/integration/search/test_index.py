"""The index under several hands: rebuilds, writers beside each other, damage while writing."""

from __future__ import annotations

import io
import multiprocessing
import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import OperationalError, connections
from django_q.models import Task
from modelsearch.backends import get_search_backend
from whoosh.writing import SegmentWriter

from portal.pages.blocks import plain_text
from portal.pages.models import ArticlePage
from search import analysis, outbox, services
from search.backends.base import Engine
from search.documents import Document
from search.errors import IndexUnavailable, RebuildRunning
from search.models import DictionaryWord, IndexChange, LeftOut
from search.wanted import Run
from tests.factories import make_article, make_column_page
from tests.integration.search.conftest import titles

PAGE = "wagtailcore.page"
TITLE = "w_title"


def engine() -> Engine:
    return get_search_backend().engine


def current() -> Path:
    return (engine().folder / "current").resolve()


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


@pytest.mark.django_db
def test_what_changes_during_a_rebuild_is_in_the_new_index() -> None:
    column = make_column_page()
    make_article(column, title="第一号公告")
    gone = make_article(column, title="撤下的公告")
    services.rebuild()

    def meanwhile(done: int, total: int) -> None:
        if not ArticlePage.objects.filter(title="迟到的公告").exists():
            make_article(column, title="迟到的公告")
            gone.delete()
            services.index_changes()

    before = engine().size()
    assert services.rebuild(meanwhile) == before
    assert set(titles("公告")) == {"第一号公告", "迟到的公告"}


@pytest.mark.django_db
def test_what_changes_during_the_very_first_rebuild_is_in_the_index() -> None:
    column = make_column_page()
    make_article(column, title="第一号公告")

    def meanwhile(done: int, total: int) -> None:
        if done == total:
            make_article(column, title="迟到的公告")

    services.rebuild(meanwhile)
    assert set(titles("公告")) == {"第一号公告", "迟到的公告"}


@pytest.mark.django_db
def test_readers_see_the_old_index_until_the_new_one_is_complete() -> None:
    make_article(title="第一号公告")
    services.rebuild()
    seen = []

    services.rebuild(lambda done, total: seen.append(titles("公告")))

    assert seen
    assert all(found == ["第一号公告"] for found in seen)


@pytest.mark.django_db
def test_a_rebuild_that_fails_leaves_the_old_index() -> None:
    make_article(title="第一号公告")
    services.rebuild()
    before = engine().size()

    def fail(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        services.rebuild(fail)

    assert titles("公告") == ["第一号公告"]
    assert engine().size() == before
    assert services.rebuild() == before


@pytest.mark.whoosh
@pytest.mark.django_db
def test_only_the_current_index_and_the_one_before_are_kept() -> None:
    make_article()
    for _ in range(4):
        services.rebuild()

    assert len(list(engine().folder.glob("v*"))) == 2


@pytest.mark.django_db
def test_another_process_may_not_rebuild_meanwhile() -> None:
    """A thread stands for the process: it has files and a database connection of its own."""
    make_article()
    refused = []

    def another() -> None:
        try:
            engine().start_rebuild()
        except RebuildRunning as error:
            refused.append(str(error))
        finally:
            connections.close_all()

    def meanwhile(done: int, total: int) -> None:
        thread = threading.Thread(target=another)
        thread.start()
        thread.join(30)

    services.rebuild(meanwhile)

    assert refused
    assert set(refused) == {"another rebuild of the search index is running"}


@pytest.mark.whoosh
@pytest.mark.django_db
def test_two_rebuilds_at_once_are_refused_in_one_line() -> None:
    make_article()
    refused = []

    def second(done: int, total: int) -> None:
        if done < total:
            return
        with pytest.raises(CommandError, match="another rebuild") as error:
            call_command("rebuild_index")
        refused.append(error.value.returncode)

    services.rebuild(second)

    assert refused == [2]


@pytest.mark.django_db
def test_indexing_where_there_is_no_index_builds_all_of_it() -> None:
    column = make_column_page()
    make_article(column, title="第一号公告")
    second = make_article(column, title="第二号公告")

    outbox.note(ArticlePage, [second.pk])
    services.index_changes()

    assert len(titles("公告")) == 2


@pytest.mark.whoosh
@pytest.mark.django_db
def test_indexing_into_a_damaged_index_builds_a_new_one() -> None:
    article = make_article(title="第一号公告")
    services.rebuild()
    for file in current().glob("*.toc"):
        file.write_bytes(b"")

    outbox.note(ArticlePage, [article.pk])
    services.index_changes()

    assert titles("公告") == ["第一号公告"]


@pytest.mark.django_db
def test_a_word_taught_during_a_rebuild_is_a_token_afterwards() -> None:
    make_article(title="云台山景区通告")
    services.rebuild()

    def meanwhile(done: int, total: int) -> None:
        if done == total:
            DictionaryWord.objects.get_or_create(text="台山景", kind=DictionaryWord.Kind.PLACE)

    services.rebuild(meanwhile)

    assert engine().scores(Run(TITLE, ("台山景",)), root=PAGE)


@pytest.mark.django_db
def test_a_rebuild_is_asked_for_once_until_it_is_done_or_overdue(settings) -> None:
    settings.CACHES = {**settings.CACHES, "pages": settings.CACHES["default"]}
    make_article()
    services.rebuild()
    now = time.time()

    assert [engine().claim_rebuild(now=now + later) for later in (0, 60, 3700)] == [True, False, True]
    services.rebuild()
    assert engine().claim_rebuild(now=now + 3800)


@pytest.mark.django_db
def test_an_endless_word_is_no_obstacle(data_folders: Path) -> None:
    make_article(title="第一号公告", body=f"{'x' * 5000} {'号' * 5000} y")
    services.rebuild()

    assert titles("公告 y") == ["第一号公告"]
    assert ArticlePage.objects.all().search("x" * 5000).count() == 1


@pytest.mark.django_db
def test_the_end_of_a_very_long_text_is_found() -> None:
    make_article(title="第一号公告", body=f"{'各单位：' * 6000} 防汛抗旱")
    services.rebuild()

    assert titles("防汛 抗旱") == ["第一号公告"]


def break_the_analysis(text: str) -> analysis.Places:
    if "第二号" in text:
        raise ValueError("broken")
    return understood(text)


def break_what_is_read(body: Any) -> str:
    text = plain_text(body)
    break_the_analysis(text)
    return text


understood = analysis.words


@pytest.mark.django_db
@pytest.mark.parametrize("is_rebuilt", [True, False])
@pytest.mark.parametrize("place", ["search.analysis.words", "search.additions.plain_text"])
def test_a_document_that_breaks_stops_no_other_and_is_named(monkeypatch, caplog, place: str, is_rebuilt: bool) -> None:
    column = make_column_page()
    articles = [make_article(column, title=f"{title}公告", body=title) for title in ("第一号", "第二号", "第三号")]
    services.rebuild()
    monkeypatch.setattr(place, break_the_analysis if place.endswith("words") else break_what_is_read)

    outbox.note(ArticlePage, [article.pk for article in articles])
    services.rebuild() if is_rebuilt else services.index_changes()

    assert set(titles("公告")) == {"第一号公告", "第三号公告"}
    assert outbox.waiting() == 0
    key = f"{PAGE}:{articles[1].pk}"
    assert f"Document {key} cannot be indexed and is left out" in caplog.text
    assert list(LeftOut.objects.values_list("key", "reason")) == [(key, "ValueError: broken")]

    monkeypatch.undo()
    outbox.note(ArticlePage, [articles[1].pk])
    services.rebuild() if is_rebuilt else services.index_changes()
    assert len(titles("公告")) == 3
    assert not LeftOut.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("is_rebuilt", [True, False])
def test_what_cannot_be_indexed_and_is_no_more_is_not_named_any_longer(is_rebuilt: bool) -> None:
    article = make_article(title="第二号公告")
    services.rebuild()
    LeftOut.objects.create(key=f"{PAGE}:{article.pk}", reason="ValueError: broken")
    article.delete()

    services.rebuild() if is_rebuilt else services.index_changes()

    assert not LeftOut.objects.exists()


@pytest.mark.django_db
def test_a_database_that_fails_is_no_fault_of_the_content(monkeypatch) -> None:
    article = make_article(title="第一号公告")
    services.rebuild()
    outbox.note(ArticlePage, [article.pk])

    def fail(*args: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr("search.additions.plain_text", fail)
    with pytest.raises(OperationalError):
        services.index_changes()

    assert outbox.waiting() == 1
    assert not LeftOut.objects.exists()


@pytest.mark.django_db
def test_a_failure_that_is_no_documents_leaves_the_changes_waiting(monkeypatch) -> None:
    article = make_article(title="第一号公告")
    services.rebuild()
    outbox.note(ArticlePage, [article.pk])

    def fail(*args: object, **kwargs: object) -> None:
        raise ValueError("broken")

    monkeypatch.setattr(type(engine()), "write", fail)
    with pytest.raises(ValueError, match="broken"):
        services.index_changes()

    assert outbox.waiting() == 1


@pytest.mark.whoosh
@pytest.mark.django_db
@pytest.mark.parametrize("ending", ["pst", "trm"])
def test_damage_that_only_a_merge_meets_builds_a_new_index(ending: str) -> None:
    article = make_article(title="第一号公告")
    services.rebuild()
    for file in current().glob(f"*.{ending}"):
        scrambled = bytearray(file.read_bytes())
        scrambled[::3] = b"\xff" * len(scrambled[::3])
        file.write_bytes(scrambled)

    outbox.note(ArticlePage, [article.pk])
    services.index_changes()

    assert outbox.waiting() == 0
    assert titles("公告") == ["第一号公告"]


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
def test_the_command_says_how_many() -> None:
    make_article()
    out = io.StringIO()

    call_command("rebuild_index", stdout=out)

    assert f"search index: {engine().size()} documents" in out.getvalue()


@pytest.mark.whoosh
@pytest.mark.django_db
def test_a_damaged_index_is_answered_from_the_one_before_and_rebuilt() -> None:
    make_article(title="第一号公告")
    services.rebuild()
    services.rebuild()
    for file in current().iterdir():
        file.write_bytes(b"\xff" * 100)

    assert titles("公告") == ["第一号公告"]
    assert Task.objects.filter(func="search.tasks.rebuild", success=True).exists()
    assert titles("公告") == ["第一号公告"]


@pytest.mark.whoosh
@pytest.mark.django_db
def test_a_damaged_index_is_answered_from_the_one_before_also_while_a_new_one_is_built() -> None:
    make_article(title="第一号公告")
    services.rebuild()
    services.rebuild()
    for file in current().iterdir():
        file.write_bytes(b"\xff" * 100)
    seen = []

    services.rebuild(lambda done, total: seen.append(engine().scores(Run(TITLE, ("公告",)), root=PAGE)))

    assert seen
    assert all(seen)


@pytest.mark.whoosh
@pytest.mark.django_db
def test_what_a_killed_rebuild_left_is_never_read_and_goes_with_the_next_one() -> None:
    make_article(title="第一号公告")
    services.rebuild()
    services.rebuild()
    killed = engine()
    killed.start_rebuild()
    left = Path(killed._aside.storage.folder)
    killed._rebuilding.close()
    good = (engine().folder / "previous").resolve()
    for file in current().iterdir():
        file.write_bytes(b"\xff" * 100)

    assert engine().scores(Run(TITLE, ("公告",)), root=PAGE)
    services.rebuild()

    assert not left.exists()
    assert {path.name for path in engine().folder.glob("v*")} == {current().name, good.name}


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
