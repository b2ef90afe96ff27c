"""Every way a visit can end, from servers that really behave so."""

from __future__ import annotations

import datetime as dt
import hashlib
import ipaddress
import os
import socket
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from crawler.records import FetchOutcome as F
from tests.sites.hostile import LIST_PAGE, Server, serving
from tests.unit.crawler.conftest import Crawled, crawl, plan_of

#: Path on the hostile server -> outcome, and a word of the detail.
ENDINGS = {
    "ok": (F.OK, ""),
    "gb2312": (F.OK, ""),
    "utf16": (F.OK, ""),
    "packed": (F.OK, ""),
    "moved": (F.OK, ""),
    "refresh": (F.OK, ""),
    "renews-itself": (F.OK, ""),
    "deep": (F.OK, ""),
    "hang": (F.TIMEOUT, "2"),
    "hang-in-body": (F.TIMEOUT, "2"),
    "drip": (F.TIMEOUT, "2"),
    "loop": (F.REDIRECT_LOOP, "/loop"),
    "endless": (F.REDIRECT_LOOP, "redirect 6"),
    "script-moved": (F.OK, ""),
    "refresh-loop": (F.REDIRECT_LOOP, "redirect 6"),
    "away": (F.BLOCKED_BY_GUARD, "is not registered"),
    "refresh-away": (F.BLOCKED_BY_GUARD, "is not registered"),
    "to-file": (F.BLOCKED_BY_GUARD, "scheme must be http or https"),
    "nowhere": (F.SERVER_ERROR, "HTTP 302"),
    "broken-location": (F.CONNECTION_LOST, "redirect"),
    "big": (F.TOO_LARGE, "1048576"),
    "big-unsaid": (F.TOO_LARGE, ""),
    "bomb": (F.TOO_LARGE, "more than 1048576 bytes when unpacked"),
    "torn-gzip": (F.CONNECTION_LOST, "ends early"),
    "brotli": (F.CONNECTION_LOST, "br was not asked for"),
    "picture": (F.NOT_TEXT, "image/png"),
    "picture-as-html": (F.NOT_TEXT, "no text"),
    "pdf": (F.NOT_TEXT, "no text"),
    "noise": (F.NOT_TEXT, "no text"),
    "empty": (F.NOT_TEXT, "empty"),
    "challenge-412": (F.OK, ""),
    "challenge-521": (F.OK, ""),
    "challenge-503": (F.OK, ""),
    "500-sends-home": (F.SERVER_ERROR, "HTTP 500"),
    "500": (F.SERVER_ERROR, "HTTP 500"),
    "odd-status": (F.SERVER_ERROR, "HTTP 99999"),
    "odd-headers": (F.OK, ""),
    "404": (F.NOT_FOUND, "HTTP 404"),
    "410": (F.NOT_FOUND, "HTTP 410"),
    "401": (F.LOGIN_REQUIRED, "HTTP 401"),
    "403": (F.CLIENT_ERROR, "HTTP 403"),
    "403-login": (F.LOGIN_REQUIRED, "password"),
    "partial": (F.SERVER_ERROR, "HTTP 206"),
    "login": (F.LOGIN_REQUIRED, "password"),
    "members": (F.LOGIN_REQUIRED, "password"),
    "members-elsewhere": (F.LOGIN_REQUIRED, "sent to sign in"),
    "reset": (F.CONNECTION_LOST, ""),
    "cut": (F.CONNECTION_LOST, ""),
    "garbage": (F.CONNECTION_LOST, ""),
}


