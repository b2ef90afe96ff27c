"""The servers that the demo starts: on a port that is free, and gone afterwards."""

from __future__ import annotations

import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from audits.management.sample import seed
from audits.management.sample.processes import StartError, alone, child, free_port, is_free, outside_sites, portal
from audits.registry.models import Site
from tests.integration.sample.test_outside_sites import AS_OF


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.fixture(autouse=True)
def own_database(monkeypatch, tmp_path):
    """The portal is a process of its own: it gets an empty database, not the developer's."""
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "portal.settings.dev")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'db.sqlite3'}")
    monkeypatch.setenv("VAR_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))


def test_the_portal_evades_a_taken_port(taken_port):
    configured = settings.PORTAL_BASE_URL
    with portal(taken_port) as address:
        port = urlsplit(address).port
        assert port != taken_port
        assert address == settings.PORTAL_BASE_URL
        with urllib.request.urlopen(f"{address}/static/wagtailadmin/css/core.css", timeout=20) as response:
            assert response.status == 200
    assert is_free(port)
    assert configured == settings.PORTAL_BASE_URL


def test_a_question_of_any_length_reaches_the_portal():
    with portal(free_port()) as address, pytest.raises(urllib.error.HTTPError) as answered:
        urllib.request.urlopen(f"{address}/nowhere/?q={'%E6%94%BF' * 10_000}", timeout=20)
    # The database is empty: what answers is Django and not the web server.
    assert "X-Content-Type-Options" in answered.value.headers


def test_a_portal_that_does_not_start_says_so(monkeypatch):
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "portal.settings.nowhere")
    with pytest.raises(StartError, match="before it answered at"), portal(free_port()):
        pass


def test_sites_that_are_not_seeded(db):
    with pytest.raises(StartError, match="seed_demo"), outside_sites():
        pass


def test_a_site_whose_port_is_taken_moves(db, taken_port):
    seed.add_people(AS_OF.date())
    seed.add_outside_sites(AS_OF)
    for site in Site.objects.all():
        Site.objects.filter(pk=site.pk).update(base_url=f"http://127.0.0.1:{free_port()}/")
    Site.objects.filter(code="jyj-web").update(base_url=f"http://127.0.0.1:{taken_port}/")
    kept = Site.objects.get(code="nyncj-web").base_url
    with outside_sites() as addresses:
        assert addresses["nyncj-web"] == kept
        moved = Site.objects.get(code="jyj-web").base_url
        assert addresses["jyj-web"] == moved != f"http://127.0.0.1:{taken_port}/"
        with urllib.request.urlopen(f"{moved}xxgk/jyyw/", timeout=10) as response:
            assert response.status == 200
    assert is_free(urlsplit(moved).port)


def test_only_one_at_a_time():
    with alone(), pytest.raises(StartError, match="running already"), alone():
        pass
    with alone():
        pass


def test_what_runs_beside_stops_when_the_block_fails():
    with pytest.raises(RuntimeError, match="halfway"), child(["http.server", str(free_port())]) as process:
        raise RuntimeError("halfway")
    assert process.returncode is not None


@pytest.mark.parametrize("port", ["99999", "65536", "0", "abc", "80.5", "٨٠٠٠"])
def test_a_port_that_is_none_is_said_in_one_line(port):
    with pytest.raises(CommandError) as caught:
        call_command("serve", "--port", port)

    assert caught.value.returncode == 2
    assert str(caught.value) == f"--port {port}: a port is a number from 1 to 65535"
