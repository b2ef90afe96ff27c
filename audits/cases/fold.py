"""The story of one case: what machines saw and what people did, folded in time order into its ledger.

Pure: no clock, no database. The same facts in any order give the same ledger, so cases can be thrown
away and rebuilt. A look is one verdict on the case's column; it speaks through what kind
of look it is (`Sight`):

    state of the case       stale            alive            exempt           unclear
    ----------------------  ---------------  ---------------  ---------------  ---------------
    (none)                  new              -                -                -
    new, relapsed           -                closed (1)       exempted         inconclusive (2)
    inconclusive            as before (2)    closed (1)       exempted         -
    confirmed, notified,    -                fix_confirmed    exempted         - (3)
      replied
    fix_confirmed, closed   relapsed         -                -                -
    exempted                as before        closed           -                -
    written_off             - or relapsed(4) -                -                -

"-" leaves the case as it is and adds nothing to its ledger.
(1) Nobody had confirmed it: it closes by itself, with a sentence. What a person confirmed, a person closes.
(2) The newest look was unclear; seen stale again, the case is what it was before.
(3) Unreachable is neither stale nor fixed.
(4) Written off stays written off for what was written off: the same finding with the same last update. It
    comes back only when the finding changed or the column was alive in between.

What people decided always counts: an observation that arrives late may add to the past of a case, but
never undoes a confirmation, a write-off or a closing that came after it. Letters (notify, reply, return,
withdraw) are always in the ledger, but move only a case that was waiting for them. Looks at trial or retired columns
say nothing, nor do those judged for an earlier day than one before them: they are history, not news. Of a look and an
act of one moment, the look comes first.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
from collections.abc import Collection, Iterable, Iterator

from audits.cases.enums import IN_HAND, TO_REVIEW, ActKind, CaseState, EventKind
from audits.rules.states import ALIVE, STALE, UNKNOWN, ColumnState

#: The family of all rules on how fresh a column is: dormant, then emptied, is one problem of one column.
FRESHNESS = "freshness"


class Sight(enum.Enum):
    """What a look says of the problem."""

    STALE = enum.auto()
    ALIVE = enum.auto()
    EXEMPT = enum.auto()
    UNCLEAR = enum.auto()
    NOTHING = enum.auto()


@dataclasses.dataclass(frozen=True, slots=True)
class Look:
    """One verdict on the case's column: its page was fetched at `observed_at` (aware), judged for the day `as_of`."""

    observed_at: dt.datetime
    as_of: dt.date
    state: ColumnState
    underlying_state: ColumnState
    rule_id: str
    updated: dt.date | None
    sentence: str
    verdict_id: int
    is_baseline: bool = False

    @property
    def sight(self) -> Sight:
        if self.state in STALE:
            return Sight.STALE
        if self.state in UNKNOWN:
            return Sight.UNCLEAR
        if self.state in ALIVE:
            return Sight.ALIVE
        if self.state == ColumnState.EXEMPT:
            # An exemption settles a stale column; one that is alive is simply fixed, one not seen stays as it was.
            if self.underlying_state in ALIVE:
                return Sight.ALIVE
            return Sight.UNCLEAR if self.underlying_state in UNKNOWN else Sight.EXEMPT
        return Sight.NOTHING

    @property
    def finding(self) -> tuple[str, dt.date | None]:
        """What is said to be wrong; a write-off holds for this and nothing else."""
        return (self.rule_id, self.updated)


@dataclasses.dataclass(frozen=True, slots=True)
class Act:
    """What a person did to the case at a moment (aware)."""

    at: dt.datetime
    kind: ActKind
    actor_id: int
    act_id: int
    reason: str = ""
    verdict_id: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Event:
    """One line of the ledger: what happened, and the state of the case after it."""

    kind: EventKind
    at: dt.datetime
    state: CaseState
    sentence: str
    verdict_id: int | None = None
    actor_id: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Story:
    """A case as its facts tell it.

    `verdict_id`: the newest verdict that speaks of the problem or its end; `rule_id`: the rule broken last.
    """

    events: tuple[Event, ...]
    verdict_id: int
    rule_id: str
    is_baseline: bool

    @property
    def state(self) -> CaseState:
        return self.events[-1].state

    @property
    def opened_at(self) -> dt.datetime:
        return self.events[0].at

    @property
    def state_since(self) -> dt.datetime:
        """When the case came into its state; events that changed nothing do not count."""
        since = self.events[-1].at
        for event in reversed(self.events):
            if event.state != self.state:
                break
            since = event.at
        return since


#: What a person may do to a case in which state.
ALLOWED: dict[ActKind, frozenset[CaseState]] = {
    ActKind.CONFIRM: frozenset({CaseState.NEW, CaseState.RELAPSED}),
    ActKind.WRITE_OFF: frozenset(CaseState) - {CaseState.CLOSED, CaseState.WRITTEN_OFF, CaseState.EXEMPTED},
    ActKind.NOTIFY: frozenset({CaseState.CONFIRMED}),
    ActKind.REPLY: frozenset({CaseState.NOTIFIED}),
    ActKind.RETURN: frozenset({CaseState.NOTIFIED, CaseState.REPLIED}),
    ActKind.WITHDRAW: frozenset({CaseState.NOTIFIED, CaseState.REPLIED}),
    ActKind.CLOSE: frozenset({CaseState.FIX_CONFIRMED}),
}
_AFTER_ACT: dict[ActKind, tuple[EventKind, CaseState]] = {
    ActKind.CONFIRM: (EventKind.CONFIRMED, CaseState.CONFIRMED),
    ActKind.WRITE_OFF: (EventKind.WRITTEN_OFF, CaseState.WRITTEN_OFF),
    ActKind.NOTIFY: (EventKind.NOTIFIED, CaseState.NOTIFIED),
    ActKind.REPLY: (EventKind.REPLIED, CaseState.REPLIED),
    ActKind.RETURN: (EventKind.RETURNED, CaseState.NOTIFIED),
    ActKind.WITHDRAW: (EventKind.WITHDRAWN, CaseState.CONFIRMED),
    ActKind.CLOSE: (EventKind.CLOSED, CaseState.CLOSED),
}
_DECISIONS = frozenset({ActKind.CONFIRM, ActKind.WRITE_OFF, ActKind.CLOSE})
_UNCONFIRMED = (*TO_REVIEW, CaseState.INCONCLUSIVE)


