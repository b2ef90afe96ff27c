"""Who is asking."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone

from portal.units.models import Unit, User
from portal.units.queries import list_units_of, units_reading_as


def signed_in(request: HttpRequest) -> User:
    """The account behind a request. Raises PermissionDenied for a visitor."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def own_units(request: HttpRequest) -> list[Unit]:
    """Active units in which whoever asks writes or leads today, by name; asked once a request."""
    if not hasattr(request, "_own_units"):
        request._own_units = list_units_of(request.user, timezone.localdate())  # type: ignore[attr-defined]
    return request._own_units  # type: ignore[attr-defined]


def units_read_for(request: HttpRequest) -> list[Unit]:
    """Units whose deadlines concern whoever asks, as a mere reader too: nothing may be written for it."""
    return units_reading_as(request.user, timezone.localdate())
