"""What happens elsewhere reaches the pages, within the same transaction."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_save

from portal.pages.approval.services import ensure_workflow
from portal.pages.models import HomePage
from portal.units.signals import groups_ensured


def connect() -> None:
    """Listen; called once, when the app is ready."""
    post_save.connect(home_saved, sender=HomePage, dispatch_uid="approval-home-saved")
    groups_ensured.connect(groups_brought_up_to_date, dispatch_uid="approval-groups-ensured")


def home_saved(instance: HomePage, *, raw: bool = False, **_kwargs: Any) -> None:
    if not raw:
        ensure_workflow(instance)


def groups_brought_up_to_date(**_kwargs: Any) -> None:
    home = HomePage.objects.first()
    if home is not None:
        ensure_workflow(home)
