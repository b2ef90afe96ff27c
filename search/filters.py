"""What narrows a search and puts it in order."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class Order(models.TextChoices):
    RELEVANCE = "relevance", _("Most relevant first")
    DATE = "date", _("Newest first")


class Kind(models.TextChoices):
    ARTICLE = "article", _("Articles of the portal")
    OUTSIDE = "outside", _("Titles on outside sites")


class Period(models.TextChoices):
    MONTH = "month", _("The last month")
    HALF_YEAR = "half_year", _("The last six months")
    YEAR = "year", _("The last year")


DAYS_OF = {Period.MONTH: 30, Period.HALF_YEAR: 182, Period.YEAR: 365}


@dataclass(frozen=True)
class Filters:
    """What narrows a search; days are civil days (Asia/Shanghai), both included."""

    unit: str = ""
    column_class: str = ""
    kind: str = ""
    period: str = ""
    since: dt.date | None = None
    until: dt.date | None = None

    def __bool__(self) -> bool:
        return self != NO_FILTERS


NO_FILTERS = Filters()
