"""Where the article of a page stands: its title, and from where to where its text goes."""

from __future__ import annotations

import collections
import dataclasses
import re
from itertools import islice

from crawler.reading.dom import El, Page, Text

#: A text this long is a sentence, not a label or a link.
_SENTENCE = 24
#: The text of an article is at least this long; what is shorter is a caption or a line of the footer.
_ENOUGH = 60
_FOOTER = re.compile(r"版权所有|copyright|©|ICP备|公网安备|技术支持|网站标识码|主办单位|承办单位|邮编|建议使用", re.I)
_BESIDE = frozenset(("a", "h1", "h2", "nav", "header", "footer", "aside", "marquee", "th"))
_TITLE_MARK = re.compile(r"title|tit|bt|biaoti|headline|(?<![a-z])[a-z]{0,2}_?t(?![a-z])")
_STRONG = frozenset(("h3", "h4", "b", "strong", "center"))
_WORDS = re.compile(r"\W+")
#: A title is one of so many texts from the page's beginning.
_MOST = 5000
#: After so many characters no text is more of a title than what was found before.
_ENDS = 1500
#: A title stands no further above its text than so many positions.
_ABOVE = 60


@dataclasses.dataclass(frozen=True, slots=True)
class Article:
    """Positions: of the title (None if there is none to be seen), of the first and of the last sentence of the text.

    `start` and `end` are None on a page that has no text of its own.
    """

    title: int | None
    start: int | None
    end: int | None

    def is_below_title(self, position: int) -> bool:
        """Whether a position lies between the title and the text."""
        return self.title is not None and self.start is not None and self.title <= position <= self.start


def article_of(page: Page) -> Article:
    start, end = _text(page)
    title = _named_title(page, start) if start is not None else _named_title(page, None)
    if title is None and start is not None:
        title = _standing_title(page, start)
    return Article(title, start, end)


def _is_prose(text: Text) -> bool:
    value = text.value.strip()
    if len(value) < _SENTENCE or _FOOTER.search(value[:200]):
        return False
    return not any(el.tag in _BESIDE for el in islice(text.el.up(), 5))


def _text(page: Page) -> tuple[int | None, int | None]:
    """The first and the last sentence of what holds most of the running text."""
    sentences = [text for text in page.texts if _is_prose(text)]
    weight: collections.Counter[int] = collections.Counter()
    holders: dict[int, El] = {}
    for text in sentences:
        for step, el in enumerate(islice(text.el.up(), 4)):
            holders[id(el)] = el
            # the nearer the holder, the more it is the text's own
            weight[id(el)] += min(len(text.value), 400) * (10 - 2 * step)
    if not weight:
        return None, None
    best = holders[max(weight, key=lambda key: (weight[key], holders[key].depth))]
    own = [text for text in sentences if best.holds(text.position)]
    if sum(len(text.value) for text in own) < _ENOUGH:
        return None, None
    return own[0].position, own[-1].position


def _named_title(page: Page, start: int | None) -> int | None:
    """Where the page's own title stands among its texts, if it does."""
    named = page.meta("articletitle", "og:title") or page.title
    parts = [_WORDS.sub("", name) for name in [named, *re.split(r"[-_|—–]+", named)]]
    wanted = [part for part in parts if len(part) >= 4]
    site = wanted[-1] if len(wanted) > 2 else ""
    best: tuple[float, int] | None = None
    prose = 0
    for text in page.texts[:_MOST]:
        if best is not None and start is not None and text.position > start and prose >= _ENDS:
            break  # nothing down here weighs more
        value = _WORDS.sub("", text.value[:300])
        if len(text.value) > 200 or len(value) < 4:
            prose += len(value)
            continue
        score = 4 * max((_overlap(value, name) for name in wanted), default=0.0) if value != site else 0.0
        score += _looks_like_title(text)
        score -= min(prose, _ENDS) / 500  # a title stands before the text, a signature after it
        if start is not None and text.position > start:
            score -= 1
        prose += len(value)
        if score >= 2 and (best is None or score > best[0]):
            best = (score, text.position)
    return best[1] if best else None


def _looks_like_title(text: Text) -> float:
    around = list(islice(text.el.up(), 3))
    tags = {el.tag for el in around}
    score = 0.0
    if tags & {"h1", "h2"}:
        score += 2 if "h1" in tags else 1
    elif any(_TITLE_MARK.search(el.marks) for el in around[:2] if el.marks):
        score += 1
    return score - 2 if "a" in tags else score


def _standing_title(page: Page, start: int) -> int | None:
    """What is set like a title above the text, the nearest to it."""
    above = [
        text
        for text in reversed(page.between(max(start - _ABOVE, 0), start))
        if 6 <= len(text.value.strip()) <= 80 and _looks_like_title(text) >= 0
    ]
    marked = (text for text in above if _looks_like_title(text) >= 1)
    strong = (text for text in above if any(el.tag in _STRONG for el in islice(text.el.up(), 3)))
    found = next(marked, None) or next(strong, None)
    return found.position if found else None


def _overlap(value: str, name: str) -> float:
    """How much of a name a text is, or of a text a name, when one holds the other."""
    if value in name or name in value:
        return min(len(value), len(name)) / max(len(value), len(name))
    return 0.0
