"""Nobody finds, counts or reads in a snippet what they may not open; those who may, do."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from wagtail.models import Page, PageViewRestriction, Site

from portal.units.models import User
from search import queries, services
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
