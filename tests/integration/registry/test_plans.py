"""From the registry to a plan: what is visited, what the guard lets through, and what cannot be visited."""

from __future__ import annotations

import json

import pytest

from audits.models import Site
from audits.registry import services
from audits.registry.enums import ColumnStanding, SiteKind
from audits.registry.plans import build_plan, discovery_plan
from crawler import plan as plans
from crawler.plan import Kind, Origin, Override
from tests.factories import make_column_page
from tests.factories.audits import make_column, make_site
from tests.integration.registry.test_services import NOW

pytestmark = pytest.mark.django_db


def test_plan_probes_homes_and_reads_watched_columns_of_these_sites_only() -> None:
    site, other = make_site("one"), make_site("two", base_url="http://127.0.0.1:10/")
    trial = make_column(site, "/trial/", standing=ColumnStanding.TRIAL)
    elsewhere = make_column(site, "http://files.qiyun.example/list/")
    make_column(site, "/gone/", standing=ColumnStanding.RETIRED)
    make_column(other, "/other/")

    plan = build_plan(run_id=7, as_of=NOW, sites=[site])

    assert [(target.kind, target.id, target.url) for target in plan.targets] == [
        (Kind.PROBE, "one", "http://127.0.0.1:9/"),
        (Kind.COLUMN, str(trial.uuid), "http://127.0.0.1:9/trial/"),
        (Kind.COLUMN, str(elsewhere.uuid), "http://files.qiyun.example/list/"),
    ]
    assert set(plan.allow) == {Origin("http", "127.0.0.1", 9), Origin("http", "files.qiyun.example", 80)}
    assert plans.load(json.loads(json.dumps(plans.dump(plan)))) == plan


def test_section_of_the_portal_is_read_where_readers_find_it(settings) -> None:
    settings.PORTAL_BASE_URL = "http://127.0.0.1:8123"
    page = make_column_page(slug="dt")

    plan = build_plan(run_id=1, as_of=NOW, sites=Site.objects.filter(kind=SiteKind.SECTION))

    home, column = plan.targets
    assert home.url == f"http://127.0.0.1:8123/{page.get_parent().slug}/"
    assert column.url == f"{home.url}dt/"


@pytest.mark.parametrize("allowed", [True, False])
def test_loopback_contact_and_browser_come_from_the_settings(settings, allowed: bool) -> None:
    settings.AUDIT_ALLOW_LOOPBACK = allowed
    settings.AUDIT_CONTACT = "wlzx@qiyun.example"
    settings.CHROMIUM_PATH = "/opt/chromium"

    plan = build_plan(run_id=1, as_of=NOW, sites=[make_site()])

    assert plan.allow_loopback is allowed
    assert "wlzx@qiyun.example" in plan.user_agent
    assert plan.chromium_path == "/opt/chromium"


def test_sign_in_and_reading_hints_reach_the_crawler() -> None:
    site = make_site(login_required=True)
    make_column(site, override_selector="ul.list li", override_date_format="MM-DD")

    probe, column = build_plan(run_id=1, as_of=NOW, sites=[site]).targets

    assert probe.login_required
    assert column.login_required
    assert column.override == Override(selector="ul.list li", date_format="MM-DD")


def test_address_that_cannot_be_visited_is_named() -> None:
    site = make_site()
    column = make_column(site, "http://a b/")

    with pytest.raises(ValueError, match=rf"column {column.uuid}.*'http://a b/'"):
        build_plan(run_id=1, as_of=NOW, sites=[site])


def test_discovery_looks_at_the_home_page_of_a_site_that_is_not_saved_yet() -> None:
    site = services.outside_site(url="http://127.0.0.1:9/", code="", name="", unit=None, login_required=False, now=NOW)

    (target,) = discovery_plan(site=site, as_of=NOW).targets

    assert (target.kind, target.id, target.url) == (Kind.DISCOVER, "127-0-0-1-9", "http://127.0.0.1:9/")
    assert site.pk is None
