"""A column's own rhythm (更新周期): only stricter than the rule of its class.

The rules are not known here: setting COLUMN_RULE names the function that knows them.
"""

from __future__ import annotations

import dataclasses

from django.conf import settings
from django.utils.module_loading import import_string


@dataclasses.dataclass(frozen=True, slots=True)
class Rule:
    """How often a class of columns must be updated, in words and in days; None: no clock.

    `days` are the fewest that the rule ever comes to: a rule of months is not always as long.
    """

    days: int | None
    words: str


def rule_of(column_class: str) -> Rule:
    rule: Rule = import_string(settings.COLUMN_RULE)(column_class)
    return rule


def problem_with(column_class: str, rhythm_days: int | None) -> str:
    """One line for the person when a rhythm is looser than the rule, or there is no rule to be stricter than."""
    if not column_class or rhythm_days is None:
        return ""
    rule = rule_of(column_class)
    if rule.days is None:
        return f"该类栏目没有更新期限（{rule.words}），不设更新周期，请留空。"
    if rhythm_days < 1 or rhythm_days > rule.days:
        return f"更新周期{rhythm_days}天不严于规则（{rule.words}）：请填1至{rule.days}之间的天数，或留空按规则。"
    return ""
