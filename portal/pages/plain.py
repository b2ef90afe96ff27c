"""Text files: whether one is that, and what is written in it. Without Django: the reader of attachments uses it too."""

from __future__ import annotations

import codecs
import re

#: Chinese Windows saves what its editor calls ANSI in the last, and what it calls Unicode in the others' ways.
_MARKED = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_UNMARKED = ("utf-8", "gb18030")
#: What no text holds, beside tabs and ends of lines and pages: other programs' files, whatever they are called.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


def text_in(content: bytes) -> str | None:
    """The text of a file; None where it is none, in whatever characters."""
    charsets = [charset for mark, charset in _MARKED.items() if content.startswith(mark)] or _UNMARKED
    for charset in charsets:
        try:
            text = content.decode(charset)
        except UnicodeDecodeError:
            continue
        return None if _CONTROL.search(text) else text
    return None
