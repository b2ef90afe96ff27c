"""What is watched: sites, their columns, exemptions and filed downtimes, and who answers for each."""

from __future__ import annotations

import uuid
from urllib.parse import urljoin

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audits.facts import Fact
from audits.registry.enums import ColumnStanding, RegistryEventKind, SiteKind
from audits.registry.queries import ColumnQuerySet, DowntimeQuerySet, ExemptionQuerySet, SiteQuerySet
from portal.pages.enums import ColumnClass
from portal.pages.models import ColumnPage
from portal.units.models import Person, Unit


class Site(models.Model):
    """The portal, a unit's section of it, or an outside site. Its identity is `code`, never its address."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=20, choices=SiteKind.choices)
    unit = models.ForeignKey(
        Unit, verbose_name=_("unit"), null=True, blank=True, on_delete=models.PROTECT, related_name="sites"
    )
    base_url = models.URLField(_("address"), blank=True, help_text=_("Empty: this portal."))
    home_path = models.CharField(_("home page"), max_length=300, default="/")
    login_required = models.BooleanField(_("needs sign-in"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created at"))

    objects = SiteQuerySet.as_manager()

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        permissions = [
            ("view_all_units", "Can look at every unit's columns, cases and papers"),
            ("confirm_filing", "Can confirm a site's columns, their classes and rhythms"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def root_url(self) -> str:
        """Absolute address that column locations are relative to; the portal's comes from the settings."""
        return self.base_url or settings.PORTAL_BASE_URL

    @property
    def home_url(self) -> str:
        return urljoin(self.root_url, self.home_path)


class Column(models.Model):
    """A column (栏目) that is watched. Its identity is `uuid`: addresses, names and pages may change."""

    uuid = models.UUIDField(_("identity"), default=uuid.uuid4, unique=True, editable=False)
    site = models.ForeignKey(Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="columns")
    name = models.CharField(_("name"), max_length=120)
    location = models.CharField(_("location"), max_length=500, help_text=_("Path on the site, or an absolute address."))
    column_class = models.CharField(_("column class"), max_length=30, choices=ColumnClass.choices)
    class_reason = models.CharField(_("why this class"), max_length=200, blank=True)
    rhythm_days = models.PositiveSmallIntegerField(_("update rhythm in days"), null=True, blank=True)
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
    page = models.OneToOneField(
        ColumnPage, verbose_name=_("page"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    standing = models.CharField(
        _("standing"), max_length=20, choices=ColumnStanding.choices, default=ColumnStanding.TRIAL
    )
    override_selector = models.CharField(_("selector"), max_length=200, blank=True)
    override_date_format = models.CharField(_("date format"), max_length=40, blank=True)
    created_at = models.DateTimeField(_("created at"))

    objects = ColumnQuerySet.as_manager()

    class Meta:
        verbose_name = _("column")
        verbose_name_plural = _("columns")
        constraints = [
            models.UniqueConstraint(
                fields=["site", "location"],
                condition=~Q(standing=ColumnStanding.RETIRED),
                name="column_location_once_per_site",
            )
        ]

    def __str__(self) -> str:
        return f"{self.site.name} / {self.name}"

    @property
    def url(self) -> str:
        """Absolute address as a reader opens it."""
        return urljoin(self.site.root_url, self.location)


class RegistryEvent(Fact):
    """Who changed what in the registry, and why."""

    column = models.ForeignKey(Column, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=30, choices=RegistryEventKind.choices)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.CharField(max_length=300, blank=True)


class SiteEvent(Fact):
    """Who changed what of a site, and why; units by their codes."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.CharField(max_length=300)


class Exemption(models.Model):
    """A column that need not be updated, for a reason, by someone's approval, until a day."""

    column = models.ForeignKey(Column, verbose_name=_("column"), on_delete=models.PROTECT, related_name="exemptions")
    reason = models.CharField(_("reason"), max_length=300)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("approved by"), on_delete=models.PROTECT, related_name="+"
    )
    valid_from = models.DateField(_("from"))
    valid_until = models.DateField(_("until"))
    created_at = models.DateTimeField(_("created at"))

    objects = ExemptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("exemption")
        verbose_name_plural = _("exemptions")
        constraints = [
            models.CheckConstraint(condition=Q(valid_until__gte=F("valid_from")), name="exemption_ends_after_it_begins")
        ]


class Downtime(models.Model):
    """A filed stop of a site (停机报备): within it, being unreachable is not held against anyone."""

    site = models.ForeignKey(Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="downtimes")
    reason = models.CharField(_("reason"), max_length=300)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("approved by"), on_delete=models.PROTECT, related_name="+"
    )
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    created_at = models.DateTimeField(_("created at"))

    objects = DowntimeQuerySet.as_manager()

    class Meta:
        verbose_name = _("downtime filing")
        verbose_name_plural = _("downtime filings")
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="downtime_ends_after_it_begins")
        ]
