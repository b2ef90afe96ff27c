"""How much of a page is read, and where it is cut so that parsing it takes time in proportion to its length."""

from __future__ import annotations

import itertools
import re
from itertools import islice

#: Beyond these a page is cut, and the reading says so.
MAX_CHARS = 4 * 1024 * 1024
MAX_LINKS = 50_000
MAX_ATTRIBUTES = 2000
MAX_NESTING = 1500
#: A page of fewer tags is not looked at for how they nest.
MANY_TAGS = 12_000

_ANCHOR = re.compile(r"<a[\s>]", re.I)
_VOID = ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
# Unclosed, these close themselves; what truly nests has an element of another kind between.
_LOOSE = [
    "p",
    "li",
    "dt",
    "dd",
    "tr",
    "td",
    "th",
    "tbody",
    "thead",
    "option",
    "html",
    "body",
    "head",
    "script",
    "style",
]
_NESTING_TAG = re.compile(rf"<(/?)(?!(?ai:{'|'.join(_VOID + _LOOSE)})(?![\w:-]))[a-zA-Z]")
_STEPS = {"": 1, "/": -1}
_LONG = 50_000
_LONG_TAG = re.compile(rf"<[a-zA-Z][^<>]{{{_LONG},}}")


def cut(html: str) -> str:
    """A page as far as it is read: not too long, without too many links, and prepared."""
    html = html[:MAX_CHARS]
    if html.count("<") > MAX_LINKS and html.count("<a") + html.count("<A") > MAX_LINKS:
        beyond = next(islice(_ANCHOR.finditer(html), MAX_LINKS, None), None)
        if beyond:
            html = html[: beyond.start()]
    return prepare(html)


def prepare(html: str) -> str:
    """Cut a page before the place where parsing it would take quadratic time: endless nesting, endless attributes."""
    if _may_hold_long_tag(html):
        for match in _LONG_TAG.finditer(html):
            if len(match[0].split(None, MAX_ATTRIBUTES)) > MAX_ATTRIBUTES:
                html = html[: match.start()]
                break
    if html.count("<") < MANY_TAGS:
        return html
    depths = list(itertools.accumulate(map(_STEPS.__getitem__, _NESTING_TAG.findall(html)), initial=0))
    if max(depths) - min(depths) <= MAX_NESTING:
        return html  # what is closed and was never opened takes nothing off
    depth = 0
    for match in _NESTING_TAG.finditer(html):
        if not match[1]:
            depth += 1
            if depth > MAX_NESTING:
                return html[: match.start()]
        elif depth:
            depth -= 1
    return html


def _may_hold_long_tag(html: str) -> bool:
    """Whether no `<` stands in some stretch of a page that is as long as a long tag."""
    at = 0
    while len(html) - at > _LONG:
        at = html.rfind("<", at + 1, at + _LONG + 1)
        if at < 0:
            return True
    return False
