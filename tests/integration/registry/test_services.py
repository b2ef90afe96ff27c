"""Writes of the registry: who stands where, who said so, and that a second call changes nothing."""

from __future__ import annotations

import datetime as dt

import pytest

from audits.facts import FactChangedError
from audits.models import Column, Downtime, Exemption, RegistryEvent, Site
from audits.registry import services
from audits.registry.enums import ColumnStanding, RegistryEventKind
from audits.registry.services import RegistryError
from tests.factories import UnitFactory, UserFactory

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 18, 9, 30, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=1)


@pytest.fixture
def site() -> Site:
    return services.add_outside_site(url="http://127.0.0.1:8001/index.html", now=NOW)


def add(site: Site, name: str = "工作动态", url: str = "/gzdt/", **terms) -> Column:
    return services.add_column(site=site, name=name, url=url, now=NOW, **terms)


class TestSites:
    def test_code_comes_from_host_and_port(self, site: Site) -> None:
        assert (site.code, site.base_url, site.home_path) == ("127-0-0-1-8001", "http://127.0.0.1:8001/", "/index.html")
        assert site.home_url == "http://127.0.0.1:8001/index.html"

    @pytest.mark.parametrize(
        ("url", "code"),
        [
            ("http://www.Qiyun.example/", "www-qiyun-example"),
            ("https://oa.qiyun.example:8443/a/?b=1", "oa-qiyun-example-8443"),
            ("http://[::1]:8001/", "1-8001"),
        ],
    )
    def test_code_of_other_addresses(self, url: str, code: str) -> None:
        assert services.code_of(url) == code

    def test_second_call_returns_the_same_site(self, site: Site) -> None:
        again = services.add_outside_site(url="http://127.0.0.1:8001/index.html", name="另一个名字", now=LATER)

        assert again == site
        assert again.name == "127.0.0.1:8001"

    @pytest.mark.parametrize(
        ("url", "code", "complaint"),
        [
            ("ftp://127.0.0.1/", "", "scheme must be http or https"),
            ("127.0.0.1:8001", "", "scheme must be http or https"),
            ("http://", "", "no host name"),
            ("http://a b/", "", "spaces"),
            ("http://user:pass@127.0.0.1/", "", "user name or password"),
            ("http://127.0.0.1:99999/", "", "ort"),
            ("http://127.0.0.1:8001/", "县 局", "code '县 局'"),
            (
                "http://127.0.0.1:8001/other.html",
                "127-0-0-1-8001",
                "is taken by http://127.0.0.1:8001/index.html: choose another code",
            ),
            ("http://127.0.0.1:8002/", "portal", "belongs to the portal"),
            ("http://127.0.0.1:8002/", "wlzx", "belongs to the portal"),
            ("http://127.0.0.1:8002/" + "x" * 400, "", "home_path: 401 characters are more than 300"),
        ],
    )
    def test_what_does_not_fit_is_refused_in_one_line(self, site: Site, url: str, code: str, complaint: str) -> None:
        UnitFactory(code="wlzx")

        with pytest.raises(RegistryError) as caught:
            services.add_outside_site(url=url, code=code, now=NOW)

        assert complaint in str(caught.value)
        assert "\n" not in str(caught.value)
        assert Site.objects.get() == site

    def test_change_of_a_site_is_recorded_once_with_who_and_why(self, site: Site) -> None:
        actor, unit = UserFactory(), UnitFactory(code="wlzx")
        values = {"unit": unit, "name": " 办公\n系统 ", "login_required": True, "is_active": False}

        event = services.change_site(site=site, values=values, actor=actor, reason="补录", now=NOW)
        again = services.change_site(site=site, values=values, actor=actor, reason="补录", now=LATER)

        site.refresh_from_db()
        assert (site.unit, site.name, site.login_required, site.is_active) == (unit, "办公 系统", True, False)
        assert again is None
        assert site.events.get() == event
        assert (event.actor, event.reason, event.at) == (actor, "补录", NOW)
        assert event.before == {"name": "127.0.0.1:8001", "unit": "", "login_required": False, "is_active": True}
        assert event.after == {"name": "办公 系统", "unit": "wlzx", "login_required": True, "is_active": False}
        with pytest.raises(FactChangedError):
            event.delete()

    @pytest.mark.parametrize(
        ("values", "reason", "complaint"),
        [
            ({"name": " "}, "补录", "a site needs a name"),
            ({"name": "长" * 121}, "补录", "name: 121 characters"),
            ({"is_active": False}, " \n", "a reason is needed"),
        ],
    )
    def test_change_that_does_not_fit_is_refused(self, site: Site, values, reason, complaint) -> None:
        with pytest.raises(RegistryError, match=complaint):
            services.change_site(site=site, values=values, actor=None, reason=reason, now=NOW)
        assert not site.events.exists()

    def test_sections_of_the_portal_follow_their_pages(self) -> None:
        section = Site.objects.create(code="wlzx", name="网络中心", kind="section", created_at=NOW)

        with pytest.raises(RegistryError, match="site wlzx follows its page"):
            services.change_site(site=section, values={"is_active": False}, actor=None, reason="补录", now=NOW)

    def test_downtime_is_filed_once(self, site: Site) -> None:
        actor = UserFactory()
        filing = {"site": site, "reason": "机房搬迁", "approved_by": actor, "starts_at": NOW, "ends_at": LATER}

        first = services.file_downtime(**filing, now=NOW)
        second = services.file_downtime(**filing, now=LATER)

        assert first == second
        assert Downtime.objects.covering(NOW).get() == first
        assert Downtime.objects.covering(LATER).exists()
        assert not Downtime.objects.covering(LATER + dt.timedelta(seconds=1)).exists()
        with pytest.raises(RegistryError, match="ends after it starts"):
            services.file_downtime(**{**filing, "ends_at": NOW}, now=NOW)


