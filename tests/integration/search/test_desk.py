"""The search in the desk: who opens what, what was asked in which days, what is kept, how the search is doing."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from openpyxl import load_workbook
from wagtail.documents import get_document_model

from portal.units.enums import Role
from portal.units.services import enrol, ensure_groups
from search import outbox, questions, services, tasks
from search.models import AskedQuestion, IndexChange, LeftOut, QuestionLogRules
from search.state import Lags, state
from tests.factories import PersonFactory, UnitFactory, UserFactory, make_article, make_portal
from tests.integration.search.test_results_page import scramble_segments

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 18)
SCREENS = ("search_desk:questions", "search_desk:questions_results", "search_desk:state")


@pytest.fixture
def as_role(client):
    """Sign in as somebody with a role; a client of the desk."""
    make_portal()
    ensure_groups()
    unit = UnitFactory(code="zfb")

    def signing_in(role: Role):
        user = UserFactory()
        enrol(person=PersonFactory(user=user), unit=unit, role=role, day=TODAY)
        client.force_login(user)
        return client

    return signing_in


@pytest.fixture
def log():
    for text, hits, day in [
        ("防汛", 3, TODAY),
        ("防汛", 3, TODAY),
        ("防汛", 3, TODAY - dt.timedelta(days=40)),
        ("没有这个词", 0, TODAY),
        ("=cmd|' /C calc'!A0", 0, TODAY - dt.timedelta(days=1)),
        ("低保", 0, TODAY),
        ("低保", 2, TODAY),
        ("低保", 2, TODAY),
        ("低保", 2, TODAY),
    ]:
        questions.note(text, hits=hits, day=day)


def rows(client, query: str = "") -> list[list[str]]:
    """The listing as its CSV file has it, without the headings."""
    response = client.get(reverse("search_desk:questions") + f"?export=csv{query}")
    raw = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(raw)))[1:]


@pytest.mark.parametrize("role", [Role.NETWORK_CENTRE, Role.COUNTY_OFFICE])
@pytest.mark.parametrize("screen", SCREENS)
def test_network_centre_and_county_office_open_the_screens(as_role, log, role: Role, screen: str) -> None:
    client = as_role(role)

    assert client.get(reverse(screen)).status_code == 200
    assert reverse("search_desk:questions") in client.get("/admin/").content.decode()


@pytest.mark.parametrize("role", [Role.SUPERVISION_BUREAU, Role.EDITOR, Role.LEADER, Role.READER])
@pytest.mark.parametrize("screen", SCREENS)
def test_others_are_sent_away_and_shown_no_way_there(as_role, log, role: Role, screen: str) -> None:
    client = as_role(role)

    answer = client.get(reverse(screen) + "?export=csv")
    assert answer.status_code in (302, 403)
    assert "防汛" not in answer.content.decode()
    assert reverse("search_desk:questions") not in client.get("/admin/", follow=True).content.decode()


def test_a_visitor_is_asked_to_sign_in(client, log) -> None:
    assert client.get(reverse("search_desk:questions")).status_code == 302


def test_the_commonest_questions_stand_first_and_those_in_vain_can_be_asked_for(as_role, log) -> None:
    client = as_role(Role.COUNTY_OFFICE)

    assert rows(client)[:2] == [["低保", "4", "1", "2026-11-18"], ["防汛", "3", "0", "2026-11-18"]]
    assert len(rows(client)) == 4
    assert {row[0] for row in rows(client, "&in_vain=yes")} == {"低保", "没有这个词", "'=cmd|' /c calc'!a0"}
    assert {row[0] for row in rows(client, "&in_vain=always")} == {"没有这个词", "'=cmd|' /c calc'!a0"}
    assert [row[0] for row in rows(client, "&ordering=-in_vain")][-1] == "防汛"


def test_a_stretch_of_days_narrows_what_is_counted(as_role, log) -> None:
    client = as_role(Role.COUNTY_OFFICE)

    assert ["防汛", "2", "0", "2026-11-18"] in rows(client, "&day_from=2026-11-01&day_to=2026-11-18")
    assert rows(client, "&day_from=2026-10-01&day_to=2026-10-31") == [["防汛", "1", "0", "2026-10-09"]]
    assert client.get(reverse("search_desk:questions") + "?day_from=gestern").status_code == 200
    page = client.get(reverse("search_desk:questions") + "?q=低保").content.decode()
    assert "低保" in page
    assert "没有这个词" not in page


def test_the_workbook_holds_the_same_rows(as_role, log) -> None:
    client = as_role(Role.NETWORK_CENTRE)
    response = client.get(reverse("search_desk:questions") + "?export=xlsx")
    sheet = load_workbook(io.BytesIO(b"".join(response.streaming_content))).active

    cells = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert [[row[0].lstrip("="), row[1], row[2]] for row in cells] == [
        [text.lstrip("'").lstrip("="), int(asked), int(in_vain)] for text, asked, in_vain, _day in rows(client)
    ]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}


def test_the_office_decides_what_is_kept_and_the_network_centre_does_not(as_role, log) -> None:
    address = reverse("wagtailsettings:edit", args=("search", "questionlogrules"))
    assert as_role(Role.NETWORK_CENTRE).get(address).status_code == 302

    client = as_role(Role.COUNTY_OFFICE)
    assert client.get(address).status_code in (200, 302)
    rules = QuestionLogRules.load()
    client.post(f"{address}{rules.pk}/", {"days_kept": "0"})
    assert QuestionLogRules.load().keeps_questions
    client.post(f"{address}{rules.pk}/", {"days_kept": "30"})
    assert (QuestionLogRules.load().keeps_questions, QuestionLogRules.load().days_kept) == (False, 30)


def test_what_is_older_than_the_office_says_goes(log) -> None:
    QuestionLogRules.objects.update_or_create(defaults={"days_kept": 40})

    assert [questions.forget_old(today=TODAY) for _ in range(2)] == [1, 0]
    assert AskedQuestion.objects.filter(text="防汛").count() == 1


def test_when_nothing_is_kept_all_of_it_goes_and_nothing_comes(log) -> None:
    QuestionLogRules.objects.update_or_create(defaults={"keeps_questions": False})
    tasks.forget_questions()
    questions.note("防汛", hits=1, day=TODAY)

    assert not AskedQuestion.objects.exists()


def test_the_queue_forgets_every_day() -> None:
    tasks.ensure_schedules()
    from django_q.models import Schedule

    assert Schedule.objects.get(func="search.tasks.forget_questions").minutes == 24 * 60


def test_lags_are_reckoned_from_a_change_until_it_is_findable() -> None:
    seconds = [dt.timedelta(seconds=second) for second in (1, 2, 3, *[1] * 17)]

    lags = Lags.of(seconds)
    assert (lags.count, lags.within, lags.longest) == (20, 19, dt.timedelta(seconds=3))
    assert (lags.median, lags.nineteen_of_twenty) == (dt.timedelta(seconds=1), dt.timedelta(seconds=3))
    assert Lags.of([]) == Lags(0)


def test_the_state_shows_the_lag_of_a_publication_and_what_waits(as_role, settings) -> None:
    client = as_role(Role.NETWORK_CENTRE)
    article = make_article(title="第一号公告")
    services.rebuild()
    IndexChange.objects.all().delete()
    outbox.note(type(article), [article.pk])
    noted = IndexChange.objects.get().noted_at

    assert state(now=noted).waiting == 1
    outbox.drain(services.get_search_backend().engine, now=noted + dt.timedelta(seconds=1.4))
    found = state(now=noted + dt.timedelta(minutes=1))
    assert (found.waiting, found.day.count, found.day.longest) == (0, 1, dt.timedelta(seconds=1.4))
    page = client.get(reverse("search_desk:state")).content.decode()
    assert "1.4 s" in page
    assert str(found.documents) in page


def test_the_state_names_files_that_could_not_be_read(as_role, committed) -> None:
    client = as_role(Role.COUNTY_OFFICE)
    with committed():
        document = get_document_model()(title="坏掉的附件")
        document.file.save("broken.docx", ContentFile(b"PK\x03\x04 cut off"), save=False)
        document.save()

    page = client.get(reverse("search_desk:state")).content.decode()
    assert "坏掉的附件" in page
    assert "文件损坏或无法解析" in page


def test_the_state_names_what_cannot_be_indexed_and_why(as_role) -> None:
    client = as_role(Role.NETWORK_CENTRE)
    article = make_article(title="坏掉的稿件")
    LeftOut.objects.create(key=f"wagtailcore.page:{article.pk}", reason="ValueError: <broken>")
    LeftOut.objects.create(key="wagtailcore.page:999", reason="ValueError: of what is gone")

    page = client.get(reverse("search_desk:state")).content.decode()
    assert "坏掉的稿件" in page
    assert "ValueError: &lt;broken&gt;" in page
    assert "wagtailcore.page:999" in page


@pytest.mark.whoosh
def test_the_state_says_so_when_the_index_is_gone_or_broken(as_role, settings) -> None:
    client = as_role(Role.NETWORK_CENTRE)
    assert state(now=dt.datetime.now(dt.UTC)).documents is None
    services.rebuild()
    scramble_segments(settings.SEARCH_INDEX_DIR)
    for file in (settings.SEARCH_INDEX_DIR / "current").resolve().glob("*.toc"):
        file.write_bytes(b"")

    assert state(now=dt.datetime.now(dt.UTC)).documents is None
    assert client.get(reverse("search_desk:state")).status_code == 200
    assert not services.is_complete()
