"""How a page is laid out: which branch of it holds the column, and which stands at its side."""

from __future__ import annotations

import re

from crawler.reading.dom import El

_SIDE_MARK = re.compile(
    r"(?:left|right|side|aside|sidebar|hot|rank)(?:[-_]?(?:box|bar|con|content|nav|col|list|wrap|part|area|module|panel|\d))*"
    r"(?![a-z])|(?<![a-z])(?:extra|minor|widgets?|zuo|you|ll?|rr?|fl|fr|zb|yb|sub)(?![a-z])"
)
_MAIN_MARK = re.compile(
    r"(?:main|content|center|centre|middle|primary|body|zw|article)(?![a-z])|(?<![a-z])(?:main|list|con)(?![a-z])"
)
# Shares of twelve or twenty-four, percent, or pixels: the width that a branch is given.
_GRID = re.compile(
    r"(?<![a-z])(?:(?:layui-|el-|am-u-|pure-u-)?(?:col|span|grid|u|w)[-_]?(?:xs|sm|md|lg|xl|xxl)?[-_]?)(\d{1,2})(?!\d|px)"
)
_WIDTH = re.compile(r"(?<![a-z-])width\s*:\s*(\d{1,4})(?:\.\d+)?\s*(px|%)", re.I)
_WIDTH_ATTRIBUTE = re.compile(r"^\s*(\d{1,4})\s*(%|px)?\s*$")
#: What is fixed to the window is no part of the page's text.
_FLOATS = re.compile(r"position\s*:\s*fixed", re.I)
#: A branch with no more than this part of the other's width is a side column.
_NARROW = 0.67
#: A side column has no more than this part of the other's titles.
_LESS = 0.67
#: What is said by so many signs is believed.
_ENOUGH = 2


def floats(el: El) -> bool:
    """Whether an element stays where it is in the window while the page moves below it."""
    return "style" in el.attrs and _FLOATS.search(el.attrs["style"]) is not None


def branches(one: El, other: El) -> tuple[El, El] | None:
    """Where the ways to two elements part: the two branches; None if one stands in the other."""
    mine: El | None = None
    its: El | None = None
    while one is not other:
        if one.depth >= other.depth:
            mine, above = one, one.parent
            if above is None:
                return None
            one = above
        else:
            its, above = other, other.parent
            if above is None:
                return None
            other = above
    return (mine, its) if mine is not None and its is not None else None


def is_at_the_side(main: El, side: El, *, main_titles: int, side_titles: int, crumb_at: int | None) -> bool:
    """Whether a branch is the side column of another: narrower, so named, with less in it, without the breadcrumb.

    `main_titles` and `side_titles`: how many characters of titles stand in either.
    """
    signs = 0
    if crumb_at is not None and main.holds(crumb_at) and not side.holds(crumb_at):
        signs += 2
    mine, its = _width(main), _width(side)
    if mine and its and mine[1] == its[1]:
        signs += 2 if its[0] <= _NARROW * mine[0] else -2 if mine[0] <= _NARROW * its[0] else -1
    if _is_named(side, _SIDE_MARK) and not _is_named(side, _MAIN_MARK):
        signs += 1
    if _is_named(main, _MAIN_MARK) and not _is_named(side, _MAIN_MARK):
        signs += 1
    if side_titles <= _LESS * main_titles:
        signs += 1
    return signs >= _ENOUGH


def _is_named(el: El, mark: re.Pattern[str]) -> bool:
    return bool(el.marks) and mark.search(el.marks) is not None


def _width(el: El) -> tuple[int, str] | None:
    """The width that the branch or what it holds first is given, and its unit."""
    if found := _WIDTH.search(el.attrs.get("style", "")):
        return int(found[1]), found[2].lower()
    if found := _WIDTH_ATTRIBUTE.match(el.attrs.get("width", "")):
        return int(found[1]), found[2] or "px"
    if grids := _GRID.findall(el.marks):
        return int(grids[-1]), "grid"
    return None
