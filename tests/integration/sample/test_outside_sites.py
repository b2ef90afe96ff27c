"""The sample's outside sites: served as they would be, and inspected over HTTP."""

from __future__ import annotations

import dataclasses
import datetime as dt
import http.client
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from audits import workflow
from audits.management.sample import county, truth
from audits.management.sample.articles import SHANGHAI
from audits.management.sample.places import column_path
from audits.management.sample.seed import add_downtimes, add_outside_sites, add_people, confirm_columns
from audits.registry.models import Site
from audits.rules import profiles
from tests.sites.server import serving

AS_OF = dt.datetime(2026, 11, 18, 17, 30, tzinfo=SHANGHAI)


@pytest.fixture(scope="module")
def addresses() -> Iterator[dict[str, str]]:
    with serving(AS_OF) as found:
        yield found


def get(address: str, path: str) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=10)
    connection.request("GET", path)
    response = connection.getresponse()
    return response, response.read()


def test_sites_that_are_named_for_one_port_both_answer(addresses):
    port = urlsplit(addresses["jyj-web"]).port  # where another listens by now
    with serving(AS_OF, dict.fromkeys(county.outside_sites(), port)) as moved:
        assert len({*moved.values(), addresses["jyj-web"]}) == len(moved) + 1
        assert get(moved["nyncj-web"], "/nyyw/index.htm")[0].status == 200


def test_the_old_site_says_its_charset_only_in_the_page(addresses):
    response, body = get(addresses["nyncj-web"], "/nyyw/index.htm")
    assert response.headers["Content-Type"] == "text/html"
    assert b"charset=gb2312" in body
    assert "农业要闻" in body.decode("gb2312")


def test_entries_lead_to_articles(addresses):
    _, listing = get(addresses["jyj-web"], "/xxgk/jyyw/")
    path = listing.decode().split('<li><a href="./')[1].split('"')[0]
    response, article = get(addresses["jyj-web"], f"/xxgk/jyyw/{path}")
    assert response.status == 200
    assert "发布时间：" in article.decode()


def test_a_script_brings_the_list(addresses):
    _, page = get(addresses["jyzx-web"], "/zbgg/")
    response, data = get(addresses["jyzx-web"], "/api/articles/zbgg.json")
    assert b"<li>" not in page
    assert response.headers["Content-Type"] == "application/json"
    assert data.count(b'"title"') == 10


def test_sign_in_and_maintenance(addresses):
    response, _ = get(addresses["rsj-web"], "/portal/rcdt")
    assert (response.status, response.headers["Location"]) == (302, "/login")
    assert get(addresses["wsjkj-web"], "/jkxc/")[0].status == 503
    assert get(addresses["jyj-web"], "/nowhere")[0].status == 404


def test_nobody_listens_where_the_site_is_down(addresses):
    with pytest.raises(ConnectionRefusedError):
        get(addresses["jtys-web"], "/")


def test_home_pages_lead_to_the_columns(addresses):
    for code in ("nyncj-web", "jyj-web", "jyzx-web", "tsg-web"):
        site = county.outside_sites()[code]
        _, home = get(addresses[code], "/")
        for column in county.columns():
            if column.host == code:
                assert f'href="{column_path(site, column.slug)}"'.encode() in home


@pytest.fixture
def registered(db: None, addresses: dict[str, str]) -> None:
    """The sample's registry without the portal, its sites where they are served now."""
    add_people(AS_OF.date())
    add_outside_sites(AS_OF)
    confirm_columns(AS_OF)
    add_downtimes(AS_OF)
    for code, address in addresses.items():
        Site.objects.filter(code=code).update(base_url=address)


def outside(result: truth.Comparison) -> list[str]:
    """Mismatches of outside columns."""
    return [line for line in result.mismatches if line.split("/")[0] in county.outside_sites()]


def test_the_crawl_finds_the_truth_over_http(registered):
    workflow.execute_run(workflow.start_run(as_of=AS_OF))
    assert outside(truth.compare(truth.found(AS_OF))) == []


def test_a_broken_rule_turns_the_truth_red(registered, monkeypatch):
    profile = profiles.load_profile("county")
    window = dataclasses.replace(profile.windows["dynamic"], days=100)
    broken = dataclasses.replace(profile, windows={**profile.windows, "dynamic": window})
    monkeypatch.setattr(workflow, "load_profile", lambda code: broken)
    workflow.execute_run(workflow.start_run(as_of=AS_OF))
    assert [line.split()[0] for line in outside(truth.compare(truth.found(AS_OF)))] == ["nyncj-web/nyyw"]
