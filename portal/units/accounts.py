"""Accounts without e-mail: made from a sheet, opened with a password that is changed at the first sign-in."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import secrets
import zipfile

import openpyxl
from axes.utils import reset
from django.core.validators import RegexValidator
from django.db import transaction

from portal.units.enums import Role
from portal.units.models import Person, Unit, User
from portal.units.services import enrol

HEADINGS = ("账号", "姓名", "单位", "角色", "职务", "电话")
#: Without letters and digits that are mistaken for each other on paper.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_USERNAME = RegexValidator(r"^[a-z0-9][a-z0-9_.-]{2,30}$")
MOST_ROWS = 2000


class AccountsError(ValueError):
    """A sheet that cannot be read; the message is one line for the person."""


@dataclasses.dataclass(slots=True)
class AccountRow:
    """A line of the sheet. `password` is the one to hand over, empty where the account was there already."""

    number: int
    username: str
    name: str
    unit: str
    role: str
    position: str
    phone: str
    errors: list[str] = dataclasses.field(default_factory=list)
    password: str = ""


def read_accounts(content: bytes) -> list[AccountRow]:
    """Lines of the first sheet of an .xlsx, each with what is wrong with it. Raises AccountsError."""
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise AccountsError("不是可以读取的 .xlsx 文件") from error
    lines = [[str(cell if cell is not None else "").strip() for cell in row] for row in book.worksheets[0].values]
    if not lines:
        raise AccountsError("表格是空的")
    missing = [head for head in HEADINGS[:4] if head not in lines[0]]
    if missing:
        raise AccountsError(f"第一行缺少列：{'、'.join(missing)}")
    if len(lines) > MOST_ROWS:
        raise AccountsError(f"一次最多导入{MOST_ROWS}行")
    rows, seen = [], set[tuple[str, str, str]]()
    for number, line in enumerate(lines[1:], start=2):
        cells = dict(zip(lines[0], line, strict=False))
        if not any(cells.values()):
            continue
        username, name, unit, role, position, phone = (cells.get(head, "") for head in HEADINGS)
        row = AccountRow(number, username.lower(), name, unit, role, position, phone)
        _check(row)
        key = (row.username, row.unit, row.role)
        if key in seen:
            row.errors.append("与上面某行重复")
        seen.add(key)
        rows.append(row)
    return rows


def _check(row: AccountRow) -> None:
    try:
        _USERNAME(row.username)
    except Exception:
        row.errors.append("账号须为3至31位小写字母、数字、点、横线或下划线")
    if not row.name:
        row.errors.append("没有姓名")
    if not Unit.objects.active().filter(name=row.unit).exists():
        row.errors.append(f"没有名为“{row.unit}”的单位")
    if role_of(row.role) is None:
        row.errors.append(f"没有名为“{row.role}”的角色")
    person = Person.objects.filter(user__username=row.username).first()
    if person and person.name != row.name:
        row.errors.append(f"账号已属于{person.name}")


def role_of(word: str) -> Role | None:
    return next((role for role in Role if word in (str(role.label), role.value)), None)


@transaction.atomic
def make_accounts(*, rows: list[AccountRow], day: dt.date) -> list[AccountRow]:
    """Every account of a sheet, or none: raises AccountsError while a row has an error. Twice changes nothing."""
    wrong = sum(bool(row.errors) for row in rows)
    if wrong:
        raise AccountsError(f"有{wrong}行有误，没有建立任何账号")
    for row in rows:
        person = Person.objects.filter(user__username=row.username).first()
        if person is None:
            row.password = new_password()
            user = User(username=row.username, must_change_password=True)
            user.set_password(row.password)
            user.save()
            person = Person.objects.create(name=row.name, position=row.position, phone=row.phone, user=user)
        role = role_of(row.role)
        assert role  # noqa: S101 -- a row without one has an error
        enrol(person=person, unit=Unit.objects.get(name=row.unit), role=role, day=day)
    return rows


@transaction.atomic
def give_one_time_password(*, user: User) -> str:
    """A password to be read out once and changed at the next sign-in; also ends a lock-out."""
    password = new_password()
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    reset(username=user.username)
    return password


def new_password() -> str:
    """Ten characters in two groups, to be read out over the phone."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(2))
