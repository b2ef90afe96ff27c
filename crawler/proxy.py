"""Chromium's way out: a forward proxy on loopback that lets through what the guard lets through.

It connects to the address the guard checked and speaks to one server per connection, so that a
browser cannot be led from an allowed host to another one behind the gate's back.
"""

from __future__ import annotations

import contextlib
import select
import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

from crawler.guard import BlockedError, Guard, UnresolvedError
from crawler.outcome import Ending, of_error
from crawler.plan import Limits, origin_of

_HEAD_BYTES = 64 * 1024
_CHUNK = 64 * 1024
#: A page with its pictures may be this many times as large as a page without.
_PAGE_WEIGHT = 16
_HOP_BY_HOP = ("connection:", "proxy-connection:", "proxy-authorization:", "keep-alive:")


class GuardProxy(socketserver.ThreadingTCPServer):
    """Serves until the `running` block ends; notes in `failures` (origin as text -> ending) what it could not reach."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, guard: Guard, limits: Limits, failures: dict[str, Ending]) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.guard = guard
        self.limits = limits
        self.failures = failures

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    @contextlib.contextmanager
    def running(self) -> Iterator[GuardProxy]:
        thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.shutdown()
            self.server_close()
            thread.join()

    def connect(self, url: str) -> socket.socket:
        """A connection to a checked address of the URL's origin. Raises what the guard raises, or OSError."""
        origin = self.guard.origin(url)
        last: OSError | None = None
        for address in self.guard.resolve(origin):
            try:
                return socket.create_connection((str(address), origin.port), timeout=self.limits.timeout)
            except OSError as error:
                last = error
        raise last or UnresolvedError(f"{origin.host}: no address")


class _Connection(socketserver.BaseRequestHandler):
    """One request of the browser's, or one tunnel."""

    server: GuardProxy
    request: socket.socket

    def handle(self) -> None:
        self.request.settimeout(self.server.limits.timeout)
        try:
            head, rest = _read_head(self.request)
            method, target, _ = head[0].split(" ", 2)
        except (OSError, ValueError):
            return  # the browser went away, or it was no browser
        url = f"https://{target}" if method == "CONNECT" else target
        try:
            upstream = self.server.connect(url)
        except (BlockedError, UnresolvedError, OSError) as error:
            self._refuse(url, error)
            return
        with upstream, contextlib.suppress(OSError):  # either side may leave at any time
            if method == "CONNECT":
                self.request.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                upstream.sendall(rest)
            else:
                upstream.sendall(_encoded(_rewritten(head, target)) + rest)
                answer, body = _read_head(upstream)
                self.request.sendall(_encoded(_closing(answer)) + body)
            self._pump(upstream)

    def _refuse(self, url: str, error: Exception) -> None:
        self.server.failures[origin_key(url)] = of_error(error)
        status = "403 Forbidden" if isinstance(error, BlockedError) else "502 Bad Gateway"
        with contextlib.suppress(OSError):
            self.request.sendall(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())

    def _pump(self, upstream: socket.socket) -> None:
        """Bytes both ways until one side closes, or the cap of time or size is reached."""
        limits = self.server.limits
        left = limits.max_bytes * _PAGE_WEIGHT
        deadline = time.monotonic() + 2 * limits.timeout
        other = {self.request: upstream, upstream: self.request}
        while left > 0 and (wait := deadline - time.monotonic()) > 0:
            ready, _, _ = select.select(list(other), [], [], wait)
            for source in ready:
                data = source.recv(_CHUNK)
                if not data:
                    return
                other[source].sendall(data)
                left -= len(data)


def origin_key(url: str) -> str:
    """What `GuardProxy.failures` is asked with."""
    try:
        return str(origin_of(url))
    except ValueError:
        return url


def _read_head(source: socket.socket) -> tuple[list[str], bytes]:
    """The lines before the empty one, and what came after it. Raises ValueError for no HTTP."""
    data = b""
    while b"\r\n\r\n" not in data:
        chunk = source.recv(_CHUNK)
        if not chunk or len(data) > _HEAD_BYTES:
            raise ValueError("no HTTP head")
        data += chunk
    head, rest = data.split(b"\r\n\r\n", 1)
    return head.decode("latin-1").split("\r\n"), rest


def _rewritten(head: list[str], url: str) -> list[str]:
    """A proxy request as the server itself expects it, one to a connection."""
    method, _, version = head[0].split(" ", 2)
    parts = urlsplit(url)
    path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
    return _closing([f"{method} {path} {version}", *head[1:]])


def _closing(head: list[str]) -> list[str]:
    kept = [line for line in head[1:] if not line.lower().startswith(_HOP_BY_HOP)]
    return [head[0], *kept, "Connection: close"]


def _encoded(head: list[str]) -> bytes:
    return "\r\n".join([*head, "", ""]).encode("latin-1")
