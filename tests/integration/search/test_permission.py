"""Nobody finds, counts or reads in a snippet what they may not open; those who may, do."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from wagtail.models import Page, PageViewRestriction, Site

from portal.units.models import User
from search import corrections, queries, services, suggestions
from search.parsing import parse
from tests.factories import UserFactory, make_article, make_column_page, make_portal, make_unit_page
from tests.integration.search.conftest import request_of, titles

pytestmark = pytest.mark.django_db


@pytest.fixture
def section():
    """A unit's section with one article three levels below the front page; another unit's article beside it."""
    section = make_unit_page()
    make_article(make_column_page(section), title="机密公告", body="内部名单")
    make_article(title="公开公告")
    services.rebuild()
    return section


def restrict(page: Page, kind: str, **more: object) -> PageViewRestriction:
    return PageViewRestriction.objects.create(page=page, restriction_type=kind, **more)


def seen_by(user: User | None = None, **more: object) -> tuple[int, set[str]]:
    """How many the reader is told there are, and which; a snippet never says more."""
    found = queries.search(parse("公告"), request=request_of(user, **more), filters=queries.Filters())
    shown = {str(hit.title).replace("<mark>", "").replace("</mark>", "") for hit in found.hits}
    if "机密公告" not in shown:
        assert not any("名单" in hit.snippet for hit in found.hits)
    return found.total, shown


BOTH = (2, {"机密公告", "公开公告"})
OPEN_ONLY = (1, {"公开公告"})


def test_without_restriction_everybody_finds_all(section) -> None:
    assert seen_by() == BOTH


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_sign_in_is_asked_for_wherever_above_the_restriction_lies(section, depth: int) -> None:
    article = Page.objects.get(title="机密公告")
    chain = [section, article.get_parent(), article]
    restrict(chain[depth], PageViewRestriction.LOGIN)

    assert seen_by() == OPEN_ONLY
    assert seen_by(UserFactory()) == BOTH


def test_a_group_of_readers(section) -> None:
    group = Group.objects.create(name="督查")
    restrict(section, PageViewRestriction.GROUPS).groups.add(group)
    member = UserFactory()
    member.groups.add(group)

    assert seen_by() == OPEN_ONLY
    assert seen_by(UserFactory()) == OPEN_ONLY
    assert seen_by(member) == BOTH
    assert seen_by(UserFactory(is_superuser=True)) == BOTH


def test_a_password_counts_once_it_was_given(section) -> None:
    restriction = restrict(section, PageViewRestriction.PASSWORD, password="暗号")

    assert seen_by(UserFactory()) == OPEN_ONLY
    assert seen_by(passwords_given_for=(restriction.pk,)) == BOTH


def test_every_restriction_on_the_way_must_be_passed(section) -> None:
    restrict(section, PageViewRestriction.LOGIN)
    restrict(Page.objects.get(title="机密公告"), PageViewRestriction.GROUPS)

    assert seen_by(UserFactory()) == OPEN_ONLY


def test_a_lifted_restriction_opens_at_once(section) -> None:
    restriction = restrict(section, PageViewRestriction.LOGIN)
    assert seen_by() == OPEN_ONLY
    restriction.delete()
    assert seen_by() == BOTH


def test_a_page_moved_below_a_restricted_one_is_closed_before_the_queue_has_run(section) -> None:
    closed = make_unit_page()
    restrict(closed, PageViewRestriction.LOGIN)
    Page.objects.get(title="机密公告").get_parent().move(closed, pos="last-child")

    assert seen_by() == OPEN_ONLY


def test_pages_outside_the_portal_are_not_found(section) -> None:
    elsewhere = Page.get_first_root_node().add_child(instance=Page(title="别处", slug="elsewhere"))
    site = Site.objects.get()
    site.root_page = elsewhere
    site.save()
    Site.clear_site_root_paths_cache()

    assert seen_by() == (0, set())


def test_a_restricted_unit_is_not_even_offered_as_a_filter(section) -> None:
    restrict(section, PageViewRestriction.LOGIN)

    assert section not in list(queries.sections_to_choose(request=request_of()))
    offered = queries.search(parse("公告"), request=request_of()).choices["unit"]
    assert section.unit.code not in [choice.value for choice in offered]
    assert section in list(queries.sections_to_choose(request=request_of(UserFactory())))


def test_a_question_for_the_hidden_text_finds_nothing(section) -> None:
    restrict(section, PageViewRestriction.LOGIN)

    assert titles("内部名单") == []
    assert titles(section.title, request=request_of(UserFactory())) == ["机密公告"]


def test_the_front_page_restricted_closes_everything(section) -> None:
    restrict(make_portal(), PageViewRestriction.LOGIN)

    assert seen_by() == (0, set())
    assert seen_by(UserFactory()) == BOTH


KINDS = st.sampled_from([PageViewRestriction.LOGIN, PageViewRestriction.GROUPS, PageViewRestriction.PASSWORD])


@pytest.fixture
def county():
    """Two units with two columns of two articles each, every title with a word that no other has."""
    articles = []
    for unit in range(2):
        section = make_unit_page()
        for column in range(2):
            page = make_column_page(section, title=f"栏目{unit}{column}")
            for number in range(2):
                name = "甲乙丙丁戊己庚辛"[unit * 4 + column * 2 + number]
                articles.append(make_article(page, title=f"公告{name}{name}", body=f"内容{name}子{name}"))
    services.rebuild()
    return articles


@hypothesis_settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_nothing_that_is_shown_tells_of_a_closed_page(county, data) -> None:
    """Random restrictions on random pages, random moves, random readers: only what each page itself would open."""
    with transaction.atomic():
        groups = [Group.objects.get_or_create(name=name)[0] for name in ("甲组", "乙组")]
        nodes = list(Page.objects.filter(depth__gte=3).exclude(title="别处").order_by("path"))
        for page in data.draw(st.lists(st.sampled_from(nodes), unique=True, max_size=4)):
            restriction = restrict(page, data.draw(KINDS), password="暗号")
            if restriction.restriction_type == PageViewRestriction.GROUPS:
                restriction.groups.set(data.draw(st.lists(st.sampled_from(groups), max_size=2, unique=True)))
        if data.draw(st.booleans()):
            column = data.draw(st.sampled_from([page for page in nodes if page.depth == 4]))
            unit = data.draw(st.sampled_from([page for page in nodes if page.depth == 3]))
            Page.objects.get(pk=column.pk).move(Page.objects.get(pk=unit.pk), pos="last-child")
        reader = UserFactory() if data.draw(st.booleans()) else None
        if reader:
            reader.groups.set(data.draw(st.lists(st.sampled_from(groups), max_size=2, unique=True)))
        given_for = data.draw(st.lists(st.sampled_from([*PageViewRestriction.objects.values_list("pk", flat=True), 0])))
        request = request_of(reader, passwords_given_for=tuple(given_for))

        open_titles = {
            page.title
            for page in Page.objects.filter(title__startswith="公告")
            if all(restriction.accept_request(request) for restriction in page.get_view_restrictions())
        }

        found = queries.search(parse("公告"), request=request)
        assert {plain(hit.title) for hit in found.hits} == open_titles
        assert found.total == len(open_titles)
        for choices in found.choices.values():
            assert sum(choice.count for choice in choices) <= len(open_titles) * (3 if choices else 1)
        assert sum(choice.count for choice in found.choices.get("unit", [])) <= len(open_titles)
        assert {line for line in suggestions.complete("公告", request=request) if line[:2] == "公告"} == open_titles
        for article in county:
            hidden = queries.search(parse(article.title[-2:]), request=request)
            assert hidden.total == (article.title in open_titles)
            anybody = queries.search(parse(article.title), request=request_of()).total
            if not anybody:
                assert article.title[-2:] not in corrections.suggest("公搞" + article.title[-2:], request=request)
        transaction.set_rollback(True)


def plain(marked: str) -> str:
    return str(marked).replace("<mark>", "").replace("</mark>", "")
