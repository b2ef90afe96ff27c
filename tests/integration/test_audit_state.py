"""What portal pages show of the newest verdicts."""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from wagtail.models import PageViewRestriction

from audits.desk.deadlines import rhythm_words
from audits.desk.publishing import tell_the_new_deadline
from audits.registry.models import Column
from audits.runs.enums import RunKind, RunStep
from audits.runs.models import Observation, Run, Verdict
from audits.templatetags.audit_deadlines import columns_now_to_all
from audits.templatetags.audit_state import column_states
from portal.pages.models import ArticlePage, ColumnPage
from portal.units.enums import Role
from portal.units.services import enrol
from search import services
from tests.factories import PersonFactory, make_article, make_column_page, make_unit_page

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 18)


def judge(
    page: ColumnPage, *, day: dt.date, state: str, due_on: dt.date | None, profile: str = "county",
    step: RunStep = RunStep.DONE, updated: dt.date | None = None,
) -> None:  # fmt: skip
    at = dt.datetime.combine(day, dt.time(23, 59, 59), zoneinfo.ZoneInfo("Asia/Shanghai"))
    column = Column.objects.get(page=page)
    run = Run.objects.create(kind=RunKind.FULL, step=step, as_of=at, profile=profile, created_at=at)
    observation = Observation.objects.create(
        run=run, column=column, url=column.url, final_url=column.url, fetched_at=at, as_of=at, outcome="ok",
        schema_version=1,
    )  # fmt: skip
    Verdict.objects.create(
        observation=observation, run=run, column=column, profile=profile, profile_version="1", rule_id="freshness",
        state=state, underlying_state=state, sentence="依据。", due_on=due_on, updated=updated,
    )  # fmt: skip


def test_the_newest_verdict_of_each_column_in_two_queries(django_assert_num_queries):
    section = make_unit_page()
    late, soon, never = (make_column_page(section, title=title) for title in ("甲", "乙", "丙"))
    judge(late, day=TODAY, state="dormant", due_on=TODAY - dt.timedelta(days=3))
    judge(late, day=TODAY - dt.timedelta(days=30), state="fresh", due_on=TODAY)  # judged later, for an earlier day
    judge(late, day=TODAY, state="fresh", due_on=TODAY, profile="census-2015")
    judge(soon, day=TODAY, state="due_soon", due_on=TODAY + dt.timedelta(days=2))
    judge(soon, day=TODAY, state="dormant", due_on=TODAY, step=RunStep.IMPORTED)  # a run that is still under way
    with django_assert_num_queries(2):
        states = column_states([late.pk, soon.pk, never.pk])
    assert {pk: (state.state, (state.due_on - TODAY).days) for pk, state in states.items()} == {
        late.pk: ("dormant", -3),
        soon.pk: ("due_soon", 2),
    }


@pytest.mark.parametrize(
    ("column_class", "rhythm_days", "words"),
    [
        ("dynamic", None, "Updated at least every two weeks"),
        ("dynamic", 7, "Updated at least once a week"),
        ("dynamic", 10, "Updated at least every 10 days"),
        ("dynamic", 30, "Updated at least every two weeks"),
        ("notice", None, "Updated at least every 6 months"),
        ("notice", 181, "Updated at least every 181 days"),
        ("notice", 200, "Updated at least every 6 months"),
        ("personnel_planning", None, "Updated at least once a year"),
        ("static", None, "No rhythm required"),
        ("archive", None, "Archived: no longer updated"),
    ],
)
def test_the_rhythm_of_a_column_in_words(column_class, rhythm_days, words):
    with translation.override("en"):
        assert rhythm_words(ColumnPage(column_class=column_class, rhythm_days=rhythm_days)) == words


def stand(page: ColumnPage, state: str, *, days_ago: int, published: int | None = None) -> str:
    """The front page as its editor reads it, after a verdict on an update so long ago, and an article since."""
    today = timezone.localdate()
    updated = today - dt.timedelta(days=days_ago)
    judge(page, day=today, state=state, due_on=updated + dt.timedelta(days=14), updated=updated)
    if published is not None:
        make_article(page, published_at=timezone.now() - dt.timedelta(days=published))
    editor = PersonFactory()
    enrol(person=editor, unit=page.get_parent().specific.unit, role=Role.EDITOR, day=today)
    reader = Client()
    reader.force_login(editor.user)
    return "".join(reader.get(address).content.decode() for address in ("/", "/admin/", "/calendar/", add_to(page)))


