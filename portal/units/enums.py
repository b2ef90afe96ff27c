"""Kinds of units and the roles people hold in them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class UnitKind(models.TextChoices):
    """The four kinds of units that the county document addresses (main text 三.1, annex 1 item 7)."""

    TOWNSHIP = "township", _("Township")
    COMMUNITY = "community", _("Community")
    DEPARTMENT = "department", _("County department")
    INSTITUTION = "institution", _("Directly affiliated institution")


class Role(models.TextChoices):
    """What a person is to a unit. Permissions follow the role, never the person."""

    EDITOR = "editor", _("Information officer")
    LEADER = "leader", _("Leader in charge")
    NETWORK_CENTRE = "network_centre", _("Network centre")
    SUPERVISION_BUREAU = "supervision_bureau", _("Supervision bureau")
    COUNTY_OFFICE = "county_office", _("County office")
    READER = "reader", _("Reader")


#: Roles that are held for one unit and reach only its section.
UNIT_ROLES = (Role.EDITOR, Role.LEADER)
#: Roles that look at every unit.
COUNTY_ROLES = (Role.NETWORK_CENTRE, Role.SUPERVISION_BUREAU, Role.COUNTY_OFFICE)
