"""What units ask of the county, what it answers, and articles offered upward that never count twice."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone
from wagtail.models import PageLogEntry

from audits.registry.models import Column, Exemption
from portal.pages.models import ArticlePage, ColumnPage
from portal.pages.requests import services
from portal.pages.requests.enums import RequestKind
from portal.pages.requests.models import ColumnRequest
from portal.units.enums import Role
from portal.units.models import Unit, User
from portal.units.services import enrol
from tests.factories import PersonFactory, UnitFactory, make_article, make_column_page, make_unit_page

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def column() -> ColumnPage:
    return make_column_page(make_unit_page(UnitFactory(code="qinghe", name="清河镇")), title="工作动态", slug="gzdt")


@pytest.fixture
def unit(column) -> Unit:
    return column.get_parent().specific.unit


def user(unit: Unit, role: Role) -> User:
    person = PersonFactory()
    enrol(person=person, unit=unit, role=role, day=timezone.localdate())
    return person.user


def client_of(who: User) -> Client:
    client = Client()
    client.force_login(who)
    return client


def ask(unit: Unit, who: User, kind: RequestKind, **fields) -> ColumnRequest:
    return services.ask(unit=unit, kind=kind, reason="工作需要", user=who, now=NOW, **fields)


def decide(request: ColumnRequest, who: User, *, grant: bool = True, answer: str = "") -> None:
    services.decide(request=request, grant=grant, answer=answer, user=who, now=NOW, slug="zcjd")


@pytest.mark.parametrize(
    ("column_class", "days", "why"),
    [("dynamic", 15, "请填1至14之间的天数"), ("notice", 182, "请填1至181之间"), ("static", 30, "没有更新期限")],
)
def test_a_rhythm_looser_than_the_rule_is_refused(unit, column, column_class, days, why):
    editor, centre = user(unit, Role.EDITOR), user(unit, Role.NETWORK_CENTRE)
    said = {"kind": "open", "title": "新栏目", "column_class": column_class, "rhythm_days": days, "reason": "工作需要"}
    assert why in client_of(editor).post("/requests/columns/", said).content.decode()
    assert not ColumnRequest.objects.exists()
    form = {"title": "工作动态", "slug": "gzdt", "column_class": column_class, "rhythm_days": days, "intro": ""}
    assert why in client_of(centre).post(f"/admin/pages/{column.pk}/edit/", form).content.decode()
    for stricter_class, stricter in (("dynamic", 7), ("notice", 181), ("personnel_planning", 365)):
        stricter_form = {**form, "column_class": stricter_class, "rhythm_days": stricter}
        client_of(centre).post(f"/admin/pages/{column.pk}/edit/", stricter_form)
        assert ColumnPage.objects.get(pk=column.pk).get_latest_revision_as_object().rhythm_days == stricter


def opening(unit: Unit, editor: User) -> dict[str, object]:
    """What a request for a column says, with a leader of the unit and an editor."""
    people = {"leader": user(unit, Role.LEADER).person.pk, "officer": editor.person.pk}
    said = {"kind": "open", "title": "政策解读", "column_class": "policy", "rhythm_days": "30", "reason": "便于查阅"}
    return said | people


def test_a_column_is_asked_for_and_opened(unit):
    editor, centre = user(unit, Role.EDITOR), user(unit, Role.NETWORK_CENTRE)
    client, said = client_of(editor), opening(unit, editor)
    page = client.post("/requests/columns/", said, follow=True).content.decode()
    for words in ("政策解读", "待网络中心答复", "每 30 天"):
        assert words in page
    asked = ColumnRequest.objects.get()
    page = (
        client_of(centre)
        .post(f"/requests/columns/{asked.pk}/decide/", {**said, "grant": "1", "slug": "zcjd"}, follow=True)
        .content.decode()
    )
    assert "已答复" in page
    opened = ColumnPage.objects.get(slug="zcjd")
    assert (opened.title, opened.rhythm_days, opened.get_url()) == ("政策解读", 30, "/qinghe/zcjd/")
    assert Column.objects.filter(page=opened).exists()
    assert "已同意" in client.get("/requests/columns/").content.decode()


def test_nobody_asks_for_a_column_without_people(unit):
    editor = user(unit, Role.EDITOR)
    for missing in ("leader", "officer", "title", "column_class"):
        page = client_of(editor).post("/requests/columns/", {**opening(unit, editor), missing: ""})
        assert missing in page.context["form"].errors
    with pytest.raises(services.RequestError, match="分管领导"):
        ask(unit, editor, RequestKind.OPEN, title="政策解读", column_class="policy")
    assert not ColumnRequest.objects.exists()


def test_the_centre_opens_a_column_otherwise_than_asked_and_errors_stand_at_their_field(unit, column):
    editor, centre = user(unit, Role.EDITOR), user(unit, Role.NETWORK_CENTRE)
    said = opening(unit, editor)
    client_of(editor).post("/requests/columns/", said)
    asked, client = ColumnRequest.objects.get(), client_of(centre)
    offered = client.get("/requests/columns/").content.decode()
    assert '<option value="policy" selected>' in offered
    assert f'<option value="{said["leader"]}" selected>' in offered
    address = f"/requests/columns/{asked.pk}/decide/"
    wrong = {"slug": column.slug}, {"slug": "A B"}, {"slug": "政策"}, {"leader": ""}, {"rhythm_days": "300"}
    for change in wrong:
        page = client.post(address, {**said, "slug": "zcjd", "grant": "1", "answer": "可以", **change})
        (_asked, form), (field,) = page.context["waiting"][0], change
        assert (page.status_code, list(form.errors)) == (200, [field])
        assert 'value="可以"' in page.content.decode()
    other = user(unit, Role.LEADER).person
    change = {"column_class": "notice", "rhythm_days": "90", "leader": other.pk, "slug": "ZCJD"}
    client.post(address, {**said, "grant": "1", **change})
    opened = ColumnPage.objects.get(slug="zcjd")
    assert (opened.column_class, opened.rhythm_days, opened.leader) == ("notice", 90, other)
    assert ColumnRequest.objects.get().column_class == "notice"


def test_an_address_that_was_taken_meanwhile_is_said_in_a_line(unit, column):
    editor, centre = user(unit, Role.EDITOR), user(unit, Role.NETWORK_CENTRE)
    people = {"leader": user(unit, Role.LEADER).person, "officer": editor.person}
    asked = ask(unit, editor, RequestKind.OPEN, title="政策解读", column_class="policy", **people)
    with pytest.raises(services.RequestError):
        services.decide(request=asked, grant=True, answer="", user=centre, now=NOW, slug=column.slug)


def test_an_exemption_reaches_the_registry(unit, column):
    editor, centre = user(unit, Role.EDITOR), user(unit, Role.NETWORK_CENTRE)
    until = timezone.localdate() + dt.timedelta(days=90)
    decide(ask(unit, editor, RequestKind.EXEMPT, column=column, until=until), centre)
    exemption = Exemption.objects.get()
    assert (exemption.column.page, exemption.valid_until, exemption.approved_by) == (column, until, centre)


def test_merged_articles_keep_address_and_time(unit, column):
    editor, centre = user(unit, Role.EDITOR), user(unit, Role.NETWORK_CENTRE)
    into = make_column_page(unit.page, title="综合信息", slug="zhxx")
    article = make_article(column, published_at=NOW - dt.timedelta(days=400))
    address, old = article.get_url(), column.get_url()
    decide(ask(unit, editor, RequestKind.MERGE, column=column, into=into), centre)
    moved = ArticlePage.objects.get()
    assert moved.get_parent().specific == into
    assert (moved.get_url(), moved.first_published_at) == (address, article.first_published_at)
    assert Client().get(address).status_code == 200
    assert not ColumnPage.objects.get(pk=column.pk).live
    assert Client().get(old).url == into.get_url()


def test_what_is_missing_or_decided_is_said_in_a_line(unit, column):
    editor, centre = user(unit, Role.EDITOR), user(unit, Role.NETWORK_CENTRE)
    foreign = make_column_page()
    with pytest.raises(services.RequestError, match="截止日期"):
        ask(unit, editor, RequestKind.EXEMPT, column=column)
    with pytest.raises(services.RequestError, match="并入"):
        ask(unit, editor, RequestKind.MERGE, column=column, into=column)
    with pytest.raises(PermissionDenied):
        ask(unit, editor, RequestKind.CLOSE, column=foreign)
    with pytest.raises(PermissionDenied):
        ask(foreign.get_parent().specific.unit, editor, RequestKind.CLOSE, column=foreign)
    asked = ask(unit, editor, RequestKind.CLOSE, column=column)
    with pytest.raises(services.RequestError, match="等待"):
        ask(unit, editor, RequestKind.CLOSE, column=column)
    with pytest.raises(PermissionDenied):
        decide(asked, editor)
    with pytest.raises(services.RequestError, match="理由"):
        decide(asked, centre, grant=False)
    decide(asked, centre, grant=False, answer="栏目须保留")
    with pytest.raises(services.RequestError, match="已经答复"):
        decide(asked, centre)
    assert ColumnPage.objects.get(pk=column.pk).live


def test_why_a_column_was_closed_stays_in_its_history(unit, column):
    asked = ask(unit, user(unit, Role.EDITOR), RequestKind.CLOSE, column=column)
    decide(asked, user(unit, Role.NETWORK_CENTRE))
    assert not ColumnPage.objects.get(pk=column.pk).live
    entry = PageLogEntry.objects.get(action="portal.take_down")
    assert (entry.page_id, entry.data) == (column.pk, {"reason": asked.reason})


@pytest.fixture
def county_column() -> ColumnPage:
    page = make_column_page(make_unit_page(UnitFactory(code="zfb", name="县政府办")), title="要闻", slug="yw")
    page.takes_submissions = True
    page.save()
    return page


def test_accepted_as_it_is_it_is_the_same_article_in_both_columns(unit, column, county_column):
    editor, office = user(unit, Role.EDITOR), user(unit, Role.COUNTY_OFFICE)
    article = make_article(column, title="清河镇的要闻")
    client_of(editor).post(f"/requests/articles/{article.pk}/offer/", {"column": county_column.pk})
    offered = article.submissions.get()
    client_of(office).post(f"/requests/submissions/{offered.pk}/accept/")
    offered.refresh_from_db()
    alias = offered.taken_as
    assert (alias.get_url(), alias.uid) == (article.get_url(), article.uid)
    assert alias.first_published_at == article.first_published_at
    assert f'href="{article.get_url()}"' in Client().get(county_column.get_url()).content.decode()
    with pytest.raises(services.RequestError, match="已经处理"):
        services.take_up(submission=offered, user=office, now=NOW)
    fresh = ArticlePage.objects.get(pk=article.pk)
    fresh.title = "改过的要闻"
    fresh.save_revision().publish()
    assert ArticlePage.objects.get(pk=alias.pk).title == "改过的要闻"
    assert ArticlePage.objects.get(pk=alias.pk).uid == article.uid
    # Taken out of the county's column, it stays public where it came from.
    client_of(user(unit, Role.NETWORK_CENTRE)).post(f"/admin/pages/{alias.pk}/delete/")
    assert ArticlePage.objects.get().live


def test_accepted_with_edits_it_is_a_draft_linked_to_its_source(unit, column, county_column):
    editor, office = user(unit, Role.EDITOR), user(county_column.get_parent().specific.unit, Role.COUNTY_OFFICE)
    enrol(
        person=office.person, unit=county_column.get_parent().specific.unit, role=Role.EDITOR, day=timezone.localdate()
    )
    article = make_article(column, title="清河镇的要闻")
    offered = services.offer(article=article, column=county_column, user=editor, now=NOW)
    assert services.offer(article=article, column=county_column, user=editor, now=NOW) == offered
    copy = services.take_up_with_edits(submission=offered, user=office, now=NOW).taken_as
    assert (copy.live, copy.copied_from, copy.source) == (False, article, "清河镇")
    copy.get_latest_revision().publish()
    assert article.get_url() in Client().get(copy.get_url()).content.decode()


def test_what_the_office_takes_over_with_edits_it_edits_and_submits(unit, column, county_column):
    """Though it lies in a section that is not the office's, and nothing else there becomes its business."""
    editor, office = user(unit, Role.EDITOR), client_of(user(unit, Role.COUNTY_OFFICE))
    article = make_article(column, title="清河镇的要闻")
    offered = services.offer(article=article, column=county_column, user=editor, now=NOW)
    page = office.post(f"/requests/submissions/{offered.pk}/edit/", follow=True)
    offered.refresh_from_db()
    copy = offered.taken_as
    assert page.redirect_chain[-1][0] == f"/approval/{copy.pk}/"
    assert "清河镇的要闻" in page.content.decode()
    assert office.get(f"/admin/pages/{copy.pk}/edit/").status_code == 200
    assert f'href="/approval/{copy.pk}/"' in office.get("/requests/submissions/").content.decode()
    office.post(f"/approval/{copy.pk}/submit/")
    assert ArticlePage.objects.get(pk=copy.pk).current_workflow_state
    for other in (article, make_article(county_column)):
        assert office.get(f"/admin/pages/{other.pk}/edit/").status_code == 302
        assert office.get(f"/approval/{other.pk}/").status_code == 404
    assert client_of(editor).get(f"/admin/pages/{copy.pk}/edit/").status_code == 302


