"""The .pdf of a paper: an HTML template set by WeasyPrint on the page of GB/T 9704-2012."""

from __future__ import annotations

import re

from django.conf import settings
from django.template.loader import render_to_string

from audits.evidence.fonts import find_font
from audits.notices.content import PaperContent

#: Width of the type area (版心) in points: 156 mm.
TYPE_AREA_WIDTH = 442.2
#: The red head is as large as its line allows, and no larger than this, in points.
HEAD_SIZE = 48.0
# No free simplified FangSong is in Debian: a Song face stands in unless a licensed one is named.
SUBSTITUTE_FANGSONG = "Noto Serif CJK SC"
#: Where a line of Chinese may end and Unicode's rules, which take “ and ” for quotation marks of any script, forbid it.
_LINE_MAY_END = re.compile(r"(?<=[\u4e00-\u9fff，。；：、！？）》〕])(?=[“‘])|(?<=[”’])(?=[\u4e00-\u9fff“‘（《〔])")
ZERO_WIDTH_SPACE = "\u200b"
FONTS = {"song": "Noto Serif CJK SC", "hei": "Noto Sans CJK SC", "kai": "AR PL KaitiM GB"}


def render(content: PaperContent) -> bytes:
    """The .pdf of what a paper says. Raises FontMissingError when a font is not installed: tofu is silent."""
    from weasyprint import HTML  # noqa: PLC0415 -- takes seconds, and most processes never print a paper
    from weasyprint.urls import URLFetcher  # noqa: PLC0415 -- as the other

    fonts = {**FONTS, "fangsong": settings.PAPER_FANGSONG_FONT or SUBSTITUTE_FANGSONG}
    for family in fonts.values():
        find_font(family)
    html = render_to_string(
        "audits/papers/paper.html",
        {"content": content, "fonts": fonts, "head_size": f"{head_size(content.authority):.1f}"},
    )
    text = _LINE_MAY_END.sub(ZERO_WIDTH_SPACE, html)
    # A paper fetches nothing: everything it shows stands in its content.
    pdf: bytes = HTML(string=text, url_fetcher=URLFetcher(allowed_protocols=())).write_pdf()
    return pdf


def head_size(authority: str) -> float:
    """Points at which the issuing authority's name fills its line without wrapping."""
    return min(HEAD_SIZE, TYPE_AREA_WIDTH / (len(authority) + 0.2))
