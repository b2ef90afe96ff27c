"""How the account behind a session is found, and what it may do."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission
from django.db.models import Model, QuerySet

from portal.prepared import prepared
from portal.units.models import User


class PersonBackend(ModelBackend):
    """Django's, with what every page of the workbench asks next in the same query: the person, and how he likes it."""

    def get_user(self, user_id: Any) -> User | None:
        user = next(iter(_accounts(pk=user_id)), None)
        return user if user and self.user_can_authenticate(user) else None

    def get_user_permissions(self, user_obj: Any, obj: Model | None = None) -> set[str]:
        """None of one's own: what an account may do, it may by its groups (`portal.units.groups`)."""
        return set()

    def get_group_permissions(self, user_obj: Any, obj: Model | None = None) -> set[str]:
        """As Django's, which puts its query together each time, and keeps what it found with the account."""
        asks_database = user_obj.is_active and not user_obj.is_superuser and obj is None
        if asks_database and not hasattr(user_obj, "_group_perm_cache"):
            user_obj._group_perm_cache = {f"{app}.{name}" for app, name in _permissions(user=user_obj.pk)}
        return super().get_group_permissions(user_obj, obj)


@prepared
def _accounts(pk: Any) -> QuerySet[User]:
    return User.objects.select_related("person", "wagtail_userprofile").filter(pk=pk)


@prepared
def _permissions(user: Any) -> QuerySet:
    return Permission.objects.filter(group__user=user).order_by().values_list("content_type__app_label", "codename")
