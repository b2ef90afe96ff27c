"""The states a column or a site can be judged to be in. Plain strings: profiles, records and models share them."""

from __future__ import annotations

import enum


class ColumnState(enum.StrEnum):
    """What a verdict says of a column."""

    FRESH = "fresh"  # 正常
    DUE_SOON = "due_soon"  # 预警
    DORMANT = "dormant"  # 睡眠栏目: the newest visible date is older than the class allows
    BLANK = "blank"  # 空白栏目
    UNDATED = "undated"  # 未标日期: entries, none with a visible date; the rule counts it as not updated
    UNREACHABLE = "unreachable"  # 无法访问
    INCONCLUSIVE = "inconclusive"  # 无法判定
    EXEMPT = "exempt"  # 豁免
    TRIAL = "trial"  # 试运行: the unit has not confirmed list, class and rhythm yet
    RETIRED = "retired"  # 停用


#: States that count against a unit and open a case.
STALE = frozenset({ColumnState.DORMANT, ColumnState.BLANK, ColumnState.UNDATED})
#: States that show the column is alive.
ALIVE = frozenset({ColumnState.FRESH, ColumnState.DUE_SOON})
#: States in which nothing can be said of the column's freshness.
UNKNOWN = frozenset({ColumnState.UNREACHABLE, ColumnState.INCONCLUSIVE})


class SiteState(enum.StrEnum):
    """What a verdict says of a site (a unit's section of the portal, or an outside site)."""

    NORMAL = "normal"  # 正常
    FAILING = "failing"  # 触及单项否决
    ZOMBIE = "zombie"  # 僵尸网站: nothing on it is alive
    UNREACHABLE = "unreachable"
    INCONCLUSIVE = "inconclusive"
    TRIAL = "trial"
