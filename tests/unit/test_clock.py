"""The clock is an argument: rules, reading and services are told the moment, so any verdict can be computed again."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READS = {"now", "utcnow", "today", "localdate", "localtime"}
#: The edges: where the loop closes, commands, views, and what happens to a page.
EDGES = ("audits/workflow.py", "audits/management/", "audits/desk/", "audits/registry/signals.py")


def clock_reads(source: str) -> list[int]:
    """Lines that ask what time it is; `localtime(moment)` and `localdate(moment)` only convert."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    names = [(call, call.func.attr) for call in calls if isinstance(call.func, ast.Attribute)]
    return [call.lineno for call, name in names if name in READS and not (name.startswith("local") and call.args)]


def test_only_the_edges_read_the_clock():
    found = {
        path.relative_to(ROOT).as_posix(): lines
        for folder in ("audits", "crawler/reading")
        for path in (ROOT / folder).rglob("*.py")
        if (lines := clock_reads(path.read_text(encoding="utf-8")))
    }
    assert {path: lines for path, lines in found.items() if not path.startswith(EDGES)} == {}
    assert "audits/workflow.py" in found


def test_a_read_of_the_clock_is_seen():
    assert clock_reads("a = timezone.now()\nb = dt.date.today()\nc = timezone.localtime(moment)\n") == [1, 2]
