"""Acts on sites and columns: what they write, what they ask, what they leave for somebody else."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from audits.cases.enums import CaseState
from audits.models import Column, Downtime, RegistryEvent, Site, SiteEvent
from audits.registry.enums import ColumnStanding, RegistryEventKind
from portal.units.models import Unit
from tests.factories.audits import make_column
from tests.integration.desk.county import DOWNTIME, REASON, answer_of, in_the_portal, said_by

pytestmark = pytest.mark.usefixtures("queued")


def test_the_registrys_acts_are_recorded(desk):
    client = desk.client("reviewer")
    leader = desk.client("leader")
    leader.post(desk.act("site", desk.site, "confirm-filing"), {"reason": "清单无误", "columns": [desk.trial.pk]})
    client.post(desk.act("site", desk.site, "file-downtime"), DOWNTIME)
    client.post(desk.act("column", desk.stale, "change-class"), {**REASON, "column_class": "policy"})
    client.post(desk.act("column", desk.retiring, "retire"), {"reason": "确已撤并"})

    desk.trial.refresh_from_db()
    desk.stale.refresh_from_db()
    desk.retiring.refresh_from_db()
    assert desk.trial.standing == ColumnStanding.CONFIRMED
    assert (desk.stale.column_class, desk.stale.rhythm_days) == ("policy", None)
    assert desk.retiring.standing == ColumnStanding.RETIRED
    events = [(event.column, event.actor.username, event.reason) for event in RegistryEvent.objects.order_by("pk")]
    assert events == [
        (desk.trial, "leader", "清单无误"),
        (desk.stale, "reviewer", "经核对属实"),
        (desk.retiring, "reviewer", "确已撤并"),
    ]
    downtime = Downtime.objects.get()
    assert downtime.approved_by == desk.users["reviewer"]
    assert timezone.localtime(downtime.starts_at).isoformat() == "2026-11-20T22:00:00+08:00"


def test_what_is_not_ticked_on_the_filing_form_stays_on_trial(desk):
    other = make_column(desk.site, "/links/", name="友情链接", standing=ColumnStanding.TRIAL)
    client, url = desk.client("leader"), desk.act("site", desk.site, "confirm-filing")

    page = client.get(url).content.decode()
    assert re.findall(r'name="columns" value="(\d+)"[^>]*checked', page) == [f"{desk.trial.pk}", f"{other.pk}"]
    assert other.url in page
    assert "云溪公告" not in page  # confirmed already

    for _ in range(2):  # sent twice, it is done once
        response = client.post(url, {**REASON, "columns": [desk.trial.pk]})
        assert answer_of(response) == reverse("audit_sites:inspect", args=[desk.site.pk])

    desk.trial.refresh_from_db()
    other.refresh_from_db()
    assert (desk.trial.standing, other.standing) == (ColumnStanding.CONFIRMED, ColumnStanding.TRIAL)
    assert desk.trial.events.get().actor == desk.users["leader"]


def test_columns_of_another_site_are_not_confirmed(desk):
    elsewhere = make_column(desk.neighbours.column.site, "/trial/", standing=ColumnStanding.TRIAL)

    response = desk.client("leader").post(
        desk.act("site", desk.site, "confirm-filing"), {**REASON, "columns": [desk.trial.pk, elsewhere.pk]}
    )

    assert response.context["form"].errors.keys() == {"columns"}
    assert set(Column.objects.on_trial()) == {desk.trial, elsewhere}


def test_a_site_gets_its_unit_and_the_papers_follow(desk, queued, django_capture_on_commit_callbacks):
    url, inspect = desk.act("site", desk.site, "change"), reverse("audit_sites:inspect", args=[desk.site.pk])
    client = desk.client("reviewer")
    was = {"name": "云溪信息网", "unit": desk.a, "login_required": False, "is_active": True}
    assert client.get(url).context["form"].initial == was
    said = {"name": "清河新网", "unit": desk.b.pk, "login_required": "on", "reason": "主管单位变更"}

    with django_capture_on_commit_callbacks(execute=True):
        client.post(url, said)

    desk.site.refresh_from_db()
    assert (desk.site.name, desk.site.unit) == ("清河新网", desk.b)
    assert (desk.site.login_required, desk.site.is_active) == (True, False)
    event = desk.site.events.get()
    assert (event.actor, event.reason) == (desk.users["reviewer"], "主管单位变更")
    assert queued == ["follow_up"]
    page = client.get(inspect).content.decode()
    for words in (
        "名称 云溪信息网 → 清河新网",
        "单位 栖云县云溪镇 → 栖云县清河镇",
        "需要登录 否 → 是",
        "启用 是 → 否",
    ):
        assert words in page


def test_a_site_without_a_unit_can_have_its_case_confirmed_once_it_has_one(desk):
    Site.objects.filter(pk=desk.site.pk).update(unit=None)
    client, url = desk.client("reviewer"), desk.act("case", desk.new, "confirm")
    assert "没有责任单位" in said_by(client.post(url, REASON))[-1]

    client.post(
        desk.act("site", desk.site, "change"),
        {**REASON, "name": desk.site.name, "unit": desk.a.pk, "is_active": "on"},
    )
    client.post(url, REASON)

    desk.new.refresh_from_db()
    assert desk.new.state == CaseState.CONFIRMED
    assert desk.site.events.get().before["unit"] == ""


def test_a_dissolved_unit_stays_the_sites_until_somebody_says_otherwise(desk):
    Unit.objects.filter(pk=desk.a.pk).update(is_active=False)
    said = {**REASON, "name": desk.site.name, "unit": desk.a.pk, "is_active": "on"}
    client = desk.client("reviewer")

    client.post(desk.act("site", desk.site, "change"), said)
    assert not SiteEvent.objects.exists()
    client.post(desk.act("site", desk.neighbours.column.site, "change"), said)
    assert not SiteEvent.objects.exists()


def test_what_is_no_column_is_retired_at_once_and_a_confirmed_one_in_two_steps(desk):
    client = desk.client("reviewer")

    client.post(desk.act("column", desk.trial, "turn-down"), {"reason": "友情链接，不是栏目"})
    client.post(desk.act("column", desk.stale, "propose-retirement"), {"reason": "站点改版，栏目已撤"})

    desk.trial.refresh_from_db()
    desk.stale.refresh_from_db()
    assert (desk.trial.standing, desk.stale.standing) == (ColumnStanding.RETIRED, ColumnStanding.RETIRING)
    assert [(event.kind, event.actor) for event in desk.trial.events.order_by("pk")] == [
        (RegistryEventKind.RETIREMENT_PROPOSED, desk.users["reviewer"]),
        (RegistryEventKind.RETIRED, desk.users["reviewer"]),
    ]
    client.post(desk.act("column", desk.stale, "retire"), REASON)
    desk.stale.refresh_from_db()
    assert desk.stale.standing == ColumnStanding.RETIRED


def test_a_column_of_the_portal_is_retired_by_its_page_alone(desk):
    in_the_portal(desk.site)

    for column, name in ((desk.trial, "turn-down"), (desk.stale, "propose-retirement")):
        response = desk.client("reviewer").post(desk.act("column", column, name), REASON)
        assert "未作任何改动" in said_by(response)[-1]
    assert not RegistryEvent.objects.exists()


def test_the_form_for_a_class_shows_the_class_there_is(desk):
    page = desk.get("reviewer", desk.act("column", desk.stale, "change-class"))

    assert page.context["form"].initial == {"column_class": desk.stale.column_class, "rhythm_days": None}


def test_what_a_page_asks_for_waits_until_a_person_decides(desk):
    asked = {"column_class": "policy", "rhythm_days": None}
    RegistryEvent.objects.create(
        column=desk.stale,
        at=timezone.now(),
        kind=RegistryEventKind.CHANGE_PROPOSED,
        before={"column_class": "dynamic", "rhythm_days": None},
        after=asked,
        reason="栏目页面拟改为政策文件",
    )
    client, url = desk.client("reviewer"), desk.act("column", desk.stale, "change-class")
    waiting = ("待确认类别变更", 1, reverse("audit_columns:index") + "?proposed=true")

    assert waiting in client.get(reverse("audit_desk:dashboard")).context["todo"]
    assert list(client.get(waiting[2]).context["object_list"]) == [desk.stale]
    assert (
        "栏目页面拟改为政策文件" in client.get(reverse("audit_columns:inspect", args=[desk.stale.pk])).content.decode()
    )
    assert client.get(url).context["form"].initial == asked

    client.post(url, {"column_class": "dynamic", "reason": "仍属动态，不予变更"})

    desk.stale.refresh_from_db()
    assert desk.stale.column_class == "dynamic"
    assert desk.stale.events.latest("pk").reason == "仍属动态，不予变更"
    assert waiting not in client.get(reverse("audit_desk:dashboard")).context["todo"]
