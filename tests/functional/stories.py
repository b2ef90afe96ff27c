"""What several stories need: a unit with its people, and a document to start from."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Callable, Iterator, Mapping

import docx
from django.utils import timezone
from playwright.sync_api import Page

from portal.pages.approval import services
from portal.pages.models import ArticlePage, ColumnPage
from portal.pages.services import draft_article
from portal.units.enums import Role
from portal.units.models import Unit, User
from portal.units.services import enrol
from tests.factories import PersonFactory, UnitFactory, make_column_page, make_unit_page


def every_page(
    screens: Mapping[str, tuple[str, str]],
    users: Mapping[str, User],
    page_at: Callable[[int], Page],
    sign_in: Callable[[Page, User], None],
    width: int = 1280,
) -> Iterator[tuple[str, Page, str]]:
    """(Name, browser page of whoever it is meant for, address) of screens: name -> (who looks, address)."""
    pages: dict[str, Page] = {}
    for name, (who, address) in screens.items():
        if who not in pages:
            pages[who] = page_at(width)
            if who:
                sign_in(pages[who], users[who])
        yield name, pages[who], address


@dataclasses.dataclass(frozen=True, slots=True)
class Office:
    """清河镇: 王敏 and 刘洋 write, 赵建国 leads, 陈工 is the network centre's."""

    column: ColumnPage
    wang: User
    liu: User
    zhao: User
    chen: User


def make_office() -> Office:
    section = make_unit_page(UnitFactory(code="qinghe", name="清河镇", short_name="清河"))
    column = make_column_page(section, title="工作动态", slug="gzdt")
    unit = section.unit
    people = ((Role.EDITOR, "王敏"), (Role.EDITOR, "刘洋"), (Role.LEADER, "赵建国"), (Role.NETWORK_CENTRE, "陈工"))
    return Office(column, *(join(unit, role, name) for role, name in people))


def join(unit: Unit, role: Role, name: str) -> User:
    person = PersonFactory(name=name)
    enrol(person=person, unit=unit, role=role, day=timezone.localdate())
    return person.user


def reviewed_draft(office: Office, title: str) -> ArticlePage:
    """Proofread and reviewed, waiting for the leader."""
    article = draft_article(column=office.column, title=title, body="会议传达了精神。", owner=office.wang)
    services.submit(article=article, user=office.wang)
    for _step in range(2):
        fresh = ArticlePage.objects.get(pk=article.pk)
        services.agree(article=fresh, user=office.liu, conclusion="不涉密", day=timezone.localdate())
    return ArticlePage.objects.get(pk=article.pk)


def document(*lines: str, table: bool = False) -> bytes:
    file, buffer = docx.Document(), io.BytesIO()
    for line in lines:
        file.add_paragraph(line)
    if table:
        grid = file.add_table(rows=2, cols=2)
        for cell, words in zip(
            (cell for row in grid.rows for cell in row.cells), ["项目", "金额", "道路", "三万"], strict=True
        ):
            cell.text = words
    file.save(buffer)
    return buffer.getvalue()
