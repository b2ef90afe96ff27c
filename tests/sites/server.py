"""Serve the sample county's outside sites on loopback, one port a site, until stopped.

    python -m tests.sites.server --as-of 2026-11-18T17:30:00+08:00 [--site CODE=PORT ...]

Sites that are not named, and those whose port is taken, get free ones. Prints one line of JSON when all of them answer:
{code: address}. The address of the site that is down is printed too; nobody listens there.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import json
import signal
import socket
import sys
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from audits.management.sample import county
from audits.management.sample.articles import SHANGHAI
from tests.sites.county import DOWN, Answer, Pages, pages_of

HOST = "127.0.0.1"
NOT_FOUND = Answer("<html><body><h1>404</h1>您访问的页面不存在</body></html>".encode(), status=404)


def address(port: int) -> str:
    return f"http://{HOST}:{port}/"


def handler(pages: Pages) -> type[BaseHTTPRequestHandler]:
    """A request handler that knows these pages and no others."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            answer = pages.get(self.path.partition("?")[0], NOT_FOUND)
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(answer.body)))
            if answer.location:
                self.send_header("Location", answer.location)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body)

        do_HEAD = do_GET

        def log_message(self, *args: object) -> None:
            """Nobody reads the access log of a sample."""

    return Handler


@contextlib.contextmanager
def serving(as_of: dt.datetime, ports: Mapping[str, int] | None = None) -> Iterator[dict[str, str]]:
    """The sample's sites, answering; yields their addresses by code. One whose port is taken moves to a free one."""
    addresses: dict[str, str] = {}
    wanted = ports or {}

    def turn(item: tuple[str, county.OutsideSite]) -> tuple[bool, bool]:
        """Who takes any port must not take one that another is named for, nor one where nobody may listen."""
        code, site = item
        return site.style == DOWN, code not in wanted

    with contextlib.ExitStack() as servers:
        for code, site in sorted(county.outside_sites().items(), key=turn):
            port = wanted.get(code, 0)
            if site.style == DOWN:
                addresses[code] = address(_unused_port(port))
                continue
            server = servers.enter_context(_listening(port, handler(pages_of(site, as_of))))
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever, daemon=True).start()
            servers.callback(server.shutdown)
            addresses[code] = address(server.server_port)
        yield addresses


def _listening(port: int, site: type[BaseHTTPRequestHandler]) -> ThreadingHTTPServer:
    # Tried and not looked up before: it may be taken in between.
    try:
        return ThreadingHTTPServer((HOST, port), site)
    except OSError:
        return ThreadingHTTPServer((HOST, 0), site)


def _unused_port(port: int) -> int:
    """This one, or another where it is taken; 0 means any."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            probe.bind((HOST, 0))
        return probe.getsockname()[1]


def _moment(text: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


def _site_port(text: str) -> tuple[str, int]:
    code, _, port = text.partition("=")
    if code not in county.outside_sites():
        raise argparse.ArgumentTypeError(f"{code!r} is none of {', '.join(county.outside_sites())}")
    return code, int(port)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.sites.server", description=__doc__.splitlines()[0])
    parser.add_argument("--as-of", type=_moment, required=True, help="the moment the sites are written for")
    parser.add_argument("--site", type=_site_port, action="append", default=[], metavar="CODE=PORT")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        with serving(options.as_of, dict(options.site)) as addresses:
            print(json.dumps(addresses), flush=True)  # noqa: T201 -- what this program is asked for
            threading.Event().wait()
    except OSError as error:
        parser.exit(2, f"tests.sites.server: {error}\n")
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
