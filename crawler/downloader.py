"""Scrapy's way out: every hop of every request passes the gate, within one cap of time and size.

Redirects (HTTP, meta refresh, a script on an empty page) are followed here rather than in
middlewares, so that one clock runs over the whole visit, as it does for a reader who waits.
"""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import time
import zlib
from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urldefrag, urljoin

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.exceptions import DownloadCancelledError, DownloadTimeoutError
from scrapy.http import Request, Response
from scrapy.resolver import HostResolution
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IAddress, IHostnameResolver, IHostResolution
from twisted.web.iweb import IPolicyForHTTPS
from w3lib.url import safe_url_string
from zope.interface import implementer  # type: ignore[import-untyped]  # ships no types

from crawler.guard import Address, Guard, UnresolvedError
from crawler.outcome import GarbledError, RedirectLoopError, TooLargeError
from crawler.plan import Limits, Origin, ascii_host
from crawler.reading.onward import meta_refresh_target

if TYPE_CHECKING:
    from OpenSSL.SSL import Connection
    from scrapy.crawler import Crawler

#: A page that does nothing but lead on is no longer than this, or says so within its first bytes.
_FORWARDING_BYTES = 8192
_REDIRECTS = (301, 302, 303, 307, 308)


@dataclasses.dataclass(slots=True)
class Visit:
    """What one attempt at a target went through; `request.meta["visit"]`. Filled while it happens."""

    started: float = dataclasses.field(default_factory=time.monotonic)
    hops: list[str] = dataclasses.field(default_factory=list)
    #: The last hop that passed the gate; the others were asked.
    final_url: str = ""
    fetched_at: dt.datetime | None = None
    elapsed_ms: int = 0
    address: str = ""
    tls: dict[str, str] = dataclasses.field(default_factory=dict)

    def end(self) -> None:
        self.fetched_at = dt.datetime.now(dt.UTC)
        self.elapsed_ms = round((time.monotonic() - self.started) * 1000)


