"""Units (单位), the people in them, and the roles those people hold from one day until another."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.units.enums import Role, UnitKind


class User(AbstractUser):
    """An account. Who the holder is and what they may do is said by Person and Membership."""

    must_change_password = models.BooleanField(_("must change the password"), default=False)

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")

    def __str__(self) -> str:
        person = getattr(self, "person", None)
        return person.name if person else self.username

    def get_full_name(self) -> str:
        """What Wagtail's admin shows beside what someone did."""
        return str(self)


class UnitQuerySet(models.QuerySet["Unit"]):
    def active(self) -> UnitQuerySet:
        return self.filter(is_active=True)


class Unit(models.Model):
    """A township, community, department or institution that keeps columns of its own."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80, unique=True)
    short_name = models.CharField(_("short name"), max_length=20)
    kind = models.CharField(_("kind"), max_length=20, choices=UnitKind.choices)
    duty = models.TextField(_("duty"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")

    def __str__(self) -> str:
        return self.name


class Person(models.Model):
    """Someone who works in the county, with or without an account."""

    name = models.CharField(_("name"), max_length=40)
    position = models.CharField(_("position"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    user = models.OneToOneField(
        User, verbose_name=_("account"), null=True, blank=True, on_delete=models.SET_NULL, related_name="person"
    )

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.name


def in_force(day: dt.date, of: str = "") -> Q:
    """Memberships in force on a civil day (Asia/Shanghai), both ends included.

    `of`: the look-up that leads to them, as `memberships__`; empty among memberships themselves.
    """
    ends_later = Q(**{f"{of}valid_until__isnull": True}) | Q(**{f"{of}valid_until__gte": day})
    return ends_later & Q(**{f"{of}valid_from__lte": day})


class MembershipQuerySet(models.QuerySet["Membership"]):
    def on(self, day: dt.date) -> MembershipQuerySet:
        """Those in force on a civil day."""
        return self.filter(in_force(day))


class Membership(models.Model):
    """A person's role in a unit, from one day until another (empty: still)."""

    person = models.ForeignKey(Person, verbose_name=_("person"), on_delete=models.PROTECT, related_name="memberships")
    unit = models.ForeignKey(Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=30, choices=Role.choices)
    valid_from = models.DateField(_("from"))
    valid_until = models.DateField(_("until"), null=True, blank=True)
    #: Empty: nobody yet. What is handed over is known to the apps above (`portal.pages.staffing`).
    successor = models.ForeignKey(
        Person, verbose_name=_("who takes over"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="membership_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["person", "unit", "role"], condition=Q(valid_until__isnull=True), name="membership_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.unit} · {self.get_role_display()}"
