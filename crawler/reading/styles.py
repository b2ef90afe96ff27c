"""What the styles of a page hide from its reader, and what they show."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from crawler.reading.limits import MAX_CHARS

#: No more elements are hidden by rules.
MAX_HIDDEN = 10_000
_HIDDEN_STYLE = re.compile(r"(?=[dv])(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.I)
# Set on the element itself only: rules that begin so are those of what fades or slides in while the page is opened.
_FADED_STYLE = re.compile(r"(?<![\w-])opacity\s*:\s*(?:0?\.)?0+\s*(?:[;!]|$)", re.I)
_OFF_SCREEN = re.compile(r"(?<![\w-])(?:left|top|right|text-indent|margin-(?:left|top))\s*:\s*-\d{4,}(?:px)?", re.I)
# What is clear only until it has faded in.
_MOVES = re.compile(r"(?<![\w-])(?:animation|transition)(?:-\w+)?\s*:\s*(?!none)\w", re.I)
# A long row or column that is moved along under its window; what is wider than the screen, and stands in its middle.
_TRACK = re.compile(r"position\s*:\s*relative|(?<![\w-])left\s*:\s*50%", re.I)
_NO_HEIGHT = re.compile(r"(?<![\w-])(?:max-)?height\s*:\s*0(?:px)?\s*(?:[;!]|$)", re.I)
_CUT_OFF = re.compile(r"overflow(?:-y)?\s*:\s*hidden", re.I)
_SHOWN_STYLE = re.compile(r"display\s*:\s*(?!none)\w", re.I)
#: Which element a selector is for stands behind its last combinator: tag, classes and id.
_COMBINED = re.compile(r"[\s>+~]+")
_MARK = re.compile(r"[\w-]+")
# What strangers write is searched in time that grows with its length alone: possessive, and with an end to every look.
_CSS_COMMENT = re.compile(r"/\*[^*]*+(?:\*(?!/)[^*]*+)*+(?:\*/|\Z)")
_MEDIA_BLOCK = re.compile(r"@media([^{}@]{0,300}+)\{(?:[^{}]*+\{[^{}]*+\})*+[^{}]*+\}", re.I)
# Paper, and windows narrower than a desk's: the reader sits at a desk.
_OTHER_MEDIA = re.compile(
    r"print|max-(?:device-)?width\s*:\s*(?:\d{1,3}(?:\.\d+)?px|1[01]\d\d(?:\.\d+)?px|\d{1,2}(?:\.\d+)?r?em)", re.I
)


@functools.lru_cache(maxsize=4096)
def is_out_of_sight(style: str) -> bool:
    """Whether an element's own style makes it clear as glass, flat, or puts it beside the screen."""
    if ":" not in style:
        return False
    if _FADED_STYLE.search(style) and not _MOVES.search(style):
        return True
    if _OFF_SCREEN.search(style) and not _TRACK.search(style):
        return True
    return _NO_HEIGHT.search(style) is not None and _CUT_OFF.search(style) is not None


@functools.lru_cache(maxsize=4096)
def says_hidden(style: str) -> bool | None:
    """Whether a style hides what it is set for; None if it says nothing of that."""
    if _HIDDEN_STYLE.search(style):
        return True
    return False if _SHOWN_STYLE.search(style) else None


def hidden_by_rules(parser: LexborHTMLParser, html: str) -> dict[int, bool]:
    """What the page's own <style> blocks hide or show, by node."""
    hidden: dict[int, bool] = {}
    if "none" not in html and "hidden" not in html:
        return hidden
    rules = _display_rules(parser, most=MAX_CHARS * 10 // (len(html) + MAX_CHARS // 20))
    marks: set[frozenset[str]] = set()  # what the elements hidden so far are marked as
    for hides, some in itertools.groupby(rules, key=lambda rule: rule[1]):
        selectors = [selector for selector, _ in some if hides or _may_find(selector, marks)]
        for node in _found(parser, selectors) if selectors else ():
            if hides or node.mem_id in hidden:
                hidden[node.mem_id] = hides
                marks.add(_marks_of(node))
    return hidden


def _may_find(selector: str, marks: set[frozenset[str]]) -> bool:
    """Whether an element with some of these marks may be what a selector is for: looking for it costs more."""
    wanted = frozenset(_MARK.findall(_COMBINED.split(selector)[-1].lower()))
    return "[" in selector or any(wanted <= some for some in marks)


def _marks_of(node: LexborNode) -> frozenset[str]:
    attrs = node.attributes
    return frozenset(f"{node.tag} {attrs.get('class') or ''} {attrs.get('id') or ''}".lower().split())


def _found(parser: LexborHTMLParser, selectors: list[str]) -> list[LexborNode]:
    """The first elements that any of some selectors finds; a page is gone through once, if lexbor knows them all."""
    try:
        return parser.css(",".join(selectors))[:MAX_HIDDEN]
    except (SelectolaxError, ValueError):
        if len(selectors) == 1:  # not a selector, or one that lexbor does not know
            return []
        return [node for selector in selectors for node in _found(parser, [selector])]


def _display_rules(parser: LexborHTMLParser, *, most: int) -> list[tuple[str, bool]]:
    """(selector, whether it hides) of the rules that hide, and of those after them that show; the first `most`.

    Not those of a cloak: it is taken off what it covers as soon as the page's scripts run.
    """
    rules: dict[tuple[str, bool], None] = {}
    for style in parser.css("style"):
        sheet = style.text(deep=True) or ""
        if "none" not in sheet and "hidden" not in sheet and not rules:
            continue
        for selectors, body in _rules(sheet[:200_000]):
            hides = says_hidden(body)
            if hides is None or not (hides or rules):
                continue
            for selector in map(str.strip, selectors.split(",")):
                if selector and ":" not in selector and "@" not in selector and "cloak" not in selector:
                    rules[selector, hides] = None
            if len(rules) >= most:
                return list(rules)
    return list(rules)


def _rules(sheet: str) -> Iterator[tuple[str, str]]:
    """Selectors and body of every rule for the screen."""
    sheet = _CSS_COMMENT.sub("", sheet)
    sheet = _MEDIA_BLOCK.sub(lambda block: "" if _OTHER_MEDIA.search(block[1]) else block[0], sheet)
    for rule in sheet.split("}")[:-1]:
        before, brace, body = rule.rpartition("{")
        if brace:
            yield before.rpartition("{")[2], body
