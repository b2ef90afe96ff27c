"""Every page of the desk, asked for by everyone: county staff, a unit's people, the unit beside it, strangers."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from audits.notices.enums import PaperState
from audits.registry.models import Column
from portal.units.enums import Role
from portal.units.models import Membership
from portal.units.services import leave
from tests.integration.desk.county import COUNTY, EVERYONE, HIDDEN, HOME, OK, OWN, PEOPLE, SIGN_IN, UNSEEN, answer_of

LISTINGS = ("audit_runs", "audit_sites", "audit_columns", "audit_cases", "audit_papers")
STAFF = (*COUNTY, *OWN, "neighbour")


def answers(desk, url: str) -> dict[str, str]:
    return {who: answer_of(desk.get(who, url)) for who in EVERYONE}


def expected(shown: frozenset[str], *, otherwise: str) -> dict[str, str]:
    """Those in `shown` see the page, staff get `otherwise`, strangers are asked to sign in."""
    return {who: OK if who in shown else otherwise if who in STAFF else SIGN_IN for who in EVERYONE}


@pytest.mark.parametrize("name", LISTINGS)
@pytest.mark.parametrize("query", ["", "?export=csv", "?export=xlsx"])
def test_listings_and_exports_are_for_staff(desk, name, query):
    assert answers(desk, reverse(f"{name}:index") + query) == expected(frozenset(STAFF), otherwise=HOME)
    assert answers(desk, reverse(f"{name}:index_results") + query) == expected(frozenset(STAFF), otherwise=HOME)


def test_overview_is_for_staff(desk):
    assert answers(desk, reverse("audit_desk:dashboard")) == expected(frozenset(STAFF), otherwise=HOME)


def test_a_units_files_are_for_the_county_and_the_unit(desk):
    for url in (
        reverse("audit_runs:inspect", args=[desk.run.pk]),
        reverse("audit_sites:inspect", args=[desk.site.pk]),
        reverse("audit_columns:inspect", args=[desk.stale.pk]),
        reverse("audit_cases:inspect", args=[desk.in_hand.pk]),
        reverse("audit_papers:inspect", args=[desk.papers[PaperState.DELIVERED].pk]),
        reverse("audit_desk:evidence", args=[desk.evidence.pk, "original"]),
        reverse("audit_desk:evidence", args=[desk.evidence.pk, "stamped"]),
        reverse("audit_desk:evidence", args=[desk.evidence.pk, "thumbnail"]),
        reverse("audit_desk:paper_file", args=[desk.file.pk]),
        reverse("audit_desk:filing_form", args=[desk.site.code]),
    ):
        assert answers(desk, url) == expected(COUNTY | OWN, otherwise=HIDDEN), url


def test_a_unit_sees_a_paper_from_its_delivery_on(desk):
    for state, paper in desk.papers.items():
        shown = COUNTY if state in UNSEEN else COUNTY | OWN
        url = reverse("audit_papers:inspect", args=[paper.pk])
        assert answers(desk, url) == expected(shown, otherwise=HIDDEN), state
    draft = reverse("audit_desk:paper_file", args=[desk.draft_file.pk])
    assert answers(desk, draft) == expected(COUNTY, otherwise=HIDDEN)

    case = desk.get("leader", reverse("audit_cases:inspect", args=[desk.in_hand.pk])).content.decode()
    for state, paper in desk.papers.items():
        assert (reverse("audit_papers:inspect", args=[paper.pk]) in case) == (state not in UNSEEN), state


def test_review_and_starting_a_run_are_the_network_centres(desk):
    for name in ("review", "start_run"):
        assert answers(desk, reverse(f"audit_desk:{name}")) == expected(frozenset({"reviewer"}), otherwise=HOME)


def test_rows_of_other_units_are_in_no_listing_export_or_count(desk):
    own, theirs = {"云溪公告", "云溪政策", "云溪采购"}, {"清河公告"}
    seen = {"reviewer": own | theirs, "office": own | theirs, "editor": own, "leader": own, "neighbour": theirs}
    for who, names in seen.items():
        for query in ("", "?export=csv"):
            response = desk.get(who, reverse("audit_cases:index") + query)
            text = b"".join(response.streaming_content if response.streaming else [response.content]).decode()
            assert {name for name in own | theirs if name in text} == names, (who, query)

    units = {who: _units_to_filter_by(desk, who) for who in ("office", "leader", "neighbour")}
    assert units == {
        "office": {"栖云县云溪镇", "栖云县清河镇", "县网络中心", "县督办督查局", "县政府办"},
        "leader": {"栖云县云溪镇"},
        "neighbour": {"栖云县清河镇"},
    }


def test_a_filter_by_another_unit_shows_nothing_of_it(desk):
    answer = desk.get("leader", reverse("audit_columns:index") + f"?unit={desk.b.pk}")

    assert "清河公告" not in answer.content.decode()


def test_a_run_shows_a_unit_its_own_part(desk):
    url = reverse("audit_runs:inspect", args=[desk.run.pk])
    assert "云溪公告" in desk.get("leader", url).content.decode()

    listing = {
        who: desk.get(who, reverse("audit_runs:index")).context["object_list"] for who in ("office", "neighbour")
    }
    assert desk.run in listing["office"]
    assert desk.run not in listing["neighbour"]
    assert len(listing["neighbour"]) == 1


def test_overview_counts_what_a_person_may_see(desk):
    def waiting(who: str) -> dict[str, int]:
        todo = desk.get(who, reverse("audit_desk:dashboard")).context["todo"]
        return {str(words): count for words, count, _where in todo}

    assert waiting("reviewer") == {"待确认问题": 2, "待销号问题": 1, "待确认停用": 1, "待确认备案的站点": 1}
    assert waiting("bureau") == {"待销号问题": 1, "待签发文书": 1, "待送达文书": 1, "待复查反馈": 1}
    assert waiting("leader") == {"待签收文书": 1, "待反馈文书": 2, "待确认备案的站点": 1}
    assert waiting("editor") == {"待签收文书": 1, "待反馈文书": 2}
    assert waiting("office") == waiting("neighbour") == {}


def test_what_waits_is_what_its_link_lists(desk):
    for who in PEOPLE.keys() - {"reader"}:
        for words, count, where in desk.get(who, reverse("audit_desk:dashboard")).context["todo"]:
            context = desk.get(who, where).context
            assert len(context["cases"] if "cases" in context else context["object_list"]) == count, (who, words)


def test_who_left_a_unit_sees_nothing_of_it(desk):
    today = timezone.localdate()
    membership = Membership.objects.get(person__user=desk.users["leader"], role=Role.LEADER)
    leave(membership=membership, last_day=today - dt.timedelta(days=1), today=today)

    assert answer_of(desk.get("leader", reverse("audit_columns:inspect", args=[desk.stale.pk]))) == SIGN_IN


def test_a_membership_that_ran_out_counts_before_the_groups_are_brought_up_to_date(desk):
    Membership.objects.filter(person__user=desk.users["leader"]).update(
        valid_until=timezone.localdate() - dt.timedelta(days=1)
    )

    assert answer_of(desk.get("leader", reverse("audit_columns:inspect", args=[desk.stale.pk]))) == HIDDEN
    assert "县网络中心" in desk.get("leader", reverse("audit_desk:dashboard")).content.decode()


def test_nobody_writes_rows_through_wagtails_forms(desk):
    desk.users["reviewer"].is_superuser = True
    desk.users["reviewer"].save()
    for name in ("add", "edit", "delete", "copy", "history", "usage"):
        for kind in ("columns", "cases", "papers", "sites", "runs"):
            for url in (f"/admin/audits/{kind}/{name}/", f"/admin/audits/{kind}/{name}/{desk.stale.pk}/"):
                assert answer_of(desk.get("reviewer", url)) == HIDDEN, url
    assert "/edit/" not in desk.get("reviewer", reverse("audit_columns:index")).content.decode()
    assert Column.objects.filter(pk=desk.stale.pk).exists()


def test_what_is_not_there_is_not_found(desk):
    beyond = 2**70
    for url in (
        reverse("audit_cases:inspect", args=[999999]),
        reverse("audit_cases:inspect", args=[beyond]),
        reverse("audit_desk:case_act", args=[beyond, "confirm"]),
        reverse("audit_desk:case_act", args=[desk.new.pk, "explode"]),
        reverse("audit_desk:evidence", args=[desk.evidence.pk, "secret"]),
        reverse("audit_desk:evidence", args=[beyond, "original"]),
        reverse("audit_desk:paper_file", args=[beyond]),
        reverse("audit_desk:filing_form", args=["nowhere"]),
    ):
        assert answer_of(desk.get("reviewer", url)) == HIDDEN, url


def test_a_file_that_is_gone_is_not_found(desk, settings):
    (settings.EVIDENCE_DIR / desk.evidence.original).unlink()
    (settings.PAPERS_DIR / desk.file.path).unlink()

    assert answer_of(desk.get("bureau", reverse("audit_desk:evidence", args=[desk.evidence.pk, "original"]))) == HIDDEN
    assert answer_of(desk.get("bureau", reverse("audit_desk:paper_file", args=[desk.file.pk]))) == HIDDEN


def test_files_are_sent_as_they_are_and_kept_by_nobody(desk):
    picture = desk.get("leader", reverse("audit_desk:evidence", args=[desk.evidence.pk, "stamped"]))
    paper = desk.get("leader", reverse("audit_desk:paper_file", args=[desk.file.pk]))

    assert b"".join(picture.streaming_content) == b"\x89PNG stamped"
    assert b"".join(paper.streaming_content) == b"%PDF-1.7 paper"
    for response in (picture, paper):
        assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))
        assert response["X-Content-Type-Options"] == "nosniff"
    assert paper["Content-Disposition"].startswith("attachment")


def _units_to_filter_by(desk, who: str) -> set[str]:
    filters = desk.get(who, reverse("audit_columns:index")).context["filters"]
    return {unit.name for unit in filters.form.fields["unit"].queryset}
