"""From a stale column to a closed case: the network centre, the bureau and the unit, each at their own desk."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from audits.registry.models import Column
from portal.units.enums import Role
from portal.units.models import Unit, User
from portal.units.services import enrol
from tests.factories import PersonFactory, UnitFactory, make_portal
from tests.factories.audits import make_column, make_site
from tests.integration.runs.web import TinySite, serve

#: The crawler and Chromium work while the button is down: in tests the queue has no worker of its own.
PATIENCE = 60_000


@pytest.fixture
def web() -> Iterator[TinySite]:
    """The outside site of the town: its news were last updated long ago."""
    with serve() as site:
        site.home("/dt/")
        site.column("/dt/", dt.date(2024, 3, 1), dt.date(2024, 2, 1))
        yield site


@pytest.fixture
def unit() -> Unit:
    unit = UnitFactory(code="yunxi", name="栖云县云溪镇人民政府")
    make_portal()  # and the groups of every unit
    return unit


@pytest.fixture
def column(unit: Unit, web: TinySite) -> Column:
    site = make_site("yunxi-web", base_url=web.url, unit=unit, name="云溪信息网")
    return make_column(site, "/dt/", name="云溪动态")


@pytest.fixture
def desk_of(page_at: Callable[[int], Page], sign_in, column: Column) -> Callable[..., Page]:
    """`desk_of("裘明察", Role.NETWORK_CENTRE, unit)`: that person's screen, signed in, at the desk's first page."""

    def open_desk(name: str, role: Role, unit: Unit) -> Page:
        person = PersonFactory(name=name)
        enrol(person=person, unit=unit, role=role, day=timezone.localdate())
        page = page_at(1280)
        page.set_default_timeout(PATIENCE)
        sign_in(page, User.objects.get(person=person))
        page.goto("/admin/audits/")
        return page

    return open_desk


def act(page: Page, words: str, **said: str) -> None:
    """Press an act's button, say what it asks for, and press the button that carries it out."""
    page.locator(".desk-acts").get_by_role("link", name=words, exact=True).click()
    for field, text in said.items():
        page.fill(f"[name={field}]", text)
    page.locator("main form").get_by_role("button", name=words, exact=True).click()
    page.locator(".desk-acts, .desk-facts").first.wait_for()


def told(page: Page) -> Locator:
    return page.locator(".messages")


def fact(page: Page, name: str) -> Locator:
    return page.locator(f".desk-facts dt:text-is('{name}') + dd")


def open_waiting(page: Page, words: str) -> None:
    """From the overview to the one thing that waits."""
    page.goto("/admin/audits/")
    tile = page.locator(".desk-todo a", has_text=words)
    expect(tile.locator("strong")).to_have_text("1")
    tile.click()
    page.locator("main table .title a").first.click()


