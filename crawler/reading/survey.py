"""Which of the pages that were looked at are columns of the site."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence

from crawler.reading import addresses
from crawler.reading.discover import NO_COLUMN, Candidate, Links, Trust, may_stand
from crawler.reading.model import ColumnReading, PageKind

_LISTS = frozenset((PageKind.LIST, PageKind.LANDING))
_STANDING = frozenset((PageKind.STATIC, PageKind.CLOSED))


@dataclasses.dataclass(frozen=True, slots=True)
class Look:
    """A candidate and what stood there; `reading` None: its page was not given, or was none.

    `url` is where it was found in the end, `text` a hash of what it says. `inner`: the candidate stood on a page
    below the home page.
    """

    candidate: Candidate
    url: str
    reading: ColumnReading | None
    links: Links | None = None
    text: str = ""
    inner: bool = False

    @property
    def own_name(self) -> str:
        return self.links.own_name if self.links else ""


@dataclasses.dataclass(frozen=True, slots=True)
class Found:
    """A column of the site; `kind` None: its page was not given."""

    name: str
    url: str
    reason: str
    kind: PageKind | None


def columns_of(looks: Sequence[Look], *, home: str) -> list[Found]:
    """The columns, each once and named, in the order they were met.

    A column that could not be opened is one nevertheless: that is what there is to be said of it.
    """
    looks = _distinct(looks, home)
    articles, frames = _shapes(looks)
    columns = [look for look in looks if _is_column(look, articles, frames)]
    columns = _without_doubles(_without_sections(columns))
    found = [
        Found(_name(look), look.candidate.url, look.candidate.reason, look.reading.kind if look.reading else None)
        for look in columns
    ]
    return [column for column in found if column.name and not NO_COLUMN.search(column.name)]


def _distinct(looks: Iterable[Look], home: str) -> list[Look]:
    """The looks without those that ended on the home page or where another one had ended."""
    ends = {addresses.key(home)}
    distinct = []
    for look in sorted(looks, key=lambda look: look.candidate.trust):  # the order else stays
        end = addresses.key(look.url)
        if end not in ends:
            ends.add(end)
            distinct.append(look)
    order = {id(look): number for number, look in enumerate(looks)}
    return sorted(distinct, key=lambda look: order[id(look)])


def _shapes(looks: Iterable[Look]) -> tuple[set[str], set[str]]:
    """The shapes of articles' addresses, and the frames of columns' addresses."""
    lists = [look for look in looks if look.reading and look.reading.kind in _LISTS and look.reading.updated]
    sure = {addresses.shape(look.url) for look in lists if look.candidate.trust <= Trust.MORE}
    articles = {
        addresses.shape(entry.url) for look in lists if look.reading for entry in look.reading.entries if entry.date
    }
    articles -= sure
    return articles, {addresses.frame_of(shape) for shape in sure}


def _is_column(look: Look, articles: set[str], frames: set[str]) -> bool:
    trust = look.candidate.trust
    shape = addresses.shape(look.url)
    if shape in articles and not (trust is Trust.NAVIGATION and _is_standing(look)):
        return False
    familiar = addresses.frame_of(shape) in frames
    if look.reading is None or look.reading.kind not in _LISTS | _STANDING | {PageKind.BLANK, PageKind.SCRIPTED}:
        return trust in (Trust.NAVIGATION, Trust.MORE, Trust.GROUP)
    if look.reading.kind in _LISTS:
        return trust is not Trust.LINK or (familiar and look.reading.updated is not None)
    if look.links and look.links.letter_box:
        return False
    if trust is Trust.LINK:
        return familiar and look.own_name == look.candidate.name
    if look.reading.kind in _STANDING:
        if trust is Trust.HEADING:
            return familiar
        return not (look.inner and trust is Trust.GROUP) or _is_standing(look) or look.own_name == look.candidate.name
    return True


def _is_standing(look: Look) -> bool:
    return may_stand(look.candidate.name or look.own_name)


def _without_sections(columns: list[Look]) -> list[Look]:
    """The columns without pages that only lead to others: by blocks that show them, or by a menu of what lies below."""
    ends = {addresses.key(look.url) for look in columns} | {addresses.key(look.candidate.url) for look in columns}

    def leads_on(look: Look) -> bool:
        if look.links is None or look.reading is None:
            return False
        here = addresses.key(look.url)
        if look.reading.kind is PageKind.LANDING:
            return len((look.links.blocks & ends) - {here}) > 1
        folder = here.removesuffix("?") + "/"
        return look.reading.kind is PageKind.BLANK and sum(key.startswith(folder) for key in look.links.keys & ends) > 1

    return [look for look in columns if not leads_on(look)]


def _without_doubles(columns: list[Look]) -> list[Look]:
    """The columns without sections that show the very page of one of the columns below them, under its name."""

    def shows_another(look: Look) -> bool:
        if not look.links or look.candidate.name == look.own_name:
            return False
        known = look.links.keys
        return any(
            other is not look
            and other.candidate.name == look.own_name
            and _is_same(look, other)
            and addresses.key(other.candidate.url) in known
            for other in columns
        )

    return [look for look in columns if not shows_another(look)]


def _is_same(one: Look, other: Look) -> bool:
    if one.text and one.text == other.text:
        return True
    entries = _entries(one)
    return bool(entries) and entries == _entries(other)


def _entries(look: Look) -> tuple[str, ...]:
    return tuple(entry.url for entry in look.reading.entries if entry.url) if look.reading else ()


def _name(look: Look) -> str:
    return look.candidate.name if look.candidate.sure_name else look.own_name or look.candidate.name
