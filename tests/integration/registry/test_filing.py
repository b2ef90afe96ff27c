"""The 栏目备案表: what it lists, and that it prints on A4 with nothing cut off."""

from __future__ import annotations

import datetime as dt

import pytest
from django.template.loader import render_to_string

from audits.registry import services
from audits.registry.enums import ColumnStanding
from audits.registry.filing import filing_context
from tests.factories import PersonFactory, UnitFactory, UserFactory
from tests.factories.audits import make_column, make_site
from tests.integration.registry.test_services import NOW

pytestmark = pytest.mark.django_db


def test_form_lists_every_column_that_is_not_retired() -> None:
    site = make_site(unit=UnitFactory(name="栖云县档案馆"))
    leader, officer = PersonFactory(name="李主任"), PersonFactory(name="王干事")
    news = make_column(site, "/dt/", name="工作动态", rhythm_days=7, leader=leader, officer=officer)
    make_column(site, "/gk/", name="单位概况", column_class="static")
    make_column(site, "/zt/", name="专题", column_class="archive")
    make_column(site, "/gone/", name="旧栏目", standing=ColumnStanding.RETIRED)
    services.exempt(
        column=news,
        reason="机构改革",
        approved_by=UserFactory(),
        valid_from=dt.date(2026, 11, 1),
        valid_until=dt.date(2026, 12, 31),
        now=NOW,
    )

    rows = filing_context(site)["rows"]

    assert [(row.number, row.name) for row in rows] == [(1, "工作动态"), (2, "单位概况"), (3, "专题")]
    assert [row.rhythm for row in rows] == ["每7日内至少一次（规则：每14日内至少一次）", "不设期限", "按规则豁免"]
    assert (rows[0].leader, rows[0].officer) == ("李主任", "王干事")
    assert rows[0].exemption == "2026-11-01至2026-12-31：机构改革"


def test_form_is_a_page_of_its_own_to_be_signed() -> None:
    site = make_site(unit=UnitFactory(name="栖云县档案馆"))
    make_column(site, name="<b>动态</b>")

    html = render_to_string("audits/filing_form.html", filing_context(site))

    assert "栖云县档案馆" in html
    assert "县直部门" in html
    assert "已确认" in html
    assert "&lt;b&gt;动态" in html
    for words in ("栏目备案表", "填表人", "分管领导（签字）", "单位（盖章）", "参照"):
        assert words in html


def test_form_of_a_site_without_unit_and_columns() -> None:
    assert "尚未登记栏目" in render_to_string("audits/filing_form.html", filing_context(make_site()))


def test_form_takes_the_same_number_of_queries_however_many_columns(django_assert_num_queries) -> None:
    site = make_site()
    for number in range(5):
        make_column(site, f"/{number}/")

    with django_assert_num_queries(2):
        filing_context(site)
