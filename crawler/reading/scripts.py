"""What the inline scripts of a page surely write: literals, and what is made of literals. Nothing is run."""

from __future__ import annotations

import re
from html import unescape

from crawler.reading import moments

NAME = r"[A-Za-z_$][\w$]*+"
STRING = r"""'(?:[^'\\\n]|\\.)*+'|"(?:[^"\\\n]|\\.)*+\""""
_OPERAND = re.compile(rf"\s*+(?:(?P<text>{STRING})|(?P<name>{NAME}(?:\.{NAME}(?!\s*+\())?+))")
_CALL = re.compile(
    rf"""\s*+\.(?:(?P<cut>substring|substr|slice)\s*+\(\s*+(?P<first>\d{{1,4}})\s*+(?:,\s*+(?P<second>\d{{1,4}})\s*+)?\)
    | (?P<trim>trim)\(\s*+\)
    | split\(\s*+(?P<by>{STRING})\s*+\)\s*+\[\s*+(?P<part>\d{{1,2}})\s*+\]
    | replace\(\s*+(?P<old>{STRING}|/(?:[^/\\\n]|\\.){{1,10}}/g?)\s*+,\s*+(?P<new>{STRING})\s*+\))""",
    re.X,
)
_BLANK = re.compile(r"\s*+")
# Begins with what stands before a name: a character that is consumed is searched for faster than one looked back at.
_STEP = re.compile(
    rf"""[^\w$.](?=[A-Za-z_$])(?:
      (?:window\.)?document\.write(?:ln)?\s*+(?P<write>\()
    | (?:document\.getElementById|\$|jQuery)\s*+\(\s*+["']\#?(?P<id>[\w-]{{1,80}})["']\s*+\)\s*+\.\s*+
      (?:(?:innerHTML|innerText|textContent)\s*+=(?!=)|(?:html|text)\s*+\()
    | (?P<branch>if)\s*+\(
    | (?P<assigned>{NAME})\s*+=(?!=))""",
    re.X,
)
_SAME = rf"\s*+(?:{STRING}|{NAME}(?:\.length)?+|\d{{1,6}})\s*+"
_BRANCH = re.compile(
    rf"if\s*+\((?P<one>{_SAME})(?P<how>[!=]==?|>)(?P<other>{_SAME})\)\s*+"
    r"(?:\{(?P<then>[^{}]*+)\}\s*+(?:else\s*+\{(?P<else>[^{}]*+)\})?)"
)
_OBJECT = re.compile(rf"\s*+\{{((?:{STRING}|[^{{}}'\"])*+)\}}")
_PAIR = re.compile(rf"(?:^|,)\s*+[\"']?(?P<key>{NAME})[\"']?\s*+:\s*+(?P<value>{STRING})")
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)", re.S)
_RECORD = re.compile(r"<record(?:\s[^<>]*+)?>([^<]*+(?:<(?!/record\s*>)[^<]*+)*+)</record\s*>", re.I)
_COMMENT = re.compile(r"/(?:\*[^*]*+(?:\*(?!/)[^*]*+)*+(?:\*/|\Z)|(?<![:'\"\\]/)/[^\n]*+)")
#: What the step that fills an element ends with: sought first, since most scripts that use such words fill none.
_FILLS = re.compile(r"[\"']\s*+\)\s*+\.\s*+(?:(?:innerHTML|innerText|textContent)\s*+=(?!=)|(?:html|text)\s*+\()")
FILLING_WORDS = (
    "innerHTML",
    "innerText",
    "textContent",
    ".html(",
    ".text(",
    ".append(",
    "insertAdjacentHTML",
    "appendChild",
)
#: A script longer than this is a library.
_LONG = 200_000


def written_by(source: str, known: dict[str, str]) -> str:
    """The HTML that a script writes where it stands: document.write calls and XML data records.

    `known`: what names stand for after the scripts before it; what this one says of them is added.
    """
    if holds_records(source):
        return "".join(_record(match[1].strip()) for match in _RECORD.finditer(source))
    if len(source) > _LONG:
        return ""
    return "".join(html for target, html in _steps(without_comments(source), known) if not target)


def holds_records(source: str) -> bool:
    """Whether a script is a store of records (XML), which another one shows."""
    return "<record" in source or "<RECORD" in source


def _record(body: str) -> str:
    """The HTML of a record: as it stands, or with its signs written out as &lt; and &gt;."""
    if body.startswith("<![CDATA["):
        return body.removeprefix("<![CDATA[").removesuffix("]]>")
    return body if "<" in body else unescape(body)


