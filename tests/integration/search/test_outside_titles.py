"""Titles that a run reads on outside sites, from a real site over HTTP to the results page."""

from __future__ import annotations

import pytest

from audits import workflow
from audits.registry.enums import ColumnStanding
from audits.runs.models import Observation
from portal.pages.enums import ColumnClass
from search import queries, services
from search.models import IndexChange, OutsideTitle
from search.parsing import parse
from tests.factories import UnitFactory, make_portal
from tests.factories.audits import make_column, make_site
from tests.integration.runs.web import serve
from tests.integration.search.conftest import request_of, titles

pytestmark = pytest.mark.django_db(transaction=True)

FIRST, SECOND = "第1次工作会议召开情况", "第2次工作会议召开情况"


@pytest.fixture
def web():
    with serve() as site:
        site.home("/tz/", "/zc/")
        site.column("/tz/", "2026-11-15", "2026-11-01")
        yield site


@pytest.fixture
def column(web, settings):
    """A column of notices on an outside site, over a portal whose index is there."""
    settings.CHROMIUM_PATH = "/nowhere/chromium"
    make_portal()
    services.rebuild()
    site = make_site(base_url=web.url, name="栖云县教育局网站", unit=UnitFactory(code="jyj"))
    return make_column(site, "/tz/", name="通知公告", column_class=ColumnClass.NOTICE)


def inspect() -> None:
    workflow.execute_run(workflow.start_run())


def test_what_a_run_read_is_found_with_site_column_day_and_link(column, web) -> None:
    inspect()

    found = queries.search(parse("工作会议"), request=request_of(), filters=queries.Filters(kind="outside"))
    hits = {str(hit.title).replace("<mark>", "").replace("</mark>", ""): hit for hit in found.hits}
    assert set(hits) == {FIRST, SECOND}
    hit = hits[FIRST]
    assert (hit.unit, hit.column, str(hit.day)) == ("栖云县教育局网站", "通知公告", "2026-11-15")
    assert hit.url == f"{web.url}tz/1.html"
    assert [choice.value for choice in found.choices["unit"]] == []  # the unit has no section in the portal
    assert titles("教育局网站 会议") != []
    assert titles("工作会议", filters={"column_class": ColumnClass.NOTICE}) != []
    assert titles("工作会议", filters={"column_class": ColumnClass.POLICY}) == []


def test_a_second_run_over_the_same_pages_writes_nothing(column) -> None:
    inspect()
    rows, changes = list(OutsideTitle.objects.values()), IndexChange.objects.count()
    inspect()

    assert Observation.objects.count() == 2
    assert (list(OutsideTitle.objects.values()), IndexChange.objects.count()) == (rows, changes)


def test_a_new_title_comes_and_one_that_left_the_first_page_stays(column, web) -> None:
    inspect()
    web.pages["/tz/"] = web.pages["/tz/"].replace("tz/1.html", "tz/3.html").replace(FIRST, "第3次工作会议召开情况")
    inspect()

    assert set(titles("工作会议")) == {FIRST, SECOND, "第3次工作会议召开情况"}


def test_an_address_with_a_new_title_is_found_by_that_only(column, web) -> None:
    inspect()
    web.pages["/tz/"] = web.pages["/tz/"].replace(FIRST, "第一次林长会议召开情况")
    inspect()

    assert titles("林长会议") == ["第一次林长会议召开情况"]
    assert FIRST not in titles("工作会议")


def test_a_column_that_does_not_answer_keeps_its_titles(column, web) -> None:
    inspect()
    web.status["/tz/"] = 500
    inspect()

    assert set(titles("工作会议")) == {FIRST, SECOND}


def test_an_address_in_two_columns_is_one_title(column, web) -> None:
    make_column(column.site, "/zc/", name="政策文件", column_class=ColumnClass.POLICY)
    web.pages["/zc/"] = web.pages["/tz/"]
    inspect()
    inspect()

    assert OutsideTitle.objects.count() == 2
    assert set(OutsideTitle.objects.values_list("column", flat=True)) == {"通知公告"}


def retire(column) -> None:
    column.standing = ColumnStanding.RETIRED
    column.save()


def shut_down(column) -> None:
    column.site.is_active = False
    column.site.save()


def close(column) -> None:
    column.site.login_required = True
    column.site.save()


@pytest.mark.parametrize("end", [retire, shut_down, close], ids=lambda end: end.__name__)
def test_what_is_watched_no_longer_is_gone_at_once(column, end) -> None:
    inspect()
    end(column)

    assert titles("工作会议") == []
    assert not OutsideTitle.objects.exists()


def test_names_follow_the_registry(column) -> None:
    inspect()
    column.site.name = "栖云教育网"
    column.site.save()
    column.name = "公示公告"
    column.save()

    [hit, _other] = queries.search(parse("工作会议"), request=request_of()).hits
    assert (hit.unit, hit.column) == ("栖云教育网", "公示公告")
    assert titles("栖云教育网") != []
    assert titles("教育局网站") == []


def test_a_site_behind_a_sign_in_shows_nobody_its_titles(column) -> None:
    close(column)
    inspect()

    assert titles("工作会议") == []


def test_importing_an_older_run_again_does_not_bring_old_titles_back(column, web) -> None:
    older = workflow.start_run()
    workflow.execute_run(older)
    web.pages["/tz/"] = web.pages["/tz/"].replace(FIRST, "第一次林长会议召开情况")
    inspect()

    older.step = "crawled"
    older.save()
    workflow.execute_run(older)

    assert "第一次林长会议召开情况" in titles("会议")
    assert FIRST not in titles("会议")
