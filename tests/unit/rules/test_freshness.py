"""How fresh a column is: the day before, on and after each limit, and what may never be called stale."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.rules.freshness import due_on, fewest_days, judge_column
from audits.rules.profiles import Window, load_profile, profile_codes
from audits.rules.states import ALIVE, STALE, UNKNOWN, ColumnState
from crawler.reading.page import PageKind
from crawler.records import UNREACHABLE, FetchOutcome
from tests.unit.rules.facts import AS_OF, ago, column, judged

DAY = dt.timedelta(days=1)
CLOCKED = ["dynamic", "notice", "policy", "personnel_planning"]


@pytest.mark.parametrize(
    ("column_class", "last_day_in_time", "first_day_warned"),
    [
        ("dynamic", AS_OF - 14 * DAY, AS_OF - 10 * DAY),
        ("notice", dt.date(2026, 5, 18), dt.date(2026, 6, 18)),
        ("policy", dt.date(2026, 5, 18), dt.date(2026, 6, 18)),
        ("personnel_planning", dt.date(2025, 11, 18), dt.date(2026, 1, 17)),
    ],
)
@pytest.mark.parametrize("profile", profile_codes())
def test_limits_of_each_class(
    profile: str, column_class: str, last_day_in_time: dt.date, first_day_warned: dt.date
) -> None:
    def state(updated: dt.date) -> ColumnState:
        return judged(column_class, profile=profile, updated=updated).state

    assert state(last_day_in_time - DAY) == ColumnState.DORMANT
    assert state(last_day_in_time) == ColumnState.DUE_SOON
    assert state(last_day_in_time + DAY) == ColumnState.DUE_SOON
    assert state(first_day_warned - DAY) == ColumnState.DUE_SOON
    assert state(first_day_warned) == ColumnState.DUE_SOON
    assert state(first_day_warned + DAY) == ColumnState.FRESH
    assert state(AS_OF) == ColumnState.FRESH


def test_dormant_verdict_names_document_limit_and_days() -> None:
    verdict = judged(updated=dt.date(2026, 8, 1))

    assert (verdict.state, verdict.underlying_state) == (ColumnState.DORMANT, ColumnState.DORMANT)
    assert (verdict.updated, verdict.due_on) == (dt.date(2026, 8, 1), dt.date(2026, 8, 15))
    assert verdict.days_overdue == 95
    assert verdict.rule_id == "column-not-updated"
    assert verdict.sentence == (
        "参照第一次全国政府网站普查评分表（国办发〔2015〕15号附件）“栏目不更新”项："
        "动态、要闻类栏目应每14日内至少更新一次；本栏目最近一次可见更新为2026-08-01，"
        "应于2026-08-15前（含当日）再次更新，截至2026-11-18已逾期95日，判为睡眠栏目（长期未更新）。"
    )


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        ("2026-05-18", 6, "2026-11-18"),
        ("2025-08-31", 6, "2026-02-28"),
        ("2023-08-31", 6, "2024-02-29"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2025-12-31", 12, "2026-12-31"),
        ("2026-10-31", 1, "2026-11-30"),
    ],
)
def test_calendar_months_end_where_the_month_ends(day: str, months: int, later: str) -> None:
    window = Window(label="通知公告", clause="“栏目不更新”项", months=months)
    assert due_on(dt.date.fromisoformat(day), window, None) == dt.date.fromisoformat(later)


@pytest.mark.parametrize(
    ("column_class", "days"), [("dynamic", 14), ("notice", 181), ("policy", 181), ("personnel_planning", 365)]
)
def test_a_rule_is_never_shorter_than_its_fewest_days(column_class: str, days: int) -> None:
    assert fewest_days(load_profile("county").windows[column_class]) == days


def test_a_class_without_a_clock_has_no_days() -> None:
    with pytest.raises(ValueError, match="has no clock"):
        fewest_days(load_profile("county").windows["static"])


def test_half_a_year_is_counted_in_calendar_months_not_in_180_days() -> None:
    # 184 days lie between the two
    assert judged("notice", updated=dt.date(2026, 5, 18)).state == ColumnState.DUE_SOON


def test_stricter_rhythm_counts_and_laxer_one_does_not() -> None:
    strict = judged(updated=ago(8), rhythm_days=7)
    lax = judged(updated=ago(15), rhythm_days=60)

    assert (strict.state, strict.days_overdue, strict.due_on) == (ColumnState.DORMANT, 1, ago(1))
    assert "单位备案的更新周期更严，为每7日内至少更新一次" in strict.sentence
    assert (lax.state, lax.due_on) == (ColumnState.DORMANT, ago(1))
    assert "单位备案" not in lax.sentence


def test_short_rhythm_is_not_due_soon_from_its_first_day_on() -> None:
    assert judged(updated=AS_OF, rhythm_days=3).state == ColumnState.FRESH
    assert judged(updated=ago(2), rhythm_days=3).state == ColumnState.DUE_SOON
    assert judged(updated=ago(4), rhythm_days=3).state == ColumnState.DORMANT


@pytest.mark.parametrize("column_class", CLOCKED)
def test_entries_without_a_visible_date_count_as_not_updated(column_class: str) -> None:
    verdict = judged(column_class, updated=None, entries=7)

    assert verdict.state == ColumnState.UNDATED
    assert "未注明信息发布时间的视为不更新" in verdict.sentence
    assert "7条" in verdict.sentence


@pytest.mark.parametrize("column_class", [*CLOCKED, "static"])
def test_column_that_lists_nothing_is_blank(column_class: str) -> None:
    verdict = judged(column_class, page_kind="blank", entries=0)

    assert (verdict.state, verdict.rule_id) == (ColumnState.BLANK, "column-blank")
    assert "空白栏目" in verdict.sentence


@pytest.mark.parametrize("updated", [None, dt.date(2009, 1, 1), AS_OF])
def test_static_column_has_no_clock(updated: dt.date | None) -> None:
    verdict = judged("static", page_kind="static", updated=updated, entries=0)

    assert (verdict.state, verdict.due_on, verdict.updated) == (ColumnState.FRESH, None, updated)


@pytest.mark.parametrize("changes", [{"updated": dt.date(2012, 1, 1)}, {"page_kind": "blank"}])
def test_archived_topic_is_exempt_by_its_class(changes: dict) -> None:
    verdict = judged("archive", **changes)

    assert verdict.state == ColumnState.EXEMPT
    assert "历史性工作专题" in verdict.sentence


@pytest.mark.parametrize("outcome", sorted(UNREACHABLE))
@pytest.mark.parametrize("column_class", [*CLOCKED, "static"])
def test_page_that_was_not_given_is_unreachable(column_class: str, outcome: FetchOutcome) -> None:
    verdict = judged(column_class, outcome=outcome.value, page_kind="", entries=0)

    assert (verdict.state, verdict.rule_id) == (ColumnState.UNREACHABLE, "column-not-reached")
    assert "不作更新判定" in verdict.sentence


@pytest.mark.parametrize("outcome", sorted(set(FetchOutcome) - UNREACHABLE - {FetchOutcome.OK}))
def test_page_that_could_not_be_read_is_inconclusive(outcome: FetchOutcome) -> None:
    assert judged(outcome=outcome.value, page_kind="", entries=0).state == ColumnState.INCONCLUSIVE


@pytest.mark.parametrize("kind", ["scripted", "login", "closed", "soft-404", "challenge", "unreadable", ""])
@pytest.mark.parametrize("column_class", [*CLOCKED, "static"])
def test_page_of_a_kind_that_says_nothing_is_inconclusive(column_class: str, kind: str) -> None:
    verdict = judged(column_class, page_kind=kind, entries=0)

    assert (verdict.state, verdict.rule_id) == (ColumnState.INCONCLUSIVE, "column-not-read")


@pytest.mark.parametrize("changes", [{"outcome": "login_required", "page_kind": ""}, {"page_kind": "login"}])
def test_sign_in_has_its_own_sentence_and_is_never_blank(changes: dict) -> None:
    verdict = judged(**changes, entries=0)

    assert verdict.state == ColumnState.INCONCLUSIVE
    assert "须登录后方可查看" in verdict.sentence
    assert "不视为空白" in verdict.sentence


@pytest.mark.parametrize("warning", ["truncated", "selector-no-match"])
@pytest.mark.parametrize(
    "changes",
    [{"updated": dt.date(2020, 1, 1)}, {"updated": None}, {"page_kind": "blank", "entries": 0}],
)
def test_page_that_was_not_read_whole_is_never_stale(warning: str, changes: dict) -> None:
    assert judged(warnings=(warning,), **changes).state == ColumnState.INCONCLUSIVE


def test_selector_that_matches_nothing_any_more_is_said() -> None:
    verdict = judged(page_kind="unreadable", updated=None, entries=0, warnings=("selector-no-match",))
    assert (verdict.state, verdict.rule_id) == (ColumnState.INCONCLUSIVE, "column-not-read")
    assert "所设选择器已不再匹配" in verdict.sentence
    assert "不视为未更新" in verdict.sentence


def test_page_that_was_not_read_whole_may_still_be_fresh() -> None:
    assert judged(warnings=("truncated",), updated=ago(1)).state == ColumnState.FRESH


@pytest.mark.parametrize(
    "changes",
    [{"updated": AS_OF + DAY}, {"updated": dt.date(2999, 1, 1)}, {"updated": None, "warnings": ("future-date",)}],
)
def test_date_after_the_day_it_was_seen_is_not_believed(changes: dict) -> None:
    verdict = judged(**changes)

    assert (verdict.state, verdict.updated) == (ColumnState.INCONCLUSIVE, None)
    assert "不予采信" in verdict.sentence


@pytest.mark.parametrize(
    ("changes", "state", "words"),
    [
        ({"exempt_reason": "机构改革"}, ColumnState.EXEMPT, "机构改革"),
        ({"trial": True}, ColumnState.TRIAL, "试运行"),
        ({"retired": True}, ColumnState.RETIRED, "停用"),
        ({"retired": True, "trial": True, "exempt_reason": "机构改革"}, ColumnState.RETIRED, "停用"),
        ({"trial": True, "exempt_reason": "机构改革"}, ColumnState.TRIAL, "试运行"),
    ],
)
@pytest.mark.parametrize(
    ("page", "underlying"),
    [
        ({"updated": dt.date(2026, 8, 1)}, ColumnState.DORMANT),
        ({"updated": AS_OF}, ColumnState.FRESH),
        ({"outcome": "timeout"}, ColumnState.UNREACHABLE),
        ({"page_kind": "blank"}, ColumnState.BLANK),
    ],
)
def test_standing_decides_the_state_and_the_page_shows_below(
    changes: dict, state: ColumnState, words: str, page: dict, underlying: ColumnState
) -> None:
    verdict = judged(**changes, **page)

    assert (verdict.state, verdict.underlying_state) == (state, underlying)
    assert words in verdict.sentence


@pytest.mark.parametrize("page", [{"outcome": "refused", "page_kind": ""}, {"page_kind": "closed"}])
def test_filed_downtime_covers_a_page_that_is_down(page: dict) -> None:
    verdict = judged(downtime_reason="机房搬迁", **page)

    assert verdict.state == ColumnState.INCONCLUSIVE
    assert "停机报备" in verdict.sentence
    assert "机房搬迁" in verdict.sentence


def test_filed_downtime_covers_no_staleness_of_a_page_that_opens() -> None:
    assert judged(downtime_reason="机房搬迁", updated=ago(90)).state == ColumnState.DORMANT


def test_class_without_a_window_and_unknown_outcome_are_refused() -> None:
    with pytest.raises(KeyError):
        judged("gossip")
    with pytest.raises(ValueError, match="maybe"):
        judged(outcome="maybe")


#: Best first; a column may only get worse as its last update lies further back.
BEST_FIRST = [ColumnState.FRESH, ColumnState.DUE_SOON, ColumnState.DORMANT]
days_back = st.integers(min_value=0, max_value=3000)
any_facts = st.builds(
    column,
    column_class=st.sampled_from([*CLOCKED, "static", "archive"]),
    outcome=st.sampled_from([outcome.value for outcome in FetchOutcome]),
    page_kind=st.sampled_from(["", *(kind.value for kind in PageKind)]),
    updated=st.none() | st.dates(dt.date(1990, 1, 1), dt.date(2030, 12, 31)),
    entries=st.integers(min_value=0, max_value=200),
    warnings=st.lists(st.sampled_from(["truncated", "future-date", "bad-bytes", "year-inferred"])).map(tuple),
    rhythm_days=st.none() | st.integers(min_value=1, max_value=400),
    trial=st.booleans(),
    retired=st.booleans(),
    exempt_reason=st.sampled_from(["", "机构改革"]),
    downtime_reason=st.sampled_from(["", "机房搬迁"]),
)


@given(column_class=st.sampled_from(CLOCKED), newer=days_back, older=days_back, rhythm=st.none() | st.integers(1, 400))
def test_older_update_never_gives_a_better_state(column_class: str, newer: int, older: int, rhythm: int | None) -> None:
    newer, older = sorted((newer, older))
    first = judged(column_class, updated=ago(newer), rhythm_days=rhythm)
    second = judged(column_class, updated=ago(older), rhythm_days=rhythm)

    assert BEST_FIRST.index(first.state) <= BEST_FIRST.index(second.state)
    assert first.days_overdue <= second.days_overdue


@given(facts=any_facts, profile=st.sampled_from(profile_codes()))
def test_every_verdict_holds_together(facts, profile: str) -> None:
    verdict = judge_column(facts, load_profile(profile))

    assert AS_OF.isoformat() in verdict.sentence or verdict.state == ColumnState.RETIRED
    assert verdict.sentence.endswith("。")
    assert "依据" not in verdict.sentence
    assert json.loads(json.dumps(verdict.inputs)) == verdict.inputs
    assert verdict.underlying_state in STALE | ALIVE | UNKNOWN
    assert (verdict.days_overdue > 0) == (verdict.underlying_state == ColumnState.DORMANT)
    assert verdict.updated is None or verdict.updated <= facts.as_of
    if facts.outcome != FetchOutcome.OK:
        assert verdict.underlying_state in UNKNOWN
    if verdict.state == ColumnState.DORMANT:
        assert verdict.updated is not None
        assert verdict.updated.isoformat() in verdict.sentence
        assert f"逾期{verdict.days_overdue}日" in verdict.sentence
    if facts.trial or facts.exempt_reason or facts.retired:
        assert verdict.state not in STALE
