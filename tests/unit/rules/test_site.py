"""What a site's columns say of the site: thresholds one below, on and above; nothing is said of what was not read."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.rules.freshness import ColumnVerdict
from audits.rules.profiles import load_profile
from audits.rules.site import SiteFacts, SiteVerdictResult, judge_site
from audits.rules.states import SiteState
from tests.unit.rules.facts import AS_OF, ago, judged

Judged = tuple[str, ColumnVerdict]


def fresh(column_class: str = "dynamic") -> Judged:
    return column_class, judged(column_class, updated=ago(1))


def dormant(column_class: str = "dynamic") -> Judged:
    return column_class, judged(column_class, updated=ago(900))


def blank(column_class: str = "notice") -> Judged:
    return column_class, judged(column_class, page_kind="blank", entries=0)


def undated(column_class: str = "notice") -> Judged:
    return column_class, judged(column_class)


def unread(column_class: str = "notice") -> Judged:
    return column_class, judged(column_class, page_kind="scripted")


def lost(column_class: str = "dynamic") -> Judged:
    return column_class, judged(column_class, outcome="refused", page_kind="")


def exempt(column_class: str = "dynamic") -> Judged:
    return column_class, judged(column_class, updated=ago(900), exempt_reason="机构改革")


def trial(column_class: str = "dynamic") -> Judged:
    return column_class, judged(column_class, updated=ago(900), trial=True)


def site(*columns: Judged, home: str = "ok", profile: str = "county", downtime: str = "") -> SiteVerdictResult:
    facts = SiteFacts(as_of=AS_OF, home_outcome=home, columns=columns, downtime_reason=downtime)
    return judge_site(facts, load_profile(profile))


def test_site_whose_columns_are_kept_is_normal() -> None:
    verdict = site(fresh(), fresh("notice"), ("static", judged("static", page_kind="static")))

    assert verdict.state == SiteState.NORMAL
    assert "纳入检查的栏目3个，其中正常3个" in verdict.sentence


def test_site_on_which_every_column_is_stale_is_a_zombie() -> None:
    verdict = site(dormant(), blank(), undated("policy"), ("static", judged("static", page_kind="static")))

    assert (verdict.state, verdict.rule_id) == (SiteState.ZOMBIE, "site-dead")
    assert verdict.sentence.startswith("参照")
    assert "3个应更新栏目全部" in verdict.sentence
    assert ago(900).isoformat() in verdict.sentence


def test_one_column_alive_is_enough_not_to_be_a_zombie() -> None:
    assert site(dormant(), blank(), fresh("policy")).state == SiteState.NORMAL


@pytest.mark.parametrize("unknown", [unread(), lost()])
def test_zombie_is_not_said_of_a_site_that_was_not_read_whole(unknown: Judged) -> None:
    verdict = site(dormant(), blank(), unknown)

    assert verdict.state == SiteState.INCONCLUSIVE
    assert "其余2个均未按期更新" in verdict.sentence


def test_trial_and_exempt_columns_are_counted_for_nothing() -> None:
    assert site(dormant(), trial(), exempt()).inputs["counted"] == 1
    assert site(dormant(), trial(), exempt()).state == SiteState.ZOMBIE
    assert site(exempt(), exempt()).state == SiteState.NORMAL
    assert site(fresh(), *[trial()] * 12).state == SiteState.NORMAL


def test_site_with_nothing_but_trial_columns_is_on_trial() -> None:
    assert site(trial(), trial()).state == SiteState.TRIAL
    assert site(trial(), home="timeout").state == SiteState.TRIAL


@pytest.mark.parametrize(
    ("many", "number", "rule_id"),
    [(dormant, 5, "columns-not-updated-1"), (undated, 5, "columns-not-updated-1"), (blank, 5, "blank-columns")],
)
@pytest.mark.parametrize("others", [[fresh()], [fresh(), unread(), lost()]])
def test_count_vetoes_hit_from_their_threshold_on(many, number: int, rule_id: str, others: list[Judged]) -> None:
    below = site(*others, *[many()] * (number - 1))
    on = site(*others, *[many()] * number)
    above = site(*others, *[many()] * (number + 1))

    assert below.state == SiteState.NORMAL
    assert (on.state, on.rule_id) == (SiteState.FAILING, rule_id)
    assert (above.state, above.rule_id) == (SiteState.FAILING, rule_id)
    assert f"{number}个，达到{number}个" in on.sentence


def test_ten_columns_of_any_clocked_class_blank_ones_included() -> None:
    columns = [fresh(), *[dormant("personnel_planning")] * 6]

    assert site(*columns, *[blank()] * 3).state == SiteState.NORMAL
    assert site(*columns, *[blank()] * 4).rule_id == "columns-not-updated-2"


def test_personnel_columns_do_not_count_among_the_five() -> None:
    assert site(fresh(), *[dormant("personnel_planning")] * 9).state == SiteState.NORMAL


def test_site_without_an_update_for_two_weeks() -> None:
    def updated(days: int) -> SiteVerdictResult:
        return site(dormant(), ("notice", judged("notice", updated=ago(days))))

    assert updated(13).state == SiteState.NORMAL
    assert updated(14).state == SiteState.NORMAL
    assert (updated(15).state, updated(15).rule_id) == (SiteState.FAILING, "site-not-updated")
    assert "14日内均无可见更新" in updated(15).sentence


def test_two_weeks_are_not_asked_of_a_site_that_owes_nothing_so_often() -> None:
    assert site(("notice", judged("notice", updated=ago(60)))).state == SiteState.NORMAL


@pytest.mark.parametrize("profile", ["census-2015", "indicators-2019"])
def test_bulletins_call_a_site_without_updates_a_zombie(profile: str) -> None:
    verdict = site(dormant(), profile=profile)

    assert (verdict.state, verdict.rule_id) == (SiteState.ZOMBIE, "site-not-updated")


def test_site_that_is_down() -> None:
    verdict = site(lost(), lost(), home="refused")

    assert (verdict.state, verdict.rule_id) == (SiteState.UNREACHABLE, "site-availability")
    assert "服务器拒绝连接" in verdict.sentence
    assert "单次检查" in verdict.sentence


def test_site_that_is_down_within_a_filed_downtime() -> None:
    verdict = site(lost(), home="refused", downtime="机房搬迁")

    assert verdict.state == SiteState.INCONCLUSIVE
    assert "停机报备（事由：机房搬迁）" in verdict.sentence


def test_columns_that_opened_are_judged_though_the_home_page_did_not() -> None:
    assert site(fresh(), home="server_error").state == SiteState.NORMAL
    assert "首页本次服务器出错" in site(fresh(), home="server_error").sentence
    assert site(dormant(), home="server_error").state == SiteState.ZOMBIE


def test_site_that_asks_for_sign_in_says_so() -> None:
    closed = ("dynamic", judged(outcome="login_required", page_kind=""))

    verdict = site(closed, home="login_required")

    assert verdict.state == SiteState.INCONCLUSIVE
    assert "须登录后方可查看" in verdict.sentence


def test_site_of_which_nothing_could_be_read() -> None:
    verdict = site(unread(), unread("dynamic"))

    assert verdict.state == SiteState.INCONCLUSIVE
    assert "2个栏目无法访问或无法判定" in verdict.sentence


def test_home_page_need_not_be_visited_for_a_recheck() -> None:
    assert site(fresh(), home="").state == SiteState.NORMAL
    assert site(lost(), home="").state == SiteState.INCONCLUSIVE


@pytest.mark.parametrize(("home", "state"), [("ok", SiteState.NORMAL), ("timeout", SiteState.UNREACHABLE)])
def test_portal_as_a_whole_is_judged_by_its_home_page(home: str, state: SiteState) -> None:
    facts = SiteFacts(as_of=AS_OF, home_outcome=home, columns=(), availability_only=True)

    assert judge_site(facts, load_profile("county")).state == state


def test_nothing_is_said_of_a_site_whose_columns_nobody_registered() -> None:
    assert site().state == SiteState.INCONCLUSIVE
    assert site(home="timeout").state == SiteState.UNREACHABLE
    assert "尚未登记栏目" in site().sentence


kinds = st.sampled_from([fresh, dormant, blank, undated, unread, lost, exempt, trial])


@given(makers=st.lists(kinds, max_size=14), home=st.sampled_from(["ok", "timeout", "login_required", "too_large", ""]))
def test_every_site_verdict_holds_together(makers, home: str) -> None:
    columns = [maker() for maker in makers]
    verdict = site(*columns, home=home)

    assert AS_OF.isoformat() in verdict.sentence
    assert verdict.sentence.endswith("。")
    assert json.loads(json.dumps(verdict.inputs)) == verdict.inputs
    if verdict.state == SiteState.ZOMBIE:
        assert not {unread, lost, fresh} & set(makers)
