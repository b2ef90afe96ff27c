"""Numbers of official documents (文号) in running text: 开府办发〔2017〕99号, in whatever brackets."""

from __future__ import annotations

import re

#: A document says its own number at its head; further down it quotes those of others.
_HEAD = 200
_NUMBER = re.compile(r"[\u4e00-\u9fff]{1,12}\s*[〔\[［【(（﹝]\s*\d{4}\s*[〕\]］】)）﹞]\s*第?\s*\d{1,5}\s*号")


def number_of(text: str) -> str:
    """The number that a document states at its head, as it is written there; empty where there is none."""
    found = _NUMBER.search(text[:_HEAD])
    return found[0] if found else ""
