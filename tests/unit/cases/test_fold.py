"""A case's ledger, folded from looks and acts."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.cases.enums import ActKind, CaseState, EventKind
from audits.cases.fold import Act, Look, fold
from audits.rules.states import ColumnState

START = dt.datetime(2026, 11, 1, 2, 0, tzinfo=dt.UTC)
OLD = dt.date(2026, 6, 1)
RULES = {ColumnState.BLANK: "column-blank"}


def at(day: int, hour: int = 0) -> dt.datetime:
    return START + dt.timedelta(days=day, hours=hour)


def day(number: int) -> dt.date:
    return at(number).date()


def look(day: int, state: ColumnState, *, underlying: ColumnState | None = None, updated=OLD, **more) -> Look:
    return Look(
        observed_at=at(day),
        as_of=more.pop("as_of", at(day).date()),
        state=state,
        underlying_state=underlying or state,
        rule_id=RULES.get(state, "column-not-updated"),
        updated=None if state == ColumnState.BLANK else updated,
        sentence=f"第{day}天：{state}",
        verdict_id=more.pop("verdict_id", day),
        **more,
    )


def act(day: int, kind: ActKind, hour: int = 1) -> Act:
    return Act(at=at(day, hour), kind=kind, actor_id=7, act_id=day * 100 + hour, reason="核实", verdict_id=day)


S = ColumnState
STALE = S.DORMANT

#: What happened -> the state of the case afterwards, and its events after "opened".
STORIES = {
    "nothing stale, no case": ([look(1, S.FRESH)], None, ()),
    "trial, stale underneath": ([look(1, S.TRIAL, underlying=STALE)], None, ()),
    "exempt, stale underneath": ([look(1, S.EXEMPT, underlying=STALE)], None, ()),
    "unreachable": ([look(1, S.UNREACHABLE)], None, ()),
    "inconclusive": ([look(1, S.INCONCLUSIVE)], None, ()),
    "stale opens": ([look(1, STALE)], "new", ()),
    "blank opens": ([look(1, S.BLANK)], "new", ()),
    "undated opens": ([look(1, S.UNDATED, updated=None)], "new", ()),
    "stale again stays": ([look(1, STALE), look(2, STALE)], "new", ()),
    "fresh closes what nobody confirmed": ([look(1, STALE), look(2, S.FRESH)], "closed", ("fix_seen",)),
    "due soon is alive": ([look(1, STALE), look(2, S.DUE_SOON)], "closed", ("fix_seen",)),
    "unclear": ([look(1, STALE), look(2, S.UNREACHABLE)], "inconclusive", ("unclear",)),
    "unclear twice is one event": (
        [look(1, STALE), look(2, S.UNREACHABLE), look(3, S.INCONCLUSIVE)],
        "inconclusive",
        ("unclear",),
    ),
    "seen again after unclear": (
        [look(1, STALE), look(2, S.INCONCLUSIVE), look(3, STALE)],
        "new",
        ("unclear", "seen_again"),
    ),
    "fresh after unclear": (
        [look(1, STALE), look(2, S.INCONCLUSIVE), look(3, S.FRESH)],
        "closed",
        ("unclear", "fix_seen"),
    ),
    "confirmed": ([look(1, STALE), act(1, ActKind.CONFIRM)], "confirmed", ("confirmed",)),
    "unreachable is no fix": (
        [look(1, STALE), act(1, ActKind.CONFIRM), look(2, S.UNREACHABLE)],
        "confirmed",
        ("confirmed",),
    ),
    "fixed, for a person to close": (
        [look(1, STALE), act(1, ActKind.CONFIRM), look(2, S.FRESH)],
        "fix_confirmed",
        ("confirmed", "fix_seen"),
    ),
    "closed by a person": (
        [look(1, STALE), act(1, ActKind.CONFIRM), look(2, S.FRESH), act(2, ActKind.CLOSE)],
        "closed",
        ("confirmed", "fix_seen", "closed"),
    ),
    "relapse before closing": (
        [look(1, STALE), act(1, ActKind.CONFIRM), look(2, S.FRESH), look(3, STALE)],
        "relapsed",
        ("confirmed", "fix_seen", "relapsed"),
    ),
    "relapse after closing": (
        [look(1, STALE), look(2, S.FRESH), look(3, STALE)],
        "relapsed",
        ("fix_seen", "relapsed"),
    ),
    "a relapse that was unclear stays a relapse": (
        [look(1, STALE), look(2, S.FRESH), look(3, STALE), look(4, S.UNREACHABLE), look(5, STALE)],
        "relapsed",
        ("fix_seen", "relapsed", "unclear", "seen_again"),
    ),
    "the whole correspondence": (
        [
            look(1, STALE),
            act(1, ActKind.CONFIRM),
            act(2, ActKind.NOTIFY),
            act(3, ActKind.REPLY),
            look(4, STALE),
            act(4, ActKind.RETURN),
            act(5, ActKind.REPLY),
            look(6, S.FRESH),
            act(6, ActKind.CLOSE),
        ],
        "closed",
        ("confirmed", "notified", "replied", "returned", "replied", "fix_seen", "closed"),
    ),
    "a withdrawn paper leaves the case confirmed": (
        [look(1, STALE), act(1, ActKind.CONFIRM), act(2, ActKind.NOTIFY), act(3, ActKind.WITHDRAW)],
        "confirmed",
        ("confirmed", "notified", "withdrawn"),
    ),
    "exempted": ([look(1, STALE), look(2, S.EXEMPT, underlying=STALE)], "exempted", ("exempted",)),
    "exempted, then fixed": (
        [look(1, STALE), look(2, S.EXEMPT, underlying=STALE), look(3, S.EXEMPT, underlying=S.FRESH)],
        "closed",
        ("exempted", "fix_seen"),
    ),
    "exempt and fixed at once": (
        [look(1, STALE), act(1, ActKind.CONFIRM), look(2, S.EXEMPT, underlying=S.FRESH)],
        "fix_confirmed",
        ("confirmed", "fix_seen"),
    ),
    "exempt and unreachable": (
        [look(1, STALE), act(1, ActKind.CONFIRM), look(2, S.EXEMPT, underlying=S.UNREACHABLE)],
        "confirmed",
        ("confirmed",),
    ),
    "the exemption ends": (
        [look(1, STALE), act(1, ActKind.CONFIRM), look(2, S.EXEMPT, underlying=STALE), look(3, STALE)],
        "confirmed",
        ("confirmed", "exempted", "seen_again"),
    ),
    "written off stays written off": (
        [look(1, STALE), act(1, ActKind.WRITE_OFF), look(2, STALE), look(3, S.UNREACHABLE), look(4, STALE)],
        "written_off",
        ("written_off",),
    ),
    "written off, found under another rule": (
        [look(1, STALE), act(1, ActKind.WRITE_OFF), look(2, S.BLANK)],
        "relapsed",
        ("written_off", "relapsed"),
    ),
    "written off, found with another date": (
        [look(1, STALE), act(1, ActKind.WRITE_OFF), look(2, STALE, updated=dt.date(2026, 6, 2))],
        "relapsed",
        ("written_off", "relapsed"),
    ),
    "written off, alive in between": (
        [look(1, STALE), act(1, ActKind.WRITE_OFF), look(2, S.FRESH), look(3, STALE)],
        "relapsed",
        ("written_off", "relapsed"),
    ),
    "a confirmation outlives a late look": (
        [look(1, STALE), look(2, S.FRESH), act(3, ActKind.CONFIRM)],
        "confirmed",
        ("fix_seen", "confirmed"),
    ),
    "judged for an earlier day, no fix": (
        [look(3, STALE), act(3, ActKind.CONFIRM), look(4, S.FRESH, as_of=day(2))],
        "confirmed",
        ("confirmed",),
    ),
    "judged for an earlier day, no case": ([look(3, S.FRESH), look(4, STALE, as_of=day(2))], None, ()),
    "judged for an earlier day than something unclear": (
        [look(1, STALE), look(3, S.UNREACHABLE), look(4, S.FRESH, as_of=day(2))],
        "inconclusive",
        ("unclear",),
    ),
    "judged for the same day": (
        [look(3, STALE), look(4, S.FRESH, as_of=day(3)), look(5, STALE, as_of=day(3))],
        "relapsed",
        ("fix_seen", "relapsed"),
    ),
    "history stays history": (
        [look(3, STALE), look(4, S.FRESH, as_of=day(1)), look(5, S.FRESH, as_of=day(2)), look(6, S.BLANK)],
        "new",
        (),
    ),
    "a letter does not undo a fix": (
        [look(1, STALE), act(1, ActKind.CONFIRM), act(2, ActKind.NOTIFY), look(3, S.FRESH), act(4, ActKind.REPLY)],
        "fix_confirmed",
        ("confirmed", "notified", "fix_seen", "replied"),
    ),
}


@pytest.mark.parametrize("name", STORIES)
def test_story(name: str) -> None:
    facts, state, kinds = STORIES[name]
    story = fold([it for it in facts if isinstance(it, Look)], [it for it in facts if isinstance(it, Act)])
    if state is None:
        assert story is None
        return
    assert story.state == state
    assert tuple(event.kind.value for event in story.events) == ("opened", *kinds)


def test_a_late_old_look_does_not_reopen_what_was_closed() -> None:
    facts = [look(1, STALE), look(5, S.FRESH)]
    acts = [act(1, ActKind.CONFIRM), act(6, ActKind.CLOSE)]
    before = fold(facts, acts)
    after = fold([*facts, look(3, STALE), look(4, S.BLANK)], acts)
    assert (before.state, after.state) == (CaseState.CLOSED, CaseState.CLOSED)


def test_what_a_person_acted_on_is_not_made_history_by_a_look_that_arrives_late() -> None:
    facts, acts = [look(3, STALE, as_of=day(2))], [act(3, ActKind.CONFIRM)]
    assert fold([look(1, S.FRESH, as_of=day(3)), *facts], acts) == fold(facts, acts)


def test_a_case_that_closes_by_itself_says_so() -> None:
    story = fold([look(1, STALE), look(2, S.FRESH)], [])
    assert story.events[-1].kind == EventKind.FIX_SEEN
    assert "未经确认" in story.events[-1].sentence
    assert "第2天" in story.events[-1].sentence


def test_the_newest_finding_is_what_the_case_shows() -> None:
    story = fold([look(1, STALE, is_baseline=True), look(2, S.BLANK), look(3, S.UNREACHABLE)], [])
    assert (story.verdict_id, story.rule_id, story.is_baseline) == (2, "column-blank", True)
    assert (story.opened_at, story.state_since) == (at(1), at(3))


def test_an_act_on_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="older than everything seen"):
        fold([look(2, STALE)], [act(1, ActKind.CONFIRM)])


SIGHTS = st.sampled_from(
    [(S.FRESH, S.FRESH), (STALE, STALE), (S.BLANK, S.BLANK), (S.UNREACHABLE, S.UNREACHABLE), (S.TRIAL, STALE)]
    + [(S.EXEMPT, under) for under in (S.FRESH, STALE, S.INCONCLUSIVE)]
)
ACTS = st.sampled_from(list(ActKind))


@st.composite
def shuffled_facts(draw: st.DrawFn) -> tuple[list[Look | Act], list[Look | Act]]:
    """Facts that begin with a stale look, in order and in any order."""
    looks: list[Look | Act] = [look(0, STALE)]
    for day in range(1, draw(st.integers(1, 9))):
        if draw(st.booleans()):
            state, underlying = draw(SIGHTS)
            as_of = at(day - draw(st.integers(0, 2))).date()
            looks.append(look(day, state, underlying=underlying, as_of=as_of))
        else:
            looks.append(act(day, draw(ACTS)))
    return looks, draw(st.permutations(looks))


def tell(facts: list[Look | Act]):
    return fold([it for it in facts if isinstance(it, Look)], [it for it in facts if isinstance(it, Act)])


@given(shuffled_facts())
def test_order_of_arrival_does_not_matter(facts: tuple[list[Look | Act], list[Look | Act]]) -> None:
    ordered, shuffled = facts
    assert tell(ordered) == tell(shuffled)


@given(shuffled_facts())
def test_what_always_holds(facts: tuple[list[Look | Act], list[Look | Act]]) -> None:
    ordered, _ = facts
    story = tell(ordered)
    acts = [it for it in ordered if isinstance(it, Act)]
    assert story.events[0].kind == EventKind.OPENED
    assert [event.at for event in story.events] == sorted(event.at for event in story.events)
    assert sum(event.actor_id is not None for event in story.events) == len(acts)
    for before, after in itertools.pairwise(story.events):
        by_machine = after.actor_id is None
        assert not by_machine or before.state != after.state
        # A machine never takes over what a person confirmed: it only sees the fix, or the exemption.
        if by_machine and before.state in {CaseState.CONFIRMED, CaseState.NOTIFIED, CaseState.REPLIED}:
            assert after.state in {CaseState.FIX_CONFIRMED, CaseState.EXEMPTED}
