"""The one outbound gate: who may be talked to, and at which checked address.

Both ways out, Scrapy (`crawler.downloader`) and Chromium (`crawler.proxy`), ask a Guard before
every request, redirects included, and then connect to the very address it checked: a name is
never resolved a second time, so a resolver that changes its answer cannot slip another one in.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Iterable
from concurrent.futures import Future

from crawler.plan import DEFAULT_PORTS, Origin, origin_of

#: Where clouds hand out credentials to whoever asks; most are link-local and refused by that already.
METADATA = frozenset(ipaddress.ip_address(text) for text in ("169.254.169.254", "fd00:ec2::254", "100.100.100.200"))
LONGEST_URL = 1000
_THIS_NETWORK = ipaddress.ip_network("0.0.0.0/8")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class BlockedError(Exception):
    """The gate stays shut; the message says why."""


class UnresolvedError(Exception):
    """A registered host that has no address."""


class Guard:
    """An allow-list of origins and the checked addresses of their hosts; safe to share between threads."""

    def __init__(self, allow: Iterable[Origin], *, allow_loopback: bool = False) -> None:
        self._allow = frozenset(allow)
        self._allow_loopback = allow_loopback
        self._lookups: dict[Origin, Future[tuple[Address, ...]]] = {}
        self._lock = threading.Lock()

    def origin(self, url: str) -> Origin:
        """The registered origin of a URL. Raises BlockedError for any other."""
        if len(url) > LONGEST_URL:
            raise BlockedError(f"a URL of {len(url)} characters: {url[:80]}...")
        try:
            origin = origin_of(url)
        except ValueError as error:
            raise BlockedError(f"{url!r}: {error}") from error
        if origin not in self._allow:
            raise BlockedError(f"{origin} is not registered")
        return origin

    def resolve(self, origin: Origin) -> tuple[Address, ...]:
        """The checked addresses of an origin's host: looked up once, then always the same. May take seconds.

        Raises BlockedError when any of them is refused, UnresolvedError when there is none.
        """
        if origin not in self._allow:
            raise BlockedError(f"{origin} is not registered")
        with self._lock:
            lookup = self._lookups.get(origin)
            mine = lookup is None
            if lookup is None:
                lookup = self._lookups[origin] = Future()
        if mine:
            try:
                lookup.set_result(self._look_up(origin))
            except (BlockedError, UnresolvedError) as error:
                lookup.set_exception(error)
        return lookup.result()

    def checked(self, host: str, port: int) -> tuple[Address, ...]:
        """What `resolve` found for a host and port, or nothing. Never looks anything up, never waits."""
        for scheme in DEFAULT_PORTS:
            lookup = self._lookups.get(Origin(scheme, host, port))
            if lookup is not None and lookup.done() and not lookup.exception():
                return lookup.result()
        return ()

    def _look_up(self, origin: Origin) -> tuple[Address, ...]:
        try:
            answers = socket.getaddrinfo(origin.host, origin.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise UnresolvedError(f"{origin.host}: {error}") from error
        addresses = tuple(dict.fromkeys(ipaddress.ip_address(str(answer[4][0])) for answer in answers))
        for address in addresses:
            if reason := self._refusal(address):
                raise BlockedError(f"{origin.host} resolves to {address}: {reason}")
        return addresses

    def _refusal(self, address: Address) -> str:
        """Why an address is never connected to, or nothing. Private ones are: the county's sites live there."""
        if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
            address = address.ipv4_mapped
        reasons = {
            "a cloud's metadata address": address in METADATA,
            "a loopback address": address.is_loopback and not self._allow_loopback,
            "an unspecified address": address.is_unspecified or address in _THIS_NETWORK,
            "a link-local address": address.is_link_local,
            "a multicast address": address.is_multicast,
            "a reserved address": address.is_reserved and not address.is_loopback,
        }
        return next((reason for reason, refused in reasons.items() if refused), "")
