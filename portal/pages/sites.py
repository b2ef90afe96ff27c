"""The site that a request is for."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest
from wagtail.models import Site

from portal.prepared import prepared


def site_of(request: HttpRequest) -> Site | None:
    """As `Site.find_for_request`, which puts its query together each time: where there is but one site, it is that."""
    if not hasattr(request, "_wagtail_site"):
        sites = _first_two()
        if len(sites) == 1 and sites[0].is_default_site:  # Wagtail takes the default for any name
            request._wagtail_site = sites[0]  # type: ignore[attr-defined]
    return Site.find_for_request(request)


@prepared
def _first_two() -> QuerySet[Site]:
    # The front page's own fields too: the frame around every page names it.
    return Site.objects.select_related("root_page__homepage")[:2]
