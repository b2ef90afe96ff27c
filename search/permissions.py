"""Who may teach the search words and read what was asked. Permissions are code, not clicks."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db.models import Q

from portal.units.enums import Role

_BOTH = (
    *(f"search.{act}_{model}" for act in ("add", "change", "delete") for model in ("dictionaryword", "synonyms")),
    "search.view_askedquestion",
    "search.view_indexchange",
)
#: Role -> permissions as app.codename. What is kept of questions is the county office's decision.
GRANTS: dict[str, tuple[str, ...]] = {
    Role.NETWORK_CENTRE: (
        *_BOTH,
        *(f"wagtailsearchpromotions.{act}_searchpromotion" for act in ("add", "change", "delete")),
    ),
    Role.COUNTY_OFFICE: (*_BOTH, "search.change_questionlogrules"),
}


def grant_to_groups(**kwargs: Any) -> None:
    """Receiver of `groups_ensured`: each role's group has these permissions; twice changes nothing."""
    for name, wanted in GRANTS.items():
        group = Group.objects.filter(name=name).first()
        if group:
            named = [permission.split(".") for permission in wanted]
            any_of = Q()
            for app, codename in named:
                any_of |= Q(content_type__app_label=app, codename=codename)
            group.permissions.add(*Permission.objects.filter(any_of))
