"""Whole pages for readers who have not signed in, kept for minutes and dropped as soon as anything is published.

One generation stands in every key: a change anywhere makes a new one, so that no list has to know which others show
its articles (the front page, a section, a column, county-level columns).
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.db import transaction
from django.http import HttpRequest, HttpResponse

#: States of columns change with audits and with the day, not with a page: so long at most they are behind.
KEPT_SECONDS = 300
GENERATION = "portal:generation"
#: What a page may be asked with; anything else is answered, but not kept.
KNOWN_QUERY = {"page", "year"}


class WholePages:
    """Answers from the cache before anything else is looked at."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (
            request.method != "GET"
            or settings.SESSION_COOKIE_NAME in request.COOKIES
            or not KNOWN_QUERY.issuperset(request.GET)
        ):
            return self.get_response(request)
        cache = caches["pages"]
        key = key_of(request, generation())
        kept = cache.get(key)
        if kept is not None:
            content, headers = kept
            return HttpResponse(content, headers={**headers, "X-Page-Cache": "hit"})
        response = self.get_response(request)
        if response.status_code == 200 and getattr(response, "same_for_everyone", False) and not response.cookies:
            cache.set(key, (response.content, dict(response.headers)), KEPT_SECONDS)
        return response


def generation() -> str:
    return str(caches["pages"].get_or_set(GENERATION, lambda: uuid.uuid4().hex, None))


def key_of(request: HttpRequest, of: str) -> str:
    address = f"{request.get_host()}{request.get_full_path()}"
    return f"portal:page:{of}:{hashlib.sha256(address.encode()).hexdigest()}"


def purge(**_signal: Any) -> None:
    """Receiver of whatever changes a page that everyone reads."""
    transaction.on_commit(lambda: caches["pages"].set(GENERATION, uuid.uuid4().hex, None))
