"""Objects for tests: the smallest that are real."""

from tests.factories.pages import make_article, make_column_page, make_portal, make_unit_page
from tests.factories.units import PASSWORD, MembershipFactory, PersonFactory, UnitFactory, UserFactory

__all__ = [
    "PASSWORD",
    "MembershipFactory",
    "PersonFactory",
    "UnitFactory",
    "UserFactory",
    "make_article",
    "make_column_page",
    "make_portal",
    "make_unit_page",
]
