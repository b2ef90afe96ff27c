"""CPU time of this process, in seconds of the machine that the bars of the tests were set on."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import TypeVar

_T = TypeVar("_T")
_ROUNDS = 30_000
#: CPU seconds that the yardstick below took on that machine, idle: 0.032, less a tenth by which it varies.
_IDLE = 0.028
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")


def timed(call: Callable[[], _T], *, most: float) -> tuple[_T, float]:
    """What a call gives, and the CPU seconds it took, which a test holds against `most`.

    A slower machine, and neighbours on it (threads of one core, caches), slow a process down even by its own CPU
    clock. So what seems to take too long is timed again, the least of five counts, and a yardstick of the same kind
    of work, before and after, tells how slow the machine is. It never makes a call look slower than it was.
    """
    result, took = _once(call)
    for _ in range(4):
        if took >= most:
            before, again, after = _yardstick(), _once(call)[1], _yardstick()
            took = min(took, again / max(1.0, (before + after) / 2 / _IDLE))
    return result, took


def _once(call: Callable[[], _T]) -> tuple[_T, float]:
    started = time.process_time()
    result = call()
    return result, time.process_time() - started


def _yardstick() -> float:
    """CPU seconds for some thousand searches in texts, and as many small objects that are kept."""
    started = time.process_time()
    kept = {}
    for number in range(_ROUNDS):
        day = _DAY.search(f"on 2026-10-{number % 30 + 10} no {number}")
        kept[number] = [day and day[1], {"number": str(number)}]
    return time.process_time() - started
