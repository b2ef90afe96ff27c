"""What grows with a county's articles, and what must not: queries, and the rows that a query has to read."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.pages import queries
from portal.pages.approval import queries as approval
from portal.pages.approval import services
from portal.pages.models import ArticlePage, ColumnPage, UnitPage
from portal.pages.services import draft_article
from portal.units.enums import Role, UnitKind
from portal.units.models import Person
from portal.units.services import enrol
from tests.factories import PersonFactory, UnitFactory, make_article, make_column_page, make_unit_page

pytestmark = pytest.mark.django_db
BY_PATH = "sqlite_autoindex_wagtailcore_page_1 (path>? AND path<?)"
BY_TIME = "SEARCH wagtailcore_page USING INDEX wagtailcore_page_first_published_at"


@pytest.fixture
def section() -> UnitPage:
    return make_unit_page()


@pytest.fixture
def column(section) -> ColumnPage:
    return make_column_page(section)


def enrolled(section: UnitPage, role: Role) -> Person:
    someone = PersonFactory()
    enrol(person=someone, unit=section.unit, role=role, day=timezone.localdate() - dt.timedelta(days=1))
    return someone


def asked(client: Client, address: str) -> int:
    client.get(address)  # what a process keeps for itself is there
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def submit(column: ColumnPage, editor: Person, count: int) -> None:
    for number in range(count):
        draft = draft_article(column=column, title=f"拟稿{number}", body="会议传达了精神。", owner=editor.user)
        services.submit(article=draft, user=editor.user)


@pytest.mark.parametrize(("address", "most"), [("/admin/", 16), ("/approval/", 15), ("/calendar/", 9)])
def test_the_workbench_asks_as_often_for_many_articles_columns_and_drafters(section, column, address, most):
    editor, other = enrolled(section, Role.EDITOR), enrolled(section, Role.LEADER)
    client = Client()
    client.force_login(other.user)
    make_article(column)
    submit(column, editor, 1)
    few = asked(client, address)

    for number in range(5):
        another = make_column_page(section, title=f"栏目{number}")
        make_article(another)
        make_article(another)
        submit(another, enrolled(section, Role.EDITOR), 1)
    submit(column, editor, 5)

    assert asked(client, address) == few
    assert few <= most


@pytest.mark.parametrize(("level", "most"), [(0, 9), (1, 13), (2, 9), (3, 9)])
def test_a_page_of_the_portal_asks_as_often_for_many_articles(section, column, level, most):
    page = [section.get_parent(), section, column, make_article(column)][level]
    few = asked(Client(), page.get_url())

    for number in range(5):
        make_article(column)
        make_article(make_column_page(section, title=f"栏目{number}"))
        make_article()

    assert asked(Client(), page.get_url()) == few
    assert few <= most


@pytest.mark.parametrize("of_all", [100, 2])
def test_a_kind_that_publishes_little_has_its_newest_on_the_front_page(monkeypatch, of_all):
    monkeypatch.setattr(queries, "_NEWEST_OF_ALL", of_all)
    units = (UnitFactory(kind=kind) for kind in (UnitKind.TOWNSHIP, UnitKind.DEPARTMENT))
    busy, quiet = (make_column_page(make_unit_page(unit)) for unit in units)
    now = timezone.now()
    for number in range(9):
        make_article(busy, title=f"乡镇{number}", published_at=now - dt.timedelta(hours=number))
        make_article(quiet, title=f"部门{number}", published_at=now - dt.timedelta(days=30 + number))

    kinds = Client().get("/").context_data["kinds"]

    shown = {kind: [headline.title for headline in newest] for kind, _sections, newest in kinds}
    assert shown[UnitKind.TOWNSHIP] == [f"乡镇{number}" for number in range(6)]
    assert shown[UnitKind.DEPARTMENT] == [f"部门{number}" for number in range(6)]
    assert shown[UnitKind.COMMUNITY] == []


def test_the_front_page_leaves_the_texts_of_articles_alone(column):
    make_article(column)
    with CaptureQueriesContext(connection) as captured:
        assert Client().get("/").status_code == 200

    reads = [each["sql"] for each in captured if '"pages_articlepage"' in each["sql"]]
    assert len(reads) == 1  # which of them are copies
    assert "copied_from_id" in reads[0]


def test_the_first_page_says_how_many_articles_wait_and_in_which_column(section, column):
    editor, other = enrolled(section, Role.EDITOR), enrolled(section, Role.EDITOR)
    submit(column, editor, 2)
    elsewhere = make_unit_page()
    submit(make_column_page(elsewhere), enrolled(elsewhere, Role.EDITOR), 1)
    pages = {}
    for who in (editor, other):
        client = Client()
        client.force_login(who.user)
        pages[who] = client.get("/admin/").content.decode()

    assert all("2 篇在审" in page for page in pages.values())
    assert "<strong>2</strong>待我办理的稿件" in pages[other]
    assert "待我办理的稿件" not in pages[editor]  # somebody else proofreads


def test_only_columns_with_an_article_under_way_are_loaded(section, column):
    editor, other = enrolled(section, Role.EDITOR), enrolled(section, Role.EDITOR)
    submit(column, editor, 2)

    rows = approval.under_way(other.user, timezone.localdate())

    assert [(row.column, row.people, row.mine) for row in rows] == [(column, [other], True)] * 2
    neighbour = enrolled(make_unit_page(), Role.EDITOR)
    assert approval.under_way(neighbour.user, timezone.localdate()) == []


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL reads a table of a few rows without an index")
def test_indexes_find_what_lies_below_and_what_is_newest(section, column):
    articles = ArticlePage.objects.live()
    assert BY_PATH in articles.child_of(column).explain()
    assert BY_PATH in articles.descendant_of(section, inclusive=True).explain()
    published = queries.published()
    assert BY_PATH in published.descendant_of(section).explain()
    assert BY_TIME in queries.newest_first(queries.in_columns(published, ColumnPage.objects.all()))[:8].explain()


def test_below_a_page_is_what_the_tree_says(section, column):
    inside, outside = make_article(column), make_article()

    assert set(ArticlePage.objects.descendant_of(section)) == {inside}
    assert set(ColumnPage.objects.descendant_of(column, inclusive=True)) == {column}
    assert set(ColumnPage.objects.descendant_of(column)) == set()
    assert set(UnitPage.objects.not_descendant_of(section, inclusive=True)) == {
        outside.get_parent().get_parent().specific
    }
    assert set(ArticlePage.objects.child_of(column)) == {inside}
    assert set(ArticlePage.objects.child_of(section)) == set()


def test_an_article_in_a_column_that_was_taken_down_does_not_break_the_lists(section, column):
    make_article(column, title="还在的稿件")
    column.live = False
    column.save(update_fields=["live"])

    for address in ("/", section.get_url()):
        assert Client().get(address).status_code == 200
    section.live = False
    section.save(update_fields=["live"])
    assert Client().get("/").status_code == 200


def test_only_what_lies_below_a_page_is_found_there(section, column):
    make_article(column)
    strange = make_column_page(make_unit_page(), slug="strange")

    page = Client().get(column.get_url())
    assert [above.get_url() for above in page.context_data["trail"]] == ["/", section.get_url()]
    for address in (f"{section.get_url()}{strange.slug}/", f"{column.get_url()}none/", "/none/"):
        assert Client().get(address).status_code == 404, address
