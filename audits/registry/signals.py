"""What happens to portal pages reaches the registry, and what happens to the registry the search; each within the same
transaction."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_save, pre_delete
from django.utils import timezone
from wagtail.models import Page
from wagtail.signals import page_slug_changed, post_page_move

from audits.registry import findable, services
from audits.registry.models import Column, Site
from portal.pages.models import ColumnPage, HomePage, UnitPage


def connect() -> None:
    """Listen; called once, when the app is ready.

    Publishing and unpublishing both save the page, so `post_save` covers them and pages that importers
    make; moving a page or renaming it changes the addresses below it without saving them.
    """
    post_save.connect(page_saved, sender=ColumnPage, dispatch_uid="registry-column-saved")
    post_save.connect(page_saved, sender=UnitPage, dispatch_uid="registry-unit-saved")
    post_save.connect(page_saved, sender=HomePage, dispatch_uid="registry-home-saved")
    pre_delete.connect(column_page_deleted, sender=ColumnPage, dispatch_uid="registry-column-deleted")
    post_page_move.connect(addresses_changed, dispatch_uid="registry-moved")
    page_slug_changed.connect(addresses_changed, dispatch_uid="registry-slug-changed")
    post_save.connect(column_saved, sender=Column, dispatch_uid="registry-outside-column-saved")
    post_save.connect(site_saved, sender=Site, dispatch_uid="registry-outside-site-saved")


def page_saved(instance: Page, *, raw: bool = False, **_kwargs: Any) -> None:
    # Fixtures are loaded row by row: the tree around the page may not be there yet.
    if not raw:
        _sync(instance)


def column_page_deleted(instance: ColumnPage, **_kwargs: Any) -> None:
    services.forget_column_page(page=instance, now=timezone.now())


def addresses_changed(instance: Page, **_kwargs: Any) -> None:
    """A page was moved or renamed: it and every page below it have other addresses now."""
    for page in Page.objects.get(pk=instance.pk).get_descendants(inclusive=True).specific():
        _sync(page)


def column_saved(instance: Column, *, raw: bool = False, created: bool = False, **_kwargs: Any) -> None:
    if not raw and not created:
        findable.follow([instance])


def site_saved(instance: Site, *, raw: bool = False, created: bool = False, **_kwargs: Any) -> None:
    if not raw and not created:
        findable.follow(instance.columns.all())


def _sync(page: Page) -> None:
    now = timezone.now()
    if isinstance(page, ColumnPage):
        services.sync_column_page(page=page, now=now)
    elif isinstance(page, UnitPage) and page.live:
        services.register_section(page=page, now=now)
    elif isinstance(page, HomePage) and page.live:
        services.register_portal(home=page, now=now)