def closed_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def certificate(folder: Path, *, name: str, issuer: tuple[x509.Name, ec.EllipticCurvePrivateKey] | None = None) -> Path:
    """A key and a certificate for 127.0.0.1 in one PEM file; self-signed unless there is an issuer."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer_name, issuer_key = issuer or (subject, key)
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer_name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .sign(issuer_key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture(scope="module")
def crawled(hostile: Server, trap: Server, tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    """One crawl that meets everything at once: nothing may hold up or harm anything else."""
    folder = tmp_path_factory.mktemp("outcomes")
    trusted, stranger = certificate(folder, name="trusted"), certificate(folder, name="stranger")
    with serving(Server(), certificate=trusted) as tls, serving(Server(), certificate=stranger) as untrusted:
        targets = [(name, "column", f"{hostile.url}/{name}") for name in ENDINGS]
        targets += [
            ("probe", "probe", f"{hostile.url}/ok"),
            ("probe-500", "probe", f"{hostile.url}/500"),
            ("refused", "column", f"http://127.0.0.1:{closed_port()}/"),
            ("unresolved", "column", "http://nowhere.invalid/"),
            ("tls", "column", f"{tls.url}/ok"),
            ("untrusted", "column", f"{untrusted.url}/ok"),
            ("plain-on-tls", "column", f"https://127.0.0.1:{hostile.port}/ok"),
        ]
        done = crawl(folder, plan_of(targets), env={**os.environ, "SSL_CERT_FILE": str(trusted)})
        done.tls_port = tls.port
    return done


def test_every_target_has_a_record(crawled: Crawled):
    assert crawled.code == 0, crawled.said + crawled.log
    assert len(crawled.listed) == len(ENDINGS) + 7
    assert crawled.said.splitlines()[-1] == f"crawled {len(crawled.listed)}/{len(crawled.listed)}"
    assert "Traceback" not in crawled.said + crawled.log


@pytest.mark.parametrize("name", ENDINGS)
def test_outcome(crawled: Crawled, name: str):
    outcome, detail = ENDINGS[name]
    record = crawled.records[name]
    assert record.outcome is outcome, record.detail
    assert detail in record.detail
    assert "\n" not in record.detail
    assert (record.reading is not None) == (outcome is F.OK)


@pytest.mark.parametrize("status", [412, 503, 521])
def test_a_gate_that_a_browser_gets_past_is_no_failure_of_the_site(crawled: Crawled, status: int):
    record = crawled.records[f"challenge-{status}"]
    assert record.status == status
    assert record.reading is not None
    assert (record.reading["kind"], record.reading["updated"]) == ("challenge", None)


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("probe", F.OK),
        ("probe-500", F.SERVER_ERROR),
        ("refused", F.REFUSED),
        ("unresolved", F.DNS),
        ("tls", F.OK),
        ("untrusted", F.TLS),
        ("plain-on-tls", F.TLS),
    ],
)
def test_outcome_of_other_targets(crawled: Crawled, name: str, outcome: F):
    record = crawled.records[name]
    assert record.outcome is outcome, record.detail


def test_nobody_came_to_the_trap(crawled: Crawled, trap: Server):
    assert crawled.records["away"].redirects == (f"{trap.url}/away",)
    assert trap.hits == []
    assert trap.connections == 0


def test_a_hanging_server_costs_no_more_than_the_limit(crawled: Crawled):
    for name in ("hang", "hang-in-body", "drip"):
        assert 1_900 <= crawled.records[name].elapsed_ms <= 3_500


def test_every_hop_is_recorded(crawled: Crawled, hostile: Server):
    record = crawled.records["moved"]
    assert record.url == f"{hostile.url}/moved"
    assert record.redirects == (f"{hostile.url}/moved-again", f"{hostile.url}/ok?from=moved")
    assert record.final_url == f"{hostile.url}/ok?from=moved"
    blocked = crawled.records["away"]
    assert blocked.final_url == f"{hostile.url}/away"


def test_what_an_answer_is_recorded_with(crawled: Crawled, hostile: Server):
    record = crawled.records["ok"]
    body = LIST_PAGE.encode()
    assert record.status == 200
    assert record.address == f"127.0.0.1:{hostile.port}"
    assert record.etag == '"v1"'
    assert ("Content-Type", "text/html") in record.headers
    assert record.size == len(body)
    assert record.sha256_raw == hashlib.sha256(body).hexdigest()
    assert record.body_path == f"pages/{record.sha256_raw}.bin"
    assert (crawled.out / record.body_path).read_bytes() == body
    assert record.fetched_at.utcoffset() == dt.timedelta(0)
    assert record.reading["updated"] == "2026-11-18"
    assert set(record.tool_versions) == {"scrapy", "twisted", "selectolax"}
    assert record.tls == {}


def test_the_same_page_in_another_dress_has_the_same_text(crawled: Crawled):
    records = crawled.records
    same = {
        records[name].sha256_text for name in ("ok", "gb2312", "utf16", "packed", "moved", "refresh", "script-moved")
    }
    assert len(same) == 1
    assert records["gb2312"].sha256_raw != records["ok"].sha256_raw
    assert records["packed"].sha256_raw == records["ok"].sha256_raw  # the bytes a reader gets, unpacked


def test_an_error_page_is_kept_as_it_came(crawled: Crawled):
    record = crawled.records["500"]
    assert (crawled.out / record.body_path).read_bytes() == b"<h1>error</h1>"
    assert record.sha256_text == ""


def test_what_no_server_should_say_is_recorded_so_that_it_can_be_kept(crawled: Crawled):
    assert crawled.records["odd-status"].status is None
    headers = crawled.records["odd-headers"].headers
    assert ("X-Odd", "a\ufffdbÿ") in headers
    assert 20 < len(headers) < 40


def test_a_connection_that_failed_has_no_address(crawled: Crawled):
    assert crawled.records["refused"].address == ""
    assert crawled.records["away"].address == ""


def test_tls_facts(crawled: Crawled):
    facts = crawled.records["tls"].tls
    assert facts["protocol"] == "TLSv1.3"
    assert facts["subject"] == facts["issuer"] == "CN=trusted"
    assert len(facts["sha256"]) == 64
    assert dt.datetime.fromisoformat(facts["not_after"]) > dt.datetime.now(dt.UTC) + dt.timedelta(days=29)
    assert crawled.records["tls"].address == f"127.0.0.1:{crawled.tls_port}"


def test_loopback_is_refused_unless_the_plan_allows_it(hostile: Server, tmp_path: Path):
    before = hostile.connections
    done = crawl(tmp_path, plan_of([("a", "column", f"{hostile.url}/ok")], allow_loopback=False))
    assert done.code == 0
    assert done.records["a"].outcome is F.BLOCKED_BY_GUARD
    assert "loopback" in done.records["a"].detail
    assert hostile.connections == before


def test_a_target_known_to_need_sign_in(hostile: Server, trap: Server, tmp_path: Path):
    plan = plan_of([(name, "probe", f"{hostile.url}/{name}") for name in ("ok", "403", "away")])
    for target in plan["targets"]:
        target["login_required"] = True
    records = crawl(tmp_path, plan).records
    assert records["ok"].outcome is F.OK  # it was open after all
    assert records["403"].outcome is F.LOGIN_REQUIRED
    assert records["away"].outcome is F.LOGIN_REQUIRED
    assert trap.hits == []


REBINDING = """
import socket
real = socket.getaddrinfo
asked = []
def flip(host, port, *args, **kwargs):
    if host == "flip.test":
        asked.append(host)
        host = "127.0.0.1" if len(asked) == 1 else "127.0.0.2"
    return real(host, port, *args, **kwargs)