class TestColumns:
    def test_column_starts_on_trial_with_a_suggested_class(self, site: Site) -> None:
        column = add(site)

        assert column.standing == ColumnStanding.TRIAL
        assert (column.column_class, column.class_reason) == ("dynamic", "名称含“动态”，按动态、要闻类")
        event = column.events.get()
        assert (event.kind, event.before, event.after["location"]) == (RegistryEventKind.ADDED, {}, "/gzdt/")

    def test_address_is_one_however_it_is_written(self, site: Site) -> None:
        column = services.add_column(site=site, name="公告", url='/通知/"列表".asp?lm=要闻', now=NOW)

        assert column.location == "/%E9%80%9A%E7%9F%A5/%22%E5%88%97%E8%A1%A8%22.asp?lm=%E8%A6%81%E9%97%BB"
        assert services.add_column(site=site, name="公告", url=column.url, now=NOW) == column

    def test_second_call_returns_the_same_column(self, site: Site) -> None:
        first = add(site)

        assert add(site, name="改了名") == first
        assert add(site, url="http://127.0.0.1:8001/gzdt/#top") == first
        assert RegistryEvent.objects.count() == 1

    @pytest.mark.parametrize(
        ("url", "location"),
        [
            ("/gzdt/", "/gzdt/"),
            ("http://127.0.0.1:8001/gzdt/?id=2#x", "/gzdt/?id=2"),
            ("http://127.0.0.1:8002/gzdt/", "http://127.0.0.1:8002/gzdt/"),
        ],
    )
    def test_location_is_relative_on_the_site_itself(self, site: Site, url: str, location: str) -> None:
        column = add(site, url=url)

        assert column.location == location
        assert column.url.endswith(location)

    def test_names_from_strange_pages_can_be_printed(self, site: Site) -> None:
        assert add(site, name=" 通知\x08\u200b\n公告\ue000 ").name == "通知 公告"

    @pytest.mark.parametrize(
        ("terms", "complaint"),
        [
            ({"name": "  "}, "needs a name"),
            ({"url": "javascript:void(0)"}, "scheme must be http or https"),
            ({"url": "//elsewhere/x"}, "scheme must be http or https"),
            ({"url": "/gz dt/"}, "must not contain spaces"),
            ({"column_class": "gossip"}, "class 'gossip' is none of dynamic, notice"),
            ({"name": "长" * 121}, "name: 121 characters are more than 120"),
        ],
    )
    def test_what_does_not_fit_is_refused(self, site: Site, terms: dict, complaint: str) -> None:
        with pytest.raises(RegistryError, match=complaint):
            add(site, **terms)

        assert not Column.objects.exists()

    def test_confirmed_columns_are_judged_and_say_by_whom(self, site: Site) -> None:
        actor = UserFactory()
        first, second = add(site), add(site, name="通知公告", url="/tzgg/")

        confirmed = services.confirm_columns(site=site, actor=actor, reason="单位已签字", now=LATER)
        again = services.confirm_columns(site=site, actor=actor, reason="单位已签字", now=LATER)

        assert (confirmed, again) == ([first, second], [])
        assert set(Column.objects.filter(standing=ColumnStanding.CONFIRMED)) == {first, second}
        event = first.events.get(kind=RegistryEventKind.CONFIRMED)
        assert (event.actor, event.reason, event.at) == (actor, "单位已签字", LATER)
        assert (event.before["standing"], event.after["standing"]) == ("trial", "confirmed")

    def test_some_columns_may_be_confirmed_before_others(self, site: Site) -> None:
        first, second = add(site), add(site, name="通知公告", url="/tzgg/")

        services.confirm_columns(site=site, columns=[first], actor=None, reason="命令行", now=NOW)

        assert Column.objects.get(standing=ColumnStanding.CONFIRMED) == first
        assert set(Column.objects.watched()) == {first, second}

    def test_change_of_class_is_recorded_with_its_reason(self, site: Site) -> None:
        column, actor = add(site), UserFactory()
        terms = {"column": column, "column_class": "notice", "rhythm_days": 30, "actor": actor, "now": LATER}

        services.change_class(**terms, reason="实为公告栏目")
        services.change_class(**terms, reason="实为公告栏目")

        column.refresh_from_db()
        assert (column.column_class, column.rhythm_days, column.class_reason) == ("notice", 30, "实为公告栏目")
        event = column.events.get(kind=RegistryEventKind.CHANGED)
        assert (event.before["column_class"], event.after["column_class"]) == ("dynamic", "notice")
        with pytest.raises(RegistryError, match="reason"):
            services.change_class(**{**terms, "column_class": "policy"}, reason=" ")

    def test_a_reading_is_set_and_taken_away_with_name_and_reason(self, site: Site) -> None:
        column, actor = add(site), UserFactory()
        said = {"column": column, "actor": actor, "reason": "页面特殊", "now": LATER}

        for _ in range(2):
            services.set_override(**said, selector=" .list li ", date_format="YYYY年M月D日")
        column.refresh_from_db()
        assert (column.override_selector, column.override_date_format) == (".list li", "YYYY年M月D日")
        for _ in range(2):
            services.clear_override(**said)
        column.refresh_from_db()
        assert (column.override_selector, column.override_date_format) == ("", "")

        first, second = column.events.exclude(kind=RegistryEventKind.ADDED).order_by("pk")
        assert (first.kind, second.kind) == (RegistryEventKind.OVERRIDE_SET, RegistryEventKind.OVERRIDE_CLEARED)
        assert (first.actor, first.at, first.reason) == (actor, LATER, "页面特殊")
        assert (first.before["override_selector"], first.after["override_selector"]) == ("", ".list li")
        assert (second.before["override_date_format"], second.after["override_date_format"]) == ("YYYY年M月D日", "")

    @pytest.mark.parametrize(
        ("wrong", "complaint"),
        [
            ({"selector": "li["}, "no CSS selector"),
            ({"selector": ""}, "no CSS selector"),
            ({"date_format": "YYYY-MM"}, "month and day once each"),
            ({"date_format": r"\d+-\d+"}, "month and day once each"),
            ({"selector": "a" * 201}, "more than 200"),
            ({"date_format": "YYYY-MM-DD" + "。" * 31}, "more than 40"),
            ({"reason": " "}, "a reason is needed"),
        ],
    )
    def test_a_reading_that_cannot_be_is_refused(self, site: Site, wrong: dict[str, str], complaint: str) -> None:
        column = add(site)
        said = {"selector": ".list li", "date_format": "YYYY-MM-DD", "reason": "页面特殊", **wrong}

        with pytest.raises(RegistryError, match=complaint):
            services.set_override(column=column, actor=UserFactory(), now=LATER, **said)
        column.refresh_from_db()
        assert column.override_selector == ""

    def test_setting_a_reading_decides_nothing_on_the_class(self, site: Site) -> None:
        column, actor = add(site), UserFactory()
        services.confirm_columns(site=site, actor=actor, reason="属实", now=NOW)
        terms = {"column_class": "notice", "rhythm_days": None}
        RegistryEvent.objects.create(column=column, at=NOW, kind=RegistryEventKind.CHANGE_PROPOSED, after=terms)

        services.set_override(
            column=column, selector="li", date_format="MM-DD", actor=actor, reason="页面特殊", now=LATER
        )

        assert Column.objects.with_open_proposal().get() == column

    def test_events_cannot_be_rewritten(self, site: Site) -> None:
        event = add(site).events.get()
        event.reason = "改写"

        with pytest.raises(FactChangedError):
            event.save()
        with pytest.raises(FactChangedError):
            RegistryEvent.objects.all().delete()


