"""Rebuilds: what changes meanwhile, what readers see meanwhile, and what is done about a damaged index."""

from __future__ import annotations

import io
import threading
import time
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django_q.models import Task

from portal.pages.models import ArticlePage
from search import outbox, services
from search.errors import RebuildRunning
from search.models import DictionaryWord
from search.wanted import Run
from tests.factories import make_article, make_column_page
from tests.integration.search.conftest import PAGE, TITLE, current, engine, titles


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
