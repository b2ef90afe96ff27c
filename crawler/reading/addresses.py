"""Addresses as links give them: which page they mean, and what their shape says of it."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, urljoin, urlsplit, urlunsplit

from crawler.reading.frame import path_of

_SESSION = re.compile(r";jsessionid=[^/?#;]*", re.I)
_INDEX = re.compile(r"(?:index|default|main|home)\.(?:s?html?|aspx?|php|jsp)$", re.I)
_SCRIPT = re.compile(r"javascript:|^#?$", re.I)
_OPENED = re.compile(
    r"(?:location(?:\.href)?\s*=|location\.(?:replace|assign)\s*\(|(?:window\.)?open\s*\()\s*[\"']([^\"']+)[\"']", re.I
)
_FILE = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|wps|et|zip|rar|7z|exe|apk|jpe?g|png|gif|bmp|mp[34]|flv|avi|swf|txt|xml|ofd|css|js)$",
    re.I,
)
#: Addresses of single articles in the systems that public sites use.
_ARTICLE = re.compile(
    r"t(?:19|20)\d{6}_|/art/(?:19|20)\d\d/|content_\d|post_\d|/content/\d|/info/\d+/\d+\.|/c\d+/(?:19|20)?\d+/content|"
    r"(?:show|view|detail|article|content|read|info)(?!\w*(?:list|class|more|col|chan|index|lm|lb))[^/]*"
    r"\.(?:asp|aspx|php|jsp|do|html?)\?(?!.*(?:class|col|cat|type|list|channel|lm))|"
    r"(?:show|view|detail|article|read|content|disp)[_-]?\w*[-_/]\d+(?:[-_]\d+)*\.(?:s?html?|asp|php|jsp)$",
    re.I,
)


def absolute(href: str, base: str, *, charset: str = "utf-8") -> str:
    """The http(s) address that a link means, without fragment and session; "" for any other.

    As a browser does, what is not ASCII is written in UTF-8 in a path, and in the page's `charset` in a query.
    """
    try:
        parts = urlsplit(urljoin(base, href.strip()))
        _ = parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return ""
    path = quoted(_SESSION.sub("", parts.path) or "/")
    return urlunsplit((parts.scheme, parts.netloc.lower(), path, quoted(parts.query, charset=charset), ""))


def quoted(part: str, *, charset: str = "utf-8") -> str:
    """A path or a query with what may not stand in an address percent-encoded; what is encoded stays."""
    return quote(part, safe="/?:@!$&'()*+,;=%~[]|", encoding=charset, errors="replace")


def opened_by(attrs: dict[str, str]) -> str:
    """What a click on an element opens: its href, or the address that its script names."""
    href = attrs.get("href", "").strip()
    if not _SCRIPT.match(href):
        return href
    match = _OPENED.search(href) or _OPENED.search(attrs.get("onclick", ""))
    return match[1] if match else ""


def key(address: str) -> str:
    """What is the same page: without the scheme, www., the name of the folder's index and its closing slash."""
    parts = urlsplit(address)
    path = _INDEX.sub("", _SESSION.sub("", parts.path)).rstrip("/")
    return f"{host(address)}{path}?{parts.query}"


def host(address: str) -> str:
    return urlsplit(address).netloc.lower().removeprefix("www.")


def shape(address: str) -> str:
    """An address with its numbers made equal: articles of one list have one shape."""
    parts = urlsplit(address)
    names = "&".join(
        name if re.search(r"\d", value) else f"{name}={value}" for name, value in parse_qsl(parts.query, True)
    )
    return re.sub(r"\d+", "0", f"{_INDEX.sub('', parts.path).rstrip('/')}?{names}")


def frame_of(shape: str) -> str:
    """A shape with its words made equal too: the columns of one site mostly have one."""
    path, _, names = shape.partition("?")
    folders, dot, ending = path.rpartition(".")
    return re.sub(r"[^/]*[^/\d][^/]*", "a", folders if dot else path) + f".{ending if dot else ''}?{names}"


def is_file(address: str) -> bool:
    return bool(_FILE.search(path_of(address)))


def is_article(address: str) -> bool:
    """Whether an address is written the way content systems write those of single articles."""
    parts = urlsplit(address)
    return bool(_ARTICLE.search(f"{parts.path}?{parts.query}" if parts.query else parts.path))
