"""Confirmed cases join their unit's one open draft of a step, and leave it when they are no longer confirmed."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from audits.cases import services as cases
from audits.cases.enums import ActKind
from audits.cases.models import Case
from audits.cases.services import act
from audits.notices import services
from audits.notices.content import compose
from audits.notices.enums import PaperState, Step
from audits.notices.models import Paper, PaperFile, PaperItem
from audits.notices.queries import PaperFileError, current_files, paper_path
from audits.notices.services import PaperError
from audits.registry.enums import ColumnStanding
from audits.registry.models import Site
from tests.factories import UnitFactory
from tests.factories.audits import make_column, make_site
from tests.factories.cases import OLD, bar_from_papers, confirm, exempt, inspect
from tests.integration.notices.conftest import BARS, NOW

DAY = dt.timedelta(days=1)


def add(case: Case) -> Paper:
    return services.add_to_draft(case=case, now=NOW)


def test_what_the_first_run_found_is_a_reminder_what_comes_later_a_rectification_a_relapse_supervision(site, actor):
    first, later = make_column(site, "/dt/"), make_column(site, "/tz/")
    inspect({first: OLD}, at=NOW - 9 * DAY)
    inspect({first: OLD, later: OLD}, at=NOW - 8 * DAY)
    assert services.step_for(Case.objects.get(column=first)) == Step.REMINDER
    assert services.step_for(Case.objects.get(column=later)) == Step.RECTIFICATION
    told = confirm(Case.objects.get(column=first), actor=actor, at=NOW - 7 * DAY)
    act(case=told, kind=ActKind.NOTIFY, actor=actor, at=NOW - 7 * DAY, reference="paper:1")
    inspect({first: (NOW - 6 * DAY).date()}, at=NOW - 6 * DAY)
    inspect({first: OLD}, at=NOW - 5 * DAY)
    assert services.step_for(Case.objects.get(column=first)) == Step.SUPERVISION


def test_what_came_back_before_the_unit_was_told_is_no_reason_for_supervision(site):
    column = make_column(site)
    inspect({column: OLD}, at=NOW - 9 * DAY)
    inspect({column: (NOW - 8 * DAY).date()}, at=NOW - 8 * DAY)
    inspect({column: OLD}, at=NOW - 7 * DAY)
    assert services.step_for(Case.objects.get(column=column)) == Step.REMINDER


def test_a_unit_has_one_open_draft_of_a_step(make_case):
    one, two = make_case("/dt/"), make_case("/tz/")
    assert add(one) == add(two) == add(one)
    paper = Paper.objects.get()
    assert [item.case for item in paper.items.all()] == [one, two]
    with pytest.raises(IntegrityError), transaction.atomic():
        Paper.objects.create(unit=paper.unit, step=paper.step, created_at=NOW)


def test_another_unit_has_a_draft_of_its_own(make_case, unit):
    theirs = make_site("other", base_url="http://127.0.0.1:10/", unit=UnitFactory())
    assert add(make_case()) != add(make_case(site=theirs))


def test_a_case_nobody_confirmed_enters_no_paper(site):
    column = make_column(site)
    inspect({column: OLD}, at=NOW)
    with pytest.raises(PaperError, match="only a confirmed case"):
        add(Case.objects.get(column=column))
    assert not Paper.objects.exists()


def test_a_site_without_a_unit_cannot_be_written_to(make_case):
    stray = make_site("stray", base_url="http://127.0.0.1:11/")
    case = make_case(site=stray)
    with pytest.raises(PaperError, match=r"站点stray / 栏目/dt/: the site belongs to no unit"):
        add(case)
    assert services.refresh_drafts(NOW) == []


@pytest.mark.parametrize("bar", BARS)
def test_a_column_on_trial_retired_or_exempt_enters_no_paper(make_case, actor, bar):
    case = make_case()
    bar_from_papers(case.column, bar, actor=actor, day=NOW.date())
    with pytest.raises(PaperError, match=f"县农业农村局 / 栏目/dt/: {BARS[bar]}"):
        add(case)
    assert services.refresh_drafts(NOW) == []


@pytest.mark.parametrize("bar", BARS)
def test_a_draft_drops_a_column_that_is_on_trial_retired_or_exempt_by_now(make_case, actor, bar):
    barred, other = make_case("/dt/"), make_case("/tz/")
    add(barred), add(other)
    bar_from_papers(barred.column, bar, actor=actor, day=NOW.date())
    [paper] = services.refresh_drafts(NOW)
    assert [item.case for item in paper.items.all()] == [other]


def test_what_an_exemption_kept_out_joins_when_it_has_ended(make_case, actor):
    case = make_case()
    exempt(case.column, actor=actor, day=NOW.date())
    assert services.refresh_drafts(NOW) == []
    [paper] = services.refresh_drafts(NOW + DAY)
    assert paper.items.get().case == case


def test_a_column_whose_retirement_nobody_decided_stays_in_the_draft(make_case):
    assert add(make_case(standing=ColumnStanding.RETIRING)) in services.refresh_drafts(NOW)


def test_a_case_in_a_signed_paper_is_not_added_again(make_case, actor):
    case = make_case()
    paper = services.sign(paper=add(case), actor=actor, signatory="李明", now=NOW)
    assert add(case) == paper
    services.refresh_drafts(NOW)
    assert Paper.objects.count() == 1


def test_a_case_that_leaves_takes_nothing_else_with_it(make_case):
    one, two = make_case("/dt/"), make_case("/tz/")
    add(one), add(two)
    paper = services.remove_from_draft(case=one, now=NOW)
    assert [item.case for item in paper.items.all()] == [two]
    assert services.remove_from_draft(case=one, now=NOW) is None
    services.remove_from_draft(case=two, now=NOW)
    assert list(Paper.objects.drafts()) == []  # empty: it waits for the next case
    assert add(one) == paper


def test_a_signed_paper_keeps_its_cases(make_case, actor):
    case = make_case()
    paper = services.sign(paper=add(case), actor=actor, signatory="李明", now=NOW)
    assert services.remove_from_draft(case=case, now=NOW) is None
    assert paper.items.count() == 1


def test_refreshing_brings_in_what_is_confirmed_and_drops_what_is_not(make_case, actor):
    fixed, written_off, waiting, left_out = (make_case(path) for path in ("/a/", "/b/", "/c/", "/d/"))
    for case in (fixed, written_off, waiting):
        add(case)
    inspect({fixed.column: NOW.date()}, at=NOW)
    cases.act(case=written_off, kind=ActKind.WRITE_OFF, actor=actor, at=NOW, reason="误报")
    drafts = services.refresh_drafts(NOW)
    told = {item.case for paper in drafts for item in paper.items.all()}
    assert told == {waiting, left_out}


def test_a_case_goes_over_to_the_draft_of_the_unit_its_site_belongs_to_by_now(make_case, site):
    case, other = make_case(), UnitFactory(code="shangwu")
    first = add(case)
    Site.objects.filter(pk=site.pk).update(unit=other)
    [theirs] = [paper for paper in services.refresh_drafts(NOW) if paper.items.exists()]
    assert (theirs.unit, theirs.items.get().case) == (other, case)
    assert not first.items.exists()
    Site.objects.filter(pk=site.pk).update(unit=None)
    services.refresh_drafts(NOW)
    assert not PaperItem.objects.exists()


def test_a_draft_tells_what_the_newest_run_saw_in_the_order_of_the_columns(make_case):
    later, earlier = make_case("/z/"), make_case("/a/")
    add(earlier), add(later)
    inspect({later.column: "blank", earlier.column: OLD}, at=NOW)
    [paper] = services.refresh_drafts(NOW)
    blank, dormant = paper.items.all()
    assert (blank.case, blank.facts["state"], blank.facts["updated"]) == (later, "blank", None)
    assert (dormant.case, dormant.facts["updated"]) == (earlier, "2024-03-01")
    assert dormant.facts["days_overdue"] == Case.objects.get(pk=earlier.pk).verdict.days_overdue
    assert dormant.facts["sentence"] == Case.objects.get(pk=earlier.pk).verdict.sentence
    assert dormant.facts["evidence"] == {"missing": "尚未采集"}


def test_the_same_content_is_rendered_once(make_case, settings):
    add(make_case())
    said: list[str] = []
    [paper] = services.render_drafts(now=NOW, progress=said.append)
    assert said == ["文书草稿 1/1：栖云县农业农村局"]
    files = list(PaperFile.objects.all())
    assert {file.format for file in files} == {"docx", "pdf"}
    for file in files:
        assert file.path == f"nongye-reminder-draft-{file.sha256[:8]}.{file.format}"
        assert (settings.PAPERS_DIR / file.path).is_file()
    services.refresh_drafts(NOW)
    assert services.render_drafts(now=NOW, progress=said.append) == [paper]
    assert len(said) == 1
    assert PaperFile.objects.count() == 2


def test_a_new_content_makes_new_files_and_keeps_the_old(make_case, settings):
    add(make_case("/dt/"))
    services.render_drafts(now=NOW)
    add(make_case("/tz/", day=0))
    services.render_drafts(now=NOW)
    assert PaperFile.objects.count() == 4
    assert all((settings.PAPERS_DIR / file.path).is_file() for file in PaperFile.objects.all())


def test_a_file_that_is_gone_is_made_again(make_case, settings):
    add(make_case())
    services.render_drafts(now=NOW)
    (settings.PAPERS_DIR / PaperFile.objects.get(format="docx").path).unlink()
    services.render_drafts(now=NOW)
    assert sorted(PaperFile.objects.values_list("format", flat=True)) == ["docx", "docx", "pdf"]


def test_a_draft_has_no_number_and_no_date(make_case):
    paper = add(make_case())
    assert (paper.state, paper.number, paper.year, paper.serial, paper.signed_on, paper.deadline) == (
        *(PaperState.DRAFT, "", None, None, None),
        None,
    )


def test_the_rule_is_named_as_its_document_names_it(make_case):
    paper = add(make_case())
    [row] = compose(paper).rows
    assert row.cells[5] == "“栏目不更新”项"
    inspect({paper.items.get().case.column: "blank"}, at=NOW)
    [paper] = services.refresh_drafts(NOW)
    [row] = compose(paper).rows
    assert row.cells[5] == "“空白栏目”项"


def test_the_path_of_a_paper_never_leads_out_of_its_folder(make_case, settings):
    add(make_case())
    [paper] = services.render_drafts(now=NOW)
    file = current_files(paper)["pdf"]
    assert paper_path(file).parent == settings.PAPERS_DIR
    (settings.PAPERS_DIR.parent / "secret.pdf").write_bytes(b"x")
    file.path = "../secret.pdf"
    with pytest.raises(PaperFileError):
        paper_path(file)
