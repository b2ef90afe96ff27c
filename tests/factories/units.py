"""Units, accounts, people and their roles."""

from __future__ import annotations

import datetime as dt

import factory
from factory.django import DjangoModelFactory

from portal.units.enums import Role, UnitKind
from portal.units.models import Membership, Person, Unit, User

#: What every sample account signs in with.
PASSWORD = "Qiyun-2026"


class UnitFactory(DjangoModelFactory):
    class Meta:
        model = Unit

    code = factory.Sequence(lambda n: f"unit-{n}")
    name = factory.Sequence(lambda n: f"栖云县第{n}单位")
    short_name = factory.Sequence(lambda n: f"{n}单位")
    kind = UnitKind.DEPARTMENT
    duty = "负责本单位门户的信息发布。"
    phone = "0000-8230001"


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user-{n}")
    password = factory.django.Password(PASSWORD)


class PersonFactory(DjangoModelFactory):
    """`PersonFactory(user=None)` is someone without an account."""

    class Meta:
        model = Person

    name = factory.Sequence(lambda n: f"张{n}")
    phone = "0000-8230002"
    user = factory.SubFactory(UserFactory)


class MembershipFactory(DjangoModelFactory):
    """A row only; `portal.units.services.enrol` also gives the account its groups."""

    class Meta:
        model = Membership

    person = factory.SubFactory(PersonFactory)
    unit = factory.SubFactory(UnitFactory)
    role = Role.EDITOR
    valid_from = dt.date(2020, 1, 1)
