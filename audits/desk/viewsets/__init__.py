"""Listings and detail pages of the desk. Rows are looked at here and acted upon through `audits.desk.views`."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.base import ViewSetGroup

from audits.desk.viewsets.cases import CaseViewSet
from audits.desk.viewsets.columns import ColumnViewSet
from audits.desk.viewsets.papers import PaperViewSet
from audits.desk.viewsets.runs import RunViewSet
from audits.desk.viewsets.sites import SiteViewSet


class DeskViewSetGroup(ViewSetGroup):
    """One menu for the audits."""

    menu_label = _("Supervision")
    menu_icon = "glasses"
    menu_order = 150
    items = (ColumnViewSet, CaseViewSet, PaperViewSet, SiteViewSet, RunViewSet)
