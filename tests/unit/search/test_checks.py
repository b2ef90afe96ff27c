"""Which backends the search can be set to."""

from __future__ import annotations

import pytest

from search.checks import BACKENDS, check_backend


@pytest.mark.parametrize("backend", BACKENDS)
def test_our_engines_are_accepted(settings, backend: str) -> None:
    settings.WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": backend}}

    assert check_backend() == []


def test_another_backend_is_refused_and_the_accepted_ones_are_named(settings) -> None:
    settings.WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}

    [error] = check_backend()
    assert error.id == "search.E001"
    assert all(backend in error.hint for backend in BACKENDS)
