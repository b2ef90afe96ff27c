"""manage.py seed_demo: the whole county or nothing, once."""

from __future__ import annotations

import datetime as dt
import io
from collections import Counter

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.utils import timezone
from wagtail.models import Page

from audits.management.sample import county, seed
from audits.registry import services as registry
from audits.registry.models import Column, Downtime, Exemption, Site
from portal.pages.models import ArticlePage, ColumnPage
from portal.units.models import Unit, User
from tests.factories import UnitFactory

pytestmark = pytest.mark.django_db


def seed_demo(*arguments: str) -> str:
    out = io.StringIO()
    call_command("seed_demo", *arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def row_counts() -> Counter[str]:
    return Counter({model._meta.label: model._base_manager.count() for model in apps.get_models()})


def test_the_county_is_seeded_once():
    someone_elses = registry.add_outside_site(url="http://other.example/", now=timezone.now())
    registry.add_column(site=someone_elses, name="首页要闻", url="/", now=timezone.now())

    assert seed_demo("--as-of", "2026-11-18T17:30").startswith("sample county as of 2026-11-18 17:30 in ")

    assert Unit.objects.count() == 24
    assert ColumnPage.objects.count() == 104
    assert 1300 <= ArticlePage.objects.count() <= 1500
    assert Site.objects.count() == 1 + 24 + 7 + 1
    assert someone_elses.columns.get().standing == "trial"
    assert set(seed.columns_by_key()) == {column.key for column in county.columns()}
    assert Counter(Column.objects.values_list("standing", flat=True)) == {
        "confirmed": 120,
        "trial": 7 + 1,
        "retiring": 1,
    }
    assert Exemption.objects.get().column.name == "婚俗改革专栏"
    assert Downtime.objects.get().site.code == "wsjkj-web"
    assert Page.find_problems() == ([], [], [], [], [])

    editor = User.objects.get(username="editor")
    assert editor.check_password(county.PASSWORD)
    own, other = (ColumnPage.objects.get(slug="dongtai", url_path__contains=f"/{code}/") for code in ("liuwan", "jyj"))
    assert own.permissions_for_user(editor).can_add_subpage()
    assert not other.permissions_for_user(editor).can_add_subpage()
    assert ColumnPage.objects.get(takes_submissions=True).title == "政务要闻"

    before = row_counts()
    assert seed_demo() == "sample county as of 2026-11-18 17:30, unchanged\n"
    assert seed_demo("--as-of", "2026-11-18T17:30").endswith("unchanged\n")
    with pytest.raises(CommandError, match="seeded as of 2026-11-18 17:30: for 2026-11-19 23:59 empty") as refused:
        seed_demo("--as-of", "2026-11-19")
    assert refused.value.returncode == 2
    assert row_counts() == before


def test_a_database_in_use_is_left_alone():
    UnitFactory()
    before = row_counts()
    with pytest.raises(CommandError, match="needs an empty one") as refused:
        seed_demo()
    assert refused.value.returncode == 2
    assert row_counts() == before


TO_COME = f"{timezone.localdate() + dt.timedelta(days=2)}"


@pytest.mark.parametrize(("day", "told"), [("2026-11-31", "'2026-11-31' is no date"), (TO_COME, TO_COME)])
def test_a_day_that_cannot_be(day, told):
    with pytest.raises(CommandError, match=told) as refused:
        seed_demo("--as-of", day)
    assert refused.value.returncode == 2
    assert not Unit.objects.exists()


def test_a_seed_that_fails_leaves_nothing(monkeypatch):
    def fail(*_arguments: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(seed, "add_portal", fail)
    before = row_counts()
    with pytest.raises(RuntimeError, match="power cut"):
        seed_demo()
    assert row_counts() == before