def test_the_workbench_leads_nobody_to_a_page_that_refuses(unit):
    for role in (Role.COUNTY_OFFICE, Role.SUPERVISION_BUREAU, Role.NETWORK_CENTRE, Role.EDITOR):
        client = client_of(user(unit, role))
        menu = client.get("/admin/").content.decode()
        for address in ("/requests/columns/", "/requests/submissions/", "/staff/", "/approval/"):
            assert (f'"{address}"' in menu) is (client.get(address).status_code == 200), (role, address)


def test_returned_with_a_reason_it_may_be_offered_again(unit, column, county_column):
    editor, office = user(unit, Role.EDITOR), user(unit, Role.COUNTY_OFFICE)
    article = make_article(column)
    offered = services.offer(article=article, column=county_column, user=editor, now=NOW)
    with pytest.raises(services.RequestError, match="理由"):
        services.give_back(submission=offered, reason=" ", user=office, now=NOW)
    with pytest.raises(PermissionDenied):
        services.give_back(submission=offered, reason="内容单薄", user=editor, now=NOW)
    services.give_back(submission=offered, reason="内容单薄", user=office, now=NOW)
    assert "内容单薄" in client_of(editor).get("/requests/submissions/").content.decode()
    again = services.offer(article=article, column=county_column, user=editor, now=NOW)
    assert again != offered
    services.take_up(submission=again, user=office, now=NOW)
    month = timezone.localtime(NOW).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    assert services.figures(month, month + dt.timedelta(days=31)) == [
        {"unit__name": "清河镇", "submitted": 1, "accepted": 1}
    ]


