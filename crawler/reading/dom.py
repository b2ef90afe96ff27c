"""The page as a reader sees it: visible elements and texts in order, and what inline scripts write among them."""

from __future__ import annotations

import bisect
import dataclasses
import functools
import re
from collections.abc import Iterator
from itertools import islice, pairwise

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from crawler.reading.limits import cut, prepare
from crawler.reading.moments import data_names, day_called, day_of
from crawler.reading.rows import rows_by, rows_for
from crawler.reading.scripts import filled_by, holds_records, may_fill, written_by
from crawler.reading.styles import hidden_by_rules, is_out_of_sight, says_hidden
from crawler.reading.writers import Writers

#: Beyond these a page is cut, and the reading says so.
MAX_NODES = 110_000
#: Deeper than this, elements are read as if they stood in their ancestor.
MAX_DEPTH = 120
MAX_MOMENTS = 1000
MAX_TEMPLATES = 10

_UNSEEN = frozenset(
    [
        "script",
        "style",
        "template",
        "noscript",
        "noframes",
        "textarea",
        "select",
        "option",
        "head",
        "title",
        "object",
        "svg",
        "math",
        "datalist",
        "iframe",
        "audio",
        "video",
    ]
)
OUTERMOST = frozenset(("html", "body"))
_CELLS = frozenset(("td", "th", "dd"))
_HIDDEN_CLASS = frozenset(
    [
        "hidden",
        "d-none",
        "hide",
        "dn",
        "none",
        "visually-hidden",
        "sr-only",
        "layui-hide",
        "am-hide",
        "undis",
        "disnone",
    ]
)
#: Attributes that say that a script repeats or fills their element.
REPEATED = frozenset(("v-for", "ng-repeat", "data-ng-repeat"))
BOUND = REPEATED | frozenset(("v-html", "data-url", "data-api", "ajax-url"))
#: Class, id and style of an element are looked at as far as this.
_MARKS_LENGTH = 400
#: A longer script that writes nothing is code, not a line that names a date.
_SAYS_LITTLE = 4000
#: Characters without width, which part what a reader sees as one; some of them tell in which direction it is written.
_INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u2060\ufeff\u00ad"
_INVISIBLE_ENTITY = re.compile(
    r"&(?:#x(?:200[b-f]|202[abc]|2060|feff|ad)|#(?:820[3-7]|823[4-6]|8288|173)|lrm|rlm|zwn?j|shy);", re.I
)


class El:
    """An element. `start` and `end` bound the positions of everything inside it, `marks` are its classes and id,
    `cell` is which cell of its row a td is, `index` where it stands among the page's elements."""

    __slots__ = ("_path", "attrs", "cell", "depth", "end", "hidden", "index", "marks", "parent", "start", "tag")

    def __init__(self, tag: str, attrs: dict[str, str], parent: El | None, start: int, index: int) -> None:
        self.tag = tag
        self.attrs = attrs
        self.parent = parent
        self.start = start
        self.end = start + 1
        self.index = index
        if parent is None:
            self.depth = 0
            self.hidden = False
        else:
            self.depth = parent.depth + 1
            self.hidden = parent.hidden
        self.marks = _marks(attrs.get("class", ""), attrs.get("id", "")) if attrs else ""
        self.cell = 0
        self._path: int | None = None

    @property
    def path(self) -> int:
        """The same for elements of the same markup: tags and steady class names down to here."""
        if self._path is None:
            above = self.parent.path if self.parent else 0
            self._path = hash((above, self.tag, _steady(self.attrs.get("class", ""))))
        return self._path

    def up(self) -> Iterator[El]:
        """This element and its ancestors, innermost first."""
        el: El | None = self
        while el is not None:
            yield el
            el = el.parent

    def holds(self, position: int) -> bool:
        return self.start <= position < self.end


# The same classes stand on many elements of a page, and on many pages of a site.
@functools.lru_cache(maxsize=4096)
def _marks(classes: str, name: str) -> str:
    return f"{classes} {name}"[:_MARKS_LENGTH].lower().strip()


# Class names that tell items of one list apart from each other.
_VARIES = re.compile(
    r"\d|^(odd|even|first|last|active|current|cur|on|top|new|hot|selected|clearfix|line|hover|none|mt|alt)$", re.I
)


