"""The page tree: HomePage > UnitPage (单位门户) > ColumnPage (栏目) > ArticlePage (稿件)."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, Panel
from wagtail.fields import StreamField
from wagtail.models import Page

from portal.pages.blocks import ArticleBody
from portal.pages.enums import ColumnClass
from portal.units.models import Person, Unit


class HomePage(Page):
    """The portal's front page: the county's notices and what is new by kind of unit."""

    contact_phone = models.CharField(
        _("phone of the network centre"), max_length=40, blank=True, help_text=_("Whom to call; at the foot of pages.")
    )
    site_id_code = models.CharField(
        _("site identification code"), max_length=20, blank=True, help_text=_("网站标识码; empty if none was given.")
    )

    content_panels: ClassVar[list[Panel]] = [
        *Page.content_panels,
        FieldPanel("contact_phone"),
        FieldPanel("site_id_code"),
    ]
    max_count = 1
    subpage_types: ClassVar[list[str]] = ["pages.UnitPage"]

    class Meta:
        verbose_name = _("home page")


class UnitPage(Page):
    """A unit's section of the portal; everything a unit's editors may touch lies below it."""

    unit = models.OneToOneField(Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="page")

    content_panels: ClassVar[list[Panel]] = [*Page.content_panels, FieldPanel("unit")]
    parent_page_types: ClassVar[list[str]] = ["pages.HomePage"]
    subpage_types: ClassVar[list[str]] = ["pages.ColumnPage"]

    class Meta:
        verbose_name = _("unit section")


class ColumnPage(Page):
    """A column: a list of dated articles, its class, and who answers for it."""

    column_class = models.CharField(_("column class"), max_length=30, choices=ColumnClass.choices)
    rhythm_days = models.PositiveSmallIntegerField(
        _("update rhythm in days"), null=True, blank=True, help_text=_("Only stricter than the rule; empty: the rule.")
    )
    leader = models.ForeignKey(
        Person, verbose_name=_("leader in charge"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    officer = models.ForeignKey(
        Person,
        verbose_name=_("information officer"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    intro = models.TextField(_("introduction"), blank=True)

    content_panels: ClassVar[list[Panel]] = [
        *Page.content_panels,
        FieldPanel("column_class"),
        FieldPanel("rhythm_days"),
        FieldPanel("leader"),
        FieldPanel("officer"),
        FieldPanel("intro"),
    ]
    parent_page_types: ClassVar[list[str]] = ["pages.UnitPage"]
    subpage_types: ClassVar[list[str]] = ["pages.ArticlePage"]

    class Meta:
        verbose_name = _("column")


class ArticlePage(Page):
    """An article. Its publish time (发布时间) is Wagtail's `first_published_at`, which the system sets."""

    #: Stable identity of an article across moves and renames; shown in a meta tag.
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    source = models.CharField(_("source"), max_length=80, blank=True)
    responsible_editor = models.CharField(_("responsible editor"), max_length=40, blank=True)
    body = StreamField(ArticleBody(), verbose_name=_("body"))

    content_panels: ClassVar[list[Panel]] = [
        *Page.content_panels,
        FieldPanel("source"),
        FieldPanel("responsible_editor"),
        FieldPanel("body"),
    ]
    parent_page_types: ClassVar[list[str]] = ["pages.ColumnPage"]
    subpage_types: ClassVar[list[str]] = []
    exclude_fields_in_copy: ClassVar[list[str]] = ["uid"]

    class Meta:
        verbose_name = _("article")
