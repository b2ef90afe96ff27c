"""The site that a request is for is the one that Wagtail finds."""

from __future__ import annotations

import pytest
from django.test import RequestFactory
from wagtail.models import Site

from portal.pages.models import HomePage
from portal.pages.sites import site_of
from tests.factories import make_portal

pytestmark = pytest.mark.django_db
NAMES = ("10.0.0.1", "other.example", "unknown.example")


@pytest.fixture
def site():
    make_portal()
    return Site.objects.get()


def sites_of(name: str) -> tuple[Site | None, Site | None]:
    """Ours and Wagtail's."""
    ours, wagtails = (RequestFactory().get("/", headers={"host": name}) for _ in range(2))
    return site_of(ours), Site.find_for_request(wagtails)


@pytest.fixture(autouse=True)
def any_name(settings):
    settings.ALLOWED_HOSTS = ["*"]


def test_the_only_site_is_that_of_every_name(site, django_assert_num_queries):
    for name in NAMES:
        assert sites_of(name) == (site, site)
    request = RequestFactory().get("/")
    with django_assert_num_queries(1):
        assert isinstance(site_of(request).root_page.homepage, HomePage)
        assert Site.find_for_request(request) is site_of(request)


def test_of_several_it_is_that_of_the_name(site):
    other = Site.objects.create(hostname="other.example", root_page=site.root_page, is_default_site=False)

    assert sites_of("other.example") == (other, other)
    assert sites_of("unknown.example") == (site, site)


def test_where_no_site_is_meant_there_is_none(site):
    Site.objects.update(hostname="other.example", is_default_site=False)

    assert sites_of("other.example") == (site, site)
    assert sites_of("unknown.example") == (None, None)
    Site.objects.all().delete()
    assert sites_of("unknown.example") == (None, None)
