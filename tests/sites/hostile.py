"""Servers that misbehave in every way the crawler has an outcome for, and a trap that counts who comes."""

from __future__ import annotations

import contextlib
import gzip
import http.server
import socket
import ssl
import struct
import threading
import time
from collections.abc import Iterator
from pathlib import Path

MEGABYTE = 1024 * 1024

LIST_PAGE = """<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>通知公告</title></head><body>
<h1>通知公告</h1><ul class="list">
<li><a href="/a/1.html">关于开展政务公开检查的通知</a><span>2026-11-18</span></li>
<li><a href="/a/2.html">关于做好冬季森林防火工作的通知</a><span>2026-11-10</span></li>
<li><a href="/a/3.html">关于召开全县信息员培训会的通知</a><span>2026-10-29</span></li>
<li><a href="/a/4.html">关于公布便民服务电话的公告</a><span>2026-10-12</span></li>
<li><a href="/a/5.html">关于国庆节放假安排的通知</a><span>2026-09-28</span></li>
</ul></body></html>"""

LOGIN_PAGE = """<!doctype html><html><head><meta charset="utf-8"><title>登录</title></head><body>
<form method="post" action="/login"><input name="user"><input type="password" name="pass"><button>登录</button></form>
</body></html>"""

#: What lets in only a browser, as the makers of such gates send it.
CHALLENGES = {
    412: '<meta id="9Dhe" content="k1" r="m"><script>$_ts=window["$_ts"];if(!$_ts)$_ts={};</script>',
    521: '<script>document.cookie="clearance=1;path=/";location.href=location.pathname+location.search</script>',
    503: '<title>Just a moment...</title><p>请稍候</p><script src="/cdn-cgi/challenge-platform/h.js"></script>',
}

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8


