"""What finds what, in which order."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageViewRestriction

from portal.pages.enums import ColumnClass
from search import matching, queries, services
from search.models import DictionaryWord, Synonyms
from search.parsing import parse
from tests.factories import make_article, make_column_page, make_unit_page
from tests.integration.search.conftest import request_of, titles

pytestmark = pytest.mark.django_db


def on(day: str) -> dt.datetime:
    return timezone.make_aware(dt.datetime.fromisoformat(f"{day}T09:30"))


@pytest.mark.parametrize(
    ("question", "is_found"),
    [
        ("政务公开", True),
        ("简单", True),
        ("易用", True),
        ("栖云", True),
        ("水", True),
        ("wifi", True),
        ("ＷＩＦＩ", True),
        ("2026", True),
        ("１２３号", True),
        ("“简单易用”", True),
        ("“政务公开 检查”", True),
        ("“检查政务”", False),
        ("“单易”", True),
        ("检查 政务", True),
        ("检查 不存在的词语", False),
        ("民政", False),
        ("wif", False),
        ("title:政务", False),
        ("政务*", True),
    ],
)
def test_finding(question: str, is_found: bool) -> None:
    make_article(title="栖云县人民政府政务公开检查", body="系统简单易用；供水厂WiFi覆盖，2026年第123号。")
    services.rebuild()

    assert bool(titles(question)) is is_found


@pytest.mark.parametrize(
    "question",
    [
        "99号",
        "开府办 99",
        "〔2017〕99",
        "[2017]99号",
        "（2017）99",
        "【2017】99号",
        "［2017］99",
        "｛2017｝99",
        "《2017》99号",
        "<2017> 99",
        "2017-99",
        "开府办发〔2017〕99号",
        "開府辦 99",
    ],
)
def test_a_documents_number_puts_it_first(question: str) -> None:
    column = make_column_page()
    quoting = "按照开府办发〔2017〕99号要求，" * 4
    for number in range(6):
        make_article(column, title=f"2017年第{number}次会议落实99号文件", body=f"{'各单位：' * 60}{quoting}")
    make_article(column, title="关于印发网站管理办法的通知", body=f"开府办发〔2017〕99号 {'各单位：' * 60}")
    other = make_article(
        column, title="关于修订网站管理办法的通知", body=f"开府办发〔2017〕99号同时废止。{'各单位：' * 60}"
    )
    other.document_number = "开府办发〔2017〕98号"
    other.save()
    services.rebuild()

    assert titles(question)[0] == "关于印发网站管理办法的通知"


@pytest.mark.parametrize(
    "question",
    ["2017年3月5日", "2017-03-05", "2017.3.5", "20170305", "二〇一七年三月五日", "2017年3月", "2017-03-05 办法"],
)
def test_the_day_of_a_document_puts_it_first(question: str) -> None:
    column = make_column_page()
    for number in range(6):
        make_article(column, title=f"第{number}次会议", body=f"2017年3月5日印发的办法。{'各单位：' * 60}2017年3月5日。")
    dated = make_article(column, title="网站管理办法")
    dated.issued_on = dt.date(2017, 3, 5)
    dated.save()
    services.rebuild()

    first = queries.search(parse(question), request=request_of()).hits[0]
    assert (first.url, first.issued) == (dated.get_url(), dt.date(2017, 3, 5))


def test_who_issued_a_document_finds_it() -> None:
    column = make_column_page()
    make_article(column, title="网站管理办法", body="内容")
    issued = make_article(column, title="网站管理细则", body="内容")
    issued.issuing_body = "栖云县数据局"
    issued.save()
    services.rebuild()

    assert titles("数据局") == ["网站管理细则"]
    assert titles("县数据局 网站管理") == ["网站管理细则"]


def test_a_day_is_marked_however_the_page_writes_it() -> None:
    make_article(title="换届公告", body="会议定于二〇一七年三月五日召开。")
    services.rebuild()

    [hit] = queries.search(parse("2017-3-5"), request=request_of()).hits
    assert "<mark>二〇一七年三月五日</mark>" in hit.snippet


def test_an_office_word_and_synonyms_take_effect_without_a_restart(committed) -> None:
    make_article(title="最低生活保障标准", body="低保之外")
    make_article(title="云台山景区通告")
    services.rebuild()
    assert len(titles("低保户")) == 0

    Synonyms.objects.create(text="低保户，最低生活保障")
    with committed():
        DictionaryWord.objects.create(text="台山景", kind=DictionaryWord.Kind.PLACE)

    assert titles("低保户") == ["最低生活保障标准"]
    assert titles("台山景") == ["云台山景区通告"]


def test_a_title_comes_before_a_body_and_the_title_as_typed_comes_first() -> None:
    column = make_column_page()
    make_article(column, title="值班安排", body="按照防汛抗旱的要求值班。")
    make_article(column, title="抗旱与防汛物资采购", body="采购清单。")
    make_article(column, title="防汛抗旱工作会议", body="会议内容。")
    services.rebuild()

    assert titles("防汛抗旱") == ["防汛抗旱工作会议", "抗旱与防汛物资采购", "值班安排"]


def test_a_long_text_about_something_comes_before_a_short_one_that_mentions_it() -> None:
    column = make_column_page()
    passing = "各单位按时报送材料。" * 20
    for _ in range(6):
        make_article(column, title="材料", body=passing * 3)
    make_article(column, title="简报", body="会上还通报了防汛抗旱情况。")
    make_article(
        column, title="通知", body=f"为做好防汛抗旱工作。{passing}落实防汛抗旱。{passing}防汛抗旱总结。{passing}"
    )
    services.rebuild()

    assert titles("防汛抗旱") == ["通知", "简报"]


@pytest.mark.parametrize(
    ("question", "is_found"), [("引进人才", True), ("“引进人才”", False), ("引进人才 秸秆", False)]
)
def test_where_nothing_holds_a_word_its_characters_are_looked_for(question: str, is_found: bool) -> None:
    make_article(title="人才引进公告")
    services.rebuild()

    assert bool(titles(question)) is is_found


def test_a_closed_page_does_not_decide_how_a_question_is_taken() -> None:
    make_article(title="人才引进公告")
    closed = make_article(title="引进人才名单")
    PageViewRestriction.objects.create(page=closed, restriction_type=PageViewRestriction.LOGIN)
    services.rebuild()

    assert titles("引进人才") == ["人才引进公告"]


def test_filters_and_order() -> None:
    first, second = make_unit_page(), make_unit_page()
    notices = make_column_page(first, title="通知公告", column_class=ColumnClass.NOTICE)
    news = make_column_page(first, title="动态")
    make_article(notices, title="旧公告", published_at=on("2026-01-05"))
    make_article(news, title="新公告", published_at=on("2026-11-18"))
    make_article(make_column_page(second), title="别的公告", published_at=on("2026-06-01"))
    services.rebuild()

    assert titles("公告", order=queries.Order.DATE) == ["新公告", "别的公告", "旧公告"]
    assert set(titles("公告", filters={"unit": first.unit.code})) == {"旧公告", "新公告"}
    assert titles("公告", filters={"column_class": ColumnClass.NOTICE}) == ["旧公告"]
    assert titles("公告", filters={"since": dt.date(2026, 11, 18)}) == ["新公告"]
    assert titles("公告", filters={"until": dt.date(2026, 1, 5)}) == ["旧公告"]
    assert titles("公告", filters={"since": dt.date(2026, 1, 6), "until": dt.date(2026, 11, 17)}) == ["别的公告"]
    assert titles("公告", filters={"until": dt.date.max, "since": dt.date.min}, order=queries.Order.DATE)


def test_pages_of_hits() -> None:
    column = make_column_page()
    for number in range(23):
        make_article(column, title=f"第{number}号公告")
    services.rebuild()

    pages = [
        queries.search(parse("公告"), request=request_of(), filters=queries.Filters(), page=number)
        for number in (1, 2, 3, 99, "x", None)
    ]
    assert [len(found.hits) for found in pages] == [10, 10, 3, 3, 10, 10]
    assert {found.total for found in pages} == {23}
    assert len({hit.url for found in pages[:3] for hit in found.hits}) == 23


def test_a_page_costs_a_constant_number_of_queries() -> None:
    counts = []
    for _ in range(2):
        for _ in range(5):
            make_article()
        services.rebuild()
        with CaptureQueriesContext(connection) as asked:
            queries.search(parse("公开"), request=request_of(), filters=queries.Filters())
        counts.append(len(asked))

    # Two of them are the engine's own where the database is the engine.
    assert counts[0] == counts[1] <= 13


def test_the_engine_is_not_asked_for_an_empty_question(monkeypatch) -> None:
    monkeypatch.setattr(matching, "_scores", None)

    assert titles("，。！") == []


def test_the_name_of_a_column_tells_where_to_look_and_not_what_for() -> None:
    column = make_column_page(title="政策文件")
    make_article(column, title="关于转发上级文件的通知", body="有关垃圾分类事项按原规定办理。")
    make_article(column, title="栖云县生活条例", body=f"垃圾分类由各单位负责。{'要抓好垃圾分类。' * 3}")
    services.rebuild()

    assert titles("垃圾分类 政策文件") == ["栖云县生活条例", "关于转发上级文件的通知"]
    assert titles("政策文件")[0] == "关于转发上级文件的通知"  # a name alone is a word like any other


def test_what_is_listed_as_a_link_comes_after_what_is_said() -> None:
    make_article(title="工作要点", body=f"{'会议研究了有关工作。' * 40}同日检查了垃圾分类。")
    make_article(title="情况通报", body="会议研究了有关工作。现将情况通报如下。相关链接：垃圾分类、医保缴费")
    services.rebuild()

    assert titles("垃圾分类") == ["工作要点", "情况通报"]
