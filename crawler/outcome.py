"""How a fetch ended: the one place that decides a FetchOutcome."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

from OpenSSL import SSL
from scrapy.exceptions import (
    DownloadConnectionRefusedError,
    DownloadFailedError,
    ResponseDataLossError,
)
from selectolax.lexbor import LexborHTMLParser
from service_identity import CertificateError, VerificationError
from twisted.internet.error import ConnectError, ConnectionClosed, TCPTimedOutError
from twisted.web.client import ResponseFailed

from crawler.guard import BlockedError, UnresolvedError
from crawler.records import FetchOutcome

Ending = tuple[FetchOutcome, str]


class TooLargeError(Exception):
    """More bytes than the plan allows."""


class RedirectLoopError(Exception):
    """More hops than the plan allows, or a hop to where the visit has been."""


class GarbledError(Exception):
    """A body that its Content-Encoding does not describe, or that ends early."""


_ERRORS: tuple[tuple[type[BaseException], FetchOutcome], ...] = (
    (BlockedError, FetchOutcome.BLOCKED_BY_GUARD),
    (UnresolvedError, FetchOutcome.DNS),
    (TooLargeError, FetchOutcome.TOO_LARGE),
    (RedirectLoopError, FetchOutcome.REDIRECT_LOOP),
    (TCPTimedOutError, FetchOutcome.TIMEOUT),
    (TimeoutError, FetchOutcome.TIMEOUT),
    (SSL.Error, FetchOutcome.TLS),
    (ssl.SSLError, FetchOutcome.TLS),
    (CertificateError, FetchOutcome.TLS),
    (VerificationError, FetchOutcome.TLS),
    (DownloadConnectionRefusedError, FetchOutcome.REFUSED),
    (ConnectionRefusedError, FetchOutcome.REFUSED),
    (ConnectError, FetchOutcome.REFUSED),
    (GarbledError, FetchOutcome.CONNECTION_LOST),
    (ResponseDataLossError, FetchOutcome.CONNECTION_LOST),
    (ConnectionClosed, FetchOutcome.CONNECTION_LOST),
    (DownloadFailedError, FetchOutcome.CONNECTION_LOST),
    (OSError, FetchOutcome.CONNECTION_LOST),
)

#: Types that hold no page; anything else is looked at.
_NOT_TEXT_TYPES = re.compile(
    r"(image|video|audio|font)/(?!svg)|application/(pdf|zip|gzip|msword|vnd\.|x-rar|x-7z)", re.I
)
_MAGIC = (
    b"%PDF-",
    b"PK\x03\x04",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x1f\x8b",
    b"\xd0\xcf\x11\xe0",
    b"Rar!",
    b"7z\xbc",
)

_SIGN_IN_URL = re.compile(r"(log|sign)[-_]?(in|on)\b|login|passport|/s?so/|/cas/|oauth|/auth\b", re.I)
#: A page with fewer links than this beside its password field is there for signing in.
_FEW_LINKS = 10


def of_error(error: BaseException) -> Ending:
    """The outcome of a fetch that gave no whole response. Raises the error again when it is none of a fetch's."""
    chain = list(_causes(error))
    for kind, outcome in _ERRORS:
        for cause in chain:
            if isinstance(cause, kind):
                return outcome, _in_one_line(_words(cause, chain))
    raise error


def of_status(status: int) -> Ending:
    """The outcome that an HTTP status alone gives; OK only for the statuses that carry the page itself."""
    if status in (200, 203):
        return FetchOutcome.OK, ""
    if status in (404, 410):
        outcome = FetchOutcome.NOT_FOUND
    elif status == 401:
        outcome = FetchOutcome.LOGIN_REQUIRED
    elif 400 <= status < 500:
        outcome = FetchOutcome.CLIENT_ERROR
    else:  # 5xx, and what no server should answer to a plain GET: 1xx, 204, 206, a redirect to nowhere
        outcome = FetchOutcome.SERVER_ERROR
    return outcome, f"HTTP {status}"


def of_body(body: bytes, *, content_type: str, is_text: bool) -> Ending:
    """Whether a body may be a page at all; `is_text` is what decoding made of it."""
    if not body.strip():
        return FetchOutcome.NOT_TEXT, "the body is empty"
    if _NOT_TEXT_TYPES.match(content_type.strip()):
        return FetchOutcome.NOT_TEXT, f"Content-Type: {_in_one_line(content_type)}"
    if body.startswith(_MAGIC) or not is_text:
        return FetchOutcome.NOT_TEXT, "the bytes are no text"
    return FetchOutcome.OK, ""


def leads_to_sign_in(url: str) -> bool:
    """Whether a URL reads like a sign-in page's."""
    parts = urlsplit(url)
    return bool(_SIGN_IN_URL.search(f"{parts.netloc}{parts.path}"))


def is_sign_in_page(tree: LexborHTMLParser, *, url: str, redirected: bool) -> bool:
    """Whether a page asks for a password instead of showing what it should."""
    if tree.css_first("input[type=password i]") is None:
        return False
    if redirected and leads_to_sign_in(url):
        return True
    return len(tree.css("a[href]")) < _FEW_LINKS


def _words(cause: BaseException, chain: list[BaseException]) -> str:
    if isinstance(cause, ResponseDataLossError):
        return "the body ends early"
    if isinstance(cause, DownloadFailedError):  # its own text is a list of Twisted's objects
        cause = chain[-1]
    return str(cause) or type(cause).__name__


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error and everything it was made from, Twisted's lists of reasons included."""
    waiting: list[BaseException | None] = [error]
    seen: set[int] = set()
    while waiting:
        current = waiting.pop(0)
        if current is None or id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        if isinstance(current, ResponseFailed):
            waiting += [reason.value for reason in current.reasons]
        waiting.append(current.__cause__)


def _in_one_line(text: str, *, limit: int = 300) -> str:
    return " ".join(text.split())[:limit]
