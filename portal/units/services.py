"""People join and leave units; groups and permissions follow from that. Permissions are code, not clicks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page, Site

from portal.units.enums import Role
from portal.units.groups import (
    COUNTY_GROUPS,
    COUNTY_OFFICE,
    EDITORS_SUFFIX,
    LEADERS_SUFFIX,
    NETWORK_CENTRE,
    READER,
    editors_of,
    group_for,
    leaders_of,
)
from portal.units.models import Membership, Person, Unit, User
from portal.units.signals import groups_ensured, roles_of_the_day

#: What a unit's people may do with its section (permissions on wagtailcore.Page).
#: Nobody in a unit publishes by himself: approval does (`portal.pages.approval`).
EDITOR_PAGE_PERMISSIONS = ("add_page", "change_page")
LEADER_PAGE_PERMISSIONS = (*EDITOR_PAGE_PERMISSIONS, "unlock_page")
#: The network centre keeps the whole tree in order.
CENTRE_PAGE_PERMISSIONS = (*LEADER_PAGE_PERMISSIONS, "publish_page", "lock_page", "bulk_delete_page")
#: Pictures and documents, within a collection.
FILE_PERMISSIONS = (
    "wagtailimages.add_image",
    "wagtailimages.change_image",
    "wagtailimages.choose_image",
    "wagtaildocs.add_document",
    "wagtaildocs.change_document",
    "wagtaildocs.choose_document",
)
#: Opening columns and sections, where old addresses lead, and who is who, is the network centre's work.
CENTRE_MODEL_PERMISSIONS = (
    "pages.add_columnpage",
    "pages.change_columnpage",
    "pages.add_unitpage",
    "pages.change_unitpage",
    "pages.import_old_dates",
    "pages.change_attachmentrules",
    "pages.decide_columnrequest",
    "pages.decide_submission",
    "wagtailredirects.add_redirect",
    "wagtailredirects.change_redirect",
    "wagtailredirects.delete_redirect",
    "units.add_unit",
    "units.change_unit",
    "units.add_person",
    "units.change_person",
    "units.add_membership",
    "units.change_membership",
)
#: The county office keeps the list of attachments and takes up what units submit.
OFFICE_MODEL_PERMISSIONS = ("pages.change_attachmentrules", "pages.decide_submission")
ADMIN_ACCESS = "wagtailadmin.access_admin"


@transaction.atomic
def ensure_groups() -> list[Group]:
    """Every group with exactly the page, file and admin permissions it should have; twice changes nothing."""
    groups = [Group.objects.get_or_create(name=name)[0] for name in COUNTY_GROUPS]
    for group in groups:
        if group.name != READER:
            _grant(group, (ADMIN_ACCESS,))
    centre = next(group for group in groups if group.name == NETWORK_CENTRE)
    _grant(centre, CENTRE_MODEL_PERMISSIONS)
    _grant(next(group for group in groups if group.name == COUNTY_OFFICE), OFFICE_MODEL_PERMISSIONS)
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    if site is not None:
        _grant_on_page(centre, site.root_page, CENTRE_PAGE_PERMISSIONS)
    _grant_on_collection(centre, Collection.get_first_root_node(), FILE_PERMISSIONS)
    groups_ensured.send(sender=Group, groups=groups)
    for unit in Unit.objects.order_by("code"):
        groups.extend(ensure_unit_groups(unit=unit))
    return groups


@transaction.atomic
def ensure_unit_groups(*, unit: Unit) -> list[Group]:
    """A unit's editors and leaders, what they may do in its section, and the collection of its files."""
    editors, _ = Group.objects.get_or_create(name=editors_of(unit))
    leaders, _ = Group.objects.get_or_create(name=leaders_of(unit))
    collection = collection_of(unit)
    page = Page.objects.filter(unitpage__unit=unit).first()
    for group, page_permissions in ((editors, EDITOR_PAGE_PERMISSIONS), (leaders, LEADER_PAGE_PERMISSIONS)):
        _grant(group, (ADMIN_ACCESS,))
        _grant_on_collection(group, collection, FILE_PERMISSIONS)
        if page is not None:
            _grant_on_page(group, page, page_permissions)
    groups_ensured.send(sender=Group, groups=[editors, leaders])
    return [editors, leaders]