@functools.lru_cache(maxsize=4096)
def _steady(classes: str) -> str:
    return " ".join(sorted(part for part in classes.split() if not _VARIES.search(part)))


@dataclasses.dataclass(slots=True)
class Text:
    value: str
    el: El
    position: int


@dataclasses.dataclass(slots=True)
class Script:
    source: str
    kind: str
    src: str
    position: int
    parent: El


class Page:
    """Visible elements and texts in document order, and what is needed of the rest."""

    def __init__(self, html: str, *, keep_hidden: bool = False, selector: str = "") -> None:
        """`keep_hidden` keeps the texts of hidden elements too: the menus that open under a pointer. `selector`: CSS;
        the visible elements that it matches are `selected`."""
        self._omits_hidden = not keep_hidden
        self.els: list[El] = []
        self.texts: list[Text] = []
        self.scripts: list[Script] = []
        self.metas: list[dict[str, str]] = []
        self.frames: list[str] = []
        self.embedded: list[tuple[int, El]] = []  # where a frame stands among the texts, and in what
        self.base = ""
        self.canonical = ""
        self.title = ""
        self.unseen = ""  # text of noscript and template
        self._count = 0
        self._cells: dict[int, int] = {}
        self._open: list[El] = []  # shown, with marks; not yet in:
        self._shown: set[tuple[int, str, str]] = set()
        self._hidden: dict[int, bool] = {}  # by node
        self._wanted: frozenset[int] = frozenset()  # nodes that a selector matches
        self.selected: list[El] = []
        self._rows: dict[str, str] = {}  # what scripts write into elements, by their id
        self._unread: list[str] = []  # scripts that may say what a later one writes
        self._writers = Writers()
        self._templates = 0
        self._values: dict[str, str] = {}
        self.parser: LexborHTMLParser | None = None
        for char in _INVISIBLE:
            if char in html:
                html = html.replace(char, "")
        html = _INVISIBLE_ENTITY.sub("", html)
        whole = len(html)
        html = self.source = cut(html)
        self.truncated = len(html) < whole
        if html:
            parser = self.parser = LexborHTMLParser(html)
            self._rows = _fill(parser, html)
            self._hidden = hidden_by_rules(parser, html)
            self._wanted = _matched(parser, selector)
            root = parser.root
            if root is not None:
                self._walk(root, None)
        self.positions = [text.position for text in self.texts]

    def _walk(self, root: LexborNode, parent: El | None) -> None:
        """Take in `root` and all that stands in it; `parent` is None for the document, not for what a script writes."""
        written = parent is not None
        # what is left to take in of the elements that hold this one, outermost first
        above: list[tuple[Iterator[LexborNode], El | None]] = []
        children: Iterator[LexborNode] = iter((root,))
        el = parent
        while True:
            for node in children:
                if self._count >= MAX_NODES:
                    self.truncated = True
                    _close(el)
                    return
                tag = node.tag
                if tag == "-text":
                    self._text(node, el)
                elif tag in _UNSEEN:
                    self._aside(node, el, inner=False)
                    for inner in islice(node.traverse(), 1, None):
                        self._aside(inner, parent, inner=True)
                elif tag and tag != "-comment":
                    above.append((children, el))
                    children = node.iter(include_text=True, skip_empty=True)
                    if el is None or el.depth < MAX_DEPTH:
                        holder, el = el, self._element(node, tag, el, written=written)
                        if el is not holder and "v-for" in el.attrs and self._unroll(node, el):
                            children = iter(())
                    break
            else:
                if not above:
                    return
                closed = el
                children, el = above.pop()
                if el is not None and closed is not None and el.end < closed.end:
                    el.end = closed.end

    def _text(self, node: LexborNode, el: El | None) -> None:
        if el is None or (el.hidden and self._omits_hidden):
            return
        value = node.text_content
        if value and not value.isspace():
            self.texts.append(Text(value, el, self._count))
            el.end = self._count = self._count + 1

    def _element(self, node: LexborNode, tag: str, above: El | None, *, written: bool) -> El:
        """The element, or the hidden one that it stands in, where no more needs to be known than that.

        `written`: by a script, so that no rule and no selector of the page finds it.
        """
        attrs = _attrs(node)
        if above is not None and above.hidden and self._omits_hidden and tag != "meta" and BOUND.isdisjoint(attrs):
            above.end = self._count = self._count + 1
            return above
        el = El(tag, attrs, above, self._count, len(self.els))
        self._count += 1
        ruled, is_wanted = None, False
        if (self._hidden or self._wanted) and not written:
            number = node.mem_id
            ruled, is_wanted = self._hidden.get(number), number in self._wanted
        if (attrs or ruled) and not el.hidden and tag not in OUTERMOST:
            el.hidden = self._is_hidden(el, ruled)
        if is_wanted and not el.hidden:
            self.selected.append(el)
        if tag in _CELLS:
            el.cell = self._cells[id(above)] = self._cells.get(id(above), -1) + 1
        elif tag == "frame":
            self.frames.append(attrs.get("src", ""))
        elif tag == "meta":
            self.metas.append(attrs)
        self.els.append(el)
        if el.depth == MAX_DEPTH:
            self.truncated = True
        if self._rows and (rows := self._rows.pop(attrs.get("id", ""), "")):
            self._write(rows, el)
        return el

    def _aside(self, node: LexborNode, above: El | None, *, inner: bool) -> None:
        """Keep what is needed of an element that is not shown; `inner`: it stands in another one."""
        tag = node.tag
        if tag == "script":
            self._script(node, above or (self.els[0] if self.els else None))
        elif tag == "meta":
            self.metas.append(_attrs(node))
        elif tag == "title" and not self.title:
            self.title = " ".join((node.text(deep=True) or "").split())
        elif tag == "base" and not self.base:
            self.base = _attrs(node).get("href", "")
        elif tag == "link" and not self.canonical and _attrs(node).get("rel", "").lower() == "canonical":
            self.canonical = _attrs(node).get("href", "")
        elif tag in ("noscript", "template") and not inner:
            self.unseen += node.inner_html or ""
        elif tag == "iframe" and not inner:
            self.frames.append(_attrs(node).get("src", ""))
            if above is not None and not above.hidden:
                self.embedded.append((self._count, above))

    def _is_hidden(self, el: El, ruled: bool | None) -> bool:
        attrs = el.attrs
        if style := attrs.get("style", "")[:_MARKS_LENGTH]:
            if is_out_of_sight(style):
                return True
            if (said := says_hidden(style)) is not None:
                return said
        if "hidden" in attrs or (el.tag == "input" and attrs):
            return True
        if ruled is not None:
            return ruled
        if not el.marks:
            return False
        if "class" not in attrs or not _hides(attrs["class"]):
            self._open.append(el)
            return False
        # the pane of a tab is one click away; only its shown twin tells it from a block that nobody is to see
        return not self._has_shown_twin(el)

    def _has_shown_twin(self, el: El) -> bool:
        """Whether an element of the same markup but for the class that hides stood beside this one."""
        for other in self._open:
            self._shown.add((id(other.parent), other.tag, " ".join(_class_names(other))))
        self._open.clear()
        shown = " ".join(name for name in _class_names(el) if name not in _HIDDEN_CLASS)
        return (id(el.parent), el.tag, shown) in self._shown

    def _script(self, node: LexborNode, parent: El | None) -> None:
        attrs = _attrs(node)
        source = node.text(deep=True) or ""
        if parent is None or parent.hidden:
            return
        self.scripts.append(Script(source, attrs.get("type", "").lower(), attrs.get("src", ""), self._count, parent))
        followed = self._writers.called(source)
        if "document.write" in followed:
            for before in self._unread:
                written_by(before, self._values)
            self._unread.clear()
            written = written_by(followed, self._values) + rows_by(source).get("", "")
        elif holds_records(source):
            written = written_by(source, {})
        else:
            written = ""
        if written or (written := day_called(source, self._writers.names)):
            self._write(written, parent)
        elif "document.write" not in followed and len(source) <= _SAYS_LITTLE:
            self._unread.append(source)

    def _write(self, html: str, parent: El) -> None:
        """Take in what a script writes into an element."""
        fragment = LexborHTMLParser(prepare(html)) if html else None
        if fragment is not None and fragment.body is not None:
            self._walk(fragment.body, parent)

    def _unroll(self, node: LexborNode, el: El) -> bool:
        """Take in the rows that a template is filled with, where the page itself holds them."""
        parser = self.parser
        if parser is None or self._templates == MAX_TEMPLATES:
            return False
        self._templates += 1
        scripts = "\n".join(script.text(deep=True) or "" for script in parser.css("script"))
        rows = rows_for(el.attrs["v-for"], node.html or "", scripts)
        if rows:
            del el.attrs["v-for"]
            self._write(rows, el)
        return bool(rows)

    @property
    def address(self) -> str:
        """What the page says its own address is."""
        return self.canonical or self.meta("og:url")

    def between(self, start: int, end: int) -> list[Text]:
        """The visible texts at positions [start, end)."""
        return self.texts[bisect.bisect_left(self.positions, start) : bisect.bisect_left(self.positions, end)]

    def count_texts(self, el: El) -> int:
        first = bisect.bisect_left(self.positions, el.start)
        return bisect.bisect_left(self.positions, el.end, first) - first

    def text_of(self, el: El) -> str:
        first = bisect.bisect_left(self.positions, el.start)
        last = bisect.bisect_left(self.positions, el.end, first)
        if last - first == 1:
            return " ".join(self.texts[first].value.split())
        return " ".join(" ".join(text.value for text in self.texts[first:last]).split())

    def inside(self, el: El) -> Iterator[El]:
        """The elements in an element, itself first."""
        els, end = self.els, el.end
        for index in range(el.index, len(els)):
            other = els[index]
            if other.start >= end:
                return
            yield other

    def link_in(self, el: El) -> El | None:
        """The first link in an element, or around it."""
        for other in self.inside(el):
            if other.tag == "a" and not other.hidden:
                return other
        return next((up for up in el.up() if up.tag == "a"), None)

    def meta(self, *names: str) -> str:
        """The first non-empty content of a meta tag of one of these names (lower case)."""
        for meta in self.metas:
            name = (meta.get("name") or meta.get("property") or meta.get("itemprop") or "").strip().lower()
            if name in names and meta.get("content", "").strip():
                return meta["content"].strip()
        return ""


