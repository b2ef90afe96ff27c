"""What happens elsewhere reaches the pages, within the same transaction."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models.signals import post_delete, post_save
from django.utils.translation import gettext
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.log_actions import log
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import page_published, page_unpublished, post_page_move

from portal.pages import whom_to_call
from portal.pages.approval.services import ensure_workflow
from portal.pages.models import ArticlePage, ColumnPage, HomePage, UnitPage
from portal.pages.reading.cache import purge
from portal.pages.staffing.services import hand_over
from portal.units.models import Membership, Person, Unit
from portal.units.signals import groups_ensured, roles_of_the_day


def connect() -> None:
    """Listen; called once, when the app is ready."""
    post_save.connect(home_saved, sender=HomePage, dispatch_uid="approval-home-saved")
    for signal in (page_published, page_unpublished, post_page_move):
        signal.connect(purge, dispatch_uid=f"purge-{id(signal)}")
    page_unpublished.connect(taken_down, dispatch_uid="taken-down-on-its-last-day")
    for model in (PageViewRestriction, Unit, Membership, Person, UnitPage, ColumnPage, HomePage):
        post_save.connect(purge, sender=model, dispatch_uid=f"purge-saved-{model.__name__}")
    for model in (PageViewRestriction, Membership, ArticlePage, ColumnPage, UnitPage):
        post_delete.connect(purge, sender=model, dispatch_uid=f"purge-deleted-{model.__name__}")
    for model in (get_document_model(), get_image_model()):
        post_save.connect(file_changed, sender=model, dispatch_uid=f"purge-saved-{model.__name__}")
        post_delete.connect(purge, sender=model, dispatch_uid=f"purge-deleted-{model.__name__}")
    groups_ensured.connect(groups_brought_up_to_date, dispatch_uid="approval-groups-ensured")
    roles_of_the_day.connect(hand_over, dispatch_uid="staffing-hand-over")


def home_saved(instance: HomePage, *, raw: bool = False, **_kwargs: Any) -> None:
    whom_to_call.keep(instance.contact_phone)
    if not raw:
        ensure_workflow(instance)


def taken_down(instance: Page, **_kwargs: Any) -> None:
    """Nothing is taken down without a reason in its history: here it is the last day that was signed with the text."""
    if instance.expired:
        log(instance, "portal.take_down", data={"reason": gettext("The last day that was set for it is over")})


def file_changed(*, created: bool, update_fields: Iterable[str] | None = None, **signal: Any) -> None:
    """A new file stands on no page yet, and what Wagtail measures when a file is first shown changes none."""
    if not created and not {*(update_fields or ["*"])} <= {"file_size", "file_hash"}:
        purge(**signal)


def groups_brought_up_to_date(**_kwargs: Any) -> None:
    home = HomePage.objects.first()
    if home is not None:
        home_saved(home)
