"""What the results page shows beside results: names, numbers to narrow by, corrections, suggestions, the log."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.urls import reverse
from wagtail.contrib.search_promotions.models import Query, SearchPromotion
from wagtail.models import PageViewRestriction

from portal.pages.enums import Validity
from portal.units.models import Membership, Person, Unit
from search import corrections, outside, questions, services, suggestions
from search.models import AskedQuestion, QuestionLogRules, TitleWord
from search.outside import OutsideColumn
from tests.factories import (
    MembershipFactory,
    PersonFactory,
    UnitFactory,
    UserFactory,
    make_article,
    make_column_page,
    make_portal,
    make_unit_page,
)
from tests.integration.search.conftest import request_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(client, settings):
    settings.LANGUAGE_CODE = "en"
    make_portal()

    def asking(**asked: str) -> str:
        response = client.get(reverse("search:results"), asked)
        assert response.status_code == 200
        return response.content.decode()

    return asking


@pytest.fixture
def archive():
    """A unit with a phone and somebody who works there."""
    unit = Unit.objects.create(
        code="archive", name="栖云县档案馆", short_name="档案馆", kind="institution", phone="0866-5210001"
    )
    person = Person.objects.create(name="卷怀素", position="副馆长", phone="0866-5210002")
    Membership.objects.create(person=person, unit=unit, role="leader", valid_from=dt.date(2020, 1, 1))
    make_article(make_column_page(make_unit_page(unit)), title="档案馆开放日公告")
    services.rebuild()
    return unit


def test_units_and_people_stand_above_the_results(archive, ask, client) -> None:
    page = ask(q="档案馆")
    assert page.index("栖云县档案馆") < page.index('class="hits"')
    assert "0866-5210001" in page

    assert "卷怀素" in ask(q="卷怀素")
    assert "0866****02" in ask(q="卷怀素")


def reader_of(unit: Unit):
    return MembershipFactory(unit=unit, role="reader", person=PersonFactory(user=UserFactory())).person.user


def test_a_phone_is_shown_as_far_as_the_directory_shows_it(archive, ask, client) -> None:
    for user, sees in (
        (UserFactory(), False),
        (reader_of(UnitFactory()), False),
        (reader_of(archive), True),
        (MembershipFactory(role="editor", person=PersonFactory(user=UserFactory())).person.user, True),
    ):
        client.force_login(user)
        page = ask(q="卷怀素")
        assert ("0866-5210002" in page, "0866****02" in page) == (sees, not sees)


@pytest.mark.parametrize("typed", ["dangan", "dag", "档案", "juanhuaisu", "jhs", "卷怀"])
def test_units_people_and_titles_are_completed(archive, client, typed: str) -> None:
    found = client.get(reverse("search:suggest"), {"q": typed}).json()["suggestions"]

    assert found
    assert found[0] in {"栖云县档案馆", "卷怀素"}


def leave(archive: Unit) -> None:
    Membership.objects.update(valid_until=dt.date(2025, 1, 1))


def dissolve(archive: Unit) -> None:
    archive.is_active = False
    archive.save()


@pytest.mark.parametrize("end", [leave, dissolve], ids=lambda end: end.__name__)
def test_who_has_no_role_today_is_named_nowhere(archive, ask, client, end) -> None:
    assert TitleWord.objects.filter(text="卷怀素").exists()
    end(archive)
    services.rebuild()

    assert client.get(reverse("search:suggest"), {"q": "卷怀"}).json() == {"suggestions": []}
    assert 'class="names"' not in ask(q="卷怀素")
    assert not TitleWord.objects.filter(text="卷怀素").exists()


@pytest.mark.parametrize("typed", ["", "d", "\0", "*", "a*b*", "政" * 5000, "<script>"])
def test_nothing_to_complete_is_an_empty_list(archive, client, typed: str) -> None:
    assert client.get(reverse("search:suggest"), {"q": typed}).json() == {"suggestions": []}


def test_choices_say_how_many_results_they_leave_and_keep_each_others(ask) -> None:
    first, second = make_unit_page(), make_unit_page()
    for section, number in ((first, 2), (second, 1)):
        column = make_column_page(section)
        for _ in range(number):
            make_article(column, title="防汛公告")
    services.rebuild()

    page = ask(q="防汛", unit=first.unit.code)

    assert f'{first.title} <span class="count">2</span>' in page
    assert f'{second.title} <span class="count">1</span>' in page
    assert "2 results," in page


def test_a_filter_keeps_the_question_and_the_other_filters_and_begins_with_the_first_page(ask) -> None:
    first, second = (make_unit_page() for _ in range(2))
    for section in (first, second):
        make_article(make_column_page(section), title="防汛 & 抗旱")
    services.rebuild()

    page = ask(q="防汛 & 抗旱", unit=first.unit.code, period="year", page="1")

    question = "?q=%E9%98%B2%E6%B1%9B+%26+%E6%8A%97%E6%97%B1"
    assert f'<a href="{question}&amp;period=year" aria-current="true">' in page
    assert f'<a href="{question}&amp;period=year&amp;unit={second.unit.code}">' in page
    assert f'<a href="{question}&amp;unit={first.unit.code}&amp;period=month">' in page


@pytest.mark.parametrize(
    ("typed", "meant"), [("政务工开", "政务公开"), ("zhengwugongkai", "政务公开"), ("防讯值班", "防汛值班")]
)
def test_a_typing_error_is_answered_with_what_was_meant(ask, typed: str, meant: str) -> None:
    column = make_column_page()
    make_article(column, title="政务公开工作通知")
    make_article(column, title="防汛值班安排")
    services.rebuild()

    page = ask(q=typed)

    assert "Did you mean:" in page
    assert f">{meant}</a>" in page


def test_a_correction_comes_only_from_what_everybody_may_read(ask) -> None:
    closed = make_article(title="政务公开工作通知")
    services.rebuild()
    PageViewRestriction.objects.create(page=closed, restriction_type=PageViewRestriction.LOGIN)

    assert corrections.suggest("政务工开", request=request_of(UserFactory())) == ""


def test_a_repealed_document_says_so(ask) -> None:
    article = make_article(title="网站管理办法")
    article.validity = Validity.REPEALED
    article.save()
    services.rebuild()

    assert '<span class="hit__over">' in ask(q="网站管理办法")


def test_promoted_results_are_shown_to_those_who_may_read_them(ask) -> None:
    article = make_article(title="信息公开指南")
    services.rebuild()
    SearchPromotion.objects.create(query=Query.get("指南"), page=article, description="先看这里")

    assert "先看这里" in ask(q="指南")
    PageViewRestriction.objects.create(page=article, restriction_type=PageViewRestriction.LOGIN)
    assert "先看这里" not in ask(q="指南")


def test_titles_of_outside_sites_are_found_and_labelled(ask) -> None:
    section = make_unit_page()
    column = OutsideColumn(
        uuid=uuid.uuid4(), name="预决算", site="县财政局网站", unit=section.unit, column_class="notice"
    )
    titles = [
        ("http://www.example.test/1.html", "部门预算公开", dt.date(2026, 11, 1)),
        ("javascript:alert(1)", "部门预算公开脚本", None),
        ("http://www.example.test/" + "9" * 1000, "部门预算公开长地址", None),
    ]
    assert [outside.keep(column, titles) for _ in range(2)] == [1, 0]
    make_article(title="预算执行情况")
    services.rebuild()

    page = ask(q="预算")

    assert "Outside site" in page
    assert "县财政局网站" in page
    assert 'href="http://www.example.test/1.html"' in page
    assert "1 result," in ask(q="预算", kind="outside")


def test_questions_are_counted_by_day_and_numbers_of_persons_are_not_kept(ask) -> None:
    make_article(title="防汛公告")
    services.rebuild()
    for asked in ("防汛", "防汛", "没有这个词", "张三 110105194912310021"):
        ask(q=asked)

    counted = questions.counted().order_by("-asked", "text").values_list("text", "asked", "in_vain")
    assert list(counted) == [("防汛", 2, 0), ("张三 …", 1, 1), ("没有这个词", 1, 1)]
    assert not AskedQuestion.objects.filter(text__contains="110105").exists()


def test_the_office_may_decide_that_nothing_is_kept(ask) -> None:
    QuestionLogRules.objects.update_or_create(defaults={"keeps_questions": False})
    make_article(title="防汛公告")
    services.rebuild()
    ask(q="防汛")

    assert not AskedQuestion.objects.exists()


def test_a_unit_whose_section_is_closed_is_named_to_its_readers_only(archive, ask, client) -> None:
    PageViewRestriction.objects.create(page=archive.page, restriction_type=PageViewRestriction.LOGIN)
    services.rebuild()
    suggested = {"q": "栖云县档案"}

    page = ask(q="档案馆")
    assert "栖云县档案馆" not in page
    assert "0866-5210001" not in page
    assert client.get(reverse("search:suggest"), suggested).json() == {"suggestions": []}
    assert not TitleWord.objects.filter(text__contains="栖云县档案馆").exists()

    client.force_login(UserFactory())
    assert "0866-5210001" in ask(q="档案馆")
    assert client.get(reverse("search:suggest"), suggested).json() == {"suggestions": ["栖云县档案馆"]}


@pytest.mark.parametrize(
    "asked", ["预决算 部门", "2026年11月1日", "2026-11-01", "2026.11.1 部门预算", "20261101", "二〇二六年十一月一日"]
)
def test_titles_of_outside_sites_are_found_by_column_and_day(ask, asked: str) -> None:
    column = OutsideColumn(uuid=uuid.uuid4(), name="预决算", site="县财政局网站", unit=None, column_class="notice")
    outside.keep(
        column,
        [
            ("http://www.example.test/1.html", "部门预算公开", dt.date(2026, 11, 1)),
            ("http://www.example.test/2.html", "决算公开", None),
        ],
    )
    services.rebuild()

    page = ask(q=asked)
    assert "1 result," in page
    assert 'href="http://www.example.test/1.html"' in page


def test_what_is_closed_takes_no_place_away_from_what_is_open(ask, client, monkeypatch) -> None:
    """Else somebody who counts the names and titles would know of those that are not shown."""
    monkeypatch.setattr(suggestions, "FIRST_LOOKED_UP", 2)
    people = [PersonFactory(name=f"卷怀素{number}") for number in "一二三四五六七八九十"]
    MembershipFactory(person=people[0])
    Membership.objects.filter(person__in=people[1:]).delete()
    for number in range(9):
        section = make_unit_page(UnitFactory(name=f"第{number}档案馆"))
        make_article(make_column_page(section), title=f"开放日公告第{number}号")
        if number:
            PageViewRestriction.objects.create(page=section, restriction_type=PageViewRestriction.LOGIN)
    services.rebuild()

    assert "第0档案馆" in ask(q="档案馆")
    assert "卷怀素一" in ask(q="卷怀素")
    for typed, line in (("档案馆", "第0档案馆"), ("卷怀素", "卷怀素一"), ("开放日", "开放日公告第0号")):
        assert client.get(reverse("search:suggest"), {"q": typed}).json() == {"suggestions": [line]}
