"""A small outside site over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.runs.web import TinySite, serve


@pytest.fixture
def web() -> Iterator[TinySite]:
    with serve() as site:
        yield site
