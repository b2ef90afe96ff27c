"""Answers held against labels: the two kinds of error, counted."""

from __future__ import annotations

import collections
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from tests.bench.labelled import Labelled


def figures(pages: Sequence[Labelled], found: Mapping[str, dt.date | None]) -> dict[str, Any]:
    """Plain figures of one reader. `found`: the day it gives, by page name; a page that is not there was not answered.

    `right` is the exact day, and no day where none is right. `site_macro` is the mean over sites of each one's share.
    """
    tally: collections.Counter[str] = collections.Counter()
    sites: dict[str, list[bool]] = collections.defaultdict(list)
    wrong = []
    for page in pages:
        got = found.get(page.name)
        right = page.name in found and got == page.expected
        sites[page.site].append(right)
        tally["undated"] += page.expected is None
        tally["undated_right"] += right and page.expected is None
        if right:
            tally["right"] += 1
            continue
        wrong.append(
            {"page": page.name, "expected": _text(page.expected), "got": _text(got), "answered": page.name in found}
        )
        if got is None:
            tally["missed"] += 1
        elif page.expected is None or got > page.expected:
            tally["too_new"] += 1
        else:
            tally["too_old"] += 1
    return {
        "pages": len(pages),
        "right": tally["right"],
        "accuracy": round(tally["right"] / len(pages), 4),
        "site_macro": round(sum(sum(rights) / len(rights) for rights in sites.values()) / len(sites), 4),
        "too_new": tally["too_new"],
        "too_old": tally["too_old"],
        "missed": tally["missed"],
        "undated_right": f"{tally['undated_right']}/{tally['undated']}",
        "wrong": wrong,
    }


def _text(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None
