"""In the desk, the network centre decides on a column's class, and everyone concerned prints the filing form."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from audits.models import Column
from audits.registry.enums import RegistryEventKind
from portal.units.enums import Role
from portal.units.services import enrol
from tests.factories import PersonFactory, make_column_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def column() -> Column:
    page = make_column_page()
    return Column.objects.select_related("site__unit").get(page=page)


def signed_in(column: Column, role: Role) -> Client:
    person = PersonFactory()
    enrol(person=person, unit=column.site.unit, role=role, day=dt.date(2026, 1, 5))
    client = Client()
    client.force_login(person.user)
    return client


def test_network_centre_changes_a_class_and_says_why(column: Column) -> None:
    client = signed_in(column, Role.NETWORK_CENTRE)
    url = reverse("audit_desk:column_act", args=[column.pk, "change-class"])
    assert client.get(url).status_code == 200

    client.post(url, {"column_class": "notice", "rhythm_days": "30", "reason": "实为公告栏目"})

    column.refresh_from_db()
    assert (column.column_class, column.rhythm_days) == ("notice", 30)
    event = column.events.get(kind=RegistryEventKind.CHANGED)
    assert (event.reason, event.actor.person.name != "") == ("实为公告栏目", True)


def test_unit_cannot_change_the_class_it_is_judged_by(column: Column) -> None:
    client = signed_in(column, Role.EDITOR)

    answer = client.post(
        reverse("audit_desk:column_act", args=[column.pk, "change-class"]), {"column_class": "archive", "reason": "想"}
    )

    column.refresh_from_db()
    assert answer.status_code in (302, 403)
    assert column.column_class == "dynamic"


def test_filing_form_is_shown_to_the_unit(column: Column) -> None:
    client = signed_in(column, Role.LEADER)

    answer = client.get(reverse("audit_desk:filing_form", args=[column.site.code]))

    assert answer.status_code == 200
    assert "栏目备案表" in answer.content.decode()
    assert column.name in answer.content.decode()
