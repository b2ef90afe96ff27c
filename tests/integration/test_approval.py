"""拟稿 → 校对 → 保密审查 → 审签: whose turn it is, what is kept, and what nobody can get around."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from wagtail.models import Page, PageLogEntry, WorkflowState

from portal.pages.approval import queries, services
from portal.pages.approval.enums import ApprovalStep
from portal.pages.approval.models import UnitTaskState
from portal.pages.models import ArticlePage, ColumnPage
from portal.pages.reading.models import PageProblem
from portal.pages.services import draft_article
from portal.units.enums import Role
from portal.units.models import Person
from portal.units.services import enrol, leave
from tests.factories import PersonFactory, make_article, make_column_page

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def column() -> ColumnPage:
    return make_column_page(title="工作动态", slug="gzdt")


def person(column: ColumnPage, role: Role, name: str) -> Person:
    someone = PersonFactory(name=name)
    enrol(person=someone, unit=column.get_parent().specific.unit, role=role, day=timezone.localdate() - DAY)
    return someone


@pytest.fixture
def wang(column) -> Person:
    return person(column, Role.EDITOR, "王敏")


@pytest.fixture
def liu(column) -> Person:
    return person(column, Role.EDITOR, "刘洋")


@pytest.fixture
def zhao(column) -> Person:
    return person(column, Role.LEADER, "赵刚")


@pytest.fixture
def draft(column, wang) -> ArticlePage:
    return draft_article(column=column, title="召开会议", body="会议传达了精神。", owner=wang.user)


def today() -> dt.date:
    return timezone.localdate()


def agree(article: ArticlePage, who: Person, **kwargs: str) -> None:
    services.agree(article=ArticlePage.objects.get(pk=article.pk), user=who.user, day=today(), **kwargs)


def up_to_signing(draft: ArticlePage, wang: Person, liu: Person) -> None:
    services.submit(article=draft, user=wang.user)
    agree(draft, liu)
    agree(draft, liu, conclusion="不涉密，可以公开")


def signed_in(who: Person) -> Client:
    client = Client()
    client.force_login(who.user)
    return client


def test_the_whole_way(draft, wang, liu, zhao):
    up_to_signing(draft, wang, liu)
    assert not ArticlePage.objects.get().live
    agree(draft, zhao)
    article = ArticlePage.objects.get()
    assert article.live
    assert abs(article.first_published_at - timezone.now()) < dt.timedelta(minutes=1)
    steps = UnitTaskState.objects.order_by("pk")
    assert [(state.task.specific.step, state.finished_by.person.name) for state in steps] == [
        ("proofread", "刘洋"),
        ("secrecy", "刘洋"),
        ("sign_off", "赵刚"),
    ]
    assert steps[1].comment == "不涉密，可以公开"
    assert all(state.finished_at for state in steps)


def test_who_may_do_what(column, wang, liu, zhao):
    unit = column.get_parent().specific.unit

    def names(step: ApprovalStep, drafter: Person) -> set[str]:
        return {each.name for each in queries.people_for(unit, step=step, drafter=drafter.user, day=today())}

    assert names(ApprovalStep.PROOFREAD, wang) == {"刘洋", "赵刚"}
    assert names(ApprovalStep.SECRECY, wang) == {"刘洋", "赵刚"}
    assert names(ApprovalStep.SIGN_OFF, wang) == {"赵刚"}


def test_nobody_jumps_a_step_or_signs_for_another_unit(draft, wang, liu, zhao):
    stranger = person(make_column_page(), Role.LEADER, "外单位领导")
    services.submit(article=draft, user=wang.user)
    for who in (wang, stranger):
        with pytest.raises(PermissionDenied):
            agree(draft, who)
    agree(draft, liu)
    agree(draft, zhao)
    with pytest.raises(PermissionDenied):
        agree(draft, liu)
    assert not ArticlePage.objects.get().live


def test_sent_back_it_passes_every_step_again(draft, wang, liu, zhao):
    up_to_signing(draft, wang, liu)
    article = ArticlePage.objects.get()
    with pytest.raises(services.ApprovalError, match="意见"):
        services.send_back(article=article, user=zhao.user, comment=" ", day=today())
    services.send_back(article=article, user=zhao.user, comment="补充时间地点", day=today())
    (row,) = queries.sent_back(wang.user, today())
    assert row[1].comment == "补充时间地点"
    article = ArticlePage.objects.get()
    assert article.permissions_for_user(wang.user).can_edit()
    services.submit(article=article, user=wang.user)
    assert ArticlePage.objects.get().current_workflow_task.specific.step == ApprovalStep.PROOFREAD


def test_nobody_changes_what_was_reviewed(draft, wang, liu, zhao):
    up_to_signing(draft, wang, liu)
    page = signed_in(wang).get(f"/admin/pages/{draft.pk}/edit/").content.decode()
    assert "action-submit" not in page
    assert ArticlePage.objects.get().get_lock().for_user(wang.user)
    changed = ArticlePage.objects.get().get_latest_revision_as_object()
    changed.title = "换过的标题"
    changed.save_revision()
    with pytest.raises(services.ApprovalError, match="改动"):
        agree(draft, zhao)
    assert not ArticlePage.objects.get().live


def test_an_editor_cannot_publish_past_the_approval(draft, wang):
    client = signed_in(wang)
    client.post(f"/admin/pages/{draft.pk}/edit/", {"title": "召开会议", "body-count": "0", "action-publish": "1"})
    client.post(f"/admin/bulk/wagtailcore/page/publish/?id={draft.pk}")
    assert not ArticlePage.objects.get().live


def test_a_deputy_signs_between_two_days(column, draft, wang, liu, zhao):
    deputy = person(column, Role.READER, "代签人")
    values = {"unit": column.get_parent().specific.unit, "leader": zhao, "deputy": deputy, "by": zhao.user}
    days = {"valid_from": today(), "valid_until": today() + DAY}
    for _ in range(2):
        services.name_deputy(**values, **days, now=timezone.now())
    up_to_signing(draft, wang, liu)
    for day, may in ((today() - DAY, False), (today(), True), (today() + DAY, True), (today() + 2 * DAY, False)):
        assert queries.may_act(deputy.user, article=draft, step=ApprovalStep.SIGN_OFF, day=day) is may, day
    agree(draft, deputy)
    assert UnitTaskState.objects.order_by("pk").last().method == "deputy"
    assert ArticlePage.objects.get().live
    assert zhao.user.pk


def test_a_deputy_who_has_left_the_unit_signs_and_sees_no_longer(column, draft, wang, liu, zhao):
    deputy = person(column, Role.EDITOR, "代签人")
    values = {"unit": column.get_parent().specific.unit, "leader": zhao, "deputy": deputy, "by": zhao.user}
    services.name_deputy(**values, valid_from=today(), valid_until=today() + DAY, now=timezone.now())
    up_to_signing(draft, wang, liu)
    addresses = [f"/approval/{draft.pk}/", f"/approval/{draft.pk}/sheet/"]
    assert [signed_in(deputy).get(address).status_code for address in addresses] == [200, 200]
    leave(membership=deputy.memberships.get(), last_day=today() - DAY, today=today())
    assert not queries.may_act(deputy.user, article=draft, step=ApprovalStep.SIGN_OFF, day=today())
    assert [signed_in(deputy).get(address).status_code for address in addresses] == [404, 404]
    assert signed_in(deputy).post(f"/approval/{draft.pk}/agree/").status_code == 404
    with pytest.raises(PermissionDenied):
        agree(draft, deputy)
    assert not ArticlePage.objects.get().live


@pytest.mark.parametrize("act", ["approve", "reject"])
def test_wagtails_own_screens_do_no_step(draft, wang, liu, zhao, act):
    up_to_signing(draft, wang, liu)
    state = UnitTaskState.objects.get(status="in_progress")
    address = f"/admin/pages/workflow/action/{draft.pk}/{act}/{state.pk}/"
    signed_in(zhao).post(address, {"comment": ""})
    state.refresh_from_db()
    assert state.status == "in_progress"
    assert not ArticlePage.objects.get().live


def test_the_network_centre_publishes_no_draft_past_the_approval(column, draft):
    centre = signed_in(person(column, Role.NETWORK_CENTRE, "陈工"))
    data = {"title": "召开会议", "body-count": "1", "body-0-type": "heading", "body-0-value": "一、要求"}
    data |= {"body-0-order": "0", "body-0-deleted": "", "body-0-id": "", "action-publish": "1"}
    edit = f"/admin/pages/{draft.pk}/edit/"
    assert "action-publish" not in centre.get(edit).content.decode()
    centre.post(edit, data)
    centre.post(f"/admin/pages/add/pages/articlepage/{column.pk}/", data)
    centre.post(f"/admin/bulk/wagtailcore/page/publish/?id={draft.pk}")
    centre.post(f"/admin/bulk/wagtailcore/page/publish/?id={column.pk}", {"include_descendants": "on"})
    centre.post(f"/admin/api/main/pages/{draft.pk}/action/publish/")
    assert not ArticlePage.objects.filter(live=True).exists()
    reason = {"reason": "山洪预警，赵刚电话同意"}
    centre.post(f"/approval/{draft.pk}/in-an-emergency/", reason)
    assert ArticlePage.objects.get(pk=draft.pk).live


def test_a_signed_sheet_is_handed_in_with_its_photo(draft, wang, liu, zhao):
    up_to_signing(draft, wang, liu)
    article = ArticlePage.objects.get()
    photo = ContentFile(b"\xff\xd8\xff photo", name="x.jpg")
    with pytest.raises(services.ApprovalError, match="不是本单位"):
        services.sign_offline(article=article, user=wang.user, signed_by="路人", photo=photo, day=today())
    services.sign_offline(article=article, user=wang.user, signed_by="赵刚", photo=photo, day=today())
    state = UnitTaskState.objects.order_by("pk").last()
    assert (state.method, state.signed_by, bool(state.photo)) == ("offline", "赵刚", True)
    assert ArticlePage.objects.get().live
    sheet = signed_in(wang).get(f"/approval/{article.pk}/sheet/").content.decode()
    assert "线下审签，照片存档" in sheet
    address = f"/approval/{article.pk}/photo/{state.pk}/"
    assert signed_in(wang).get(address).status_code == 200
    assert signed_in(person(make_column_page(), Role.LEADER, "外人")).get(address).status_code == 404


def test_an_emergency_leaves_its_reason(draft, wang, liu, zhao):
    services.submit(article=draft, user=wang.user)
    article = ArticlePage.objects.get()
    with pytest.raises(services.ApprovalError, match="事由"):
        services.publish_emergency(article=article, user=wang.user, reason="急", day=today())
    services.publish_emergency(article=article, user=wang.user, reason="山洪预警，赵刚电话同意", day=today())
    assert ArticlePage.objects.get().live
    assert PageLogEntry.objects.get(action="portal.emergency").data == {"reason": "山洪预警，赵刚电话同意"}
    assert not WorkflowState.objects.filter(status="in_progress").exists()
    assert "山洪预警" in signed_in(wang).get(f"/approval/{article.pk}/sheet/").content.decode()


def test_a_secrecy_mark_stops_at_every_door(column, wang):
    marked = draft_article(column=column, title="某事", body="机密★5年", owner=wang.user)
    with pytest.raises(services.ApprovalError, match="密级标志"):
        services.submit(article=marked, user=wang.user)
    with pytest.raises(services.ApprovalError, match="密级标志"):
        services.publish_emergency(article=marked, user=wang.user, reason="很急很急很急", day=today())


def test_numbers_of_persons_warn_on_the_page_and_the_sheet(column, wang):
    article = draft_article(column=column, title="某事", body="联系人电话13912345678", owner=wang.user)
    for address in (f"/approval/{article.pk}/", f"/approval/{article.pk}/sheet/"):
        page = signed_in(wang).get(address).content.decode()
        assert "手机号1个（139****78）" in page


def test_who_saves_is_warned_of_numbers_of_persons(draft, wang):
    client, address = signed_in(wang), f"/admin/pages/{draft.pk}/edit/"
    data = {"title": "召开会议", "body-count": "1", "body-0-type": "heading", "body-0-value": "电话13912345678"}
    data |= {"body-0-order": "0", "body-0-deleted": "", "body-0-id": ""}
    by_itself = client.post(address, data, headers={"accept": "application/json"})
    assert by_itself.json()["success"]
    assert "139****78" not in client.get(address).content.decode()

    page = client.post(address, data, follow=True).content.decode()
    assert "手机号1个（139****78），请核实是否可以公开" in page
    assert "139****78" not in client.get(address).content.decode(), "it is said once"


def test_the_list_says_how_long_and_at_whom(draft, wang, liu, zhao):
    services.submit(article=draft, user=wang.user)
    UnitTaskState.objects.update(started_at=timezone.now() - 3 * DAY)
    page = signed_in(wang).get("/approval/").content.decode()
    for words in ("召开会议", "校对", "已等待 3", "刘洋、赵刚"):
        assert words in page
    assert "召开会议" in signed_in(zhao).get("/approval/").content.decode().split("本单位在审")[0]


def test_others_learn_nothing_of_it(draft, wang):
    services.submit(article=draft, user=wang.user)
    outsider = signed_in(person(make_column_page(), Role.EDITOR, "外人"))
    for address in (f"/approval/{draft.pk}/", f"/approval/{draft.pk}/sheet/", f"/approval/{draft.pk}/in-an-emergency/"):
        assert outsider.get(address).status_code == 404
    assert outsider.post(f"/approval/{draft.pk}/agree/").status_code == 404
    assert "召开会议" not in outsider.get("/approval/").content.decode()
    assert Client().get("/approval/").url.startswith("/sign-in/")


def test_scheduled_it_goes_live_by_itself(draft, wang, liu, zhao):
    draft.go_live_at = timezone.now() + dt.timedelta(hours=2)
    draft.save_revision(user=wang.user)
    up_to_signing(draft, wang, liu)
    agree(draft, zhao)
    assert not ArticlePage.objects.get().live
    with time_machine.travel(timezone.now() + dt.timedelta(hours=3), tick=False):
        call_command("publish_scheduled")
        article = ArticlePage.objects.get()
        assert article.live
        assert article.first_published_at == timezone.now()


def test_an_emergency_does_not_wait_for_the_hour_that_was_planned(draft, wang):
    draft.go_live_at = timezone.now() + dt.timedelta(hours=2)
    draft.save_revision(user=wang.user)
    services.publish_emergency(article=draft, user=wang.user, reason="山洪预警，赵刚同意", day=today())
    article = ArticlePage.objects.get()
    assert (article.live, article.go_live_at, article.scheduled_revision) == (True, None, None)


def test_what_is_scheduled_can_be_called_back(draft, wang, liu, zhao):
    draft.go_live_at = timezone.now() + dt.timedelta(hours=2)
    draft.save_revision(user=wang.user)
    up_to_signing(draft, wang, liu)
    agree(draft, zhao)
    revision = ArticlePage.objects.get().scheduled_revision
    address = f"/admin/pages/{draft.pk}/revisions/{revision.pk}/unschedule/"
    assert address in signed_in(wang).get(f"/approval/{draft.pk}/").content.decode()
    signed_in(person(make_column_page(), Role.EDITOR, "外人")).post(address)
    assert ArticlePage.objects.get().scheduled_revision
    signed_in(wang).post(address)
    assert address not in signed_in(wang).get(f"/approval/{draft.pk}/").content.decode()
    with time_machine.travel(timezone.now() + dt.timedelta(hours=3), tick=False):
        call_command("publish_scheduled")
        assert not ArticlePage.objects.get().live


def test_what_is_over_is_taken_down_with_the_reason(draft, wang):
    draft.expire_at = timezone.now() + dt.timedelta(days=2)
    draft.save_revision(user=wang.user)
    services.publish_emergency(article=draft, user=wang.user, reason="山洪预警，赵刚同意", day=today())
    with time_machine.travel(timezone.now() + dt.timedelta(days=1), tick=False):
        call_command("publish_scheduled")
        assert ArticlePage.objects.get().live
    with time_machine.travel(timezone.now() + dt.timedelta(days=3), tick=False):
        call_command("publish_scheduled")
        call_command("publish_scheduled")
        assert not ArticlePage.objects.get().live
    assert PageLogEntry.objects.get(action="portal.take_down").data == {"reason": "已到设定的下线时间"}


def test_taking_down_wants_a_reason(draft, wang):
    services.publish_emergency(article=draft, user=wang.user, reason="山洪预警，赵刚同意", day=today())
    client = signed_in(wang)
    address = f"/admin/pages/{draft.pk}/unpublish/"
    assert "请填写原因" in client.post(address, {"reason": " "}).content.decode()
    assert ArticlePage.objects.get().live
    assert 'name="reason"' in client.get(address).content.decode()
    client.post(f"/admin/bulk/wagtailcore/page/unpublish/?id={draft.pk}")
    assert ArticlePage.objects.get().live
    client.post(address, {"reason": "内容有误"})
    assert not ArticlePage.objects.get().live
    assert PageLogEntry.objects.get(action="portal.take_down").data == {"reason": "内容有误"}


def test_a_column_goes_down_with_its_articles_for_one_reason(column, wang):
    article, alone = make_article(column), make_article(make_column_page(column.get_parent().specific, slug="zcwj"))
    client = signed_in(person(column, Role.NETWORK_CENTRE, "陈工"))
    address = f"/admin/pages/{column.pk}/unpublish/"
    assert 'name="reason"' in client.get(address).content.decode()
    asked = client.post(address, {"reason": "", "include_descendants": "on"}).content.decode()
    assert "本页及其下 1 篇稿件" in asked
    assert 'name="include_descendants" value="on"' in asked
    for answer in (
        client.post(f"/admin/bulk/wagtailcore/page/unpublish/?id={column.pk}", {"include_descendants": "on"}),
        client.post(f"/admin/pages/{column.pk}/delete/"),
        client.post(f"/admin/bulk/wagtailcore/page/delete/?id={column.pk}"),
    ):
        assert answer.status_code == 302
        assert Page.objects.get(pk=article.pk).live
    client.post(address, {"reason": "机构撤并", "include_descendants": "on"})
    assert set(Page.objects.filter(live=False).values_list("pk", flat=True)) == {column.pk, article.pk}
    entries = PageLogEntry.objects.filter(action="portal.take_down")
    assert {(entry.page_id, entry.data["reason"]) for entry in entries} == {
        (column.pk, "机构撤并"),
        (article.pk, "机构撤并"),
    }
    client.post(f"/admin/pages/{column.pk}/delete/")
    assert set(Page.objects.filter(pk__in=(column.pk, article.pk, alone.pk))) == {alone.page_ptr}


def test_a_copy_gets_its_own_address_and_no_publish_time(column, draft, wang):
    other = make_column_page(column.get_parent().specific, title="通知公告", slug="tzgg")
    signed_in(wang).post(f"/admin/pages/{draft.pk}/copy/", {"column": other.pk})
    copy = ArticlePage.objects.exclude(pk=draft.pk).get()
    assert copy.get_parent().pk == other.pk
    assert (copy.live, copy.first_published_at, copy.title) == (False, None, draft.title)
    assert copy.slug != draft.slug
    assert copy.uid != draft.uid
    foreign = make_column_page()
    wagtails_own = {
        "new_title": "副本",
        "new_slug": "fuben",
        "new_parent_page": foreign.pk,
        "publish_copies": "on",
        "alias": "on",
    }
    for posted in ({"column": foreign.pk}, wagtails_own, {**wagtails_own, "column": foreign.pk}, {"column": "x"}):
        answer = signed_in(wang).post(f"/admin/pages/{draft.pk}/copy/", posted)
        assert (answer.status_code, answer.get("Location")) in ((302, "/admin/"), (403, None)), posted
        assert ArticlePage.objects.count() == 2


@pytest.mark.parametrize("role", [Role.EDITOR, Role.LEADER, Role.NETWORK_CENTRE])
def test_columns_and_sections_are_not_copied(column, role):
    """Their articles would be public a second time, under the same address."""
    make_article(column)
    section = column.get_parent()
    client = signed_in(person(column, role, "某人"))
    for page, parent in ((column, section), (section, section.get_parent())):
        posted = {"new_title": "又一个", "new_slug": "again", "new_parent_page": parent.pk}
        posted |= {"copy_subpages": "on", "publish_copies": "on"}
        assert client.post(f"/admin/pages/{page.pk}/copy/", posted).status_code in (302, 403)
        assert f"/admin/pages/{page.pk}/copy/" not in client.get(f"/admin/pages/{page.pk}/").content.decode()
    assert ArticlePage.objects.count() == 1


def test_what_waits_for_a_leader_stands_above_the_columns(draft, wang, liu, zhao):
    up_to_signing(draft, wang, liu)
    PageProblem.objects.create(page=draft.get_parent(), words="错字", told_at=timezone.now())
    for who, comes_first in ((zhao, True), (wang, False)):
        home = signed_in(who).get("/admin/").content.decode()
        assert (home.index("门户待办") < home.index("我的栏目")) is comes_first, who


def test_the_editor_leads_on_to_the_approval(draft, wang, liu):
    client, address = signed_in(wang), f"/approval/{draft.pk}/"
    edit = f"/admin/pages/{draft.pk}/edit/"
    menu = client.get(edit).content.decode().split("<footer", 1)[1]
    assert address in menu
    assert menu.index("保存草稿") < menu.index(address) < menu.index("action-submit")
    up_to_signing(draft, wang, liu)
    locked = client.get(edit).content.decode().split("<footer", 1)[1]
    assert locked.index(address) < locked.index("action-")
    new = client.get(f"/admin/pages/add/pages/articlepage/{draft.get_parent().pk}/").content.decode()
    assert "/approval/" not in new.split("<footer", 1)[1]
