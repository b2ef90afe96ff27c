"""Links to other texts at the end of a text."""

from __future__ import annotations

import pytest

from search.links import without_links

SAID = "近日，县里召开会议，研究部署有关工作，现将情况通报如下。"


@pytest.mark.parametrize("links", ["相关链接：垃圾分类、医保缴费", "延伸阅读\n垃圾分类指南", "相关报道:垃圾分类"])
def test_links_at_the_end_are_apart(links: str) -> None:
    assert without_links(SAID + links) == (SAID, links)


@pytest.mark.parametrize("text", ["", SAID, f"相关链接：{SAID}", f"{SAID}请看相关链接的说明"])
def test_what_only_speaks_of_links_stays_whole(text: str) -> None:
    assert without_links(text) == (text, "")
