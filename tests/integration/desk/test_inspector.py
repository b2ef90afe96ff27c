"""The page inspector: who sees it, what it says, what it lets through, and a reading tried, set and taken away."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from audits.cases.services import update_cases
from audits.models import Case, Column, Observation, RegistryEvent
from audits.registry.enums import ColumnStanding, RegistryEventKind
from audits.runs.saved import RAW, RENDERED
from crawler.reading.annotate import STYLE_SOURCE
from tests.factories.audits import make_saved_observation
from tests.integration.desk.county import COUNTY, EVERYONE, HIDDEN, HOME, OK, OWN, SIGN_IN, Desk, answer_of

SITE = Path(__file__).parents[2] / "sites" / "reading"
AT = dt.datetime(2026, 11, 18, 2, 0, tzinfo=dt.UTC)
STAFF = {*COUNTY, *OWN, "neighbour"}
#: The reader takes the notices; a person wants the list beside them.
SIDE = {"selector": ".right li", "date_format": "YYYY-MM-DD"}
SAVE = {**SIDE, "reason": "右侧列表才是本栏目"}


@pytest.fixture
def seen(desk: Desk) -> Observation:
    return make_saved_observation(desk.stale, (SITE / "side_hot.html").read_bytes(), at=AT)


def inspector(seen: Observation, **query: str) -> str:
    return reverse("audit_desk:inspect_page", args=[seen.pk]) + (f"?{urlencode(query)}" if query else "")


def frame(seen: Observation, **query: str) -> str:
    return reverse("audit_desk:annotated_page", args=[seen.pk]) + (f"?{urlencode(query)}" if query else "")


def text(desk: Desk, url: str, who: str = "reviewer") -> str:
    return desk.get(who, url).content.decode()


def errors(response: Any) -> dict[str, list[str]]:
    return {field: list(lines) for field, lines in response.context["form"].errors.items()}


def stored(column: Column) -> tuple[str, str]:
    column.refresh_from_db()
    return column.override_selector, column.override_date_format


def saved_file(seen: Observation, which: str = RAW) -> Path:
    return seen.run.folder / (seen.body_path if which == RAW else seen.rendered_path)


# Who sees it


def test_an_observation_is_for_the_county_and_the_unit(desk: Desk, seen: Observation):
    for url in (inspector(seen), frame(seen)):
        answers = {who: answer_of(desk.get(who, url)) for who in EVERYONE}
        assert answers == {
            who: OK if who in COUNTY | OWN else HIDDEN if who in STAFF else SIGN_IN for who in EVERYONE
        }, url
    for pk in (999_999, 2**70):
        assert answer_of(desk.get("reviewer", reverse("audit_desk:inspect_page", args=[pk]))) == HIDDEN
        assert answer_of(desk.get("reviewer", reverse("audit_desk:annotated_page", args=[pk]))) == HIDDEN


def test_it_is_linked_wherever_an_observation_shows(desk: Desk, seen: Observation):
    update_cases(seen.run)
    case = Case.objects.get(column=desk.stale)
    for page in (
        reverse("audit_columns:inspect", args=[desk.stale.pk]),
        reverse("audit_runs:inspect", args=[seen.run_id]),
    ):
        assert inspector(seen) in text(desk, page), page
    shown = reverse("audit_desk:inspect_page", args=[case.verdict.observation_id])
    for page in (
        reverse("audit_cases:inspect", args=[case.pk]),
        reverse("audit_desk:review"),
        reverse("audit_desk:dashboard"),
    ):
        assert shown in text(desk, page), page
    evidence = reverse("audit_desk:inspect_page", args=[desk.evidence.observation_id])
    assert text(desk, reverse("audit_cases:inspect", args=[desk.in_hand.pk])).count(evidence) == 2


# What it says


def test_it_says_what_was_read_and_why(desk: Desk, seen: Observation):
    page = text(desk, inspector(seen), who="editor")

    assert seen.verdicts.get().sentence in page
    for words in (
        "2026-10-20",
        "关于开展冬季安全生产检查的通知",
        "列表条目旁的日期",
        "0.97",
        "UTF-8",
        "据字节内容判定",
    ):
        assert words in page, words
    assert "不在本栏目的列表中" in page
    assert "在“当前位置”或栏目名称之后" in page
    assert seen.sha256_raw in page
    assert "按现行读取程序" not in page
    assert "指定读取方式" not in page  # that is the network centre's


def test_warnings_are_in_chinese(desk: Desk):
    seen = make_saved_observation(desk.stale, (SITE / "month_day.html").read_bytes(), at=AT)
    assert "页面未标年份，年份系推定。" in text(desk, inspector(seen))


def test_it_says_what_each_list_of_the_page_and_each_page_beside_it_says(desk: Desk):
    several = make_saved_observation(desk.stale, (SITE / "landing.html").read_bytes(), at=AT)
    assert "各列表" in text(desk, inspector(several))
    beside = {"name": "一篇", "url": "http://a.example/1.html", "outcome": "ok", "updated": "2026-09-30"}
    body = (SITE / "undated_list.html").read_bytes()
    silent = make_saved_observation(desk.fresh, body, at=AT, followed=[beside | {"updated_basis": "article-text"}])
    assert '<strong class="desk-number">2026-09-30</strong>' in text(desk, inspector(silent))


def test_pages_in_gb2312_are_shown(desk: Desk):
    seen = make_saved_observation(desk.stale, (SITE / "gb2312.html").read_bytes(), at=AT)
    assert "GB18030" in text(desk, inspector(seen))
    assert "通知公告" in text(desk, frame(seen))


def test_it_says_when_the_page_reads_otherwise_now(desk: Desk, seen: Observation):
    Column.objects.filter(pk=desk.stale.pk).update(override_selector=".right li", override_date_format="YYYY-MM-DD")
    page = text(desk, inspector(seen))
    assert "重新读取，最近更新为 2026-11-17，与本批次采集时的 2026-10-20 不同" in page


def test_a_page_sent_and_a_page_rendered(desk: Desk):
    rendered = (SITE / "plain.html").read_bytes()
    seen = make_saved_observation(desk.stale, (SITE / "vue_list.html").read_bytes(), at=AT, rendered=rendered)
    page, raw = text(desk, inspector(seen)), text(desk, inspector(seen, page=RAW))

    assert re.search(r'aria-current="true">浏览器生成的页面 · 据此读取', page)
    assert re.search(r'aria-current="true">服务器发来的页面<', raw)
    assert "page=rendered" in page
    assert "关于开展冬季安全生产检查的通知" in text(desk, frame(seen, page=RENDERED))
    assert "关于开展冬季安全生产检查的通知" not in text(desk, frame(seen, page=RAW))


# What it lets through


def test_the_frame_loads_and_runs_nothing(desk: Desk, seen: Observation):
    response = desk.get("reviewer", frame(seen))

    policy = dict(part.strip().partition(" ")[::2] for part in response["Content-Security-Policy"].split(";"))
    assert policy == {
        "default-src": "'none'",
        "style-src": STYLE_SOURCE,
        "img-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'self'",
        "sandbox": "",
    }
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert response["Referrer-Policy"] == "no-referrer"
    assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))
    assert response["Content-Type"] == "text/html; charset=utf-8"
    document = response.content.decode()
    assert "<script" not in document
    assert document.count("<style>") == 1
    assert re.search(r'<iframe class="desk-page" sandbox ', text(desk, inspector(seen)))
    assert desk.client("reviewer").post(frame(seen)).status_code == 405


@pytest.mark.parametrize("what", ["gone", "changed", "elsewhere"])
def test_a_page_that_is_not_what_was_saved_is_one_line(desk: Desk, seen: Observation, what: str):
    if what == "gone":
        saved_file(seen).unlink()
    elif what == "changed":
        saved_file(seen).write_bytes(b"<p>2026-11-18")
    else:
        fields = {field.attname: getattr(seen, field.attname) for field in Observation._meta.concrete_fields}
        seen = Observation.objects.create(
            **{**fields, "id": None, "body_path": "../../../etc/passwd", "reader_version": "other"}
        )
    line = {"gone": "保存的页面文件已不存在", "changed": "SHA-256 不符", "elsewhere": "不在其检查批次的目录内"}[what]

    page, framed = desk.get("reviewer", inspector(seen, **SIDE)), desk.get("reviewer", frame(seen))

    assert page.status_code == 200
    assert page.content.decode().count(line) == 1
    assert "<iframe" not in page.content.decode()
    assert (framed.status_code, framed.content.decode().count("\n")) == (404, 0)
    assert line in framed.content.decode()
    assert framed["Content-Type"].startswith("text/plain")
    assert "default-src 'none'" in framed["Content-Security-Policy"]


def test_an_observation_without_a_page_says_so(desk: Desk):
    seen = desk.new.verdict.observation
    assert seen.body_path == ""
    assert "本次没有保存页面。" in text(desk, inspector(seen))
    assert answer_of(desk.get("reviewer", frame(seen))) == HIDDEN


def test_it_asks_the_database_as_often_for_any_page(desk: Desk, seen: Observation):
    row = '<li><a href="{0}.html">第{0}次工作会议召开情况</a><span>2026-11-{1:02}</span></li>'
    rows = "".join(row.format(number, number % 18 + 1) for number in range(300))
    long = make_saved_observation(desk.stale, f"<ul class=list>{rows}</ul>".encode(), at=AT + dt.timedelta(hours=1))

    counts = []
    for observation in (seen, long):
        client = desk.client("reviewer")
        client.get(inspector(observation))
        cache.clear()
        with CaptureQueriesContext(connection) as captured:
            client.get(inspector(observation))
        counts.append(len(captured))
        with CaptureQueriesContext(connection) as captured:
            client.get(frame(observation))
        counts.append(len(captured))
    assert counts[:2] == counts[2:]
    assert "仅列出前 100 条" in text(desk, inspector(long))


# A reading tried, set, taken away


@pytest.mark.parametrize(
    ("said", "field", "line"),
    [
        ({"selector": "li["}, "selector", "这不是有效的 CSS 选择器。"),
        ({"selector": ".gone li"}, "selector", "所设选择器在保存的页面上未选中任何可见内容。"),
        ({"date_format": "YYYY.MM.DD"}, "date_format", "选中的内容里没有按此格式书写的日期。"),
        ({"date_format": r"\d{4}"}, "date_format", "日期格式须含月、日各一次，年至多一次。"),
        ({"selector": ""}, "selector", None),
        ({"selector": "a" * 201}, "selector", None),
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_what_does_not_read_is_one_line_and_is_not_saved(desk, seen, method, said, field, line):
    events = RegistryEvent.objects.count()
    response = getattr(desk.client("reviewer"), method)(inspector(seen), {**SAVE, **said})

    assert response.status_code == 200
    found = errors(response)
    assert found.keys() == {field}
    assert len(found[field]) == 1
    assert line in (None, found[field][0])
    assert response.context["reason_form"] is None
    assert stored(desk.stale) == ("", "")
    assert RegistryEvent.objects.count() == events


def test_dates_that_all_lie_ahead_are_not_saved(desk: Desk):
    body = b"<ul class=right><li><a href=1.html>a title of some length</a>2027-01-01</li></ul>"
    seen = make_saved_observation(desk.stale, body, at=AT)
    assert errors(desk.get("reviewer", inspector(seen, **SIDE))) == {
        "date_format": ["按此格式读到的日期都晚于检查日期。"]
    }


def test_trying_shows_what_would_be_read_and_changes_nothing(desk: Desk, seen: Observation):
    response = desk.get("reviewer", inspector(seen, **SIDE))
    page = response.content.decode()

    assert "试读成功：读到 7 条，最近更新 2026-11-17。" in page
    assert "关于做好低温雨雪天气防范工作的通知" in page
    query = re.search(r'src="[^"]+/page/\?([^"]+)"', page)
    assert query
    framed = text(desk, frame(seen) + "?" + query[1].replace("&amp;", "&"))
    assert 'data-audit-entry="newest" data-audit-label="最近更新 2026-11-17"' in framed
    assert stored(desk.stale) == ("", "")


def test_an_empty_format_is_the_usual_one(desk: Desk, seen: Observation):
    desk.client("reviewer").post(inspector(seen), {**SAVE, "date_format": ""})
    assert stored(desk.stale) == (".right li", "YYYY-MM-DD")


def test_what_was_tried_is_saved_with_name_and_reason_and_taken_away_again(desk: Desk, seen: Observation):
    client = desk.client("reviewer")
    for _ in range(2):
        assert answer_of(client.post(inspector(seen), SAVE)) == inspector(seen)
    assert stored(desk.stale) == (".right li", "YYYY-MM-DD")
    event = desk.stale.events.get(kind=RegistryEventKind.OVERRIDE_SET)
    assert (event.actor, event.reason) == (desk.users["reviewer"], SAVE["reason"])
    assert abs(event.at - timezone.now()) < dt.timedelta(minutes=1)

    column = text(desk, reverse("audit_columns:inspect", args=[desk.stale.pk]))
    assert "指定读取方式" in column
    assert re.search(r"自动读取 → <code>.right li</code> · <code>YYYY-MM-DD</code>", column)
    assert desk.act("column", desk.stale, "clear-override") in text(desk, inspector(seen))

    client.post(desk.act("column", desk.stale, "clear-override"), {"reason": "网站已改版"})
    assert stored(desk.stale) == ("", "")
    assert re.search(
        r"<code>.right li</code> · <code>YYYY-MM-DD</code> → 自动读取",
        text(desk, reverse("audit_columns:inspect", args=[desk.stale.pk])),
    )


def test_without_a_reason_it_is_not_saved(desk: Desk, seen: Observation):
    response = desk.client("reviewer").post(inspector(seen), {**SAVE, "reason": " "})
    assert response.context["reason_form"].errors.keys() == {"reason"}
    assert stored(desk.stale) == ("", "")


def test_setting_a_reading_is_the_network_centres(desk: Desk, seen: Observation):
    answers = {who: answer_of(desk.client(who).post(inspector(seen), SAVE)) for who in EVERYONE if who != "reviewer"}
    assert answers == {who: SIGN_IN if who not in STAFF else HIDDEN if who == "neighbour" else HOME for who in answers}
    assert stored(desk.stale) == ("", "")
    for who in (COUNTY | OWN) - {"reviewer"}:
        assert "试读" not in text(desk, inspector(seen, **SIDE), who=who), who
    assert desk.client("reviewer", enforce_csrf_checks=True).post(inspector(seen), SAVE).status_code == 403


def test_a_retired_column_is_not_set(desk: Desk, seen: Observation):
    Column.objects.filter(pk=desk.stale.pk).update(standing=ColumnStanding.RETIRED)
    assert answer_of(desk.client("reviewer").post(inspector(seen), SAVE)) == HOME
    assert stored(desk.stale) == ("", "")


def test_what_cannot_be_read_cannot_be_set(desk: Desk, seen: Observation):
    saved_file(seen).unlink()
    desk.client("reviewer").post(inspector(seen), SAVE)
    assert stored(desk.stale) == ("", "")
    assert hashlib.sha256(b"").hexdigest() != seen.sha256_raw
