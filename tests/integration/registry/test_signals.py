"""What happens to portal pages reaches the registry: the column keeps its identity, a person decides on its end."""

from __future__ import annotations

import pytest
from django.db import transaction
from wagtail.models import Page

from audits.models import Column, RegistryEvent, Site
from audits.registry import services
from audits.registry.enums import ColumnStanding, RegistryEventKind, SiteKind
from portal.pages.enums import ColumnClass
from portal.pages.models import ColumnPage
from tests.factories import PersonFactory, UnitFactory, make_column_page, make_portal, make_unit_page
from tests.integration.registry.test_services import NOW

pytestmark = pytest.mark.django_db


def of(page: Page) -> Column:
    return Column.objects.select_related("site").get(page=page.pk)


def fresh(page: ColumnPage) -> ColumnPage:
    return ColumnPage.objects.get(pk=page.pk)


def confirm(page: ColumnPage) -> Column:
    services.confirm_columns(site=of(page).site, actor=None, reason="单位已签字", now=NOW)
    return of(page)


def kinds(column: Column) -> list[str]:
    return list(column.events.order_by("pk").values_list("kind", flat=True))


def test_portal_is_one_site_for_availability() -> None:
    make_portal()

    site = Site.objects.get(kind=SiteKind.PORTAL)
    assert (site.code, site.home_path, site.unit) == ("portal", "/", None)


def test_section_of_a_unit_is_one_site() -> None:
    unit = UnitFactory(code="wlzx")

    make_unit_page(unit)

    site = Site.objects.get(kind=SiteKind.SECTION)
    assert (site.code, site.unit, site.name, site.home_path) == ("wlzx", unit, unit.name, "/wlzx/")


def test_new_column_page_is_a_column_on_trial() -> None:
    officer = PersonFactory()
    page = make_column_page(title="通知公告", slug="tzgg", column_class=ColumnClass.NOTICE, officer=officer)

    column = of(page)

    assert column.standing == ColumnStanding.TRIAL
    assert (column.name, column.column_class, column.officer) == ("通知公告", "notice", officer)
    assert column.location == page.url_path.removeprefix("/portal")
    assert column.site.unit == page.get_parent().specific.unit


def test_draft_of_a_column_is_not_watched() -> None:
    unit_page = make_unit_page()
    unit_page.add_child(instance=ColumnPage(title="草稿", slug="cg", column_class="dynamic", live=False))

    assert not Column.objects.exists()


def test_saving_and_publishing_again_changes_nothing() -> None:
    page = make_column_page()
    before = RegistryEvent.objects.count()

    fresh(page).save()
    fresh(page).save_revision().publish()

    assert RegistryEvent.objects.count() == before


def test_name_and_people_follow_the_page_class_and_rhythm_wait_for_a_person() -> None:
    page = make_column_page(title="工作动态")
    confirm(page)
    page = fresh(page)
    page.title, page.leader, page.column_class, page.rhythm_days = "政务动态", PersonFactory(), "archive", 7
    page.save_revision().publish()
    fresh(page).save()

    column = of(page)

    assert (column.name, column.leader) == ("政务动态", page.leader)
    assert (column.column_class, column.rhythm_days) == ("dynamic", None)
    proposal = column.events.get(kind=RegistryEventKind.CHANGE_PROPOSED)
    assert proposal.after == {"column_class": "archive", "rhythm_days": 7}
    assert proposal.reason == "栏目页面拟改为历史专题类、更新周期7日，待确认后生效"

    services.change_class(
        column=column, column_class="archive", rhythm_days=7, actor=None, reason="活动已结束", now=NOW
    )
    fresh(page).save()
    assert kinds(column).count("change_proposed") == 1


def test_class_follows_the_page_while_the_column_is_on_trial() -> None:
    page = make_column_page()
    page = fresh(page)
    page.column_class = "policy"
    page.save()

    assert of(page).column_class == "policy"


def test_unpublished_column_waits_for_a_person_and_comes_back_as_it_was() -> None:
    page = make_column_page()
    column = confirm(page)

    fresh(page).unpublish()
    assert of(page).standing == ColumnStanding.RETIRING
    fresh(page).save_revision().publish()

    assert of(page).pk == column.pk
    assert of(page).standing == ColumnStanding.CONFIRMED
    assert kinds(column) == ["added", "confirmed", "retirement_proposed", "retirement_withdrawn"]


def test_column_that_was_retired_comes_back_on_trial() -> None:
    page = make_column_page()
    column = confirm(page)
    fresh(page).unpublish()
    services.confirm_retirement(column=of(page), actor=None, reason="撤销", now=NOW)

    fresh(page).save_revision().publish()

    assert (of(page).pk, of(page).standing) == (column.pk, ColumnStanding.TRIAL)


@pytest.mark.parametrize("live", [True, False])
def test_deleted_column_stays_in_the_registry(live: bool) -> None:
    page = make_column_page()
    column = confirm(page)
    if not live:
        fresh(page).unpublish()

    fresh(page).delete()

    column.refresh_from_db()
    assert (column.page, column.standing) == (None, ColumnStanding.RETIRING)
    assert kinds(column).count("retirement_proposed") == 1


def test_deleting_a_whole_section_proposes_each_of_its_columns() -> None:
    unit_page = make_unit_page()
    columns = [of(make_column_page(unit_page)).pk, of(make_column_page(unit_page)).pk]

    Page.objects.get(pk=unit_page.pk).delete()

    standings = Column.objects.filter(pk__in=columns).values_list("standing", flat=True)
    assert list(standings) == [ColumnStanding.RETIRING] * 2


def test_moved_column_keeps_its_identity() -> None:
    page, elsewhere = make_column_page(slug="dt"), make_unit_page(UnitFactory(code="elsewhere"))
    column = confirm(page)

    fresh(page).move(Page.objects.get(pk=elsewhere.pk), pos="last-child")

    moved = of(page)
    assert (moved.uuid, moved.site.code, moved.location) == (column.uuid, "elsewhere", "/elsewhere/dt/")
    assert moved.standing == ColumnStanding.CONFIRMED


def test_renamed_section_takes_its_columns_along(django_capture_on_commit_callbacks) -> None:
    unit_page = make_unit_page(UnitFactory(code="wlzx"))
    page = make_column_page(unit_page, slug="dt")
    unit_page = type(unit_page).objects.get(pk=unit_page.pk)
    unit_page.slug = "wangluo"
    with django_capture_on_commit_callbacks(execute=True):
        unit_page.save_revision().publish()

    assert of(page).location == "/wangluo/dt/"
    assert Site.objects.get(code="wlzx").home_path == "/wangluo/"


def test_registry_takes_part_in_the_transaction() -> None:
    unit_page = make_unit_page()

    with pytest.raises(RuntimeError), transaction.atomic():  # noqa: PT012 -- what is undone is the point
        make_column_page(unit_page)
        raise RuntimeError("rolled back")

    assert not Column.objects.exists()
