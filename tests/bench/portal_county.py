"""A county's portal of any size, for `bench_portal`: units and their sections by the services, the rest in bulk."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid

from django.db import transaction
from wagtail.models import Page
from wagtail.rich_text import RichText

from audits.registry.enums import ColumnStanding, SiteKind
from audits.registry.models import Column, Site
from audits.registry.services import page_path
from audits.rules.states import ColumnState
from audits.runs.enums import RunKind, RunStep
from audits.runs.models import Observation, Run, Verdict
from crawler.records import SCHEMA_VERSION, FetchOutcome
from portal.pages.approval.services import submit
from portal.pages.enums import ColumnClass
from portal.pages.models import ArticlePage, ColumnPage, UnitPage
from portal.pages.services import add_unit_page, draft_article, ensure_home
from portal.units.enums import Role, UnitKind
from portal.units.models import Person, Unit, User
from portal.units.services import enrol, ensure_groups
from tests.bench.search_topics import TOPICS

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
        editors = _sections(units, now)
        _columns(columns // units, now)
    with transaction.atomic():
        _articles(articles // columns, now)
    with transaction.atomic():
        _inspections(now)
    with transaction.atomic():
        _approvals(editors)
    return editors[0]


def _sections(count: int, now: dt.datetime) -> list[User]:
    home = ensure_home(title="栖云县电子政务网门户", base_url="http://127.0.0.1:8000", county="栖云县")
    ensure_groups()
    editors = []
    for number in range(count):
        unit = Unit.objects.create(
            code=f"u{number}",
            name=f"栖云县第{number}单位",
            short_name=f"{number}单位",
            kind=KINDS[number % len(KINDS)],
            duty="负责本单位门户的信息发布。",
        )
        add_unit_page(home=home, unit=unit)
        for role in (Role.EDITOR, Role.LEADER):
            user = User.objects.create(username=f"{role}-{number}")
            enrol(person=Person.objects.create(name=f"王敏{number}", user=user), unit=unit, role=role, day=now.date())
        editors.append(User.objects.get(username=f"{Role.EDITOR}-{number}"))
    return editors


def _columns(per_section: int, now: dt.datetime) -> None:
    sections = list(UnitPage.objects.order_by("path").select_related("unit"))
    columns = [
        _below(
            section,
            place,
            ColumnPage(title=f"栏目{place}", slug=f"c{place}", column_class=CLASSES[place % len(CLASSES)]),
            now,
        )
        for section in sections
        for place in range(per_section)
    ]
    _insert(columns)
    _have_children(sections, per_section)
    site_of = {site.unit_id: site for site in Site.objects.filter(kind=SiteKind.SECTION)}
    unit_at = {section.path: section.unit_id for section in sections}
    Column.objects.bulk_create(
        Column(
            site=site_of[unit_at[page.path[: -Page.steplen]]],
            name=page.title,
            location=page_path(page),
            column_class=page.column_class,
            page=page,
            standing=ColumnStanding.CONFIRMED,
            created_at=now,
        )
        for page in columns
    )


def _articles(per_column: int, now: dt.datetime) -> None:
    """As many in each column; in the order of time, every column has one before any has the next."""
    columns = list(ColumnPage.objects.order_by("path"))
    articles = []
    for number, column in enumerate(columns):
        for place in range(per_column):
            of_all = place * len(columns) + number + 1
            article = ArticlePage(
                title=f"关于做好{TOPICS[of_all % len(TOPICS)].name}第{of_all}项工作的通知",
                slug=f"20260101-{of_all}",
                body=[("text", RichText(f"<p>{PARAGRAPH}</p>"))],
            )
            articles.append(_below(column, place, article, now - BETWEEN_ARTICLES * of_all))
    _insert(articles)
    _have_children(columns, per_column)


def _below(parent: Page, place: int, page: Page, published_at: dt.datetime) -> Page:
    """A published page that is not saved yet, with all that saving below `parent` would set."""
    page.path, page.depth = Page._get_path(parent.path, parent.depth + 1, place + 1), parent.depth + 1
    page.url_path = f"{parent.url_path}{page.slug}/"
    page.draft_title = page.title
    page.locale_id, page.translation_key = parent.locale_id, uuid.uuid4()
    page.live, page.has_unpublished_changes = True, False
    page.first_published_at = page.last_published_at = published_at
    return page


def _insert(pages: list[Page]) -> None:
    """As `bulk_create`, which refuses models with a parent table: first the parents' rows, then their own."""
    model = type(pages[0])
    shared = [field.attname for field in Page._meta.concrete_fields if not field.primary_key]
    for start in range(0, len(pages), BATCH):
        some = pages[start : start + BATCH]
        rows = Page.objects.bulk_create(Page(**{name: getattr(page, name) for name in shared}) for page in some)
        for page, row in zip(some, rows, strict=True):
            page.pk = page.id = row.pk
        model._base_manager.all()._batched_insert(some, model._meta.local_concrete_fields, BATCH)


def _have_children(parents: list, count: int) -> None:
    Page.objects.filter(pk__in=[parent.pk for parent in parents]).update(numchild=count)


def _inspections(now: dt.datetime) -> None:
    """What a month of daily runs leaves behind for every column."""
    columns = list(Column.objects.order_by("pk"))
    for ago in range(RUNS, 0, -1):
        at = now - dt.timedelta(days=ago)
        run = Run.objects.create(kind=RunKind.FULL, step=RunStep.DONE, as_of=at, profile="county", created_at=at)
        seen = Observation.objects.bulk_create([_observation(run, column, at) for column in columns], batch_size=BATCH)
        Verdict.objects.bulk_create([_verdict(each) for each in seen], batch_size=BATCH)


def _approvals(editors: list[User]) -> None:
    """In every unit an article that waits for the editor's colleagues."""
    for editor, section in zip(editors, UnitPage.objects.order_by("path"), strict=True):
        column = ColumnPage.objects.child_of(section).first()
        draft = draft_article(column=column, title="关于近期工作的通知", body=PARAGRAPH, owner=editor)
        submit(article=draft, user=editor)


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
