"""Progress for a person: often enough to see that something moves, seldom enough to read."""

from __future__ import annotations

import time
from collections.abc import Callable


def every_two_seconds(say: Callable[[str], object]) -> Callable[[str], None]:
    """A callback that passes on a line at most every two seconds."""
    told = time.monotonic()

    def progress(line: str) -> None:
        nonlocal told
        if time.monotonic() - told >= 2:
            told = time.monotonic()
            say(line)

    return progress
