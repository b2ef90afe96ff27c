"""What stands on a page besides its frame and its lists: names of leaders, telephone numbers, forms to download."""

from __future__ import annotations

import re
from itertools import islice

from crawler.reading.addresses import is_file
from crawler.reading.dom import El, Page, Text
from crawler.reading.entries import Lists
from crawler.reading.frame import (
    CHROME_TAGS,
    MORE,
    PAGER,
    PAGER_WORD,
    chrome_mark,
    is_heading,
    is_near,
    join,
    same_name,
)

_SIDE = re.compile(
    r"(?<![a-z])(?:left\w*|lanmu|lmlist|catalog\w*|tree\w*|page\w*|pos\w*|location|weizhi|dqwz)(?![a-z])"
)
_EMBEDDED = re.compile(r"<(?:embed|object|iframe)[^<>]{0,500}\.(?:pdf|ofd|docx?|xlsx?)\b", re.I)
_FOLDER = re.compile(r"/$|(?:^|/)(?:index|list|default)[^/]*$|[?&](?:cat|class|column|channel|lm|type)\w*=", re.I)
_CLOCK = re.compile(r"星期|今天|今日|现在|农历|天气|欢迎")
#: Words, or what was meant to be a date: one that no calendar has is still something that stands there.
_SAYS = re.compile(r"[\u4e00-\u9fffA-Za-z]|\d\d\D\d{1,2}\D\d{1,2}")
_LONG = 200  # what a longer text is shows by then
#: So many texts are more than a slip of the template.
_FEW = 3


def leads_to_list(href: str) -> bool:
    """Whether an address is that of a folder, or of a list: what lies there is another column's."""
    return _FOLDER.search(href) is not None


def holds_matter(page: Page, lists: Lists) -> bool:
    """Whether somebody put something there: texts that are no links, links below the column's folder or to files."""
    if _EMBEDDED.search(page.source):
        return True
    start = lists.crumb_at if lists.crumb_at is not None else -1
    end = lists.footer_at if lists.footer_at is not None else 1 << 60
    lines = (item.el for block in lists.blocks if block.dated for item in block.items)
    of_others = {position for el in lines for position in range(el.start, el.end)}
    own = [
        text
        for text in page.texts
        if start < text.position < end and text.position not in of_others and _is_own(text, lists)
    ]
    return len({text.value.strip() for text in own}) >= _FEW


def _is_own(text: Text, lists: Lists) -> bool:
    value = " ".join(text.value[:_LONG].split())
    if len(value) < 2 or not _SAYS.search(value) or _CLOCK.search(value):
        return False
    if MORE.match(value) or PAGER.match(value) or PAGER_WORD.search(value):
        return False
    if any(same_name(value, name) for name in (*lists.names, *lists.crumb)):
        return False
    link: El | None = None
    for el in islice(text.el.up(), 12):
        if is_heading(el) or el.tag in CHROME_TAGS or el.tag in ("form", "button", "label"):
            return False
        if el.marks and (chrome_mark(el.marks) or _SIDE.search(el.marks)):
            return False
        link = el if el.tag == "a" and link is None else link
    if link is None:
        return True
    href = link.attrs.get("href", "")
    if is_file(join(lists.url, href)):
        return True
    return is_near(href, lists.url) and not leads_to_list(href)
