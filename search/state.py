"""How the search is doing: what the index holds, what waits for it, how long that takes, what cannot be read."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.apps import apps
from django.db.models import Count
from modelsearch.backends import get_search_backend

from search.errors import IndexUnavailable
from search.models import AttachmentText, IndexChange, LeftOut, OutsideTitle

#: A publication should be found within this.
WANTED_LAG = dt.timedelta(seconds=2)
#: More changes than these of a stretch of time are not looked at: the newest tell enough.
MOST_LAGS = 20_000
#: Files and objects that are named; more of them have one cause.
MOST_UNREAD = 50


@dataclass(frozen=True)
class Lags:
    """How long changes took from being made to being findable, over those since a moment."""

    count: int
    median: dt.timedelta | None = None
    nineteen_of_twenty: dt.timedelta | None = None
    longest: dt.timedelta | None = None
    within: int = 0

    @classmethod
    def of(cls, lags: Sequence[dt.timedelta]) -> Lags:
        if not lags:
            return cls(0)
        ordered = sorted(lags)
        return cls(
            count=len(ordered),
            median=ordered[len(ordered) // 2],
            nineteen_of_twenty=ordered[int(len(ordered) * 0.95)],
            longest=ordered[-1],
            within=sum(lag <= WANTED_LAG for lag in ordered),
        )


@dataclass(frozen=True)
class Missing:
    """An object that nobody finds because it cannot be indexed."""

    kind: str
    name: str
    reason: str
    since: dt.datetime


@dataclass(frozen=True)
class State:
    """`documents`: None where there is no index that can be read. Moments are aware."""

    documents: int | None
    waiting: int
    waiting_since: dt.datetime | None
    last_done: dt.datetime | None
    day: Lags
    fortnight: Lags
    attachments: dict[str, int]
    unread: Sequence[AttachmentText]
    outside_titles: int
    left_out: Sequence[Missing]
    left_out_count: int


def state(*, now: dt.datetime) -> State:
    """The state of the search at an aware moment."""
    waiting = IndexChange.objects.waiting()
    oldest = waiting.first()
    texts = AttachmentText.objects.order_by()
    unread = texts.exclude(state=AttachmentText.State.READ)
    return State(
        documents=_documents(),
        waiting=waiting.count(),
        waiting_since=oldest.noted_at if oldest else None,
        last_done=IndexChange.objects.filter(done_at__isnull=False)
        .order_by("-done_at")
        .values_list("done_at", flat=True)
        .first(),
        day=_lags(now - dt.timedelta(days=1)),
        fortnight=_lags(now - dt.timedelta(days=14)),
        attachments=dict(texts.values_list("state").annotate(count=Count("pk"))),
        unread=list(unread.select_related("document").order_by("-read_at", "-pk")[:MOST_UNREAD]),
        outside_titles=OutsideTitle.objects.count(),
        left_out=_left_out(),
        left_out_count=LeftOut.objects.count(),
    )


def _left_out() -> list[Missing]:
    rows = list(LeftOut.objects.order_by("-since", "-pk")[:MOST_UNREAD])
    pks_of: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        label, _, pk = row.key.partition(":")
        pks_of[label].append(pk)
    kinds = {label: apps.get_model(label) for label in pks_of}
    names = {
        f"{label}:{pk}": str(found)
        for label, pks in pks_of.items()
        for pk, found in kinds[label]._default_manager.in_bulk(pks).items()
    }
    return [
        Missing(
            kind=str(kinds[row.key.partition(":")[0]]._meta.verbose_name),
            name=names.get(row.key, row.key),
            reason=row.reason,
            since=row.since,
        )
        for row in rows
    ]


def _documents() -> int | None:
    try:
        return get_search_backend().engine.size() or None
    except IndexUnavailable:
        return None


def _lags(since: dt.datetime) -> Lags:
    done = IndexChange.objects.filter(done_at__gte=since).order_by("-done_at")[:MOST_LAGS]
    return Lags.of([change.lag for change in done if change.lag is not None])