class GuardedDownloadHandler(HTTP11DownloadHandler):
    """The only download handler: http and https, through the spider's guard."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        from twisted.internet import reactor  # noqa: PLC0415  # importing it installs one: only once Scrapy has

        spider: Any = crawler.spider
        self._guard: Guard = spider.guard
        self._limits: Limits = spider.plan.limits
        self._tls = _TlsWitness(self._contextFactory)
        self._contextFactory: Any = self._tls
        # Scrapy 2.19 counts a slot's transfers when their tasks run, not when it starts them: with
        # asyncio it lets a whole queue through at once.
        self._turns: dict[str, asyncio.Semaphore] = defaultdict(
            partial(asyncio.Semaphore, self._limits.concurrency_per_host)
        )
        # From here on the reactor connects to checked addresses only, whoever asks it.
        reactor.installNameResolver(_CheckedNames(self._guard))

    async def download_request(self, request: Request) -> Response:
        async with self._turns[request.meta["download_slot"]]:
            visit = request.meta["visit"] = Visit()
            try:
                return await self._follow(request, visit)
            finally:
                visit.end()

    async def _follow(self, request: Request, visit: Visit) -> Response:
        deadline = visit.started + self._limits.timeout
        url = urldefrag(request.url)[0]
        while True:
            visit.hops.append(url)
            origin = self._guard.origin(url)
            if not self._guard.checked(origin.host, origin.port):
                await self._resolve(origin, deadline)
            visit.final_url = url
            left = max(deadline - time.monotonic(), 0.001)  # 0 would mean Scrapy's own default
            hop = request.replace(url=url, meta={**request.meta, "download_timeout": left})
            response = self._unpacked(await self._download(hop))
            onward = _onward(response)
            if onward is None:
                self._note_connection(visit, response, origin)
                return response
            if onward in visit.hops or len(visit.hops) > self._limits.max_redirects:
                visit.hops.append(onward)
                raise RedirectLoopError(f"redirect {len(visit.hops) - 1} leads to {onward}")
            url = onward

    async def _download(self, hop: Request) -> Response:
        try:
            return await super().download_request(hop)
        except DownloadTimeoutError as error:
            raise TimeoutError(f"not opened within {self._limits.timeout:g} s") from error
        except DownloadCancelledError as error:  # Scrapy's word for a body above DOWNLOAD_MAXSIZE
            raise TooLargeError(f"more than {self._limits.max_bytes} bytes") from error

    async def _resolve(self, origin: Origin, deadline: float) -> None:
        try:
            async with asyncio.timeout(deadline - time.monotonic()):
                await asyncio.to_thread(self._guard.resolve, origin)
        except TimeoutError as error:
            raise UnresolvedError(f"{origin.host}: no answer within {self._limits.timeout:g} s") from error

    def _unpacked(self, response: Response) -> Response:
        encodings = (response.headers.get("Content-Encoding") or b"").decode("latin-1").lower().strip()
        if encodings in ("", "identity"):
            return response
        if encodings not in ("gzip", "x-gzip", "deflate"):
            raise GarbledError(f"Content-Encoding {encodings} was not asked for")
        return response.replace(body=inflate(response.body, max_bytes=self._limits.max_bytes))

    def _note_connection(self, visit: Visit, response: Response, origin: Origin) -> None:
        if response.ip_address is not None:
            host = f"[{response.ip_address}]" if response.ip_address.version == 6 else str(response.ip_address)
            visit.address = f"{host}:{origin.port}"
        if response.certificate is not None:
            visit.tls = self._tls.facts(response.certificate, origin)


def inflate(data: bytes, *, max_bytes: int) -> bytes:
    """A gzip or zlib body unpacked. Raises TooLargeError above the cap, GarbledError for a torn or wrong one."""
    parts: list[bytes] = []
    size = 0
    while data:
        stream = zlib.decompressobj(wbits=47)  # 47: gzip or zlib, as the header says
        try:
            part = stream.decompress(data, max_bytes - size + 1)
        except zlib.error as error:
            raise GarbledError(f"compressed body: {error}") from error
        size += len(part)
        if size > max_bytes:
            raise TooLargeError(f"more than {max_bytes} bytes when unpacked")
        if not stream.eof:
            raise GarbledError("the compressed body ends early")
        parts.append(part)
        data = stream.unused_data.lstrip(b"\0")  # gzip may go on with another member, or be padded
    return b"".join(parts)


def _onward(response: Response) -> str | None:
    """Where a response sends its reader, or None. Raises GarbledError for a redirect to what is no URL."""
    try:
        location = _location(response)
        if not location:
            return None
        return urldefrag(urljoin(response.url, safe_url_string(location)))[0]
    except ValueError as error:
        raise GarbledError(f"a redirect that cannot be followed: {error}") from error


def _location(response: Response) -> str | None:
    if response.status in _REDIRECTS:
        return (response.headers.get("Location") or b"").decode("utf-8", "replace").strip()
    if response.status != 200:
        return None
    body = response.body
    start = body[:_FORWARDING_BYTES].lower()
    if b"refresh" not in start and (len(body) > _FORWARDING_BYTES or b"location" not in start):
        return None  # spares nearly every page a second parse
    headers = {"Content-Type": (response.headers.get("Content-Type") or b"").decode("latin-1")}
    return meta_refresh_target(body, url=response.url, headers=headers)


@implementer(IHostnameResolver)
class _CheckedNames:
    """Twisted's view of the guard: a name has the addresses that were checked for it, and no others."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def resolveHostName(  # Twisted's interface
        self,
        resolutionReceiver: Any,
        hostName: str,
        portNumber: int = 0,
        addressTypes: Sequence[type[IAddress]] | None = None,
        transportSemantics: str = "TCP",
    ) -> IHostResolution:
        resolution: Any = HostResolution(hostName)
        resolutionReceiver.resolutionBegan(resolution)
        for address in self._guard.checked(ascii_host(hostName), portNumber):
            resolutionReceiver.addressResolved(_twisted_address(address, portNumber))
        resolutionReceiver.resolutionComplete()
        return resolution


def _twisted_address(address: Address, port: int) -> Any:
    kind = IPv6Address if address.version == 6 else IPv4Address
    return kind("TCP", str(address), port)


@implementer(IPolicyForHTTPS)
class _TlsWitness:
    """Scrapy's TLS policy, remembering each server's last connection: only that knows the protocol spoken."""

    def __init__(self, policy: Any) -> None:
        self._policy = policy
        self._connections: dict[tuple[str, int], Connection] = {}

    def creatorForNetloc(self, hostname: bytes, port: int) -> Any:  # Twisted's interface
        creator = self._policy.creatorForNetloc(hostname, port)
        connect = creator.clientConnectionForTLS

        def remember(protocol: Any) -> Any:
            connection = self._connections[hostname.decode("ascii"), port] = connect(protocol)
            return connection

        creator.clientConnectionForTLS = remember
        return creator

    def facts(self, certificate: Any, origin: Origin) -> dict[str, str]:
        """Protocol, and the certificate's subject, issuer, end (UTC, ISO 8601) and SHA-256 (hex)."""
        x509 = certificate.original.to_cryptography()
        connection = self._connections.get((origin.host, origin.port))
        return {
            "protocol": connection.get_protocol_version_name() if connection else "",
            "subject": x509.subject.rfc4514_string(),
            "issuer": x509.issuer.rfc4514_string(),
            "not_after": x509.not_valid_after_utc.isoformat(),
            "sha256": certificate.digest("sha256").decode("ascii").replace(":", "").lower(),
        }
