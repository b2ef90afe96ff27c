"""System checks: the search is asked through engines of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps.config import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

BACKENDS = ("search.backends.whoosh", "search.backends.postgres")


@register(Tags.compatibility)
def check_backend(*, app_configs: Sequence[AppConfig] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """E001: the results page needs one of our engines; another backend of the framework would break it."""
    chosen = settings.WAGTAILSEARCH_BACKENDS.get("default", {}).get("BACKEND")
    if str(chosen).removesuffix(".SearchBackend") in BACKENDS:
        return []
    hint = f"Set SEARCH_BACKEND to {' or '.join(BACKENDS)}."
    return [Error(f"{chosen} is no backend that the staff search can use.", hint=hint, id="search.E001")]
