"""What a page is, as hashes: of its bytes, of the text a reader sees, of its frame without text."""

from __future__ import annotations

import hashlib

from selectolax.lexbor import LexborHTMLParser

_UNSEEN = ("script", "style", "noscript", "template", "title", "head")


def of_bytes(body: bytes) -> str:
    """SHA-256 of the bytes, hex."""
    return hashlib.sha256(body).hexdigest()


def of_text(tree: LexborHTMLParser) -> str:
    """SHA-256, hex, of the visible text with all white space folded: markup and scripts may change freely."""
    page = tree.clone()
    page.strip_tags(list(_UNSEEN))
    text = page.root.text(separator=" ") if page.root else ""
    return of_bytes(" ".join(text.split()).encode("utf-8", "replace"))


def of_skeleton(tree: LexborHTMLParser) -> str:
    """SHA-256, hex, of the tag names in document order: text, attributes and scripts may change freely."""
    nodes = tree.root.traverse(include_text=False) if tree.root else ()
    names = [node.tag or "" for node in nodes]
    seen = (name for name in names if name not in _UNSEEN and not name.startswith(("-", "!")))
    return of_bytes(" ".join(seen).encode("utf-8", "replace"))
