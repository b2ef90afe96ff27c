from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from django.utils import translation

from audits.cases.models import Case
from audits.registry.models import Site
from portal.units.models import Unit, User
from tests.factories import UnitFactory, UserFactory
from tests.factories.audits import Seen, make_column, make_site
from tests.factories.cases import OLD, make_confirmed_case

#: A Wednesday.
NOW = dt.datetime(2026, 11, 18, 2, 0, tzinfo=dt.UTC)


#: What keeps a column out of papers, and what a message says of it.
BARS = {
    "trial": "a column that is “Trial” enters no paper",
    "retired": "a column that is “Retired” enters no paper",
    "exempt": "the column is exempt until 2026-11-18",
}


@pytest.fixture(autouse=True)
def _names(db: None, settings) -> Iterator[None]:
    settings.PAPER_AUTHORITY = "栖云县督办督查局"
    settings.PAPER_AUTHORITY_CODE = "栖督"
    settings.AUDIT_CONTACT = ""
    with translation.override("en"):  # messages as the code words them
        yield


@pytest.fixture
def actor() -> User:
    return UserFactory()


@pytest.fixture
def unit() -> Unit:
    return UnitFactory(code="nongye", name="栖云县农业农村局")


@pytest.fixture
def site(unit: Unit) -> Site:
    return make_site(unit=unit, name="县农业农村局")


@pytest.fixture
def make_case(site: Site, actor: User):
    """Confirmed cases, one for each path."""

    def make(path: str = "/dt/", *, seen: Seen = OLD, day: int = -1, site: Site = site, **column: object) -> Case:
        at = NOW + dt.timedelta(days=day)
        return make_confirmed_case(make_column(site, path, **column), actor=actor, at=at, seen=seen)

    return make