def _matched(parser: LexborHTMLParser, selector: str) -> frozenset[int]:
    """The nodes that a selector matches; none for a selector that is none."""
    try:
        return frozenset(node.mem_id for node in parser.css(selector)) if selector else frozenset()
    except (SelectolaxError, ValueError):
        return frozenset()


def _close(el: El | None) -> None:
    """Let everything that is open end after what is in it."""
    for inner, outer in pairwise(el.up() if el else ()):
        outer.end = max(outer.end, inner.end)


@functools.lru_cache(maxsize=4096)
def _hides(classes: str) -> bool:
    return not _HIDDEN_CLASS.isdisjoint(classes.lower().split())


def _class_names(el: El) -> list[str]:
    return el.attrs.get("class", "").lower().split()


def _attrs(node: LexborNode) -> dict[str, str]:
    attrs = node.attributes
    if attrs and None in attrs.values():
        return {key: value or "" for key, value in attrs.items()}
    return attrs  # type: ignore[return-value]  # none of them is None


def _fill(parser: LexborHTMLParser, html: str) -> dict[str, str]:
    """Put into elements the text that inline scripts put there; the rows they write, by the id of the element."""
    sources = [script.text(deep=True) or "" for script in parser.css("script")]
    scripts = "\n".join(sources)
    if not may_fill(scripts):
        return {}
    _fill_moments(parser, html, scripts)
    for source in sources:
        for name, filling in filled_by(source).items():
            element = parser.css_first(f"[id='{name}']")
            text = LexborHTMLParser(prepare(filling)).text() if filling else ""
            if element is not None and element.tag != "script" and text.strip():
                element.insert_child(text)
    return {name: rows for name, rows in rows_by(scripts).items() if name}


def _fill_moments(parser: LexborHTMLParser, html: str, scripts: str) -> None:
    """Put the days of moments into the empty elements that hold them as data."""
    for name in data_names(html, scripts):
        for node in parser.css(f"[{name}]")[:MAX_MOMENTS]:
            day = day_of(_attrs(node).get(name, ""), scripts)
            if day and not (node.text(deep=True) or "").strip():
                node.insert_child(day)
