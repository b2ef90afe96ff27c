"""The network centre looks at a saved page, sees what was read, and sets how it is to be read instead."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from audits.models import Column, Observation
from portal.units.enums import Role
from portal.units.models import User
from portal.units.services import enrol
from tests.factories import PersonFactory, UnitFactory, make_portal
from tests.factories.audits import make_column, make_saved_observation, make_site

SITE = Path(__file__).parents[1] / "sites" / "reading"
AT = dt.datetime(2026, 11, 18, 2, 0, tzinfo=dt.UTC)
#: What a page of strangers may try: none of it may run, load or show.
STRANGE = (
    b'<script>document.title = "taken"; parent.postMessage("taken", "*")</script>'
    b'<img src="http://127.0.0.1:9/i.png" onerror="document.title=1"><iframe src="http://127.0.0.1:9/"></iframe>'
    b'<style>body { background: url(http://127.0.0.1:9/b.png) }</style><p style="position:fixed">x</p></body>'
)


@pytest.fixture
def seen() -> Observation:
    unit = UnitFactory(code="yunxi", name="栖云县云溪镇人民政府")
    make_portal()
    column = make_column(make_site("yunxi-web", unit=unit, name="云溪信息网"), "/dt/", name="云溪动态")
    body = (SITE / "side_hot.html").read_bytes().replace(b"</body>", STRANGE)
    return make_saved_observation(column, body, at=AT)


@pytest.fixture
def reviewer(page_at: Callable[[int], Page], sign_in, seen: Observation) -> Callable[[int], Page]:
    """`reviewer(360)`: the network centre's screen of that width, signed in; what its console says is an error."""
    person = PersonFactory(name="裘明察")
    enrol(
        person=person,
        unit=UnitFactory(code="wlzx", name="县网络中心"),
        role=Role.NETWORK_CENTRE,
        day=timezone.localdate(),
    )

    def open_screen(width: int) -> Page:
        page = page_at(width)
        page.said = []  # type: ignore[attr-defined]
        page.on("console", lambda line: page.said.append(line.text) if line.type in ("error", "warning") else None)
        sign_in(page, User.objects.get(person=person))
        return page

    return open_screen


def test_a_page_is_inspected_tried_and_set(reviewer: Callable[[int], Page], seen: Observation):
    page = reviewer(1280)
    page.goto(f"/admin/audits/columns/inspect/{seen.column_id}/")
    page.get_by_role("link", name="检查页面").click()
    saved = page.frame_locator("iframe.desk-page")

    newest = saved.locator("[data-audit-date=newest]")
    expect(newest).to_have_text("2026-10-20")
    expect(newest).to_be_visible()
    expect(newest).to_have_css("background-color", "rgb(255, 242, 179)")
    expect(saved.locator("[data-audit-date=rejected]")).to_have_count(7)
    expect(saved.locator("[data-audit-block=own]")).to_have_css("outline-color", "rgb(31, 75, 130)")
    expect(page).to_have_title(re.compile("检查页面"))

    page.get_by_text("指定读取方式").click()
    page.fill("[name=selector]", ".right li")
    page.get_by_role("button", name="试读").click()
    expect(page.locator("#override")).to_contain_text("试读成功：读到 7 条，最近更新 2026-11-17")
    expect(saved.locator("[data-audit-entry=newest]")).to_be_visible()
    page.fill("[name=reason]", "右侧列表才是本栏目")
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".messages")).to_contain_text("已保存")
    expect(page.locator("main")).to_contain_text("重新读取，最近更新为 2026-11-17")

    column = Column.objects.get()
    assert (column.override_selector, column.override_date_format) == (".right li", "YYYY-MM-DD")
    assert page.said == []  # type: ignore[attr-defined]


def test_the_marked_page_stays_in_its_box_when_it_is_opened_alone(reviewer: Callable[[int], Page], seen: Observation):
    page = reviewer(768)
    page.goto(f"/admin/audits/observations/{seen.pk}/page/")

    expect(page.locator("[data-audit-date=newest]")).to_be_visible()
    expect(page).to_have_title("页面检查")
    assert page.evaluate("window.origin") == "null"
    assert page.said == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_nothing_sticks_out(reviewer: Callable[[int], Page], seen: Observation, width: int):
    page = reviewer(width)
    page.goto(f"/admin/audits/observations/{seen.pk}/?selector=.right+li&date_format=")
    for fold in page.locator("details.desk-fold:not([open]) > summary").all():
        fold.click()
    expect(page.frame_locator("iframe.desk-page").locator("[data-audit-entry=newest]")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for field in page.locator("#override input:visible, #override textarea").all():
        box = field.bounding_box()
        assert box
        assert box["x"] + box["width"] <= width
    frame = page.frame_locator("iframe.desk-page").locator("html")
    assert frame.evaluate("html => html.scrollWidth <= html.clientWidth")
