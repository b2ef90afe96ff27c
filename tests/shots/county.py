"""A small invented county with something on every page."""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from wagtail.documents.models import Document
from wagtail.images import get_image_model
from wagtail.rich_text import RichText

from portal.pages.approval import services as approval
from portal.pages.enums import ColumnClass
from portal.pages.intake import services as intake
from portal.pages.models import ArticlePage, ColumnPage, UnitPage
from portal.pages.reading.models import PageProblem
from portal.pages.requests import services as requests
from portal.pages.requests.enums import RequestKind
from portal.pages.services import draft_article
from portal.units.enums import Role, UnitKind
from portal.units.models import User
from portal.units.services import collection_of, enrol, ensure_groups
from tests.factories import PersonFactory, UnitFactory, make_article, make_column_page, make_portal, make_unit_page

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
TEXT = "为做好冬季森林防火工作，切实保障人民群众生命财产安全，现将有关事项通知如下，请认真抓好贯彻落实。"
TITLES = (
    "清河镇召开冬季森林防火工作会议",
    "关于做好2026年城乡居民基本医疗保险参保缴费工作的通知",
    "我镇完成农村公路养护年度任务",
    "关于印发《清河镇安全生产责任清单》的通知",
    "清河镇开展道路交通安全隐患排查",
    "关于冬季供水管网检修停水的公告",
)


@dataclasses.dataclass(frozen=True, slots=True)
class County:
    section: UnitPage
    column: ColumnPage
    article: ArticlePage
    draft: ArticlePage
    signing: ArticlePage
    users: dict[str, User]
    batch: int
    document: Any
    image: Any


@transaction.atomic  # so that the search takes all of it in at once
def build() -> County:
    """Two units, their columns, articles of all ages, and something under way in every process."""
    make_portal()
    now = timezone.now()
    kinds = {"shiqiao": ("石桥镇", UnitKind.TOWNSHIP), "nanshan": ("南山社区", UnitKind.COMMUNITY)}
    kinds |= {"jyj": ("县教育局", UnitKind.DEPARTMENT), "zfb": ("县政府办公室", UnitKind.DEPARTMENT)}
    qinghe = UnitFactory(code="qinghe", name="清河镇人民政府", short_name="清河镇", kind=UnitKind.TOWNSHIP)
    section = make_unit_page(qinghe)
    users = {
        key: _user(qinghe, role, name, now.date())
        for key, role, name in (
            ("editor", Role.EDITOR, "王敏"),
            ("second", Role.EDITOR, "刘洋"),
            ("leader", Role.LEADER, "赵建国"),
            ("centre", Role.NETWORK_CENTRE, "陈工"),
            ("office", Role.COUNTY_OFFICE, "周主任"),
        )
    }
    people = {"officer": users["editor"].person, "leader": users["leader"].person}
    news = make_column_page(section, title="工作动态", slug="gzdt", **people)
    notices = make_column_page(section, title="通知公告", slug="tzgg", column_class=ColumnClass.NOTICE, **people)
    make_column_page(section, title="政策文件", slug="zcwj", column_class=ColumnClass.POLICY)
    for number in range(46):
        days = number * 9
        column = (news, notices)[number % 2]
        make_article(
            column, title=TITLES[number % 6], body=TEXT * 3, published_at=now - dt.timedelta(days=days, hours=2)
        )
    for code, (name, kind) in kinds.items():
        other = make_column_page(make_unit_page(UnitFactory(code=code, name=name, short_name=name[-4:], kind=kind)))
        for number in range(4):
            make_article(
                other, title=f"{name}{TITLES[number][3:]}", body=TEXT, published_at=now - dt.timedelta(days=number)
            )
    county_column = ColumnPage.objects.filter(url_path__contains="/zfb/").get()
    county_column.takes_submissions = True
    county_column.save()
    article = _full_article(notices, users["editor"])
    draft = draft_article(column=news, title="冬季送温暖活动走进南山社区", body=TEXT, owner=users["editor"])
    signing = draft_article(
        column=news,
        title="清河镇部署岁末年初安全生产工作",
        body=f"{TEXT}\n联系人王敏，电话13900000000。",
        owner=users["editor"],
    )
    approval.submit(article=signing, user=users["editor"])
    for _step in range(2):
        fresh = ArticlePage.objects.get(pk=signing.pk)
        approval.agree(article=fresh, user=users["second"], conclusion="不涉密，可以公开", day=timezone.localdate())
    _requests(section, news, article, county_column, users, now)
    content = "标题,正文,发布时间\n历史稿件一,正文,2024-03-05\n,正文,2024-02-30\n".encode()
    batch = intake.look_through(column=news, name="历史稿件.csv", content=content, user=users["centre"], now=now)
    ensure_groups()
    document, image = Document.objects.get(), get_image_model().objects.get()
    return County(section, news, article, draft, signing, users, batch.pk, document, image)


def _user(unit, role: Role, name: str, day: dt.date) -> User:
    person = PersonFactory(name=name, position="干事", phone="0851-87221234")
    enrol(person=person, unit=unit, role=role, day=day - dt.timedelta(days=100))
    return person.user


def _full_article(column: ColumnPage, owner: User) -> ArticlePage:
    collection = collection_of(column.get_parent().specific.unit)
    image = get_image_model().objects.create(
        title="演练", file=ContentFile(PNG, name="p.png"), collection=collection, uploaded_by_user=owner
    )
    document = Document.objects.create(
        title="申报表", file=ContentFile(b"%PDF-1.4", name="form.pdf"), collection=collection, uploaded_by_user=owner
    )
    body = [
        ("text", RichText(f"<p>{TEXT}</p><ul><li>落实责任</li><li>加强巡护</li></ul>")),
        ("heading", "一、总体要求"),
        ("text", RichText(f"<p>{TEXT}</p>")),
        (
            "table",
            {
                "data": [["乡镇", "护林员（人）", "重点林区"], ["清河镇", "12", "北坡"]],
                "first_row_is_table_header": True,
            },
        ),
        ("image", {"image": image, "caption": "图1 防火演练现场", "alt_text": ""}),
        ("notice", {"title": "举报电话", "text": RichText("<p>12119</p>")}),
        ("quote", {"text": "预防为主、积极消灭", "source": "森林防火条例"}),
        ("attachments", [document]),
    ]
    article = make_article(column, title="关于做好2026年冬季森林防火工作的通知", body=body, owner=owner)
    article.document_number, article.issuing_body, article.validity = "清府发〔2026〕15号", "清河镇人民政府", "valid"
    article.issued_on = dt.date(2026, 11, 16)
    article.save_revision().publish()
    return ArticlePage.objects.get(pk=article.pk)


def _requests(section, news, article, county_column, users, now) -> None:
    unit = section.unit
    requests.ask(
        unit=unit,
        kind=RequestKind.OPEN,
        reason="便于群众查阅政策",
        user=users["editor"],
        now=now,
        title="政策解读",
        column_class="policy",
        leader=users["leader"].person,
        officer=users["editor"].person,
    )
    requests.offer(article=article, column=county_column, user=users["editor"], now=now)
    PageProblem.objects.create(page=article, words="附件打不开", contact="0851-1", told_at=now)
