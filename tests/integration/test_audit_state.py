"""What portal pages show of the newest verdicts."""

from __future__ import annotations

import datetime as dt
import zoneinfo

import pytest
from django.test import Client
from django.utils import translation

from audits.desk.deadlines import rhythm_words
from audits.registry.models import Column
from audits.runs.enums import RunKind, RunStep
from audits.runs.models import Observation, Run, Verdict
from audits.templatetags.audit_state import column_states
from portal.pages.models import ColumnPage
from tests.factories import make_column_page, make_unit_page

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 18)


def judge(
    page: ColumnPage, *, day: dt.date, state: str, due_on: dt.date | None, profile: str = "county",
    step: RunStep = RunStep.DONE,
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
        state=state, underlying_state=state, sentence="依据。", due_on=due_on,
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
        states = column_states([late.pk, soon.pk, never.pk], TODAY)
    assert {pk: (state.state, state.days_left) for pk, state in states.items()} == {
        late.pk: ("dormant", -3),
        soon.pk: ("due_soon", 2),
    }
    html = Client().get(section.get_url()).content.decode()
    assert "state--dormant" in html
    assert "state--due_soon" in html


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