class Handler(http.server.BaseHTTPRequestHandler):
    """GET /name is answered by do_name; the server remembers every path in `hits`."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        self.server.hits.append(self.path)
        page = self.server.pages.get(path)
        if page is not None:
            self.reply(page.encode() if isinstance(page, str) else page)
            return
        name = path.strip("/").replace("-", "_").replace(".", "_")
        answer = getattr(self, f"answer_{name}", None)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            if answer:
                answer()
            else:
                self.reply("<h1>没有这个页面</h1>", status=404)

    def reply(self, body: str | bytes = b"", *, status: int = 200, kind: str = "text/html", **headers: str) -> None:
        data = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def send_to(self, url: str) -> None:
        self.reply(status=302, Location=url)

    # what a site should do

    def answer_ok(self) -> None:
        self.reply(LIST_PAGE, ETag='"v1"')

    def answer_gb2312(self) -> None:
        self.reply(LIST_PAGE.replace("utf-8", "gb2312").encode("gb2312"))

    def answer_utf16(self) -> None:
        self.reply(LIST_PAGE.encode("utf-16"))

    def answer_packed(self) -> None:
        self.reply(gzip.compress(LIST_PAGE.encode()), Content_Encoding="gzip")

    def answer_moved(self) -> None:
        self.send_to("/moved-again")

    def answer_moved_again(self) -> None:
        self.send_to("ok?from=moved")

    def answer_refresh(self) -> None:
        self.reply('<html><head><meta http-equiv="refresh" content="0; url=/ok"></head></html>')

    def answer_script_moved(self) -> None:
        self.reply('<html><head><script>location.href = "/ok";</script></head></html>')

    def answer_renews_itself(self) -> None:
        self.reply(LIST_PAGE.replace("<title>", '<meta http-equiv="refresh" content="60"><title>'))

    # what it may, to keep programs out

    def answer_challenge_412(self) -> None:
        self.reply(CHALLENGES[412], status=412)

    def answer_challenge_521(self) -> None:
        self.reply(CHALLENGES[521], status=521)

    def answer_challenge_503(self) -> None:
        self.reply(CHALLENGES[503], status=503)

    # what it should not

    def answer_hang(self) -> None:
        self.server.closing.wait(30)

    def answer_hang_in_body(self) -> None:
        self.start_body(1000)
        self.wfile.write(b"<html>")
        self.server.closing.wait(30)

    def answer_drip(self) -> None:
        self.start_body(100_000)
        while not self.server.closing.is_set():
            self.wfile.write(b"x")
            time.sleep(0.05)

    def answer_loop(self) -> None:
        self.send_to("/loop-back")

    def answer_loop_back(self) -> None:
        self.send_to("/loop")

    def answer_endless(self) -> None:
        self.send_to(f"/endless?{len(self.server.hits)}")

    def answer_refresh_loop(self) -> None:
        self.reply(f'<meta http-equiv="refresh" content="1; url=/refresh-loop?{len(self.server.hits)}">')

    def answer_away(self) -> None:
        self.send_to(f"{self.server.trap_url}/away")

    def answer_refresh_away(self) -> None:
        self.reply(f'<meta http-equiv="refresh" content="0; url={self.server.trap_url}/refresh">')

    def answer_to_file(self) -> None:
        self.send_to("file:///etc/passwd")

    def answer_nowhere(self) -> None:
        self.reply(status=302)

    def answer_broken_location(self) -> None:
        self.send_to("http://[::bad/")

    def answer_big(self) -> None:
        self.start_body(50 * MEGABYTE)
        self.pour(50)

    def answer_big_unsaid(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Connection", "close")
        self.end_headers()
        self.pour(50)

    def answer_bomb(self) -> None:
        self.reply(gzip.compress(bytes(50 * MEGABYTE)), Content_Encoding="gzip")

    def answer_torn_gzip(self) -> None:
        self.reply(gzip.compress(LIST_PAGE.encode())[:-40], Content_Encoding="gzip")

    def answer_brotli(self) -> None:
        self.reply(b"\x0b\x02\x80", Content_Encoding="br")

    def answer_picture(self) -> None:
        self.reply(PNG, kind="image/png")

    def answer_picture_as_html(self) -> None:
        self.reply(PNG)

    def answer_pdf(self) -> None:
        self.reply(b"%PDF-1.7\n" + b"text " * 100, kind="text/html")

    def answer_noise(self) -> None:
        self.reply(bytes((i * 197 + i // 7) % 256 for i in range(20_000)))

    def answer_empty(self) -> None:
        self.reply(b"")

    def answer_deep(self) -> None:
        self.reply("<div>" * 200_000)

    def answer_500_sends_home(self) -> None:
        self.reply('<script>location.href="/ok"</script>', status=500)

    def answer_500(self) -> None:
        self.reply("<h1>error</h1>", status=500)

    def answer_odd_status(self) -> None:
        self.wfile.write(b"HTTP/1.1 99999 Fine\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    def answer_odd_headers(self) -> None:
        page = LIST_PAGE.encode()
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Odd: a\0b\xff\r\n")
        self.wfile.write(b"".join(b"Set-Cookie: c%d=%s\r\n" % (n, b"v" * 2000) for n in range(100)))
        self.wfile.write(b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(page) + page)

    def answer_404(self) -> None:
        self.reply(LIST_PAGE, status=404)

    def answer_410(self) -> None:
        self.reply(status=410)

    def answer_401(self) -> None:
        self.reply(status=401, WWW_Authenticate="Basic")

    def answer_403(self) -> None:
        self.reply("<h1>forbidden</h1>", status=403)

    def answer_403_login(self) -> None:
        self.reply(LOGIN_PAGE, status=403)

    def answer_partial(self) -> None:
        self.reply(LIST_PAGE, status=206)

    def answer_members(self) -> None:
        self.send_to("/login")

    def answer_login(self) -> None:
        self.reply(LOGIN_PAGE)

    def answer_members_elsewhere(self) -> None:
        self.send_to(f"{self.server.trap_url}/sso/login?service=x")

    def answer_reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def answer_cut(self) -> None:
        self.start_body(len(LIST_PAGE.encode()) + 5000)
        self.wfile.write(LIST_PAGE.encode())
        self.close_connection = True

    def answer_garbage(self) -> None:
        self.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")
        self.close_connection = True

    def answer_slow(self) -> None:
        time.sleep(0.05)
        self.reply(LIST_PAGE)

    def start_body(self, length: int) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def pour(self, megabytes: int) -> None:
        for _ in range(megabytes):
            self.wfile.write(b"x" * MEGABYTE)
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass


class Server(http.server.ThreadingHTTPServer):
    """A site on loopback; `hits` are the paths that were asked for, `connections` how many came in."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, host: str = "127.0.0.1", port: int = 0) -> None:
        super().__init__((host, port), Handler)
        self.hits: list[str] = []
        self.connections = 0
        self.closing = threading.Event()
        self.trap_url = ""
        #: Further pages by path.
        self.pages: dict[str, str | bytes] = {}
        self.scheme = "http"

    @property
    def url(self) -> str:
        host, port = self.server_address[:2]
        return f"{self.scheme}://{host}:{port}"

    @property
    def port(self) -> int:
        return self.server_address[1]

    def get_request(self) -> tuple[socket.socket, object]:
        found = super().get_request()
        self.connections += 1
        return found

    def handle_error(self, *_: object) -> None:
        pass  # clients that go away are what these servers are for


@contextlib.contextmanager
def serving(server: Server, *, certificate: Path | None = None) -> Iterator[Server]:
    """Serves until the block ends; over TLS when there is a PEM file with key and certificate."""
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.scheme = "https"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()
