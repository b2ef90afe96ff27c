"""Filters of the desk's listings."""

from __future__ import annotations

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet

from audits.cases.enums import CaseState
from audits.cases.models import Case
from audits.desk import permissions
from audits.desk.forms import profile_choices
from audits.notices.enums import PaperState, Step
from audits.notices.models import Paper
from audits.registry.enums import ColumnStanding
from audits.registry.models import Column, Site
from audits.runs.enums import COLUMN_STATE_CHOICES, SITE_STATE_CHOICES, RunStep
from audits.runs.models import Run
from portal.pages.enums import ColumnClass
from portal.units.enums import UnitKind
from portal.units.models import Unit


def _units(request: HttpRequest) -> QuerySet[Unit]:
    return permissions.visible_units(request.user).order_by("name")


class RunFilterSet(WagtailFilterSet):
    step = django_filters.ChoiceFilter(choices=RunStep.choices, label=_("progress"))
    profile = django_filters.ChoiceFilter(choices=profile_choices, label=_("rule profile"))

    class Meta:
        model = Run
        fields = ["kind", "step", "profile"]


class SiteFilterSet(WagtailFilterSet):
    unit = django_filters.ModelChoiceFilter(queryset=_units, label=_("unit"))
    state = django_filters.MultipleChoiceFilter(field_name="newest_state", choices=SITE_STATE_CHOICES, label=_("state"))
    trial = django_filters.BooleanFilter(method="filter_trial", label=_("columns on trial"))

    class Meta:
        model = Site
        fields = ["kind", "unit", "is_active"]

    def filter_trial(self, queryset: QuerySet[Site], name: str, value: bool) -> QuerySet[Site]:
        waiting = Site.objects.with_trial_columns().values("pk")
        return queryset.filter(pk__in=waiting) if value else queryset.exclude(pk__in=waiting)


class ColumnFilterSet(WagtailFilterSet):
    unit = django_filters.ModelChoiceFilter(field_name="site__unit", queryset=_units, label=_("unit"))
    kind = django_filters.ChoiceFilter(field_name="site__unit__kind", choices=UnitKind.choices, label=_("kind of unit"))
    state = django_filters.MultipleChoiceFilter(
        field_name="newest_state", choices=COLUMN_STATE_CHOICES, label=_("state")
    )
    column_class = django_filters.ChoiceFilter(choices=ColumnClass.choices, label=_("column class"))
    standing = django_filters.ChoiceFilter(choices=ColumnStanding.choices, label=_("standing"))
    proposed = django_filters.BooleanFilter(method="filter_proposed", label=_("class change proposed"))

    class Meta:
        model = Column
        fields: list[str] = []

    def filter_proposed(self, queryset: QuerySet[Column], name: str, value: bool) -> QuerySet[Column]:
        asked = Column.objects.with_open_proposal().values("pk")
        return queryset.filter(pk__in=asked) if value else queryset.exclude(pk__in=asked)


class CaseFilterSet(WagtailFilterSet):
    unit = django_filters.ModelChoiceFilter(field_name="column__site__unit", queryset=_units, label=_("unit"))
    state = django_filters.MultipleChoiceFilter(choices=CaseState.choices, label=_("state"))

    class Meta:
        model = Case
        fields = ["state", "unit", "is_baseline"]


class PaperFilterSet(WagtailFilterSet):
    unit = django_filters.ModelChoiceFilter(queryset=_units, label=_("unit"))
    step = django_filters.ChoiceFilter(choices=Step.choices, label=_("kind of paper"))
    state = django_filters.MultipleChoiceFilter(choices=PaperState.choices, label=_("state"))
    overdue = django_filters.BooleanFilter(method="filter_overdue", label=_("reply overdue"))

    class Meta:
        model = Paper
        fields = ["state", "step", "unit"]

    def filter_overdue(self, queryset: QuerySet[Paper], name: str, value: bool) -> QuerySet[Paper]:
        late = Paper.objects.overdue(permissions.today()).values("pk")
        return queryset.filter(pk__in=late) if value else queryset.exclude(pk__in=late)
