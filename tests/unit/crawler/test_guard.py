"""The gate: what is registered, at which addresses, and no second look-up."""

from __future__ import annotations

import socket
import threading

import pytest

from crawler.guard import BlockedError, Guard, UnresolvedError
from crawler.plan import Origin

SITE = Origin("http", "site.test", 80)


def answers(monkeypatch: pytest.MonkeyPatch, *rounds: list[str]) -> list[str]:
    """The resolver gives one round of addresses after another, the last one for ever; returns the names asked."""
    asked: list[str] = []

    def getaddrinfo(host: str, port: int, **_: object) -> list:
        asked.append(host)
        addresses = rounds[min(len(asked), len(rounds)) - 1]
        return [
            (socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in addresses
        ]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


@pytest.mark.parametrize(
    "url",
    [
        "http://other.test/",
        "https://site.test/",
        "http://site.test:8080/",
        "http://sub.site.test/",
        "ftp://site.test/",
        "file:///etc/passwd",
        "http://site.test@other.test/",
        "http://other.test\\@site.test/",
        "//site.test/",
        "http://site.test/" + "a" * 1000,
    ],
)
def test_what_is_not_registered_is_blocked(url):
    with pytest.raises(BlockedError):
        Guard([SITE]).origin(url)


def test_a_registered_origin_passes_however_it_is_spelled():
    assert Guard([SITE]).origin("http://SITE.test:80/x?y#z") == SITE


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("127.0.0.1", "loopback"),
        ("127.8.8.8", "loopback"),
        ("::1", "loopback"),
        ("::ffff:127.0.0.1", "loopback"),
        ("0.0.0.0", "unspecified"),
        ("0.1.2.3", "unspecified"),
        ("::", "unspecified"),
        ("169.254.169.254", "metadata"),
        ("::ffff:169.254.169.254", "metadata"),
        ("fd00:ec2::254", "metadata"),
        ("100.100.100.200", "metadata"),
        ("169.254.1.1", "link-local"),
        ("fe80::1", "link-local"),
        ("224.0.0.1", "multicast"),
        ("ff02::1", "multicast"),
        ("255.255.255.255", "reserved"),
        ("240.0.0.1", "reserved"),
        ("::7f00:1", "reserved"),
    ],
)
def test_addresses_that_are_never_connected_to(monkeypatch, address, reason):
    answers(monkeypatch, [address])
    with pytest.raises(BlockedError, match=reason):
        Guard([SITE]).resolve(SITE)


@pytest.mark.parametrize("address", ["10.1.2.3", "192.168.1.1", "172.16.0.9", "fd12::1", "8.8.8.8", "2001:4860::1"])
def test_registered_sites_may_live_on_private_and_public_addresses(monkeypatch, address):
    answers(monkeypatch, [address])
    assert [str(found) for found in Guard([SITE]).resolve(SITE)] == [address]


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_loopback_only_when_the_plan_says_so(monkeypatch, address):
    answers(monkeypatch, [address])
    assert Guard([SITE], allow_loopback=True).resolve(SITE)


def test_loopback_opens_no_other_door(monkeypatch):
    answers(monkeypatch, ["169.254.169.254"])
    with pytest.raises(BlockedError):
        Guard([SITE], allow_loopback=True).resolve(SITE)


def test_one_refused_address_among_good_ones_blocks_the_host(monkeypatch):
    answers(monkeypatch, ["10.0.0.1", "127.0.0.1"])
    with pytest.raises(BlockedError):
        Guard([SITE]).resolve(SITE)


def test_a_name_is_looked_up_once(monkeypatch):
    asked = answers(monkeypatch, ["10.0.0.1"], ["10.0.0.2"])
    guard = Guard([SITE])
    assert guard.checked("site.test", 80) == ()
    first = guard.resolve(SITE)
    assert guard.resolve(SITE) == first == guard.checked("site.test", 80)
    assert asked == ["site.test"]


def test_a_name_without_an_address_says_so_and_is_not_asked_again(monkeypatch):
    asked: list[str] = []

    def getaddrinfo(host: str, *_: object, **__: object) -> list:
        asked.append(host)
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    guard = Guard([SITE])
    for _ in range(2):
        with pytest.raises(UnresolvedError, match="Name or service not known"):
            guard.resolve(SITE)
    assert asked == ["site.test"]


def test_nothing_is_looked_up_for_an_origin_that_is_not_registered(monkeypatch):
    asked = answers(monkeypatch, ["10.0.0.1"])
    with pytest.raises(BlockedError):
        Guard([SITE]).resolve(Origin("http", "other.test", 80))
    assert asked == []


def test_a_slow_resolver_holds_up_its_own_host_only(monkeypatch):
    other = Origin("http", "fast.test", 80)
    release = threading.Event()

    def getaddrinfo(host: str, port: int, **_: object) -> list:
        if host == "site.test":
            release.wait(10)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    guard = Guard([SITE, other])
    slow = threading.Thread(target=guard.resolve, args=(SITE,))
    slow.start()
    try:
        assert guard.resolve(other)
        assert slow.is_alive()
    finally:
        release.set()
        slow.join()
    assert guard.checked("site.test", 80)
