"""Who may see and do what in the desk. Permissions are code: `grant_to_groups` gives each role exactly these."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, TypeVar

from django.contrib.auth.models import AnonymousUser, Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from wagtail.permission_policies import ModelPermissionPolicy

from audits.cases.models import Case
from audits.notices.models import Paper
from audits.notices.queries import PaperQuerySet
from audits.registry.models import Column, Downtime, Exemption, Site
from audits.runs.enums import RunKind
from audits.runs.models import Observation, Run
from portal.units.enums import Role
from portal.units.groups import EDITORS_SUFFIX, LEADERS_SUFFIX
from portal.units.models import Unit, User
from portal.units.queries import units_of

Rows = TypeVar("Rows", bound=QuerySet)

VIEW = ("view_run", "view_site", "view_column", "view_case", "view_paper")
SEE_ALL_UNITS = "view_all_units"
#: Role or suffix of a unit's group -> codenames of permissions on audits' models.
GRANTS: dict[str, tuple[str, ...]] = {
    Role.NETWORK_CENTRE: (
        *VIEW,
        SEE_ALL_UNITS,
        "add_run",
        "confirm_filing",
        "change_column",
        "add_exemption",
        "view_exemption",
        "add_downtime",
        "view_downtime",
        "confirm_case",
        "write_off_case",
        "close_case",
    ),
    Role.SUPERVISION_BUREAU: (
        *VIEW,
        SEE_ALL_UNITS,
        "view_exemption",
        "view_downtime",
        "close_case",
        "sign_paper",
        "deliver_paper",
        "recheck_paper",
        "withdraw_paper",
    ),
    Role.COUNTY_OFFICE: (*VIEW, SEE_ALL_UNITS, "view_exemption", "view_downtime"),
    EDITORS_SUFFIX: (*VIEW, "acknowledge_paper", "reply_paper"),
    LEADERS_SUFFIX: (*VIEW, "acknowledge_paper", "reply_paper", "confirm_filing"),
}
MODELS = (Run, Site, Column, Exemption, Downtime, Case, Paper)


def grant_to_groups(groups: Iterable[Group], **signal: object) -> None:
    """Give each of the portal's groups its permissions on audits' models, and take away any other.

    Receiver of `portal.units.signals.groups_ensured`.
    """
    types = list(ContentType.objects.get_for_models(*MODELS).values())
    ours = {permission.codename: permission for permission in Permission.objects.filter(content_type__in=types)}
    for group in groups:
        _, colon, suffix = group.name.partition(":")
        wanted = {ours[codename] for codename in GRANTS.get(colon + suffix if colon else group.name, ())}
        held = set(group.permissions.filter(content_type__in=types))
        group.permissions.add(*(wanted - held))
        group.permissions.remove(*(held - wanted))


def today() -> dt.date:
    """The civil day at the view's edge (Asia/Shanghai)."""
    return timezone.localdate()


def sees_all_units(user: User | AnonymousUser) -> bool:
    return user.has_perm(f"audits.{SEE_ALL_UNITS}")


def visible_units(user: User | AnonymousUser) -> QuerySet[Unit]:
    """The units whose columns, cases and papers a person may look at."""
    return Unit.objects.all() if sees_all_units(user) else units_of(user, today())


def only_visible(queryset: Rows, user: User | AnonymousUser, unit_path: str) -> Rows:
    """The rows of `queryset` whose unit (at `unit_path`) a person may look at."""
    return seen_from(None if sees_all_units(user) else visible_units(user), queryset, unit_path)


def seen_from(units: Any, queryset: Rows, unit_path: str) -> Rows:
    """The rows of `queryset` that people of `units` may look at; None: who sees all units."""
    return queryset if units is None else queryset.filter(**{f"{unit_path}__in": units})


def visible_runs(user: User | AnonymousUser) -> QuerySet[Run]:
    """Runs over all sites, and those that looked at a site a person may look at."""
    if sees_all_units(user):
        return Run.objects.all()
    units = visible_units(user)
    looked = Observation.objects.filter(column__site__unit__in=units).values("run")
    return Run.objects.filter(Q(kind=RunKind.FULL) | Q(site__unit__in=units) | Q(pk__in=looked))


def visible_papers(user: User | AnonymousUser) -> PaperQuerySet:
    """Papers that a person may look at."""
    return papers_seen_from(None if sees_all_units(user) else visible_units(user))


def papers_seen_from(units: Any) -> PaperQuerySet:
    """A unit sees a paper from its delivery (送达) on; drafts and what waits for delivery are the bureau's.

    `units`: as in `seen_from`.
    """
    return Paper.objects.all() if units is None else Paper.objects.delivered().for_units(units)


def belongs_to(user: User | AnonymousUser, unit: Unit) -> bool:
    """Whether a person writes for or leads a unit today; seeing every unit is not enough."""
    return units_of(user, today()).filter(pk=unit.pk).exists()


def signed_in(request: HttpRequest) -> User:
    """The account behind a request. Raises PermissionDenied for a visitor."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


class LookOnlyPolicy(ModelPermissionPolicy):
    """Rows are looked at and acted upon by services; nobody adds, changes or deletes them through a form."""

    def user_has_permission(self, user: User, action: str) -> bool:
        return action == "view" and super().user_has_permission(user, action)