socket.getaddrinfo = flip
socket.gethostbyname = lambda host: "127.0.0.2"
"""


def test_a_name_that_changes_its_address_is_not_followed(tmp_path: Path):
    with serving(Server()) as honest, serving(Server("127.0.0.2", honest.port)) as rebound:
        plan = plan_of([(f"c{i}", "column", f"http://flip.test:{honest.port}/{i}") for i in range(20)])
        for i in range(20):
            honest.pages[f"/{i}"] = LIST_PAGE
        done = crawl(tmp_path, plan, prelude=REBINDING)
        assert done.code == 0, done.said
        assert {record.address for record in done.listed} == {f"127.0.0.1:{honest.port}"}
        assert {record.outcome for record in done.listed} == {F.OK}
        assert rebound.connections == 0


def test_no_proxy_of_the_environment_gets_round_the_guard(hostile: Server, trap: Server, tmp_path: Path):
    env = {**os.environ, "http_proxy": trap.url, "https_proxy": trap.url, "all_proxy": trap.url}
    done = crawl(tmp_path, plan_of([("a", "column", f"{hostile.url}/ok")]), env=env)
    assert done.records["a"].outcome is F.OK
    assert trap.connections == 0


def test_a_host_gets_no_more_requests_at_once_than_the_plan_says(tmp_path: Path):
    with serving(Server()) as server:
        plan = plan_of(
            [(f"c{i}", "probe", f"{server.url}/slow?{i}") for i in range(30)], limits={"concurrency_per_host": 3}
        )
        assert crawl(tmp_path, plan).code == 0
        assert len(server.hits) == 30
        assert server.connections <= 3
