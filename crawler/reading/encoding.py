"""Bytes to text. What a page or a server declares is a hint; what the bytes are decides."""

from __future__ import annotations

import codecs
import collections
import dataclasses
import re
from collections.abc import Mapping

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_DECLARED = re.compile(rb"""charset\s*=\s*["']?\s*([\w.:-]+)|<\?xml[^>]*encoding\s*=\s*["']([\w.:-]+)""", re.I)
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.I)
#: Several characters of three bytes after one another: hardly ever met in the older sets of characters.
_UTF8_RUN = re.compile(rb"(?:[\xe3-\xe9\xef][\x80-\xbf]{2}){3}")
_UTF8_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH = bytes(range(0x80, 0x100))
_CONTROL = bytes(set(range(0x20)) - set(b"\t\n\r\f\x1b"))
_CHINESE = {"gb2312", "gbk", "gb18030", "x-gbk", "gb_2312-80", "cp936", "ms936", "euc-cn"}
_TRADITIONAL = {"big5", "big5-hkscs", "big5hkscs", "cp950"}
#: A page of mixed bytes is UTF-8 when this share of its non-ASCII bytes forms UTF-8 sequences.
_MOSTLY = 0.8
#: More control characters than this among the first bytes: no text at all.
_BINARY = 0.02


@dataclasses.dataclass(frozen=True, slots=True)
class Decoded:
    """`basis` says what decided: bom, ascii, valid-utf-8, mostly-utf-8, header, meta, fallback or binary; "mixed" where
    parts of the page are in another charset than most of it, and were decoded as what they are."""

    text: str
    charset: str
    basis: str
    bad_bytes: bool = False


def decode(body: bytes, headers: Mapping[str, str] | None = None) -> Decoded:
    """Never raises; a byte that fits nothing becomes U+FFFD and is said in `bad_bytes`."""
    for mark, charset in _BOMS:
        if body.startswith(mark):
            return _decoded(body[len(mark) :], charset, "bom")
    if body[:2] == b"<\x00" or body[:4] == b"\r\x00\n\x00":
        return _decoded(body, "utf-16-le", "fallback")
    head = body[:4096]
    if head and len(head) - len(head.translate(None, _CONTROL)) > _BINARY * len(head):
        return Decoded("", "", "binary", bad_bytes=True)
    if body.isascii():
        return Decoded(body.decode("ascii"), "utf-8", "ascii")
    try:
        return Decoded(body.decode("utf-8"), "utf-8", "valid-utf-8")
    except UnicodeDecodeError as error:
        if error.start >= len(body) - 3:  # cut in the middle of the last character
            return _decoded(body, "utf-8", "valid-utf-8")
    if _declared(body, headers)[0] in _CHINESE and not _UTF8_RUN.search(body):
        return _by_declaration(body, headers)
    high = len(body) - len(body.translate(None, _HIGH))
    if sum(map(len, _UTF8_SEQUENCE.findall(body))) >= _MOSTLY * high:
        return _by_parts(body, "utf-8") or _decoded(body, "utf-8", "mostly-utf-8")
    decoded = _by_declaration(body, headers)
    if decoded.charset == "gb18030" and _UTF8_RUN.search(body):
        return _by_parts(body, "gb18030") or decoded
    return decoded


def _by_parts(body: bytes, charset: str) -> Decoded | None:
    """A page whose parts, from one tag to the next, are in UTF-8 or in the Chinese set; None if that explains nothing.

    `charset` is what a part is in that is neither. No character of either set holds a `<`.
    """
    parts = [_part(part, charset) for part in body.split(b"<")]
    length = collections.Counter[str]()
    for text, known in parts:
        length[known] += len(text)
    if not (length["utf-8"] and length["gb18030"]):
        return None
    whole = "<".join(text for text, _ in parts)
    return Decoded(whole, max("utf-8", "gb18030", key=length.__getitem__), "mixed", bad_bytes="\ufffd" in whole)


def _part(part: bytes, charset: str) -> tuple[str, str]:
    """A part's text, and what it is in; "" if that cannot be told."""
    if part.isascii():
        return part.decode("ascii"), ""
    is_likely = charset == "utf-8" or _UTF8_RUN.search(part)
    for each in ("utf-8", "gb18030") if is_likely else ("gb18030", "utf-8"):
        try:
            return part.decode(each), each
        except UnicodeDecodeError:
            continue
    return part.decode(charset, "replace"), ""


def _by_declaration(body: bytes, headers: Mapping[str, str] | None) -> Decoded:
    """No UTF-8: one of the older sets of Chinese characters, or what the page says if its bytes bear it out."""
    declared, basis = _declared(body, headers)
    if declared in _TRADITIONAL and not (traditional := _decoded(body, "big5hkscs", basis)).bad_bytes:
        return traditional
    chinese = _decoded(body, "gb18030", basis if declared in _CHINESE else "fallback")
    if chinese.bad_bytes and declared and declared not in _CHINESE | {"utf-8", "utf8"}:
        try:
            other = _decoded(body, codecs.lookup(declared).name, basis)
        except (LookupError, ValueError):
            return chinese
        if not other.bad_bytes:
            return other
    return chinese


def _declared(body: bytes, headers: Mapping[str, str] | None) -> tuple[str, str]:
    for name, value in (headers or {}).items():
        if name.lower() == "content-type" and (found := _HEADER.search(value)):
            return found[1].lower(), "header"
    if match := _DECLARED.search(body[:4096]):
        return (match[1] or match[2]).decode("ascii").lower(), "meta"
    return "", "fallback"


def _decoded(body: bytes, charset: str, basis: str) -> Decoded:
    try:
        text = body.decode(charset, "replace")
    except UnicodeError:  # codecs that are not for pages (idna, punycode) refuse "replace"
        return Decoded("", charset, basis, bad_bytes=True)
    return Decoded(text, charset, basis, bad_bytes="\ufffd" in text[:-1])
