"""A small outside site over real HTTP, whose pages a test can change between two runs."""

from __future__ import annotations

import contextlib
import datetime as dt
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

AS_OF = dt.date(2026, 11, 18)


class TinySite:
    """Pages by path; a path without one answers 404. `delay` seconds pass before each answer."""

    def __init__(self) -> None:
        self.pages: dict[str, str] = {}
        self.status: dict[str, int] = {}
        self.hits: list[str] = []
        self.delay = threading.Event()
        self.seconds = 0.0
        self.url = ""

    def column(self, path: str, *days: dt.date | str) -> None:
        """A list page whose entries bear these dates."""
        items = "".join(
            f'<li><a href="{path}{number}.html">第{number}次工作会议召开情况</a><span>{day}</span></li>'
            for number, day in enumerate(days, start=1)
        )
        self.pages[path] = (
            f"<!doctype html><html><head><meta charset='utf-8'><title>栏目</title></head><body><h1>工作动态</h1>"
            f"<ul class='list'>{items}</ul></body></html>"
        )

    def home(self, *paths: str) -> None:
        links = "".join(f'<a href="{path}">栏目{path}</a>' for path in paths)
        self.pages["/"] = f"<!doctype html><html><head><meta charset='utf-8'></head><body>{links}</body></html>"


@contextlib.contextmanager
def serve() -> Iterator[TinySite]:
    site = TinySite()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.hits.append(self.path)
            site.delay.wait(site.seconds)
            page = site.pages.get(self.path)
            status = site.status.get(self.path, 200 if page is not None else 404)
            body = (page or "").encode()
            with contextlib.suppress(ConnectionError):
                self.send_response(status)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    site.url = f"http://127.0.0.1:{server.server_port}/"
    try:
        yield site
    finally:
        site.delay.set()
        server.shutdown()
        server.server_close()
        thread.join()