class TestRetirement:
    def test_a_person_decides_and_nothing_is_deleted(self, site: Site) -> None:
        column, actor = add(site), UserFactory()

        services.propose_retirement(column=column, reason="栏目页面已删除", now=NOW)
        services.propose_retirement(column=column, reason="栏目页面已删除", now=LATER)
        services.confirm_retirement(column=column, actor=actor, reason="机构撤并", now=LATER)
        services.confirm_retirement(column=column, actor=actor, reason="机构撤并", now=LATER)

        column.refresh_from_db()
        assert column.standing == ColumnStanding.RETIRED
        assert not Column.objects.watched().exists()
        kinds = list(column.events.order_by("pk").values_list("kind", flat=True))
        assert kinds == ["added", "retirement_proposed", "retired"]

    def test_it_must_be_proposed_first(self, site: Site) -> None:
        with pytest.raises(RegistryError, match="proposed first"):
            services.confirm_retirement(column=add(site), actor=UserFactory(), reason="机构撤并", now=NOW)

    @pytest.mark.parametrize("confirmed", [False, True])
    def test_withdrawn_it_stands_where_it_stood(self, site: Site, confirmed: bool) -> None:
        column = add(site)
        if confirmed:
            (column,) = services.confirm_columns(site=site, actor=None, reason="命令行", now=NOW)
        services.propose_retirement(column=column, reason="栏目页面已取消发布", now=NOW)

        services.withdraw_retirement(column=column, actor=UserFactory(), reason="误操作", now=LATER)

        assert column.standing == (ColumnStanding.CONFIRMED if confirmed else ColumnStanding.TRIAL)

    def test_what_is_no_column_is_turned_down_at_once(self, site: Site) -> None:
        column, actor = add(site), UserFactory()

        for now in (NOW, LATER):
            services.turn_down(column=column, actor=actor, reason="友情链接", now=now)

        column.refresh_from_db()
        assert column.standing == ColumnStanding.RETIRED
        kinds = column.events.order_by("pk").values_list("kind", flat=True)
        assert list(kinds) == ["added", "retirement_proposed", "retired"]

    def test_confirmed_column_is_not_turned_down(self, site: Site) -> None:
        add(site)
        (column,) = services.confirm_columns(site=site, actor=None, reason="命令行", now=NOW)

        with pytest.raises(RegistryError, match="proposed first"):
            services.turn_down(column=column, actor=UserFactory(), reason="友情链接", now=NOW)
        assert Column.objects.get().standing == ColumnStanding.CONFIRMED

    def test_retired_column_leaves_its_address_free(self, site: Site) -> None:
        column = add(site)
        services.propose_retirement(column=column, reason="撤销", now=NOW)
        services.confirm_retirement(column=column, actor=UserFactory(), reason="撤销", now=NOW)

        assert add(site) != column


def test_exemption_covers_both_its_days(site: Site) -> None:
    column, actor = add(site), UserFactory()
    terms = {
        "column": column,
        "reason": "机构\x0b改革",
        "approved_by": actor,
        "valid_from": dt.date(2026, 11, 1),
        "valid_until": dt.date(2026, 11, 18),
    }

    first = services.exempt(**terms, now=NOW)

    assert first.reason == "机构 改革"
    assert services.exempt(**terms, now=LATER) == first
    assert [Exemption.objects.covering(dt.date(2026, 11, day)).exists() for day in (1, 18, 19)] == [True, True, False]
    assert not Exemption.objects.covering(dt.date(2026, 10, 31)).exists()
    with pytest.raises(RegistryError, match="on or after"):
        services.exempt(**{**terms, "valid_until": dt.date(2026, 10, 1)}, now=NOW)
    with pytest.raises(RegistryError, match="reason"):
        services.exempt(**{**terms, "reason": " "}, now=NOW)
