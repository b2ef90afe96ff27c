"""The entries of a page: the largest element around one link, or a row of text, and the dates that belong to it."""

from __future__ import annotations

import bisect
import collections
import datetime as dt
import re
from itertools import islice

from crawler.reading.dating import Item, href_date
from crawler.reading.dom import OUTERMOST, El, Page
from crawler.reading.frame import MORE, PAGER
from crawler.reading.layout import floats
from crawler.reading.mentions import BESIDE_NOTHING, HOLDERS, ROWS, TOO_LITTLE, Mention, is_only_date

#: What a script replaces by a title.
_PLACEHOLDER = re.compile(r"\{\{|\$\{|<%|\{#")
#: What an entry without a link may be, where there are so many of a kind.
_UNITS = frozenset(("div", "section", "article", "li", "tr", "dl", "figure"))
_ROW = 3
_PARTS = frozenset(("table", "ul", "ol", "dl", "h1", "h2", "h3"))
#: What holds the titles of a list in one, its dates in another.
_COLUMNS = frozenset(("td", "ul", "ol"))
#: What only leads on, or turns a page, is no longer than this.
_SHORT = 24
#: What shares a row with a link stands no further from it.
_NEAR = 60
#: Of a longer title no more counts when titles are weighed.
_WEIGHED = 40


