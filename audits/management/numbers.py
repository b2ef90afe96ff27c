"""Numbers among the arguments of commands: argparse's own complaint about what is none is several lines long."""

from __future__ import annotations

import re


def number_in(argument: object) -> int | None:
    """The whole number that an argument is, given as text or as one; None for anything else, and beyond any key."""
    text = str(argument)
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else None
