"""Accounts without e-mail: from a sheet, a first password to change, one-time passwords, lock-out, leaving."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pytest
from django.contrib.auth.models import Group, Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from portal.pages.approval.models import Deputy
from portal.pages.approval.services import name_deputy
from portal.pages.models import ColumnPage
from portal.pages.staffing.services import leave_unit
from portal.units.enums import Role
from portal.units.models import Membership, Person, Unit, User
from portal.units.services import enrol, sync_groups
from tests.factories import PASSWORD, PersonFactory, UnitFactory, make_column_page, make_unit_page

pytestmark = pytest.mark.django_db
HEADS = ("账号", "姓名", "单位", "角色", "职务", "电话")


@pytest.fixture
def unit() -> Unit:
    return make_unit_page(UnitFactory(code="qinghe", name="清河镇")).unit


def holder(unit: Unit, role: Role, name: str = "张三") -> Person:
    person = PersonFactory(name=name)
    enrol(person=person, unit=unit, role=role, day=timezone.localdate() - dt.timedelta(days=30))
    return person


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person.user)
    return client


def sheet(*rows: tuple[str, ...]) -> SimpleUploadedFile:
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    for row in (HEADS, *rows):
        book.active.append(row)
    book.save(buffer)
    return SimpleUploadedFile("账号.xlsx", buffer.getvalue())


def test_a_sheet_makes_accounts_whose_password_is_changed_first(unit):
    centre = client_of(holder(unit, Role.NETWORK_CENTRE))
    row = ("wangmin", "王敏", "清河镇", "信息员", "干事", "0000-1")
    page = centre.post("/staff/import/", {"file": sheet(row)}).content.decode()
    password = page.split("<code>")[1].split("</code>")[0]
    person = Person.objects.get(user__username="wangmin")
    assert person.memberships.get().role == Role.EDITOR

    client = Client()
    assert client.post("/sign-in/", {"username": "wangmin", "password": password}).status_code == 302
    for address in ("/", "/admin/", "/approval/"):
        assert client.get(address).url == "/account/password/", address
    same = {"old_password": password, "new_password1": password, "new_password2": password}
    assert "新密码与原密码相同" in client.post("/account/password/", same).content.decode()
    assert client.get("/admin/").url == "/account/password/"
    new = {"old_password": password, "new_password1": "Yunxi-qh-88", "new_password2": "Yunxi-qh-88"}
    assert client.post("/account/password/", new).url == "/admin/"
    assert client.get("/admin/").status_code == 200

    again = centre.post("/staff/import/", {"file": sheet(row)}).content.decode()
    assert "已存在" in again
    assert User.objects.get(username="wangmin").check_password("Yunxi-qh-88")


def test_one_wrong_row_makes_no_account(unit):
    centre = client_of(holder(unit, Role.NETWORK_CENTRE))
    rows = [("wangmin", "王敏", "清河镇", "信息员", "", ""), ("王 敏", "", "无此镇", "皇帝", "", "")]
    page = centre.post("/staff/import/", {"file": sheet(*rows)}).content.decode()
    for words in ("没有建立任何账号", "没有姓名", "无此镇", "皇帝", "账号须为"):
        assert words in page
    assert not User.objects.filter(username="wangmin").exists()


def test_five_wrong_passwords_lock_and_a_one_time_password_opens(unit):
    person = holder(unit, Role.EDITOR)
    wrong = {"username": person.user.username, "password": "wrong"}
    answers = [Client().post("/sign-in/", wrong) for _ in range(6)]
    assert answers[0].status_code == 200
    assert answers[-1].status_code == 429
    page = answers[-1].content.decode()
    for words in ("账号已锁定半小时", "0000-8230000"):
        assert words in page
    right = {"username": person.user.username, "password": PASSWORD}
    assert Client().post("/sign-in/", right).status_code == 429

    centre = client_of(holder(unit, Role.NETWORK_CENTRE))
    page = centre.post(f"/staff/accounts/{person.user.pk}/one-time-password/").content.decode()
    password = page.split("<code>")[1].split("</code>")[0]
    client = Client()
    client.post("/sign-in/", {"username": person.user.username, "password": password})
    assert client.get("/").url == "/account/password/"


def test_the_workbench_has_no_form_of_its_own_to_sign_in():
    assert Client().get("/admin/login/?next=/admin/").url == "/sign-in/?next=/admin/"
    assert Client().get("/admin/password_reset/").status_code in (302, 404)
    assert Client().get("/admin/").url == "/admin/login/?next=/admin/"


def test_an_account_that_is_switched_off_is_signed_out(unit):
    editor = holder(unit, Role.EDITOR)
    client = client_of(editor)
    assert editor.name in client.get("/").content.decode()
    User.objects.filter(pk=editor.user.pk).update(is_active=False)
    assert editor.name not in client.get("/").content.decode()
    assert client.get("/admin/").status_code == 302


def test_an_account_may_do_what_its_groups_may_and_nothing_else():
    user, may = PersonFactory().user, Permission.objects.get(codename="change_unit")
    user.user_permissions.add(may)
    assert not User.objects.get(pk=user.pk).has_perm("units.change_unit")
    group = Group.objects.create(name="甲组")
    group.permissions.add(may)
    user.groups.add(group)
    found = User.objects.get(pk=user.pk)
    assert found.has_perm("units.change_unit")
    assert found.get_all_permissions() == found.get_group_permissions() == {"units.change_unit"}
    assert not User.objects.get(pk=user.pk).has_perm("units.change_unit", obj=user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert not User.objects.get(pk=user.pk).has_perm("units.change_unit")


def test_only_the_network_centre_manages_people(unit):
    for role in (Role.EDITOR, Role.LEADER, Role.READER, Role.SUPERVISION_BUREAU, Role.COUNTY_OFFICE):
        client = client_of(holder(unit, role))
        membership = Membership.objects.first()
        for address in ("/staff/", "/staff/import/", f"/staff/memberships/{membership.pk}/leave/"):
            assert client.get(address).status_code == 403, (role, address)
        assert client.post(f"/staff/accounts/{User.objects.first().pk}/one-time-password/").status_code == 403


def test_who_leaves_hands_the_columns_over_or_they_stand_without_an_owner(unit):
    wang, liu = holder(unit, Role.EDITOR, "王敏"), holder(unit, Role.EDITOR, "刘洋")
    leader = holder(unit, Role.LEADER, "赵刚")
    column = make_column_page(unit.page, officer=wang, leader=leader)
    today = timezone.localdate()
    with pytest.raises(ValueError, match="不是"):
        leave_unit(membership=wang.memberships.get(), last_day=today, successor=PersonFactory(), today=today)
    leave_unit(membership=wang.memberships.get(), last_day=today - dt.timedelta(days=1), successor=liu, today=today)
    assert ColumnPage.objects.get(pk=column.pk).officer == liu
    assert not wang.user.groups.exists()
    leave_unit(membership=liu.memberships.get(), last_day=today - dt.timedelta(days=1), successor=None, today=today)
    assert list(ColumnPage.objects.without_owner()) == [column]
    page = client_of(holder(unit, Role.NETWORK_CENTRE)).get("/staff/").content.decode()
    assert "无人负责的栏目" in page
    assert f"{unit.page.title} · {column.title}" in page


def test_who_leaves_one_role_keeps_what_another_answers_for(unit):
    wang, liu = holder(unit, Role.EDITOR, "王敏"), holder(unit, Role.EDITOR, "刘洋")
    today = timezone.localdate()
    enrol(person=wang, unit=unit, role=Role.LEADER, day=today - dt.timedelta(days=30))
    column = make_column_page(unit.page, officer=wang, leader=wang)
    writing, yesterday = wang.memberships.get(role=Role.EDITOR), today - dt.timedelta(days=1)
    assert leave_unit(membership=writing, last_day=yesterday, successor=liu, today=today) == [column]
    column = ColumnPage.objects.get(pk=column.pk)
    assert (column.officer, column.leader) == (liu, wang)
    leave_unit(membership=wang.memberships.get(role=Role.LEADER), last_day=yesterday, successor=None, today=today)
    assert ColumnPage.objects.get(pk=column.pk).leader is None


def test_columns_change_hands_when_the_last_day_is_over(unit):
    wang, liu = holder(unit, Role.EDITOR, "王敏"), holder(unit, Role.EDITOR, "刘洋")
    column = make_column_page(unit.page, officer=wang, leader=holder(unit, Role.LEADER, "赵刚"))
    centre = client_of(holder(unit, Role.NETWORK_CENTRE, "陈工"))
    last_day = timezone.localdate() + dt.timedelta(days=10)
    membership = wang.memberships.get()
    posted = {"last_day": last_day.isoformat(), "successor": liu.pk}
    UnitFactory(name="阿坝", code="ab")  # by its name the one that would be shown first
    answered = centre.post(f"/staff/memberships/{membership.pk}/leave/", posted, follow=True).content.decode()
    assert f"王敏的最后一天是{last_day}，次日起栏目交接。" in answered
    assert f"至{last_day}，由刘洋接手" in " ".join(answered.split())
    for days, officer in ((0, wang), (1, liu), (2, liu)):
        sync_groups(day=last_day + dt.timedelta(days=days))
        assert ColumnPage.objects.get(pk=column.pk).officer == officer
        assert wang.user.groups.exists() is (officer == wang)


def test_a_successor_who_has_left_meanwhile_takes_nothing_over(unit):
    wang, liu = holder(unit, Role.EDITOR, "王敏"), holder(unit, Role.EDITOR, "刘洋")
    column = make_column_page(unit.page, officer=wang, leader=wang)
    today, day = timezone.localdate(), dt.timedelta(days=1)
    leave_unit(membership=wang.memberships.get(), last_day=today + 5 * day, successor=liu, today=today)
    leave_unit(membership=liu.memberships.get(), last_day=today + 2 * day, successor=None, today=today)
    sync_groups(day=today + 6 * day)
    column = ColumnPage.objects.get(pk=column.pk)
    assert (column.officer, column.leader) == (None, None)


def test_who_came_back_keeps_the_columns(unit):
    wang = holder(unit, Role.EDITOR, "王敏")
    column = make_column_page(unit.page, officer=wang)
    today = timezone.localdate()
    leave_unit(membership=wang.memberships.get(), last_day=today, successor=None, today=today)
    enrol(person=wang, unit=unit, role=Role.EDITOR, day=today + dt.timedelta(days=1))
    sync_groups(day=today + dt.timedelta(days=1))
    assert ColumnPage.objects.get(pk=column.pk).officer == wang


def test_who_leaves_deputises_no_longer(unit):
    leader, wang = holder(unit, Role.LEADER, "赵刚"), holder(unit, Role.EDITOR, "王敏")
    today, day = timezone.localdate(), dt.timedelta(days=1)
    for first, last in ((today - 5 * day, today + 5 * day), (today + 2 * day, today + 9 * day)):
        name_deputy(
            unit=unit,
            leader=leader,
            deputy=wang,
            valid_from=first,
            valid_until=last,
            by=leader.user,
            now=timezone.now(),
        )
    other = enrol(person=wang, unit=unit, role=Role.READER, day=today - 30 * day)
    leave_unit(membership=wang.memberships.get(role=Role.EDITOR), last_day=today, successor=None, today=today)
    assert Deputy.objects.count() == 2
    leave_unit(membership=other, last_day=today, successor=None, today=today)
    assert Deputy.objects.get().valid_until == today


def test_what_is_set_for_the_own_workbench_is_kept(unit):
    """No name is asked for, which only the network centre changes, and no zone or mail there is none of."""
    person = holder(unit, Role.EDITOR, "王敏")
    client = client_of(person)
    form = client.get("/admin/account/").content.decode()
    for absent in ("name_email-last_name", "current_time_zone", "submitted_notifications"):
        assert absent not in form
    chosen = {"locale-preferred_language": "", "theme-theme": "dark", "theme-contrast": "system"}
    answer = client.post("/admin/account/", chosen | {"theme-density": "snug"})
    assert (answer.status_code, answer.url) == (302, "/admin/account/")
    person.user.refresh_from_db()
    assert person.user.wagtail_userprofile.density == "snug"
    assert str(person.user) == "王敏"
