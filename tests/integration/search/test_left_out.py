"""What cannot be indexed stops nothing else, and is named; what is no fault of the content is tried again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError

from portal.pages.blocks import plain_text
from portal.pages.models import ArticlePage
from search import analysis, outbox, services
from search.models import LeftOut
from tests.factories import make_article, make_column_page
from tests.integration.search.conftest import PAGE, engine, titles


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
