from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest

from audits.cases.models import Case
from tests.factories import UnitFactory, UserFactory
from tests.factories.audits import make_column, make_site
from tests.factories.cases import make_confirmed_case
from tests.integration.runs.web import TinySite, serve

SEEN_AT = dt.datetime(2026, 11, 18, 1, 30, tzinfo=dt.UTC)


@pytest.fixture
def web() -> Iterator[TinySite]:
    with serve() as site:
        site.column("/dt/", dt.date(2024, 3, 1), dt.date(2024, 2, 1))
        yield site


@pytest.fixture
def make_case(db: None, web: TinySite) -> Callable[..., Case]:
    """Confirmed cases on the tiny site, one for each path."""
    site = make_site(base_url=web.url, unit=UnitFactory(name="栖云县农业农村局"))
    actor = UserFactory()
    return lambda path="/dt/": make_confirmed_case(make_column(site, path), actor=actor, at=SEEN_AT)
