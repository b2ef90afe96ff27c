"""Kinds of sites and the standing of columns in the registry."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SiteKind(models.TextChoices):
    PORTAL = "portal", _("The portal as a whole")  # availability only
    SECTION = "section", _("Unit section of the portal")
    OUTSIDE = "outside", _("Outside site")


class ColumnStanding(models.TextChoices):
    """Where a column stands between being found and being retired."""

    TRIAL = "trial", _("Trial")  # shown, never in a paper
    CONFIRMED = "confirmed", _("Confirmed")  # list, class and rhythm confirmed by the unit: judged
    RETIRING = "retiring", _("Retirement to be confirmed")  # its page is gone; a person decides
    RETIRED = "retired", _("Retired")


#: A paper may name the column: its unit confirmed it, and no person has retired it.
IN_PAPERS = (ColumnStanding.CONFIRMED, ColumnStanding.RETIRING)


class RegistryEventKind(models.TextChoices):
    ADDED = "added", _("Added")
    CHANGED = "changed", _("Changed")
    CHANGE_PROPOSED = "change_proposed", _("Change of class or rhythm to be confirmed")
    CONFIRMED = "confirmed", _("Confirmed by the unit")
    OVERRIDE_SET = "override_set", _("Reading set by a person")
    OVERRIDE_CLEARED = "override_cleared", _("Read automatically again")
    RETIREMENT_PROPOSED = "retirement_proposed", _("Retirement proposed")
    RETIREMENT_WITHDRAWN = "retirement_withdrawn", _("Retirement withdrawn")
    RETIRED = "retired", _("Retired")
