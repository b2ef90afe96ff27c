"""A reading that a person set, over a real site: the next run goes by it, and says when the site has changed."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from audits import workflow
from audits.models import Case, Column
from audits.registry import services
from audits.runs.models import Verdict
from audits.runs.services import load_plan
from crawler.plan import Override
from tests.factories import UnitFactory, UserFactory
from tests.factories.audits import make_column, make_site

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = """<!doctype html><html><head><meta charset="utf-8"><title>栏目</title></head><body><h1>工作动态</h1>
<ul class="list">{old}</ul><h3>热点推荐</h3><table class="{name}">{new}</table></body></html>"""
ROW = '<li><a href="/dt/{0}.html">第{0}次工作会议召开情况</a><span>{1}</span></li>'
CELL = '<tr><td><a href="/dt/{0}.html">第{0}次现场会召开情况</a></td><td>{1:%Y}年{1.month}月{1.day}日</td></tr>'


def today() -> dt.date:
    return timezone.localdate()


def page(name: str) -> str:
    """Old news in a list that the reader takes for the column's, today's in a table that it does not."""
    old = "".join(ROW.format(number, today() - dt.timedelta(days=400 + number)) for number in range(1, 6))
    new = "".join(CELL.format(number, today() - dt.timedelta(days=number)) for number in range(1, 4))
    return PAGE.format(old=old, new=new, name=name)


@pytest.fixture
def column(web, settings) -> Column:
    settings.CHROMIUM_PATH = "/nowhere/chromium"
    web.home("/dt/")
    web.pages["/dt/"] = page("jiaodian")
    return make_column(make_site(base_url=web.url, unit=UnitFactory()), "/dt/")


def verdict() -> Verdict:
    run = workflow.execute_run(workflow.start_run())
    return run.verdicts.select_related("observation").get()


def test_the_next_run_goes_by_it_until_the_site_changes_and_again_when_it_is_taken_away(column, web):
    person = {"actor": UserFactory(), "now": timezone.now()}
    wrong = verdict()
    assert (wrong.state, wrong.updated) == ("dormant", today() - dt.timedelta(days=401))

    services.set_override(
        column=column, selector=".jiaodian tr", date_format="YYYY年M月D日", reason="表格才是本栏目", **person
    )
    right = verdict()
    assert (right.state, right.updated) == ("fresh", today() - dt.timedelta(days=1))
    entries = right.observation.reading["entries"]
    assert [entry["title"] for entry in entries] == [f"第{number}次现场会召开情况" for number in range(1, 4)]

    web.pages["/dt/"] = page("gaiban")
    changed = verdict()
    assert (changed.state, changed.rule_id) == ("inconclusive", "column-not-read")
    assert "所设选择器已不再匹配" in changed.sentence
    assert "selector-no-match" in changed.observation.reading["warnings"]
    assert Case.objects.get().state == "closed"  # the old one: nothing new is held against anyone

    services.clear_override(column=column, reason="网站已改版", **person)
    assert verdict().state == "dormant"


def test_saved_bytes_are_read_again_by_what_is_set_now(column, monkeypatch):
    run = verdict().run
    services.set_override(
        column=column,
        selector=".jiaodian tr",
        date_format="YYYY年M月D日",
        reason="表格才是本栏目",
        actor=UserFactory(),
        now=timezone.now(),
    )
    monkeypatch.setattr("audits.runs.services.READER_VERSION", "next")
    workflow.reread_run(run)
    again = run.observations.get(reader_version="next")
    assert again.updated == today() - dt.timedelta(days=1)


def test_a_page_that_asks_for_sign_in_is_not_called_a_changed_one(column, web):
    services.set_override(
        column=column,
        selector=".list li",
        date_format="YYYY-MM-DD",
        reason="列表",
        actor=UserFactory(),
        now=timezone.now(),
    )
    web.pages["/dt/"] = "<title>用户登录</title><form><input type=password name=p><button>登录</button></form>"
    asks = verdict()
    assert (asks.state, asks.observation.outcome) == ("inconclusive", "login_required")
    assert "选择器" not in asks.sentence


def test_the_plan_carries_it(column):
    services.set_override(
        column=column, selector="tr", date_format="MM-DD", reason="表格", actor=UserFactory(), now=timezone.now()
    )
    run = workflow.start_run()
    assert [target.override for target in load_plan(run).targets if target.kind == "column"] == [
        Override("tr", "MM-DD")
    ]
