"""What editors do reaches the index through the queue."""

from __future__ import annotations

import pytest
from django_q.models import Task
from modelsearch.backends import get_search_backend

from portal.units.models import Unit
from search import outbox, queries, services
from search.models import DictionaryWord
from search.parsing import parse
from search.wanted import Any, Run
from tests.factories import make_article, make_column_page, make_unit_page
from tests.integration.search.conftest import request_of, titles

pytestmark = pytest.mark.django_db


def indexed() -> int:
    """How many articles the index holds that say 公告 or 通知, whoever may read them."""
    return len(
        get_search_backend().engine.scores(
            Any((Run("w_title", ("公告",)), Run("w_title", ("通知",)))), root="wagtailcore.page"
        )
    )


@pytest.fixture
def article(committed):
    with committed():
        return make_article(title="关于开展政务公开检查的通知", body="请各单位简单易用地填写自查表。")


def test_a_published_article_is_found_by_title_and_body(article) -> None:
    assert titles("政务公开") == [article.title]
    assert titles("自查表") == [article.title]
    assert Task.objects.filter(func="search.tasks.index_changes", success=True).exists()


def test_a_draft_is_not_found(article) -> None:
    article.title = "改过但没有发布"
    article.save_revision()

    assert titles("改过") == []


def test_an_article_published_again_is_found_by_its_new_words_only(article, committed) -> None:
    with committed():
        article.title = "关于防汛值班的通知"
        article.save_revision().publish()

    assert titles("防汛") == ["关于防汛值班的通知"]
    assert titles("政务公开检查") == []
    assert indexed() == 1


def test_an_unpublished_article_is_gone_before_and_after_the_queue(article, committed) -> None:
    with committed():
        article.unpublish()
        assert titles("政务公开") == []
    assert titles("政务公开") == []


def test_a_deleted_column_takes_its_articles_along(article, committed) -> None:
    with committed():
        article.get_parent().delete()
    assert titles("政务公开") == []
    assert indexed() == 0


def test_a_moved_column_is_found_under_its_new_unit(article, committed) -> None:
    target = make_unit_page(
        Unit.objects.create(code="archive", name="栖云县档案馆", short_name="档案馆", kind="institution")
    )
    assert titles("档案馆") == []

    with committed():
        article.get_parent().move(target, pos="last-child")

    assert titles("档案馆 检查") == [article.title]


def test_a_renamed_column_is_found_by_its_new_name(article, committed) -> None:
    column = article.get_parent().specific
    with committed():
        column.title = "林长制专栏"
        column.save_revision().publish()

    assert titles("林长制") == [article.title]


def test_a_renamed_unit_is_found_by_its_new_name(article, committed) -> None:
    unit = Unit.objects.get()
    with committed():
        unit.short_name = "数据局"
        unit.save()

    assert titles("数据局") == [article.title]


def test_many_publications_in_one_transaction_are_one_task(committed) -> None:
    column = make_column_page()
    with committed():
        for number in range(5):
            make_article(column, title=f"第{number}号公告")

    assert Task.objects.filter(func="search.tasks.index_changes").count() == 1
    assert len(titles("公告")) == 5


def test_indexing_twice_changes_nothing(article) -> None:
    for _ in range(2):
        outbox.note(type(article), [article.pk])
        assert services.index_changes() == 1

    assert indexed() == 1
    assert titles("政务公开") == [article.title]


def test_a_column_that_is_not_published_lends_its_articles_no_name(article, committed) -> None:
    column = article.get_parent().specific
    column.title = "林长制草稿栏目"
    with committed():
        column.save()
        column.unpublish()

    [hit] = queries.search(parse("政务公开"), request=request_of()).hits
    assert (hit.column, hit.portal_column) == ("", None)
    assert titles("林长制草稿") == []

    with committed():
        column.save_revision().publish()
    [hit] = queries.search(parse("林长制草稿"), request=request_of()).hits
    assert hit.column == "林长制草稿栏目"


def test_a_section_that_is_not_published_lends_its_articles_no_name(article, committed) -> None:
    section = article.get_parent().get_parent().specific
    name = section.title
    with committed():
        section.unpublish()

    [hit] = queries.search(parse("政务公开"), request=request_of()).hits
    assert hit.unit == ""
    assert titles(f"{name} 政务公开") == []


def holding(token: str) -> int:
    """How many documents of the index hold a token in their titles."""
    return len(get_search_backend().engine.scores(Run("w_title", (token,)), root="wagtailcore.page"))


def test_a_word_of_the_office_is_a_token_as_long_as_it_is_one(committed) -> None:
    with committed():
        make_article(title="云台山景区通告")
        make_article(title="柳溪口码头通告")
        word = DictionaryWord.objects.create(text="台山景", kind=DictionaryWord.Kind.PLACE)
    assert (holding("台山景"), holding("溪口码")) == (1, 0)

    with committed():
        word.text = "溪口码"
        word.save()
    assert (holding("台山景"), holding("溪口码")) == (0, 1)

    with committed():
        word.delete()
    assert (holding("台山景"), holding("溪口码")) == (0, 0)
