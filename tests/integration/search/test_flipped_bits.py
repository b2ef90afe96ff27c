"""One bit of one file of the index is no longer what was written: noticed, and answered from what is whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from portal.pages.models import ArticlePage
from search import outbox, services
from search.backends import whoosh, whoosh_sums
from search.errors import IndexUnavailable
from search.wanted import Run
from tests.factories import make_article, make_column_page
from tests.integration.search.conftest import titles

pytestmark = [pytest.mark.whoosh, pytest.mark.django_db]


def current() -> Path:
    return (settings.SEARCH_INDEX_DIR / "current").resolve()


def flip(file: Path, place: float = 0.5) -> None:
    content = bytearray(file.read_bytes())
    content[int(len(content) * place)] ^= 1
    file.write_bytes(content)


def in_a_new_process() -> None:
    """What this process has open and has looked at is forgotten."""
    whoosh_sums._check_files.cache_clear()
    whoosh._open.__dict__.clear()


def found() -> set[str]:
    return set(whoosh.WhooshEngine().scores(Run("w_title", ("公告",)), root="wagtailcore.page"))


def files_of_an_index() -> list[Path]:
    return sorted(path for path in current().iterdir() if path.is_file() and path.stat().st_size)


def test_wherever_a_bit_flips_nothing_is_answered_from_that_index() -> None:
    make_article(title="第一号公告")
    services.rebuild()
    (settings.SEARCH_INDEX_DIR / "previous").unlink(missing_ok=True)
    there = found()
    files = files_of_an_index()

    assert there
    assert {path.suffix for path in files} >= {".toc", ".pst", ".trm", ".col"}
    for file in files:
        for place in (0, 0.5, 0.999):
            flip(file, place)
            in_a_new_process()
            with pytest.raises(IndexUnavailable):
                found()
            flip(file, place)
    in_a_new_process()
    assert found() == there


def test_a_reader_that_opens_it_answers_from_the_one_before_and_has_it_rebuilt() -> None:
    make_article(title="第一号公告")
    services.rebuild()
    services.rebuild()
    damaged = current()
    flip(next(damaged.glob("*.pst")))
    in_a_new_process()

    assert titles("公告") == ["第一号公告"]
    assert current() != damaged
    assert titles("公告") == ["第一号公告"]


def test_a_bit_that_flips_under_open_readers_is_noticed_by_the_queue(monkeypatch) -> None:
    article = make_article(title="第一号公告")
    services.rebuild()
    services.rebuild()
    assert services.look_through_index()
    flip(next(current().glob("*.pst")))
    damaged = current()
    seen = []

    def start(engine: whoosh.WhooshEngine) -> None:
        reader = whoosh.WhooshEngine()
        seen.append((set(reader.scores(Run("w_title", ("公告",)), root="wagtailcore.page")), reader.is_damaged))
        start_rebuild(engine)

    start_rebuild = whoosh.WhooshEngine.start_rebuild
    monkeypatch.setattr(whoosh.WhooshEngine, "start_rebuild", start)
    assert not services.look_through_index()

    assert seen == [({str(article.pk)}, True)]
    assert current() != damaged
    assert services.look_through_index()


def test_a_damaged_index_does_not_become_the_last_good_one() -> None:
    make_article(title="第一号公告")
    services.rebuild()
    services.rebuild()
    good = (settings.SEARCH_INDEX_DIR / "previous").resolve()
    flip(next(current().glob("*.pst")))

    services.rebuild()

    assert (settings.SEARCH_INDEX_DIR / "previous").resolve() == good


@pytest.mark.parametrize("ending", ["pst", "trm", "toc"])
def test_damage_is_not_merged_into_something_that_looks_whole(ending: str) -> None:
    column = make_column_page()
    make_article(column, title="第0号公告")
    services.rebuild()
    damaged = current()
    flip(next(damaged.glob(f"*.{ending}")), 0.999)

    for number in range(1, 9):
        article = make_article(column, title=f"第{number}号公告")
        outbox.note(ArticlePage, [article.pk])
        services.index_changes()

    assert current() != damaged
    in_a_new_process()
    assert len(titles("公告")) == 9
