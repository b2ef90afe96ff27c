"""A county's portal of any size, for `bench_portal`: sections and columns by the services, the rest in bulk."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterator

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from wagtail.models import Locale, Page
from wagtail.rich_text import RichText

from audits.registry.enums import ColumnStanding
from audits.registry.models import Column
from audits.rules.states import ColumnState
from audits.runs.enums import RunKind, RunStep
from audits.runs.models import Observation, Run, Verdict
from crawler.records import SCHEMA_VERSION, FetchOutcome
from portal.pages.enums import ColumnClass
from portal.pages.models import ArticlePage, ColumnPage
from portal.pages.services import add_column_page, add_unit_page, ensure_home
from portal.units.enums import Role, UnitKind
from portal.units.models import Person, Unit, User
from portal.units.services import enrol, ensure_groups

KINDS = list(UnitKind)
CLASSES = (ColumnClass.DYNAMIC, ColumnClass.NOTICE, ColumnClass.POLICY)
PARAGRAPH = "为做好相关工作，切实保障人民群众生命财产安全，现将有关事项通知如下，请认真抓好贯彻落实。" * 6
#: The county's articles lie so far apart: 50,000 of them are not quite three years.
BETWEEN_ARTICLES = dt.timedelta(minutes=30)
#: Daily inspections of every column.
RUNS = 30
BATCH = 1000


def fill(*, units: int, columns: int, articles: int, now: dt.datetime) -> User:
    """Fill an empty database; returns the editor of the first unit."""
    with transaction.atomic():
        editor = _sections(units, columns // units, now.date())
    with transaction.atomic():
        _articles(articles, now)
    with transaction.atomic():
        _inspections(now)
    return editor


def _sections(units: int, columns_each: int, day: dt.date) -> User:
    home = ensure_home(title="栖云县电子政务网门户", base_url="http://127.0.0.1:8000", county="栖云县")
    ensure_groups()
    editors = []
    for number in range(units):
        unit = Unit.objects.create(
            code=f"u{number}",
            name=f"栖云县第{number}单位",
            short_name=f"{number}单位",
            kind=KINDS[number % len(KINDS)],
            duty="负责本单位门户的信息发布。",
        )
        section = add_unit_page(home=home, unit=unit)
        people = {}
        for role in (Role.EDITOR, Role.LEADER):
            user = User.objects.create(username=f"{role}-{number}")
            people[role] = Person.objects.create(name=f"王{role.label}{number}", user=user)
            enrol(person=people[role], unit=unit, role=role, day=day)
        editors.append(people[Role.EDITOR].user)
        for place in range(columns_each):
            add_column_page(
                unit_page=section,
                title=f"栏目{place}",
                slug=f"c{place}",
                column_class=CLASSES[place % len(CLASSES)],
                officer=people[Role.EDITOR],
                leader=people[Role.LEADER],
            )
    Column.objects.update(standing=ColumnStanding.CONFIRMED)
    return editors[0]


def _articles(count: int, now: dt.datetime) -> None:
    """Shared out evenly, column after column, the newest of each first in the order of publishing."""
    columns = list(ColumnPage.objects.order_by("path"))
    made = list(_unsaved_articles(columns, count // len(columns), now))
    parent_fields = [field.attname for field in Page._meta.concrete_fields if not field.primary_key]
    for start in range(0, len(made), BATCH):
        some = made[start : start + BATCH]
        pages = Page.objects.bulk_create(
            Page(**{name: getattr(article, name) for name in parent_fields}) for article in some
        )
        for article, page in zip(some, pages, strict=True):
            article.page_ptr_id = page.pk
        # `bulk_create` refuses models with a parent table; the parents' rows are there already.
        ArticlePage._base_manager.all()._batched_insert(some, ArticlePage._meta.local_concrete_fields, BATCH)
    Page.objects.filter(pk__in=[column.pk for column in columns]).update(numchild=count // len(columns))


def _unsaved_articles(columns: list[ColumnPage], per_column: int, now: dt.datetime) -> Iterator[ArticlePage]:
    content_type, locale = ContentType.objects.get_for_model(ArticlePage), Locale.get_active()
    for number, column in enumerate(columns):
        for place in range(per_column):
            of_all = place * len(columns) + number
            title, slug = f"关于做好第{of_all}项工作的通知", f"20260101-{of_all + 1}"
            published = now - BETWEEN_ARTICLES * (of_all + 1)
            yield ArticlePage(
                title=title,
                draft_title=title,
                slug=slug,
                path=Page._get_path(column.path, column.depth + 1, place + 1),
                depth=column.depth + 1,
                url_path=f"{column.url_path}{slug}/",
                content_type=content_type,
                locale=locale,
                translation_key=uuid.uuid4(),
                live=True,
                first_published_at=published,
                last_published_at=published,
                body=[("text", RichText(f"<p>{PARAGRAPH}</p>"))],
            )


def _inspections(now: dt.datetime) -> None:
    """What a month of daily runs leaves behind for every column."""
    columns = list(Column.objects.order_by("pk"))
    for ago in range(RUNS, 0, -1):
        at = now - dt.timedelta(days=ago)
        run = Run.objects.create(kind=RunKind.FULL, step=RunStep.DONE, as_of=at, profile="county", created_at=at)
        seen = Observation.objects.bulk_create(
            [_observation(run, column, at) for column in columns], batch_size=BATCH
        )
        Verdict.objects.bulk_create([_verdict(each) for each in seen], batch_size=BATCH)


def _observation(run: Run, column: Column, at: dt.datetime) -> Observation:
    return Observation(
        run=run,
        column=column,
        url=column.location,
        final_url=column.location,
        fetched_at=at,
        as_of=at,
        outcome=FetchOutcome.OK.value,
        status=200,
        sha256_raw=hashlib.sha256(column.location.encode()).hexdigest(),
        reading={"kind": "list", "updated": at.date().isoformat(), "entries": [], "warnings": []},
        updated=at.date(),
        schema_version=SCHEMA_VERSION,
    )


def _verdict(seen: Observation) -> Verdict:
    return Verdict(
        observation=seen,
        run=seen.run,
        column=seen.column,
        profile="county",
        profile_version="1",
        rule_id="within-window",
        state=ColumnState.FRESH,
        underlying_state=ColumnState.FRESH,
        sentence="栏目在规定的期限内有更新，按日期计算尚未超过期限。",
        updated=seen.updated,
        due_on=seen.updated + dt.timedelta(days=14),
    )