@transaction.atomic
def sync_groups(*, day: dt.date) -> int:
    """Put every account into the groups that its memberships on a civil day give; returns how many changed.

    Groups that are none of ours are left alone. What else begins and ends with a role hears of the day.
    """
    changed = sum(sync_user(user=user, day=day) for user in User.objects.filter(_managed_users()).distinct())
    roles_of_the_day.send(sender=Membership, day=day)
    return changed


@transaction.atomic
def sync_user(*, user: User, day: dt.date) -> bool:
    """As `sync_groups`, for one account; says whether anything changed."""
    memberships = Membership.objects.on(day).filter(person__user=user, unit__is_active=True).select_related("unit")
    wanted = {group_for(membership.unit, membership.role) for membership in memberships}
    held = set(user.groups.filter(_managed_groups()).values_list("name", flat=True))
    user.groups.add(*Group.objects.filter(name__in=wanted - held))
    user.groups.remove(*Group.objects.filter(name__in=held - wanted))
    return wanted != held


@transaction.atomic
def enrol(*, person: Person, unit: Unit, role: Role, day: dt.date) -> Membership:
    """A person takes up a role in a unit from a civil day on; one that is open already is returned."""
    membership, _ = Membership.objects.get_or_create(
        person=person, unit=unit, role=role, valid_until=None, defaults={"valid_from": day}
    )
    if person.user:
        sync_user(user=person.user, day=day)
        if person.user.first_name != person.name:  # what Wagtail's menu calls a person by
            person.user.first_name = person.name
            person.user.save(update_fields=["first_name"])
    return membership


@transaction.atomic
def leave(*, membership: Membership, last_day: dt.date, today: dt.date, successor: Person | None = None) -> Membership:
    """A person gives up a role; `last_day` is the last civil day on which it holds."""
    membership.valid_until, membership.successor = last_day, successor
    membership.save(update_fields=["valid_until", "successor"])
    if membership.person.user:
        sync_user(user=membership.person.user, day=today)
    return membership


def _managed_groups() -> Q:
    return Q(name__in=COUNTY_GROUPS) | Q(name__endswith=EDITORS_SUFFIX) | Q(name__endswith=LEADERS_SUFFIX)


def _managed_users() -> Q:
    """Accounts that have or had a role, or stand in a group that only a role gives."""
    groups = Group.objects.filter(_managed_groups())
    return Q(person__memberships__isnull=False) | Q(groups__in=groups)


def collection_of(unit: Unit) -> Collection:
    """The unit's pictures and documents: the collection its editors' group points at, since a unit may be renamed."""
    editors, _ = Group.objects.get_or_create(name=editors_of(unit))
    held = GroupCollectionPermission.objects.filter(group=editors).select_related("collection").first()
    if held is None:
        return Collection.get_first_root_node().add_child(instance=Collection(name=unit.name))
    if held.collection.name != unit.name:
        held.collection.name = unit.name
        held.collection.save(update_fields=["name"])
    return held.collection


def _permissions(names: Iterable[str]) -> list[Permission]:
    """By "app.codename", in the names' order; raises KeyError where there is none."""
    found = Permission.objects.filter(codename__in=[name.split(".")[1] for name in names])
    by_name = {f"{each.content_type.app_label}.{each.codename}": each for each in found.select_related("content_type")}
    return [by_name[name] for name in names]


def _grant(group: Group, names: tuple[str, ...]) -> None:
    group.permissions.add(*_permissions(names))


def _grant_on_page(group: Group, page: Page, codenames: tuple[str, ...]) -> None:
    wanted = _permissions([f"wagtailcore.{codename}" for codename in codenames])
    GroupPagePermission.objects.filter(group=group).exclude(page=page, permission__in=wanted).delete()
    held = set(GroupPagePermission.objects.filter(group=group).values_list("permission", flat=True))
    GroupPagePermission.objects.bulk_create(
        GroupPagePermission(group=group, page=page, permission=each) for each in wanted if each.pk not in held
    )


def _grant_on_collection(group: Group, collection: Collection, names: tuple[str, ...]) -> None:
    here = GroupCollectionPermission.objects.filter(group=group, collection=collection)
    held = set(here.values_list("permission", flat=True))
    GroupCollectionPermission.objects.bulk_create(
        GroupCollectionPermission(group=group, collection=collection, permission=each)
        for each in _permissions(names)
        if each.pk not in held
    )