def test_what_the_county_took_over_counts_once(unit, column, county_column):
    editor, office = user(unit, Role.EDITOR), user(unit, Role.COUNTY_OFFICE)
    as_it_is, with_edits = make_article(column, title="原样采用"), make_article(column, title="编辑后采用")
    for article, take in ((as_it_is, services.take_up), (with_edits, services.take_up_with_edits)):
        offered = services.offer(article=article, column=county_column, user=editor, now=NOW)
        taken = take(submission=offered, user=office, now=NOW).taken_as
        if not taken.live:
            taken.get_latest_revision().publish()
    assert ArticlePage.objects.live().count() == 4
    month = Client().get("/").context_data["month"]
    assert (month.articles, month.columns, month.units) == (2, 2, 2)


def test_nobody_offers_another_units_article(unit, column, county_column):
    stranger = user(UnitFactory(name="石桥镇"), Role.EDITOR)
    article = make_article(column)
    assert client_of(stranger).get(f"/requests/articles/{article.pk}/offer/").status_code == 404
    with pytest.raises(PermissionDenied):
        services.offer(article=article, column=county_column, user=stranger, now=NOW)


def test_where_nothing_can_be_offered_a_line_says_why(unit, column):
    editor, article = client_of(user(unit, Role.EDITOR)), make_article(column)
    page = editor.get(f"/requests/articles/{article.pk}/offer/").content.decode()
    assert "尚无接收报送的县级栏目" in page
    assert "id_column" not in page
    assert "本单位尚未报送稿件" in editor.get("/requests/submissions/").content.decode()


def test_other_months_are_a_link_away(unit, column):
    editor = client_of(user(unit, Role.EDITOR))
    page = editor.get("/requests/submissions/?month=2026-01").content.decode()
    assert 'href="?month=2025-12" rel="prev"' in page
    assert 'href="?month=2026-02" rel="next"' in page
