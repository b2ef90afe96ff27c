"""The results page: whatever is typed, a page that says what happened."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from wagtail.models import PageViewRestriction

from search import services
from search.parsing import parse
from tests.factories import make_article, make_column_page, make_portal
from tests.stopwatch import timed
from tests.typed import BAD_INPUT, LONGEST

pytestmark = pytest.mark.django_db

DAMAGED = "The search index is being rebuilt"


@pytest.fixture
def article():
    article = make_article(title="关于开展政务公开检查的通知", body="请填写自查表。<script>")
    services.rebuild()
    return article


@pytest.fixture
def ask(client, settings):
    settings.LANGUAGE_CODE = "en"
    make_portal()

    def asking(**asked: str) -> str:
        response = client.get(reverse("search:results"), asked, headers={"accept-language": "en"})
        assert response.status_code == 200
        return response.content.decode()

    return asking


def test_a_hit_shows_title_snippet_place_and_day(article, ask) -> None:
    page = ask(q="自查表 检查")

    assert "关于开展政务公开<mark>检查</mark>的通知" in page
    assert "请填写<mark>自查表</mark>。" in page
    assert f'href="{article.url}"' in page
    assert f"{timezone.localtime(article.first_published_at):%Y-%m-%d}" in page
    assert 'value="自查表 检查"' in page
    assert "1 result," in page


@pytest.mark.parametrize("q", BAD_INPUT)
def test_hostile_questions_get_a_page(article, ask, q: str) -> None:
    ask(q="检查")  # the dictionary is read once in a process
    page, took = timed(lambda: ask(q=q), most=LONGEST)
    assert took < LONGEST

    assert "<script>alert" not in page
    typed = parse(q.replace("\0", " ")).text
    assert f'value="{escape(typed)}"' in page


def test_a_long_question_does_not_make_a_long_page(article, ask) -> None:
    """The page's links carry the question along, which was cut."""
    for part in ("检查 ", "政"):
        for more in ({}, {"unit": "no-such-unit"}):
            assert abs(len(ask(q=part * 10_000, **more)) - len(ask(q=part * 300, **more))) < 100


def test_bytes_that_are_no_text_get_a_page(article, client) -> None:
    assert client.get("/search/?q=%ff%fe%00&page=%ff&unit=%00").status_code == 200


def test_a_question_that_was_cut_says_so(article, ask) -> None:
    assert "too long" in ask(q="政务公开" * 2500)
    assert "too long" not in ask(q="政务公开")


@pytest.mark.parametrize(
    ("wrong", "line"),
    [
        ({"from": "18.11.2026"}, "Write the day as 2026-11-18."),
        ({"to": "2026-02-30"}, "Write the day as 2026-11-18."),
        ({"from": "2026-11-19", "to": "2026-11-18"}, "The last day is before the first day."),
        ({"unit": "no-such-unit"}, "This is not one of the choices"),
        ({"class": "999999999999999999999"}, "This is not one of the choices"),
        ({"kind": "x"}, "This is not one of the choices"),
        ({"period": "always"}, "This is not one of the choices"),
        ({"order": "random"}, "This is not one of the choices"),
    ],
)
def test_a_wrong_filter_is_one_clear_line(article, ask, wrong: dict[str, str], line: str) -> None:
    page = ask(q="政务", **wrong)

    assert page.count(line) == 1
    assert 'class="hit"' not in page


@pytest.mark.parametrize("number", ["0", "-1", "2", "x", "1" * 400, ""])
def test_any_page_number_gets_a_page(article, ask, number: str) -> None:
    assert 'class="hit"' in ask(q="政务", page=number)


def test_filters_stay_chosen_and_narrow(article, ask) -> None:
    other = make_article(make_column_page(), title="另一份检查通知")
    services.rebuild()
    code = other.get_parent().get_parent().specific.unit.code

    page = ask(q="检查", unit=code)

    assert f'name="unit" value="{code}"' in page
    assert 'aria-current="true"' in page
    assert "1 result," in page


def test_nothing_found_says_what_to_do(article, ask) -> None:
    page = ask(q="不存在的词语", to="2026-11-18")

    assert "Nothing was found for “不存在的词语”" in page
    assert "Search again without filters" in page


def test_a_restricted_unit_is_named_nowhere(article, ask) -> None:
    section = article.get_parent().get_parent()
    PageViewRestriction.objects.create(page=section, restriction_type=PageViewRestriction.LOGIN)

    page = ask(q="检查")

    assert "Nothing was found" in page
    assert section.title not in page


def lose(folder: Path) -> None:
    shutil.rmtree(folder)


def break_link(folder: Path) -> None:
    (folder / "current").unlink()


def empty_segments(folder: Path) -> None:
    for file in (folder / "current").resolve().glob("*.*"):
        file.write_bytes(b"")


def scramble_segments(folder: Path) -> None:
    for file in (folder / "current").resolve().glob("*.*"):
        file.write_bytes(bytes(byte ^ 0x5A for byte in file.read_bytes()))


def scramble_contents(folder: Path) -> None:
    for file in (folder / "current").resolve().glob("*.toc"):
        file.write_bytes(b"\x80\x04garbage")


def age(folder: Path) -> None:
    generation = (folder / "current").resolve()
    generation.rename(folder / "v0-old")
    (folder / "current").unlink()
    (folder / "current").symlink_to("v0-old")


@pytest.mark.whoosh
@pytest.mark.parametrize(
    "damage", [lose, break_link, empty_segments, scramble_segments, scramble_contents, age], ids=lambda d: d.__name__
)
def test_a_damaged_index_says_so_and_is_rebuilt(article, ask, damage) -> None:
    damage(settings.SEARCH_INDEX_DIR)

    assert DAMAGED in ask(q="政务公开")
    # The queue has worked meanwhile; in tests it works at once.
    page = ask(q="政务公开")
    assert DAMAGED not in page
    assert "1 result," in page


@pytest.mark.whoosh
def test_a_folder_that_cannot_be_used_is_no_error(article, ask, client, admin_client) -> None:
    """As of a disk that is full, read-only or gone."""
    lose(settings.SEARCH_INDEX_DIR)
    settings.SEARCH_INDEX_DIR.write_text("no folder")

    assert DAMAGED in ask(q="政务公开")
    assert client.get(reverse("search:suggest"), {"q": "政务"}).json() == {"suggestions": []}
    for address in (reverse("wagtailadmin_pages:search"), reverse("wagtaildocs:index"), reverse("search_desk:state")):
        assert admin_client.get(address, {"q": "政务公开"}).status_code == 200
    assert client.get(article.get_url()).status_code == 200


@pytest.mark.whoosh
def test_a_rebuild_is_asked_for_once(article, ask, monkeypatch) -> None:
    asked = []
    monkeypatch.setattr("search.tasks.async_task", lambda *args: asked.append(args))
    lose(settings.SEARCH_INDEX_DIR)

    for _ in range(3):
        assert DAMAGED in ask(q="政务公开")

    assert len(asked) == 1
