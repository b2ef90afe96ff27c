"""Which changes of a page change which hash."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from crawler import fingerprint

PAGE = "<html><head><title>t</title></head><body><ul><li>通知 一</li><li>通知 二</li></ul></body></html>"


def hashes(html: str) -> tuple[str, str]:
    tree = LexborHTMLParser(html)
    return fingerprint.of_text(tree), fingerprint.of_skeleton(tree)


@pytest.mark.parametrize(
    ("change", "same_text", "same_skeleton"),
    [
        (lambda page: page, True, True),
        (lambda page: page.replace("<ul>", "<script>var now = 1</script><ul>"), True, True),
        (lambda page: page.replace("<ul>", "<style>p{color:red}</style><ul>"), True, True),
        (lambda page: page.replace("<ul>", "<!-- built 09:30 --><ul class='x'>"), True, True),
        (lambda page: page.replace("><li>", ">\n\n   <li>"), True, True),
        (lambda page: page.replace("<ul>", "<div><ul>").replace("</ul>", "</ul></div>"), True, False),
        (lambda page: page.replace("通知 二", "通知 三"), False, True),
        (lambda page: page.replace("</ul>", "<li>通知 三</li></ul>"), False, False),
    ],
)
def test_text_and_skeleton(change, same_text, same_skeleton):
    text, skeleton = hashes(PAGE)
    changed_text, changed_skeleton = hashes(change(PAGE))
    assert (text == changed_text) is same_text
    assert (skeleton == changed_skeleton) is same_skeleton


def test_hashing_leaves_the_tree_as_it_was():
    tree = LexborHTMLParser("<body><script>1</script><p>a</p></body>")
    fingerprint.of_text(tree)
    assert tree.css_first("script") is not None


def test_an_empty_page_has_hashes():
    assert all(len(digest) == 64 for digest in hashes(""))
