"""The index under several hands: rebuilds, writers beside each other, damage while writing."""

from __future__ import annotations

import io
import multiprocessing
import threading
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from whoosh import query

from search import index, matching, services
from search.parsing import parse
from tests.factories import make_article, make_column_page
from tests.integration.search.conftest import titles


def add_one(folder: str, number: int) -> None:
    """What another process does: one document in a commit of its own."""
    settings.SEARCH_INDEX_DIR = folder
    with index.write_lock(), index.current() as ix, index.writer(ix) as writer:
        writer.add_document(id=number, title=f"第{number}号公告", body="正文", place="某局 公告")


def test_writers_in_several_processes_lose_nothing(data_folders: Path) -> None:
    index.switch(index.create())
    fork = multiprocessing.get_context("fork")
    writers = [fork.Process(target=add_one, args=(str(settings.SEARCH_INDEX_DIR), number)) for number in range(24)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)

    assert [writer.exitcode for writer in writers] == [0] * 24
    assert sorted(matching.match(parse("公告"))) == list(range(24))


def test_no_segment_is_compound(data_folders: Path) -> None:
    index.switch(index.create())
    for number in range(3):
        add_one(str(settings.SEARCH_INDEX_DIR), number)

    names = {path.suffix for path in (index.root() / "current").resolve().iterdir()}
    assert ".pst" in names
    assert ".seg" not in names


@pytest.mark.django_db(transaction=True)
def test_threads_that_publish_at_once_lose_nothing() -> None:
    column = make_column_page()
    articles = [make_article(column, title=f"第{number}号公告") for number in range(8)]
    services.rebuild()
    with index.current() as ix, index.writer(ix) as writer:
        writer.delete_by_query(query.Every())

    def publish(pk: int) -> None:
        try:
            services.index_pages([pk])
        finally:
            connection.close()

    threads = [threading.Thread(target=publish, args=(article.pk,)) for article in articles]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert len(titles("公告")) == 8


@pytest.mark.django_db
def test_what_changes_during_a_rebuild_is_in_the_new_index() -> None:
    column = make_column_page()
    make_article(column, title="第一号公告")
    gone = make_article(column, title="撤下的公告")
    services.rebuild()

    def meanwhile(done: int, total: int) -> None:
        late = make_article(column, title="迟到的公告")
        gone.unpublish()
        services.index_pages([late.pk, gone.pk])

    assert services.rebuild(meanwhile) == 2
    assert set(titles("公告")) == {"第一号公告", "迟到的公告"}


@pytest.mark.django_db
def test_what_changes_during_the_very_first_rebuild_is_in_the_index() -> None:
    column = make_column_page()
    make_article(column, title="第一号公告")

    def meanwhile(done: int, total: int) -> None:
        services.index_pages([make_article(column, title="迟到的公告").pk])

    assert services.rebuild(meanwhile) == 2


@pytest.mark.django_db
def test_readers_see_the_old_index_until_the_new_one_is_complete() -> None:
    make_article(title="第一号公告")
    services.rebuild()
    seen = []

    services.rebuild(lambda done, total: seen.append(titles("公告")))

    assert seen == [["第一号公告"]]


@pytest.mark.django_db
def test_a_rebuild_that_fails_leaves_the_old_index() -> None:
    make_article(title="第一号公告")
    services.rebuild()
    before = sorted(path.name for path in index.root().glob("v*"))

    def fail(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        services.rebuild(fail)

    assert titles("公告") == ["第一号公告"]
    assert sorted(path.name for path in index.root().glob("v*")) == before
    assert services.rebuild() == 1


@pytest.mark.django_db
def test_only_the_current_index_and_the_one_before_are_kept() -> None:
    make_article()
    for _ in range(4):
        services.rebuild()

    assert len(list(index.root().glob("v*"))) == 2


@pytest.mark.django_db
def test_two_rebuilds_at_once_are_refused_in_one_line() -> None:
    make_article()
    refused = []

    def second(done: int, total: int) -> None:
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

    services.index_pages([second.pk])

    assert len(titles("公告")) == 2


@pytest.mark.django_db
def test_indexing_into_a_damaged_index_builds_a_new_one() -> None:
    article = make_article(title="第一号公告")
    services.rebuild()
    for file in (index.root() / "current").resolve().glob("*.toc"):
        file.write_bytes(b"")

    services.index_pages([article.pk])

    assert titles("公告") == ["第一号公告"]


@pytest.mark.django_db
def test_the_command_says_how_many() -> None:
    make_article()
    out = io.StringIO()

    call_command("rebuild_index", stdout=out)

    assert "search index: 1 articles" in out.getvalue()