class Items:
    """Every entry to be on a page, in order; `link_text` is the visible text of each link, by the id of its element."""

    def __init__(self, page: Page, dated: list[Mention], as_of: dt.datetime) -> None:
        self.page = page
        self.as_of = as_of
        self.mentions = dated
        self.anchors = [el for el in page.els if el.tag == "a" and not el.hidden]
        self.link_text = {id(el): page.text_of(el) for el in self.anchors}
        self._dated = [mention.text.position for mention in self.mentions]
        self._good = [mention.text.position for mention in self.mentions if mention.grade >= 2]
        self._titles = [el for el in self.anchors if self._is_title(el)]
        self._keys_of: dict[int, int] = {}
        self._kinds_of: dict[int, collections.Counter[int]] = {}
        self._title_starts = [el.start for el in self._titles]
        self.all = self._items()
        self._starts = [item.el.start for item in self.all]

    def inside(self, el: El) -> list[Item]:
        return self.between(el.start, el.end)

    def between(self, start: int, end: int) -> list[Item]:
        return self.all[bisect.bisect_left(self._starts, start) : bisect.bisect_left(self._starts, end)]

    def count_inside(self, el: El) -> int:
        return bisect.bisect_left(self._starts, el.end) - bisect.bisect_left(self._starts, el.start)

    def end_before(self, position: int) -> int:
        """Where the last item ends that ends before a position."""
        index = bisect.bisect_left(self._starts, position)
        before = (self.all[place].el for place in range(index - 1, -1, -1))
        return next((el.end for el in before if el.end <= position), 0)

    def titles_inside(self, el: El) -> int:
        """How many characters of titles stand in an element."""
        return sum(min(len(item.title), _WEIGHED) for item in self.inside(el))

    def _is_title(self, el: El) -> bool:
        text = self.link_text[id(el)]
        if len(text) <= _SHORT and (MORE.match(text) or PAGER.match(text)):
            return False
        if _PLACEHOLDER.search(text):
            return False
        if len(text) >= 5:
            return not (self._is_dated(el) and is_only_date(text, self.as_of))
        if len(text) >= 2 and self._stands_dated(el):
            return True
        if len(el.attrs.get("title", "")) >= 8:
            return True
        return len(text) >= 2 and href_date(el.attrs.get("href", "")) is not None

    def _is_dated(self, el: El) -> bool:
        index = bisect.bisect_left(self._dated, el.start)
        return index < len(self._dated) and self._dated[index] < el.end

    def _stands_dated(self, el: El) -> bool:
        """Whether a short link shares its row with a date that stands alone: 公告 2026-05-20."""
        near = bisect.bisect_left(self._good, el.start - _NEAR)
        if near == len(self._good) or self._good[near] > el.end + _NEAR:
            return False
        row = next((up for up in islice(el.up(), 4) if up.tag in ROWS), None)
        return row is not None and self._good_inside(row) == 1 and not self._is_dated(el)

    def _keys(self, el: El) -> int:
        """How many different title links stand inside `el`, counted up to 4."""
        known = self._keys_of.get(id(el))
        if known is None:
            known = self._keys_of[id(el)] = self._count_keys(el)
        return known

    def _count_keys(self, el: El) -> int:
        first = bisect.bisect_left(self._title_starts, el.start)
        last = bisect.bisect_left(self._title_starts, el.end)
        if last - first <= 1:
            return last - first
        keys = set()
        for anchor in self._titles[first : min(last, first + 60)]:
            href = anchor.attrs.get("href", "")
            scripted = not href or href[0] == "#" or href[:11].lower() == "javascript:"
            keys.add(self.link_text[id(anchor)] if scripted else href)
            if len(keys) >= 4:
                break
        return len(keys)

    def _good_inside(self, el: El) -> int:
        return bisect.bisect_left(self._good, el.end) - bisect.bisect_left(self._good, el.start)

    def _scope(self, el: El) -> El:
        """The largest element around `el` that is still one item."""
        for up in islice(el.up(), 8):
            if up.tag in ROWS:
                keys = self._keys(up)
                if up.tag == "tr" and self._lays_out(up):
                    break
                if keys <= 1 or (keys <= 3 and self._good_inside(up) <= 3):
                    return up
                break
        current = el
        while current.parent is not None and current.parent.tag not in HOLDERS:
            parent = current.parent
            keys = self._keys(parent)
            if keys > 1 or self._good_inside(parent) > max(1, self._good_inside(current)) + (keys == 1):
                break
            if self._keys(current) == 1 and self._good_inside(current):
                break
            current = parent
        return current

    def _lays_out(self, row: El) -> bool:
        """Whether a row of a table holds a part of the page, not an entry."""
        return any(inner.tag in _PARTS for inner in islice(self.page.inside(row), 1, 60))

    def _items(self) -> list[Item]:
        """Every entry to be, in order, with its dates."""
        linked = self._linked_items()
        starts = [item.el.start for item in linked]
        self._mates: dict[int, list[Item]] = collections.defaultdict(list)
        for item in linked:
            if item.el.parent is not None:
                self._mates[id(item.el.parent)].append(item)
        self._leads: dict[int, bool] = {}
        rows: dict[int, Item] = {}
        self._row_titles: dict[int, str] = {}
        for mention in self.mentions:
            at = mention.text.position
            index = bisect.bisect_right(starts, at)
            # the innermost item that holds the date: items may nest when a row holds a list of its own
            owner = next((item for item in linked[max(0, index - 4) : index][::-1] if item.el.holds(at)), None)
            if owner is None and mention.grade:
                owner = self._across(mention, linked) or self._neighbour(mention) or self._row(mention, rows)
            elif owner is None and mention.reason == TOO_LITTLE:
                owner = self._neighbour(mention)
            if owner is not None:
                owner.mentions.append(mention)
        items = sorted([*linked, *rows.values()], key=lambda item: item.el.start)
        for item in items:
            item.container = self._container(item)
        return items

    def _linked_items(self) -> list[Item]:
        """The items around title links; of several links in one item the longest text is the title."""
        scopes: dict[int, Item] = {}
        for anchor in self._titles:
            scope = self._scope(anchor)
            title = self.link_text[id(anchor)]
            full = anchor.attrs.get("title", "")
            if len(title.rstrip(".…")) <= len(full) and (title.endswith(("...", "…", "..")) or len(title) < 5):
                title = full
            known = scopes.get(id(scope))
            if known is None:
                scopes[id(scope)] = Item(scope, title, anchor.attrs.get("href", ""), [], scope, is_link=True)
            elif len(title) > len(known.title):
                known.title, known.href = title, anchor.attrs.get("href", "")
        return sorted(scopes.values(), key=lambda item: item.el.start)

    def _neighbour(self, mention: Mention) -> Item | None:
        """The item next to a date that stands between items: they lead or they follow, the same all along a list."""
        holder: El | None = mention.text.el
        if id(holder) not in self._mates:
            holder = self._scope(mention.text.el).parent
        mates = self._mates.get(id(holder))
        if holder is None or not mates:
            return None
        if holder.tag in OUTERMOST and holder is not mention.text.el and len(mates) < _ROW:
            return None  # parts of the page, not lines of a list
        at = mention.text.position
        lead = self._leads.setdefault(id(holder), at < mates[0].el.start)
        mate = _mate(mates, at, lead=lead)
        if mate is not None and holder.tag in OUTERMOST and self._good_inside(mate.el):
            return None  # it shows a date of its own
        return mate

    def _across(self, mention: Mention, linked: list[Item]) -> Item | None:
        """The item in the same line of the cell or list beside that of a date: one holds all titles, one all dates."""
        cell = next((up for up in islice(mention.text.el.up(), 3) if up.tag in _COLUMNS), None)
        if cell is None or cell.parent is None or self._good_inside(cell) < _ROW or self._keys(cell):
            return None
        lines = self._good[bisect.bisect_left(self._good, cell.start) : bisect.bisect_left(self._good, cell.end)]
        for other in self.page.inside(cell.parent):
            if other.tag == cell.tag and other.parent is cell.parent:
                titles = [item for item in linked if other.holds(item.el.start)]
                if len(titles) == len(lines) and mention.text.position in lines:
                    return titles[lines.index(mention.text.position)]
        return None

    def _row(self, mention: Mention, rows: dict[int, Item]) -> Item | None:
        """The item without a link that a date stands in: a row of a table, a line of text."""
        scope = self._repeated(mention.text.el) or self._scope(mention.text.el)
        if scope.tag == "dt":
            scope = self._definition(scope) or scope
        row = rows.get(id(scope))
        if row is None:
            title = self._row_title(scope)
            if not title:
                mention.grade, mention.reason = 0, BESIDE_NOTHING
                return None
            row = rows[id(scope)] = Item(scope, title, "", [], scope)
        return row

    def _repeated(self, el: El) -> El | None:
        """The innermost element around a text that has others of its kind beside it: a card, a row."""
        for up in islice(el.up(), 6):
            if self._keys(up):
                return None
            if up.tag in _UNITS and up.parent is not None and self._kinds(up.parent)[up.path] >= _ROW:
                return up
            if up.tag in HOLDERS and up.tag != "dl":  # a card may hold its facts in one
                return None
        return None

    def _kinds(self, parent: El) -> collections.Counter[int]:
        """How many children of each kind an element has."""
        known = self._kinds_of.get(id(parent))
        if known is None:
            inside = islice(self.page.inside(parent), 1, 2000)
            known = self._kinds_of[id(parent)] = collections.Counter(el.path for el in inside if el.parent is parent)
        return known

    def _definition(self, term: El) -> El | None:
        """The <dd> that follows a <dt>."""
        index = bisect.bisect_left(self.page.els, term.end, key=lambda el: el.start)
        after = self.page.els[index] if index < len(self.page.els) else None
        return after if after is not None and after.tag == "dd" and after.parent is term.parent else None

    def _row_title(self, scope: El) -> str:
        if id(scope) not in self._row_titles:  # many dates may stand in one row
            self._row_titles[id(scope)] = self._longest_text(scope)
        return self._row_titles[id(scope)]

    def _longest_text(self, scope: El) -> str:
        best = ""
        for text in self.page.between(scope.start, scope.end)[:40]:
            value = " ".join(text.value.split())
            if len(value) > len(best) and not is_only_date(value, self.as_of):
                best = value
        return best if 4 <= len(best) <= 200 else ""

    def _container(self, item: Item) -> El:
        current = item.el
        own_keys, own_good = self._keys(current), self._good_inside(current)
        for _ in range(3):
            parent = current.parent
            if parent is None or parent.tag in HOLDERS:
                break
            if self._keys(parent) > max(1, own_keys) or self._good_inside(parent) > max(own_good, 1):
                break
            if self.page.count_texts(parent) > self.page.count_texts(current):
                break  # a heading, or what else stands there
            current = parent
        above = current.parent
        if above is None or floats(current):
            return current
        if above.tag in OUTERMOST and (current is not item.el or self._kinds(above)[current.path] == 1):
            return current  # what has a part of the page to itself shares nothing with what has another
        return above


def _mate(mates: list[Item], at: int, *, lead: bool) -> Item | None:
    """The item a loose date belongs to: the next one where dates lead, else the one before."""
    index = bisect.bisect_right(mates, at, key=lambda item: item.el.start)
    if lead:
        return mates[index] if index < len(mates) else None
    return mates[index - 1] if index else None
