"""Names of the groups that permissions hang on. They are stable: audits and desk attach their own to them."""

from portal.units.enums import COUNTY_ROLES, Role
from portal.units.models import Unit

NETWORK_CENTRE = Role.NETWORK_CENTRE.value
SUPERVISION_BUREAU = Role.SUPERVISION_BUREAU.value
COUNTY_OFFICE = Role.COUNTY_OFFICE.value
READER = Role.READER.value

#: Groups that exist once for the county.
COUNTY_GROUPS = (*(role.value for role in COUNTY_ROLES), READER)

EDITORS_SUFFIX = ":editors"
LEADERS_SUFFIX = ":leaders"


def editors_of(unit: Unit) -> str:
    return unit.code + EDITORS_SUFFIX


def leaders_of(unit: Unit) -> str:
    return unit.code + LEADERS_SUFFIX


def group_for(unit: Unit, role: str) -> str:
    """The name of the group that a role in a unit puts a person into."""
    if role == Role.EDITOR:
        return editors_of(unit)
    if role == Role.LEADER:
        return leaders_of(unit)
    return role
