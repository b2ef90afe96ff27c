"""Functions of a page's scripts that write, called with literals: W(3301, "标题", "2021-11-30"). Nothing is run."""

from __future__ import annotations

import json
import re

from crawler.reading.scripts import NAME, STRING, literal

#: One that branches is not followed.
_WRITER = re.compile(rf"\bfunction\s++({NAME})\s*+\(([\w$,\s]*+)\)\s*+\{{([^{{}}]{{1,500}}+)\}}")
_FUNCTION = re.compile(rf"\bfunction\s++({NAME})\s*+\(")
_CALL = re.compile(rf"(?<![\w$.])({NAME})\s*+\(((?:\s*+(?:{STRING}|\d[\d.]*+)\s*+,?+)++)\)")
_LITERAL = re.compile(rf"{STRING}|\d[\d.]*+")
#: Calls of a page that are followed.
_MOST = 2000


class Writers:
    """The functions that the scripts of a page have defined so far."""

    def __init__(self) -> None:
        #: Of all that write, also of those that cannot be followed.
        self.names: set[str] = set()
        self._known: dict[str, tuple[list[str], str]] = {}
        self._left = _MOST

    def called(self, source: str) -> str:
        """A script with what its calls of writers run in their place; the functions it defines are taken in."""
        if "document.write" in source and "function" in source:
            self.names.update(_FUNCTION.findall(source))
            source = _WRITER.sub(self._learn, source)
        return _CALL.sub(self._in_place, source) if self._known and self._left else source

    def _learn(self, match: re.Match[str]) -> str:
        name, names, body = match.groups()
        if "document.write" not in body or not names.strip():
            return match[0]
        self._known[name] = ([each.strip() for each in names.split(",")], body)
        return ""

    def _in_place(self, match: re.Match[str]) -> str:
        names, body = self._known.get(match[1], ((), ""))
        if not body or not self._left:
            return match[0]
        self._left -= 1
        given = [literal(text) if text[0] in "'\"" else text for text in _LITERAL.findall(match[2])]
        given += [""] * (len(names) - len(given))
        told = "".join(
            f"{name}={json.dumps(value, ensure_ascii=False)};\n" for name, value in zip(names, given, strict=False)
        )
        return f"\n{told}{body};\n"
