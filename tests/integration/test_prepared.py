"""Queries that are put together once: the same rows as Django's own, whatever they are asked with."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.db.models import Count, F, Q, QuerySet, Value
from django.test.utils import CaptureQueriesContext

from portal.prepared import prepared
from portal.units.enums import Role
from portal.units.models import Membership, Unit, User
from tests.factories import PersonFactory, UnitFactory

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 18)


@pytest.fixture
def held() -> list[Membership]:
    """In three units, the last only until the day before."""
    units = [UnitFactory(name=f"第{number}单位") for number in range(3)]
    return [
        Membership.objects.create(
            person=PersonFactory(name=f"王敏{place}"),
            unit=unit,
            role=Role.EDITOR,
            valid_from=DAY - dt.timedelta(days=9),
            valid_until=DAY - dt.timedelta(days=1) if place == 2 else None,
        )
        for place, unit in enumerate(units)
    ]


def test_rows_are_models_with_what_was_looked_up_beside_them(held):
    @prepared
    def members(units: Any, day: Any) -> QuerySet[Membership]:
        found = Membership.objects.on(day).filter(unit__in=units).select_related("person", "unit")
        return (
            found.annotate(called=F("person__name")).only("role", "valid_from", "person__name", "unit").order_by("pk")
        )

    units = [each.unit_id for each in held]
    for day, expected in ((DAY, held[:2]), (DAY - dt.timedelta(days=1), held), (DAY - dt.timedelta(days=30), [])):
        assert members(units=units, day=day) == expected
    assert members(units=units[1:2], day=DAY) == held[1:2]
    with CaptureQueriesContext(connection) as captured:
        (row,) = members(units=units[:1], day=DAY)
        assert (row.person.name, row.unit.name, row.called) == ("王敏0", "第0单位", "王敏0")
        assert row.valid_from == DAY - dt.timedelta(days=9)
    assert len(captured) == 1


def test_rows_are_tuples_or_values_where_the_query_says_so(held):
    @prepared
    def named(names: Any) -> QuerySet:
        return Unit.objects.filter(name__in=names).order_by("name").values_list("name", "pk")

    @prepared
    def flat(name: Any) -> QuerySet:
        return Unit.objects.filter(name=name).values_list("pk", flat=True)

    units = [each.unit for each in held]
    assert named(names=["第2单位", "第0单位", "第9单位"]) == [(each.name, each.pk) for each in (units[0], units[2])]
    assert [flat(name=unit.name) for unit in units] == [[unit.pk] for unit in units]
    assert flat(name="' OR 1=1 --") == []


def test_a_moment_is_compared_as_one(held):
    @prepared
    def signed_in_since(moment: Any) -> QuerySet:
        return User.objects.filter(last_login__gte=moment).values_list("pk", flat=True)

    at = dt.datetime(2026, 11, 18, 1, 30, tzinfo=dt.UTC)
    user = User.objects.create(username="wangmin", last_login=at)
    in_shanghai = at.astimezone(ZoneInfo("Asia/Shanghai"))
    assert signed_in_since(moment=in_shanghai) == [user.pk]
    assert signed_in_since(moment=in_shanghai + dt.timedelta(seconds=1)) == []


def test_several_counts_travel_in_one_query(held):
    @prepared
    def counts(units: Any, day: Any) -> QuerySet:
        rows = [Unit.objects.filter(pk__in=units), Membership.objects.on(day).filter(unit__in=units)]
        counted = [each.order_by().values(place=Value(place)).annotate(Count("pk")) for place, each in enumerate(rows)]
        first, second = (each.values_list("place", "pk__count") for each in counted)
        return first.union(second, all=True)

    units = [each.unit_id for each in held]
    assert sorted(counts(units=units, day=DAY)) == [(0, 3), (1, 2)]
    assert sorted(counts(units=units[2:], day=DAY)) == [(0, 1), (1, 0)]


def test_an_empty_list_holds_nothing_and_leaves_the_rest(held):
    @prepared
    def either(units: Any, name: Any) -> QuerySet[Unit]:
        return Unit.objects.filter(Q(pk__in=units) | Q(name=name))

    assert either(units=[], name="第1单位") == [held[1].unit]
    assert either(units=[], name="第9单位") == []


def test_it_is_put_together_once_and_asked_each_time(held):
    built = []

    @prepared
    def units(name: Any) -> QuerySet[Unit]:
        """Those of a name."""
        built.append(name)
        return Unit.objects.filter(name=name)

    first = held[0].unit
    assert units(name=first.name) == [first]
    Unit.objects.filter(pk=first.pk).update(phone="0851-1")
    assert [each.phone for each in units(name=first.name)] == ["0851-1"]
    with transaction.atomic():
        Unit.objects.filter(pk=first.pk).update(name="另一单位")
        assert units(name=first.name) == []
        transaction.set_rollback(True)
    assert units(name=first.name) == [first]
    assert len(built) == 1
    assert units.__doc__ == "Those of a name."
