"""What must not be published, and what a person should look at twice. Pure functions on text.

Secrecy marks (密级) are those of GB/T 9704-2012: 绝密, 机密 or 秘密, with the star and the term where there is one.
"""

from __future__ import annotations

import dataclasses
import re

_GRADE = "(?:绝\\s*密|机\\s*密|秘\\s*密)"
#: Around a mark that has a line to itself. Within the line: what is blank in between is gone through once for each of
#: its lines otherwise, and a package pretty-printed has thousands.
_BEFORE = "^(?:[^\\S\\n]|[【\\[〔（(])*"
_AFTER = "(?:[^\\S\\n]|[】\\]〕）)])*$"
#: A grade with its star (机密★10年), after a label (密级：秘密), or alone on a line as on a paper's first page.
SECRECY_MARKS = (
    re.compile(f"{_GRADE}\\s*[★☆*＊]"),
    re.compile(f"密\\s*级\\s*[:：]\\s*{_GRADE}"),
    re.compile(f"{_BEFORE}{_GRADE}{_AFTER}", re.MULTILINE),
    re.compile(f"{_BEFORE}内部(?:资料|文件)[，,、\\s]*(?:注意保存|不得外传|严禁外传){_AFTER}", re.MULTILINE),
)
_ID_CARD = re.compile(r"(?<![0-9])[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[0-9Xx](?![0-9Xx])")
_BANK_CARD = re.compile(r"(?<![0-9])(?:\d[ -]?){15,18}\d(?![0-9])")
_MOBILE = re.compile(r"(?<![0-9])1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?![0-9])")
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """What was found and the sentence for the editor; `stops` says that it must not be stored or published."""

    stops: bool
    sentence: str


def findings(text: str) -> list[Finding]:
    """Everything to say about a text, what stops it first."""
    return [*stops(text), *warnings(text)]


def stops(text: str) -> list[Finding]:
    """Secrecy marks."""
    for mark in SECRECY_MARKS:
        found = mark.search(text)
        if found:
            words = " ".join(found.group().split())
            return [
                Finding(True, f"发现密级标志“{words}”：涉密内容不得进入本系统，未保存、未发布。请联系本单位保密员。")
            ]
    return []


def warnings(text: str) -> list[Finding]:
    """Numbers of persons: identity cards and bank cards with a valid check digit, mobile phones."""
    cards = {number for number in _ID_CARD.findall(text) if is_id_card(number)}
    digits = {re.sub(r"[ -]", "", number) for number in _BANK_CARD.findall(text)} - cards
    banks = {number for number in digits if is_bank_card(number)}
    phones = {re.sub(r"[ -]", "", number) for number in _MOBILE.findall(text)}
    named = (("身份证号", cards), ("银行卡号", banks), ("手机号", phones))
    return [
        Finding(
            False, f"含疑似{name}{len(numbers)}个（{'、'.join(sorted(map(masked, numbers)))}），请核实是否可以公开。"
        )
        for name, numbers in named
        if numbers
    ]


def is_id_card(number: str) -> bool:
    """Whether the last character is the check digit of GB 11643-1999."""
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _ID_WEIGHTS, strict=True))
    return "10X98765432"[total % 11] == number[17].upper()


def is_bank_card(number: str) -> bool:
    """Whether a number of 16 to 19 digits passes Luhn's check and begins as cards do."""
    if not 16 <= len(number) <= 19 or number[0] not in "3456":
        return False
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(number))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def masked(number: str) -> str:
    return f"{number[:3]}****{number[-2:]}"
