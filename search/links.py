"""Links to other texts at the end of a text: no part of what it is about."""

from __future__ import annotations

import re

_LINKS = re.compile(r"(?:相关|延伸|更多|推荐)(?:链接|阅读|新闻|报道|文章)[：:\n]")
#: Links stand at the end; a text whose first half holds such words speaks of them.
_LINKS_FROM = 0.5


def without_links(text: str) -> tuple[str, str]:
    """A text, and what it lists at its end as links to others: that is no part of what it is about."""
    found = _LINKS.search(text, int(len(text) * _LINKS_FROM))
    return (text[: found.start()], text[found.start() :]) if found else (text, "")