def filled_by(source: str) -> dict[str, str]:
    """The HTML that a script puts into elements, by their id."""
    if not may_fill(source) or len(source) > _LONG or not _FILLS.search(source := without_comments(source)):
        return {}
    return {target: html for target, html in _steps(source, {}) if target}


def may_fill(source: str) -> bool:
    """Whether scripts have a word that puts text into elements."""
    return any(word in source for word in FILLING_WORDS)


def _steps(source: str, known: dict[str, str]) -> list[tuple[str, str]]:
    """(id of the element or "" for the place itself, HTML) of every writing, in order."""
    written: list[tuple[str, str]] = []
    _follow(source, known, written)
    return written


def without_comments(source: str) -> str:
    return _COMMENT.sub("", source.replace("<!--", ""))


def _follow(source: str, values: dict[str, str], written: list[tuple[str, str]]) -> None:
    source = f"\n{source}"
    at = 1
    while step := _STEP.search(source, at - 1):
        at = step.end()
        if step["branch"]:
            branch = _BRANCH.match(source, step.start("branch"))
            taken = _taken(branch, values) if branch else None
            if branch and taken is not None:
                _follow(taken, values, written)  # no deeper than this: what is taken has no braces
                at = branch.end()
            continue
        value = _value(source, at, values)
        if value is None and not step["assigned"]:
            value = moments.written(source, at)
        if step["assigned"]:
            values.pop(step["assigned"], None)
            if value is not None:
                values[step["assigned"]] = value
            elif fields := _OBJECT.match(source, at):
                values |= {
                    f"{step['assigned']}.{pair['key']}": literal(pair["value"]) for pair in _PAIR.finditer(fields[1])
                }
        elif value is not None:
            written.append((step["id"] or "", value))


def _value(source: str, at: int, values: dict[str, str]) -> str | None:
    """What an expression comes to; None if it is made of more than literals and what is known."""
    parts: list[str] = []
    while operand := _OPERAND.match(source, at):
        if operand["text"] is not None:
            value = literal(operand["text"])
        elif operand["name"] in values:
            value = values[operand["name"]]
        else:
            return None
        at = operand.end()
        while call := _CALL.match(source, at):
            value, at = _called(call, value), call.end()
        parts.append(value)
        ends = _BLANK.match(source, at)
        after = source[ends.end() : ends.end() + 1] if ends else ""
        if after != "+":
            return "".join(parts) if after in (")", ";", "", ",", "}") or (ends and "\n" in ends[0]) else None
        at = ends.end() + 1 if ends else at
    return None


def _called(call: re.Match[str], value: str) -> str:
    """What a call on a string gives."""
    if call["trim"]:
        return value.strip()
    if call["by"]:
        parts = value.split(literal(call["by"]) or None)
        return parts[int(call["part"])] if int(call["part"]) < len(parts) else ""
    if call["old"]:
        old, new = call["old"], literal(call["new"])
        if old[0] in "'\"":
            return value.replace(literal(old), new, 1)
        sought, flag = old[1:].rsplit("/", 1)
        return value.replace(sought.replace("\\", ""), new, -1 if flag else 1)
    first, second = int(call["first"]), call["second"] and int(call["second"])
    if call["cut"] == "substr":
        return value[first:] if second is None else value[first : first + int(second)]
    return value[first:] if second is None else value[first : int(second)]


def _taken(branch: re.Match[str], values: dict[str, str]) -> str | None:
    """What a branch runs; None if that cannot be told."""
    one, other = _compared(branch["one"], values), _compared(branch["other"], values)
    if one is None or other is None or (branch["how"] == ">" and not (one.isdigit() and other.isdigit())):
        return None
    holds = int(one) > int(other) if branch["how"] == ">" else (one == other) == (branch["how"][0] == "=")
    return branch["then"] if holds else branch["else"] or ""


def _compared(text: str, values: dict[str, str]) -> str | None:
    text = text.strip()
    if text.isdigit():
        return text
    if text[0] in "'\"":
        return literal(text)
    name, _, length = text.partition(".")
    value = values.get(name)
    return str(len(value)) if length and value is not None else value


def literal(text: str) -> str:
    """What a string literal says, quotes and all."""
    return _ESCAPE.sub(_unescaped, text[1:-1]) if "\\" in text else text[1:-1]


def _unescaped(match: re.Match[str]) -> str:
    code = match[1]
    if len(code) > 1:
        return chr(int(code[1:], 16))
    return {"n": "\n", "t": "\t", "r": "\n"}.get(code, code)
