"""How fresh a column is under a profile: one pure function from facts to a verdict and its sentence."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
from typing import Any

from dateutil.relativedelta import relativedelta

from audits.rules import words
from audits.rules.profiles import Profile, Window
from audits.rules.states import ColumnState
from crawler.reading import Basis, PageKind, Warn
from crawler.records import UNREACHABLE, FetchOutcome

#: Rule ids; together with Column.uuid they are the fingerprint of a case.
NOT_UPDATED = "column-not-updated"
BLANK = "column-blank"
NOT_REACHED = "column-not-reached"
NOT_READ = "column-not-read"

#: The page was not read as a whole, or not where a person said to look: what is missing may well be there.
_PARTLY_READ = {
    Warn.TRUNCATED: "页面未读取完整",
    Warn.SELECTOR_NO_MATCH: words.SELECTOR_NO_MATCH,
    Warn.NOT_FOLLOWED: "部分下级页面未能打开",
}
#: Where the last update was seen, when not beside an entry of the column's own list.
_SEEN_ELSEWHERE = {
    Basis.ARTICLE_TEXT: "列表未标日期，取自所列文章页面标注的发布日期",
    Basis.CHILD_COLUMN: "本栏目内容在下级栏目，取自下级栏目的列表",
}


@dataclasses.dataclass(frozen=True, slots=True)
class ColumnFacts:
    """What is known of a column when it is judged.

    `outcome` is a `crawler.records.FetchOutcome` value, `page_kind`, `basis` and `warnings` are values of
    `crawler.reading`'s PageKind, Basis and Warn. `updated` and `as_of` are civil dates (Asia/Shanghai).
    `exempt_reason` / `downtime_reason` are set when an exemption or a filed downtime covers the visit.
    """

    column_class: str
    as_of: dt.date
    outcome: str
    outcome_detail: str = ""
    page_kind: str = ""
    updated: dt.date | None = None
    basis: str = ""
    year_inferred: bool = False
    entries: int = 0
    warnings: tuple[str, ...] = ()
    rhythm_days: int | None = None
    trial: bool = False
    retired: bool = False
    exempt_reason: str = ""
    downtime_reason: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class ColumnVerdict:
    """A verdict with everything an appeal asks for. `sentence` is Chinese, stored, never translated.

    `due_on` is the last day on which the next update is in time; `days_overdue` counts from the day
    after it. `underlying_state` is what the page alone shows.
    """

    state: ColumnState
    underlying_state: ColumnState
    rule_id: str
    sentence: str
    inputs: dict[str, Any]
    updated: dt.date | None
    due_on: dt.date | None
    days_overdue: int


@dataclasses.dataclass(frozen=True, slots=True)
class _Finding:
    """What the page alone shows; `sentence` without its closing full stop."""

    state: ColumnState
    rule_id: str
    sentence: str
    updated: dt.date | None = None
    due_on: dt.date | None = None
    days_overdue: int = 0


def judge_column(facts: ColumnFacts, profile: Profile) -> ColumnVerdict:
    """Judge one column.

    Raises KeyError for a class that the profile has no window for, ValueError for an unknown outcome or page kind.
    """
    window = profile.windows[facts.column_class]
    finding = _unknown(facts) or _judged(facts, profile, window)
    state, preface = _standing(facts, window, finding.state)
    return ColumnVerdict(
        state=state,
        underlying_state=finding.state,
        rule_id=finding.rule_id,
        sentence=f"{preface}{finding.sentence}。",
        inputs=_inputs(facts, window),
        updated=finding.updated,
        due_on=finding.due_on,
        days_overdue=finding.days_overdue,
    )


def due_on(updated: dt.date, window: Window, rhythm_days: int | None) -> dt.date:
    """The last day on which the next update is in time. A rhythm counts only where it is stricter than the rule.

    Months are calendar months: the same day of a later month, or its last day where that month is too short.
    """
    if not window.has_clock:
        raise ValueError(f"{window.label} has no clock")
    due = updated + relativedelta(days=window.days or 0, months=window.months or 0)
    return min(due, updated + dt.timedelta(days=rhythm_days)) if rhythm_days else due


@functools.cache
def fewest_days(window: Window) -> int:
    """The fewest days that lie between an update and the last day for the next: half a year may be 181 days.

    Raises ValueError for a window without a clock.
    """
    four_years = (dt.date(2021, 1, 1) + dt.timedelta(days=day) for day in range(4 * 365 + 1))
    return min((due_on(day, window, None) - day).days for day in four_years)


def _standing(facts: ColumnFacts, window: Window, found: ColumnState) -> tuple[ColumnState, str]:
    """The state that is shown, and how its sentence begins when it is not what the page alone shows."""
    if facts.retired:
        return ColumnState.RETIRED, "本栏目已停用，不再检查。页面情况："
    if facts.trial:
        return ColumnState.TRIAL, (
            "本栏目处于试运行：单位尚未确认栏目清单、类别和更新周期，仅作展示，不计入问题。页面情况："
        )
    if facts.exempt_reason:
        return ColumnState.EXEMPT, f"本栏目已获准豁免（事由：{facts.exempt_reason}），不计入问题。页面情况："
    if window.exempt:
        return ColumnState.EXEMPT, f"本栏目属{window.label}栏目，按规则不要求更新。页面情况："
    return found, ""


def _unknown(facts: ColumnFacts) -> _Finding | None:
    """The finding for a page that was not fetched, or not read; None if it was."""
    outcome = FetchOutcome(facts.outcome)
    on = f"本次检查（{words.day(facts.as_of)}）时"
    down = outcome in UNREACHABLE or facts.page_kind == PageKind.CLOSED
    if down and facts.downtime_reason:
        return _Finding(
            ColumnState.INCONCLUSIVE,
            NOT_READ,
            f"所在站点已作停机报备（事由：{facts.downtime_reason}），{on}处于报备时段内，无法访问不计入问题，不作更新判定",
        )
    if outcome in UNREACHABLE:
        return _Finding(
            ColumnState.UNREACHABLE, NOT_REACHED, f"{on}栏目{words.OUTCOMES[outcome]}，无法访问，不作更新判定"
        )
    if outcome is FetchOutcome.LOGIN_REQUIRED or facts.page_kind == PageKind.LOGIN:
        return _Finding(ColumnState.INCONCLUSIVE, NOT_READ, f"{on}栏目{words.LOGIN}")
    if outcome is not FetchOutcome.OK:
        return _cannot_judge(f"{on}{words.OUTCOMES[outcome]}")
    kind = PageKind(facts.page_kind) if facts.page_kind else PageKind.UNREADABLE
    if kind is PageKind.UNREADABLE and Warn.SELECTOR_NO_MATCH in facts.warnings:
        return _cannot_judge(f"{on}{words.SELECTOR_NO_MATCH}")
    if kind in words.UNJUDGED_KINDS:
        return _cannot_judge(f"{on}{words.UNJUDGED_KINDS[kind]}")
    return None


def _cannot_judge(reason: str) -> _Finding:
    return _Finding(ColumnState.INCONCLUSIVE, NOT_READ, f"{reason}，无法判定更新情况，不视为未更新")


def _judged(facts: ColumnFacts, profile: Profile, window: Window) -> _Finding:
    """The finding for a page that was fetched and read."""
    on = words.day(facts.as_of)
    not_whole = "、".join(text for warning, text in _PARTLY_READ.items() if warning in facts.warnings)
    if facts.page_kind == PageKind.BLANK:
        if not_whole:
            return _cannot_judge(f"本次检查（{on}）时{not_whole}，未见信息")
        return _Finding(
            ColumnState.BLANK,
            BLANK,
            f"{profile.citation}“空白栏目”项：有栏目无内容的为空白栏目；截至{on}，本栏目没有任何信息，判为空白栏目",
        )
    updated = _believed(facts)
    if not window.has_clock:
        return _Finding(
            ColumnState.FRESH,
            BLANK,
            f"{profile.citation}{window.clause}：{window.label}栏目不设更新期限；截至{on}，本栏目有内容，判为正常",
            updated=updated,
        )
    if updated is None:
        return _without_date(facts, profile, window, not_whole)
    return _with_date(facts, profile, window, updated, not_whole)


def _without_date(facts: ColumnFacts, profile: Profile, window: Window, not_whole: str) -> _Finding:
    """The finding for a column that lists something but shows no date to go by."""
    on = words.day(facts.as_of)
    if facts.updated or Warn.FUTURE_DATE in facts.warnings:
        shown = words.day(facts.updated) if facts.updated else ""
        return _cannot_judge(f"本次检查（{on}）时，栏目所示最近日期{shown}晚于检查日期，不予采信，待人工核实")
    if not_whole:
        return _cannot_judge(f"本次检查（{on}）时{not_whole}，未见发布日期")
    seen = f"所见{facts.entries}条信息均" if facts.entries else "页面内容"
    return _Finding(
        ColumnState.UNDATED,
        NOT_UPDATED,
        f"{profile.citation}{window.clause}：未注明信息发布时间的视为不更新；"
        f"截至{on}，本栏目{seen}未标注发布日期，判为未标日期（按未更新计）",
    )


def _with_date(facts: ColumnFacts, profile: Profile, window: Window, updated: dt.date, not_whole: str) -> _Finding:
    """The finding for a column whose last update is known."""
    due = due_on(updated, window, facts.rhythm_days)
    by_rhythm = due != due_on(updated, window, None)
    required = f"{window.label}栏目应{words.period(days=window.days, months=window.months)}至少更新一次"
    if by_rhythm:
        own = words.period(days=facts.rhythm_days, months=None)
        required += f"，单位备案的更新周期更严，为{own}至少更新一次"
    shown = f"{profile.citation}{window.clause}：{required}；本栏目最近一次可见更新为{words.day(updated)}{_how(facts)}"
    left = (due - facts.as_of).days
    on = words.day(facts.as_of)
    if left < 0:
        if not_whole:
            return _cannot_judge(f"本次检查（{on}）时{not_whole}，所见最近一次更新为{words.day(updated)}")
        state, rest = (
            ColumnState.DORMANT,
            f"应于{words.day(due)}前（含当日）再次更新，截至{on}已逾期{-left}日，判为睡眠栏目（长期未更新）",
        )
    # A short rhythm would else be due soon from the day of the update on.
    elif left <= min(window.warn_days, (due - updated).days // 2):
        remaining = f"剩余{left}日" if left else "当日到期"
        state, rest = ColumnState.DUE_SOON, f"应于{words.day(due)}前（含当日）再次更新，截至{on}{remaining}，判为预警"
    else:
        state, rest = ColumnState.FRESH, f"下次更新期限为{words.day(due)}，截至{on}未逾期，判为正常"
    return _Finding(state, NOT_UPDATED, f"{shown}，{rest}", updated=updated, due_on=due, days_overdue=max(0, -left))


def _how(facts: ColumnFacts) -> str:
    """How the date was come by, in brackets, when it does not simply stand beside an entry."""
    how = [_SEEN_ELSEWHERE[Basis(facts.basis)]] if facts.basis in _SEEN_ELSEWHERE else []
    how += ["页面未标年份，年份系推定"] if facts.year_inferred else []
    return f"（{'；'.join(how)}）" if how else ""


def _believed(facts: ColumnFacts) -> dt.date | None:
    """The last update, unless the page dates it after the day it was seen."""
    return facts.updated if facts.updated and facts.updated <= facts.as_of else None


def _inputs(facts: ColumnFacts, window: Window) -> dict[str, Any]:
    """The facts and the figures that decided, as JSON-ready values."""
    values = dataclasses.asdict(facts)
    values["as_of"] = words.day(facts.as_of)
    values["updated"] = words.day(facts.updated) if facts.updated else None
    values["warnings"] = list(facts.warnings)
    values["window"] = {"days": window.days, "months": window.months, "warn_days": window.warn_days}
    return values
