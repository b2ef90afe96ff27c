"""What the verdicts on a site's columns say of the site."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from audits.rules import words
from audits.rules.freshness import ColumnVerdict
from audits.rules.profiles import Profile, Veto
from audits.rules.states import ALIVE, STALE, UNKNOWN, ColumnState, SiteState
from crawler.records import UNREACHABLE, FetchOutcome

#: Rule ids of site verdicts that no veto gives.
AVAILABILITY = "site-availability"
COLUMNS = "site-columns"
STANDING = "site-standing"

_HIT_WORDS = {
    SiteState.FAILING: "触及该项单项否决指标",
    SiteState.ZOMBIE: "判为僵尸网站（网站长期未更新）",
}


@dataclasses.dataclass(frozen=True, slots=True)
class SiteFacts:
    """`columns`: (column class, verdict) of every column that is not retired.

    `home_outcome`: FetchOutcome value of the home page; empty if it was not visited.
    `availability_only`: the site has no columns of its own (the portal as a whole).
    """

    as_of: dt.date
    home_outcome: str
    columns: tuple[tuple[str, ColumnVerdict], ...]
    downtime_reason: str = ""
    availability_only: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class SiteVerdictResult:
    state: SiteState
    rule_id: str
    sentence: str
    inputs: dict[str, Any]


@dataclasses.dataclass(frozen=True, slots=True)
class _Counts:
    """Columns that count (neither on trial nor exempt), sorted by what their verdicts say."""

    counted: tuple[tuple[str, ColumnVerdict], ...]
    clocked: tuple[tuple[str, ColumnVerdict], ...]

    def of(self, *states: ColumnState, classes: tuple[str, ...] = ()) -> int:
        return sum(
            verdict.state in states and (not classes or column_class in classes)
            for column_class, verdict in self.counted
        )

    @property
    def alive(self) -> int:
        return self.of(*ALIVE)

    @property
    def unknown(self) -> int:
        return self.of(*UNKNOWN)


def judge_site(facts: SiteFacts, profile: Profile) -> SiteVerdictResult:
    """Judge one site."""
    counted = tuple(pair for pair in facts.columns if pair[1].state in STALE | ALIVE | UNKNOWN)
    counts = _Counts(counted, tuple(pair for pair in counted if profile.windows[pair[0]].has_clock))
    state, rule_id, sentence = _judge(facts, profile, counts)
    return SiteVerdictResult(
        state=state,
        rule_id=rule_id,
        sentence=f"{sentence}。",
        inputs={
            "as_of": words.day(facts.as_of),
            "home_outcome": facts.home_outcome,
            "downtime_reason": facts.downtime_reason,
            "columns": len(facts.columns),
            "counted": len(counts.counted),
            "states": {str(each): counts.of(each) for each in ColumnState if counts.of(each)},
            "newest": words.day(newest) if (newest := _newest(facts)) else None,
        },
    )


def _judge(facts: SiteFacts, profile: Profile, counts: _Counts) -> tuple[SiteState, str, str]:
    """State, rule id and sentence without its closing full stop."""
    on = words.day(facts.as_of)
    if facts.columns and all(verdict.state == ColumnState.TRIAL for _, verdict in facts.columns):
        return (
            SiteState.TRIAL,
            STANDING,
            (f"截至{on}，本站点{len(facts.columns)}个栏目均处于试运行，待单位确认后纳入检查"),
        )
    home = FetchOutcome(facts.home_outcome or FetchOutcome.OK)
    read = len(counts.counted) - counts.unknown
    if home is not FetchOutcome.OK and not read:
        return _home_not_read(facts, home)
    if facts.availability_only:
        return SiteState.NORMAL, AVAILABILITY, f"截至{on}，首页可以打开；本站点仅检查可用性，判为正常"
    if not facts.columns:
        return SiteState.INCONCLUSIVE, COLUMNS, f"截至{on}，本站点尚未登记栏目，无法判定更新情况"
    return _judge_columns(facts, profile, counts, home)


def _judge_columns(
    facts: SiteFacts, profile: Profile, counts: _Counts, home: FetchOutcome
) -> tuple[SiteState, str, str]:
    """The vetoes in their order, then whether enough was read to call the site normal."""
    on = words.day(facts.as_of)
    read = len(counts.counted) - counts.unknown
    for veto in profile.vetoes:
        hit = _hit(veto, facts, profile, counts)
        if hit:
            state = SiteState(veto.state)
            return state, veto.id, f"{profile.citation}{veto.clause}：截至{on}，{hit}，{_HIT_WORDS[state]}"
    if counts.unknown and not counts.alive:
        if facts.downtime_reason:
            return SiteState.INCONCLUSIVE, COLUMNS, _filed(facts)
        stale = f"，其余{read}个均未按期更新，但不足以认定全站未更新" if read else ""
        return (
            SiteState.INCONCLUSIVE,
            COLUMNS,
            (f"本次检查（{on}）时，本站点{counts.unknown}个栏目无法访问或无法判定{stale}，本次不作判定"),
        )
    return SiteState.NORMAL, COLUMNS, _normal(facts, home, counts)


def _home_not_read(facts: SiteFacts, home: FetchOutcome) -> tuple[SiteState, str, str]:
    on = f"本次检查（{words.day(facts.as_of)}）时"
    if home is FetchOutcome.LOGIN_REQUIRED:
        return SiteState.INCONCLUSIVE, AVAILABILITY, f"{on}本站点{words.LOGIN}"
    if home not in UNREACHABLE:
        return SiteState.INCONCLUSIVE, AVAILABILITY, f"{on}首页{words.OUTCOMES[home]}，无法判定"
    if facts.downtime_reason:
        return SiteState.INCONCLUSIVE, AVAILABILITY, _filed(facts)
    return (
        SiteState.UNREACHABLE,
        AVAILABILITY,
        (f"{on}首页{words.OUTCOMES[home]}，站点无法访问；本结果为单次检查所见，不作更新判定"),
    )


def _filed(facts: SiteFacts) -> str:
    return (
        f"本站点已作停机报备（事由：{facts.downtime_reason}），"
        f"本次检查（{words.day(facts.as_of)}）处于报备时段内，无法访问不计入问题，不作判定"
    )


def _normal(facts: SiteFacts, home: FetchOutcome, counts: _Counts) -> str:
    """The sentence for a site on which nothing was hit."""
    opened = "" if home is FetchOutcome.OK else f"；首页本次{words.OUTCOMES[home]}（单次检查所见）"
    on = words.day(facts.as_of)
    parts = [
        f"{words_of_state}{number}个"
        for words_of_state, number in (
            ("正常", counts.of(ColumnState.FRESH)),
            ("预警", counts.of(ColumnState.DUE_SOON)),
            ("未按期更新或空白", counts.of(*STALE)),
            ("无法访问或无法判定", counts.unknown),
        )
        if number
    ]
    checked = f"纳入检查的栏目{len(counts.counted)}个" + (f"，其中{'、'.join(parts)}" if parts else "")
    return f"截至{on}，本站点{checked}，未触及单项否决指标，判为正常{opened}"


def _hit(veto: Veto, facts: SiteFacts, profile: Profile, counts: _Counts) -> str:
    """How a veto hits, in words; empty if it does not."""
    if veto.kind == "stale-columns":
        return _stale_columns(veto, profile, counts)
    if veto.kind == "blank-columns":
        number = counts.of(ColumnState.BLANK)
        return f"本站点空白栏目{number}个，达到{veto.threshold}个" if number >= veto.threshold else ""
    # A column that was not read may be alive: then nothing is said of the site as a whole.
    if counts.unknown:
        return ""
    if veto.kind == "all-stale":
        return _all_stale(veto, facts, counts)
    return _site_not_updated(veto, facts, profile, counts)


def _stale_columns(veto: Veto, profile: Profile, counts: _Counts) -> str:
    number = counts.of(*(STALE if veto.count_blank else STALE - {ColumnState.BLANK}), classes=veto.classes)
    if number < veto.threshold:
        return ""
    labels = "，".join(profile.windows[each].label for each in veto.classes)
    return f"本站点未按期更新的栏目（{labels}）累计{number}个，达到{veto.threshold}个"


def _all_stale(veto: Veto, facts: SiteFacts, counts: _Counts) -> str:
    number = len(counts.clocked)
    if number < veto.threshold or any(verdict.state not in STALE for _, verdict in counts.clocked):
        return ""
    return f"本站点{number}个应更新栏目全部未按期更新、空白或未标日期，{_last_update(facts)}"


def _site_not_updated(veto: Veto, facts: SiteFacts, profile: Profile, counts: _Counts) -> str:
    # Asked only of a site on which something ought to be updated that often.
    windows = (profile.windows[column_class] for column_class, _ in counts.clocked)
    if not any(window.days is not None and window.days <= veto.threshold for window in windows):
        return ""
    newest = _newest(facts)
    if newest and (facts.as_of - newest).days <= veto.threshold:
        return ""
    return f"本站点各栏目{veto.threshold}日内均无可见更新，{_last_update(facts)}"


def _newest(facts: SiteFacts) -> dt.date | None:
    """The newest update anywhere on the site; an exempt column's is one, too."""
    return max((verdict.updated for _, verdict in facts.columns if verdict.updated), default=None)


def _last_update(facts: SiteFacts) -> str:
    newest = _newest(facts)
    return f"最近一次可见更新为{words.day(newest)}" if newest else "未见标注日期的更新"
