"""Nobody finds, counts or reads in a snippet what they may not open; those who may, do."""

from __future__ import annotations

from collections import Counter

import pytest
from django.contrib.auth.models import Group
from django.db import transaction
from django.http import HttpRequest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from wagtail.models import Page, PageViewRestriction, Site

from portal.pages.models import ArticlePage
from portal.units.models import User
from search import corrections, queries, reach, services, suggestions
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

    def offered_to(request) -> list[int]:
        return [each.pk for each in reach.sections_to_choose(request=request)]

    assert section.pk not in offered_to(request_of())
    offered = queries.search(parse("公告"), request=request_of()).choices["unit"]
    assert section.unit.code not in [choice.value for choice in offered]
    assert section.pk in offered_to(request_of(UserFactory()))


def test_a_question_for_the_hidden_text_finds_nothing(section) -> None:
    restrict(section, PageViewRestriction.LOGIN)

    assert titles("内部名单") == []
    assert titles(section.title, request=request_of(UserFactory())) == ["机密公告"]


def test_the_front_page_restricted_closes_everything(section) -> None:
    restrict(make_portal(), PageViewRestriction.LOGIN)

    assert seen_by() == (0, set())
    assert seen_by(UserFactory()) == BOTH


KINDS = st.sampled_from([PageViewRestriction.LOGIN, PageViewRestriction.GROUPS, PageViewRestriction.PASSWORD])


#: One for each article: what only that article says.
SECRETS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"
TREES = st.lists(st.lists(st.integers(0, 3), max_size=2), min_size=1, max_size=3)


def grow(tree: list[list[int]], column_classes: list[str]) -> list[ArticlePage]:
    """A county of units with columns with so many articles, each with a secret of its own in title and text."""
    articles: list[ArticlePage] = []
    for columns in tree:
        section = make_unit_page()
        for number, size in enumerate(columns):
            column = make_column_page(section, title=f"栏目{number}", column_class=column_classes[number])
            for _ in range(size):
                secret = SECRETS[len(articles)] * 2
                articles.append(make_article(column, title=f"公告{secret}", body=f"公告正文{secret}书"))
    return articles


def open_to(request: HttpRequest) -> list[ArticlePage]:
    """What each page itself would open, asked one by one."""
    return [
        page
        for page in ArticlePage.objects.live()
        if all(restriction.accept_request(request) for restriction in page.get_view_restrictions())
    ]


def check_nothing_tells(articles: list[ArticlePage], request: HttpRequest) -> None:
    """Ids, counts, facets, snippets, suggestions and corrections are those of the pages that are open."""
    may_read = open_to(request)
    open_titles = {page.title for page in may_read}
    open_secrets = {title[2:] for title in open_titles}
    found = queries.search(parse("公告"), request=request)
    while found.page.has_next():
        found = queries.search(parse("公告"), request=request, page=found.page.next_page_number())
    pages = [queries.search(parse("公告"), request=request, page=n + 1) for n in range(found.page.number)]
    hits = [hit for each in pages for hit in each.hits]
    assert {plain(hit.title) for hit in hits} == open_titles
    assert found.total == len(hits) == len(may_read)
    assert {plain(hit.snippet)[4:6] for hit in hits} == open_secrets

    units, classes = Counter(), Counter()
    for page in may_read:
        column = page.get_parent().specific
        classes[column.column_class] += 1
        section = column.get_parent().specific
        if all(restriction.accept_request(request) for restriction in section.get_view_restrictions()):
            units[section.unit.code] += 1
    assert {choice.value: choice.count for choice in found.choices.get("unit", [])} == units
    assert {choice.value: choice.count for choice in found.choices.get("class", [])} == classes
    assert {choice.count for choice in found.choices.get("kind", [])} <= {len(may_read)}
    assert all(choice.count <= len(may_read) for choice in found.choices.get("period", []))

    said = {line for typed in ("公告", "gonggao") for line in suggestions.complete(typed, request=request)}
    assert {line for line in said if line.startswith("公告")} <= open_titles
    anybody = {page.title[2:] for page in open_to(request_of())}
    for article in articles:
        secret = article.title[2:]
        assert queries.search(parse(secret), request=request).total == (secret in open_secrets)
        assert not suggestions.complete(article.title, request=request) or secret in open_secrets
        if secret not in anybody:
            assert secret not in corrections.suggest(f"公搞{secret}", request=request)


@pytest.mark.usefixtures("data_folders")
@hypothesis_settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_nothing_that_is_shown_tells_of_a_closed_page(data) -> None:
    """Random trees, restrictions, moves and readers; before the queue has heard of them and after."""
    with transaction.atomic():
        classes = data.draw(st.lists(st.sampled_from(["notice", "policy", "dynamic"]), min_size=2, max_size=2))
        articles = grow(data.draw(TREES), classes)
        services.rebuild()
        groups = [Group.objects.get_or_create(name=name)[0] for name in ("甲组", "乙组")]
        nodes = list(Page.objects.filter(depth__gte=3).order_by("path"))
        for page in data.draw(st.lists(st.sampled_from(nodes), unique=True, max_size=4)):
            restriction = restrict(page, data.draw(KINDS), password="暗号")
            if restriction.restriction_type == PageViewRestriction.GROUPS:
                restriction.groups.set(data.draw(st.lists(st.sampled_from(groups), max_size=2, unique=True)))
        for depth in data.draw(st.lists(st.sampled_from([4, 5]), max_size=2)):
            moved = [page for page in nodes if page.depth == depth]
            targets = [page for page in nodes if page.depth == depth - 1]
            if moved and targets:
                page, target = data.draw(st.sampled_from(moved)), data.draw(st.sampled_from(targets))
                Page.objects.get(pk=page.pk).move(Page.objects.get(pk=target.pk), pos="last-child")
        reader = UserFactory() if data.draw(st.booleans()) else None
        if reader:
            reader.groups.set(data.draw(st.lists(st.sampled_from(groups), max_size=2, unique=True)))
        passwords = [0, *PageViewRestriction.objects.values_list("pk", flat=True)]
        given_for = tuple(data.draw(st.lists(st.sampled_from(passwords), max_size=3)))

        for _ in range(2):
            check_nothing_tells(articles, request_of(reader, passwords_given_for=given_for))
            services.index_changes()
        transaction.set_rollback(True)


def plain(marked: str) -> str:
    return str(marked).replace("<mark>", "").replace("</mark>", "")
