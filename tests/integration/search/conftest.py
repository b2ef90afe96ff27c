"""What the search tests share: asking as somebody, and work that is queued on commit done at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.test import RequestFactory
from modelsearch.backends import get_search_backend

from portal.units.models import User
from search import queries
from search.backends.base import Engine
from search.parsing import parse

PAGE = "wagtailcore.page"
TITLE = "w_title"


def engine() -> Engine:
    return get_search_backend().engine


def current() -> Path:
    """The folder of the index that is in use; of the embedded engine."""
    return (engine().folder / "current").resolve()


def request_of(user: User | None = None, *, passwords_given_for: tuple[int, ...] = ()) -> HttpRequest:
    """A request as the middleware hands it to a view; `passwords_given_for` are ids of restrictions."""
    request = RequestFactory().get("/search/")
    request.user = user or AnonymousUser()
    request.session = SessionStore()
    request.session["passed_page_view_restrictions"] = list(passwords_given_for)
    return request


def titles(text: str, *, request: HttpRequest | None = None, **asked: object) -> list[str]:
    """Titles of what a reader finds on the first page, without marks."""
    found = queries.search(
        parse(text), request=request or request_of(), filters=queries.Filters(**asked.pop("filters", {})), **asked
    )
    assert found.total >= len(found.hits)
    return [hit.title.replace("<mark>", "").replace("</mark>", "") for hit in found.hits]


@pytest.fixture
def committed(django_capture_on_commit_callbacks) -> Callable:
    """Run what waits for the commit, which the tests' own transaction never reaches."""

    @contextmanager
    def committing() -> Iterator[None]:
        with django_capture_on_commit_callbacks(execute=True):
            yield

    return committing