def inspect_and_confirm(reviewer: Page) -> None:
    """A run by the button; what it found is confirmed with a reason; picture and draft follow."""
    reviewer.get_by_role("link", name="开始检查").click()
    reviewer.select_option("[name=site]", label="云溪信息网")
    reviewer.locator("main form").get_by_role("button", name="开始检查").click()
    expect(fact(reviewer, "进度")).to_have_text("已完成", timeout=PATIENCE)
    expect(reviewer.locator("main table").last).to_contain_text("睡眠栏目")

    reviewer.get_by_role("link", name="问题确认").click()
    row = reviewer.locator("main tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("云溪动态")
    expect(row).to_contain_text("2024-03-01")
    row.get_by_role("checkbox").check()
    reviewer.fill("[name=reason]", "打开页面核对，确未更新")
    reviewer.get_by_role("button", name="确认所选问题").click()
    expect(told(reviewer)).to_contain_text("已确认 1 个问题", timeout=PATIENCE)
    expect(reviewer.locator("main")).to_contain_text("暂无待办事项")

    reviewer.goto("/admin/audits/cases/")
    reviewer.locator("main table .title a").click()
    expect(fact(reviewer, "文书")).to_contain_text("草稿")
    picture = reviewer.locator(".desk-evidence img")
    picture.scroll_into_view_if_needed()
    reviewer.wait_for_function("document.querySelector('.desk-evidence img').naturalWidth > 100")


def sign_and_deliver(bureau: Page) -> None:
    open_waiting(bureau, "待签发文书")
    expect(fact(bureau, "文号")).to_have_text("–")
    act(bureau, "签发", signatory="阚守正")
    expect(fact(bureau, "文号")).to_have_text(re.compile(r"〔\d{4}〕1号"))
    act(bureau, "送达")
    expect(fact(bureau, "状态")).to_have_text("已送达")


def acknowledge_and_reply(leader: Page, text: str) -> None:
    open_waiting(leader, "待签收文书")
    act(leader, "签收")
    act(leader, "反馈", text=text)
    expect(fact(leader, "状态")).to_have_text("已反馈")


def recheck(bureau: Page) -> None:
    open_waiting(bureau, "待复查反馈")
    act(bureau, "复查")


def ledger(page: Page) -> list[str]:
    """The steps of a case or paper: what happened, and who did it."""
    lines = page.locator(".desk-timeline li").all()
    return [" ".join(line.inner_text().splitlines()[0].split()[2:]) for line in lines]


def test_a_stale_column_is_supervised_until_it_is_updated(unit, web, desk_of):
    reviewer = desk_of("裘明察", Role.NETWORK_CENTRE, UnitFactory(code="wlzx", name="县网络中心"))
    bureau = desk_of("阚守正", Role.SUPERVISION_BUREAU, UnitFactory(code="ddj", name="县督办督查局"))
    leader = desk_of("施怀远", Role.LEADER, unit)

    inspect_and_confirm(reviewer)
    sign_and_deliver(bureau)
    acknowledge_and_reply(leader, "已于今日发布工作动态，今后按周更新。")
    web.column("/dt/", timezone.localdate(), dt.date(2024, 3, 1), dt.date(2024, 2, 1))
    recheck(bureau)

    expect(fact(bureau, "状态")).to_have_text("已办结")
    assert ledger(bureau) == [
        "起草", "签发 · 阚守正", "送达 · 阚守正", "签收 · 施怀远", "反馈 · 施怀远", "办结 · 阚守正",
    ]  # fmt: skip
    open_waiting(bureau, "待销号问题")
    act(bureau, "销号", reason="复查属实")
    expect(fact(bureau, "问题状态")).to_contain_text("已销号")
    assert ledger(bureau) == [
        "发现", "已确认 · 裘明察", "已下发 · 阚守正", "已反馈 · 施怀远", "发现已更新", "已销号 · 阚守正",
    ]  # fmt: skip
    for words in ("打开页面核对，确未更新", "今后按周更新", "复查属实"):
        expect(bureau.locator(".desk-timeline")).to_contain_text(words)
    bureau.goto("/admin/audits/")
    expect(bureau.locator("main")).to_contain_text("暂无待办事项")


@pytest.mark.long
def test_a_reply_without_an_update_is_returned(unit, desk_of):
    reviewer = desk_of("裘明察", Role.NETWORK_CENTRE, UnitFactory(code="wlzx", name="县网络中心"))
    bureau = desk_of("阚守正", Role.SUPERVISION_BUREAU, UnitFactory(code="ddj", name="县督办督查局"))
    leader = desk_of("施怀远", Role.LEADER, unit)

    inspect_and_confirm(reviewer)
    sign_and_deliver(bureau)
    acknowledge_and_reply(leader, "已安排专人更新。")
    recheck(bureau)

    expect(fact(bureau, "状态")).to_have_text("退回重办")
    expect(bureau.locator(".desk-timeline")).to_contain_text("仍未更新：云溪信息网 / 云溪动态")
    open_waiting(leader, "待反馈文书")
    expect(leader.locator(".desk-timeline")).to_contain_text("仍未更新：云溪信息网 / 云溪动态")
    act(leader, "反馈", text="今日起补发。")
    expect(fact(leader, "状态")).to_have_text("已反馈")