def add_to(page: ColumnPage) -> str:
    return f"/admin/pages/add/pages/articlepage/{page.pk}/"


@pytest.mark.parametrize("state", ["exempt", "trial", "retired"])
def test_what_nobody_has_to_update_is_never_late(state):
    html = stand(make_column_page(), state, days_ago=60)
    for words in ("逾期", "立即更新", "应于", "month__due"):
        assert words not in html
    assert html.count(f"state--{state}") == 3


@pytest.mark.parametrize(("state", "told"), [("exempt", 0), ("dormant", 1)])
def test_publishing_brings_a_deadline_only_where_there_is_one(state, told, monkeypatch):
    page, said = make_column_page(), []
    judge(page, day=timezone.localdate(), state=state, due_on=None)
    monkeypatch.setattr("audits.desk.publishing.messages.success", lambda _request, words: said.append(words))
    tell_the_new_deadline(RequestFactory().get("/"), make_article(page))
    assert len(said) == told


def test_what_was_published_since_the_last_check_counts_at_once():
    html = stand(make_column_page(), "dormant", days_ago=60, published=0)
    assert "state--dormant" not in html
    assert html.count("state--fresh") == 3
    assert "还剩 14 天" in html


def test_a_day_that_passed_since_the_last_check_counts_too():
    html = stand(make_column_page(), "due_soon", days_ago=15)
    assert html.count("state--dormant") == 4  # the calendar's list of what is late, too
    assert "逾期 1 天" in html


def seen_by_anybody(page: ColumnPage, *, days_ago: int, article: ArticlePage) -> set[str]:
    """States of a column on its unit's page and beside what the search finds in it, after a verdict on an update."""
    today = timezone.localdate()
    updated = today - dt.timedelta(days=days_ago)
    judge(page, day=today, state="due_soon", due_on=updated + dt.timedelta(days=14), updated=updated)
    services.rebuild()
    pages = [Client().get(page.get_parent().get_url()), Client().get("/search/", {"q": article.title})]
    found = [re.findall(r"state--(\w+)", answer.content.decode()) for answer in pages]
    assert [len(states) for states in found] == [1, 1]
    return {state for states in found for state in states}


@pytest.mark.parametrize(("days_ago", "state"), [(12, "due_soon"), (15, "dormant")])
def test_units_pages_and_results_show_the_state_of_now(days_ago, state):
    page = make_column_page()
    old = make_article(page, title="防汛简报", published_at=timezone.now() - dt.timedelta(days=days_ago))

    assert seen_by_anybody(page, days_ago=days_ago, article=old) == {state}


@pytest.mark.parametrize(("is_closed", "state"), [(False, "fresh"), (True, "dormant")])
def test_what_was_published_since_counts_where_everybody_may_read_it(is_closed, state):
    page = make_column_page()
    old = make_article(page, title="防汛简报", published_at=timezone.now() - dt.timedelta(days=15))
    new = make_article(page, title="会议纪要")
    if is_closed:
        PageViewRestriction.objects.create(page=new, restriction_type=PageViewRestriction.LOGIN)

    assert seen_by_anybody(page, days_ago=15, article=old) == {state}


def test_states_of_many_columns_cost_what_that_of_one_does():
    pages = [make_column_page() for _ in range(4)]
    counts = []
    for asked in (pages[:1], pages):
        with CaptureQueriesContext(connection) as queries:
            columns_now_to_all({"request": RequestFactory().get("/search/")}, asked, TODAY)
        counts.append(len(queries))
    assert counts == [3, 3]


def test_never_checked_has_a_sign_of_its_own():
    page = make_column_page()
    editor = PersonFactory()
    enrol(person=editor, unit=page.get_parent().specific.unit, role=Role.EDITOR, day=timezone.localdate())
    reader = Client()
    reader.force_login(editor.user)
    for address in ("/", "/admin/"):
        assert "icons.svg#not_checked" in reader.get(address).content.decode()