def fold(looks: Iterable[Look], acts: Iterable[Act]) -> Story | None:
    """The case that these facts tell, or None when nothing ever opened it."""
    teller = _Teller()
    acts = list(acts)
    facts: list[Look | Act] = [*_news(looks, acted_on={act.verdict_id for act in acts}), *acts]
    for fact in sorted(facts, key=_moment):
        if isinstance(fact, Look):
            teller.look(fact)
        else:
            teller.act(fact)
    return teller.story()


def _news(looks: Iterable[Look], *, acted_on: Collection[int | None]) -> Iterator[Look]:
    """Looks judged for no earlier day than any look before them; one that a person acted on carries that act."""
    newest = dt.date.min
    for look in sorted(looks, key=_moment):
        if look.as_of >= newest or look.verdict_id in acted_on:
            yield look
        newest = max(newest, look.as_of)


def _moment(fact: Look | Act) -> tuple[dt.datetime, int, int]:
    if isinstance(fact, Look):
        return (fact.observed_at, 0, fact.verdict_id)
    return (fact.at, 1, fact.act_id)


class _Teller:
    """Where the fold stands."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.state: CaseState | None = None
        self.before: CaseState = CaseState.NEW  # what an inconclusive or exempted case goes back to
        self.newest: Look | None = None  # the newest look that speaks of the problem or its end
        self.written_off: tuple[str, dt.date | None] | None = None
        self.rule_id = ""
        self.is_baseline = False

    def story(self) -> Story | None:
        if self.newest is None:
            return None
        return Story(tuple(self.events), self.newest.verdict_id, self.rule_id, self.is_baseline)

    def look(self, look: Look) -> None:
        match look.sight:
            case Sight.STALE:
                self._stale(look)
            case Sight.ALIVE:
                self._alive(look)
            case Sight.EXEMPT:
                self._exempt(look)
            case Sight.UNCLEAR:
                self._unclear(look)
            case Sight.NOTHING:
                pass

    def act(self, act: Act) -> None:
        if self.state is None:
            raise ValueError(f"act {act.act_id} of {act.at.isoformat()} is older than everything seen of its case")
        if act.kind == ActKind.WRITE_OFF and self.newest is not None:
            self.written_off = self.newest.finding
        kind, after = _AFTER_ACT[act.kind]
        if act.kind in _DECISIONS or self.state in ALLOWED[act.kind]:
            self.state = after
        self.events.append(Event(kind, act.at, self.state, act.reason, act.verdict_id, act.actor_id))

    def _stale(self, look: Look) -> None:
        state = self.state
        if state == CaseState.WRITTEN_OFF and look.finding == self.written_off:
            return
        self.newest = look
        self.rule_id = look.rule_id
        if state is None:
            self.is_baseline = look.is_baseline
            self._move(EventKind.OPENED, CaseState.NEW, look, look.sentence)
        elif state in {CaseState.INCONCLUSIVE, CaseState.EXEMPTED}:
            self._move(EventKind.SEEN_AGAIN, self.before, look, look.sentence)
        elif state in {CaseState.FIX_CONFIRMED, CaseState.CLOSED, CaseState.WRITTEN_OFF}:
            self._move(EventKind.RELAPSED, CaseState.RELAPSED, look, look.sentence)

    def _alive(self, look: Look) -> None:
        if self.state in _UNCONFIRMED:
            self.newest = look
            self._move(EventKind.FIX_SEEN, CaseState.CLOSED, look, f"未经确认的问题已消除，自动销号。{look.sentence}")
        elif self.state == CaseState.EXEMPTED:
            self.newest = look
            self._move(EventKind.FIX_SEEN, CaseState.CLOSED, look, f"豁免期间已恢复更新，自动销号。{look.sentence}")
        elif self.state in IN_HAND:
            self.newest = look
            self._move(EventKind.FIX_SEEN, CaseState.FIX_CONFIRMED, look, look.sentence)
        elif self.state == CaseState.WRITTEN_OFF:
            self.written_off = None

    def _exempt(self, look: Look) -> None:
        if self.state in (*_UNCONFIRMED, *IN_HAND):
            if self.state != CaseState.INCONCLUSIVE:
                self.before = self.state
            self.newest = look
            self._move(EventKind.EXEMPTED, CaseState.EXEMPTED, look, look.sentence)

    def _unclear(self, look: Look) -> None:
        if self.state in TO_REVIEW:
            self.before = self.state
            self._move(EventKind.UNCLEAR, CaseState.INCONCLUSIVE, look, look.sentence)

    def _move(self, kind: EventKind, state: CaseState, look: Look, sentence: str) -> None:
        self.state = state
        self.events.append(Event(kind, look.observed_at, state, sentence, look.verdict_id))
