"""The loop over a real site: found, confirmed, told, answered, re-checked, closed; and every way it may stop."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from audits import workflow
from audits.cases.enums import CaseState
from audits.cases.models import Case
from audits.cases.services import IllegalActError
from audits.evidence.models import Evidence
from audits.notices.enums import PaperState, Step
from audits.notices.models import Paper
from audits.notices.services import PaperError
from audits.runs.crawl import PLAN
from audits.runs.dates import end_of_day
from audits.runs.enums import RunKind, RunStep
from audits.runs.models import Observation, Run
from crawler.records import RECORDS_NAME, PageRecord, plain, read_records
from tests.factories import UnitFactory, UserFactory
from tests.factories.audits import make_column, make_site
from tests.factories.cases import bar_from_papers

pytestmark = pytest.mark.django_db(transaction=True)


def today() -> dt.date:
    return timezone.localdate()


def days_ago(days: int) -> dt.date:
    return today() - dt.timedelta(days=days)


@pytest.fixture
def county(web, settings):
    """One site of one unit: /fresh/ and three columns that are not."""
    settings.CHROMIUM_PATH = "/nowhere/chromium"
    site = make_site(base_url=web.url, unit=UnitFactory())
    web.home("/fresh/", "/old/", "/older/", "/gone/")
    web.column("/fresh/", days_ago(1), days_ago(30))
    web.column("/old/", days_ago(40), days_ago(60))
    web.column("/older/", days_ago(400), days_ago(500))
    for name in ("fresh", "old", "older", "gone"):
        make_column(site, f"/{name}/")
    return site


@pytest.fixture
def reviewer():
    return UserFactory()


def inspect(**more) -> Run:
    return workflow.execute_run(workflow.start_run(**more))


def case_of(path: str) -> Case:
    return Case.objects.get(column__location=path)


def states() -> dict[str, str]:
    return dict(Case.objects.values_list("column__location", "state"))


def test_an_observation_keeps_all_that_the_crawler_recorded(county, settings):
    run = inspect()
    folder = settings.RUNS_DIR / run.folder
    records = {r.target: r for r in read_records(folder / RECORDS_NAME) if isinstance(r, PageRecord)}
    kept = {field.name for field in Observation._meta.get_fields()} & {f.name for f in dataclasses.fields(PageRecord)}
    assert {"headers", "etag", "address", "tls", "size", "tool_versions", "sha256_text", "sha256_skeleton"} <= kept
    for seen in run.observations.select_related("column"):
        record = plain(records[str(seen.column.uuid)])
        for name in kept - {"fetched_at", "as_of"}:
            assert getattr(seen, name) == record[name], name
        assert (seen.fetched_at, seen.as_of) == tuple(
            dt.datetime.fromisoformat(record[name]) for name in ("fetched_at", "as_of")
        )
    fresh = run.observations.get(column__location="/fresh/")
    assert fresh.address.startswith("127.0.0.1:")
    assert all((fresh.headers, fresh.size, fresh.sha256_raw, fresh.sha256_text, fresh.sha256_skeleton))
    assert {"scrapy", "selectolax"} <= set(fresh.tool_versions)
    verdict = fresh.verdicts.get(profile=run.profile)
    assert verdict.inputs["updated"] == days_ago(1).isoformat()
    assert verdict.sentence
    assert verdict.profile_version


def test_a_run_from_plan_to_cases(county):
    lines: list[str] = []
    run = workflow.execute_run(workflow.start_run(), progress=lines.append)
    assert (run.kind, run.step, run.error) == (RunKind.FULL, RunStep.DONE, "")
    assert run.finished_at
    assert lines
    verdicts = {verdict.column.location: verdict for verdict in run.verdicts.select_related("column")}
    assert {path: verdict.state for path, verdict in verdicts.items()} == {
        "/fresh/": "fresh",
        "/old/": "dormant",
        "/older/": "dormant",
        "/gone/": "unreachable",
    }
    assert verdicts["/old/"].updated == days_ago(40)
    assert states() == {"/old/": "new", "/older/": "new"}
    assert run.site_verdicts.get().site == county


def test_executing_a_complete_run_again_changes_nothing(county, web):
    run = inspect()
    hits, observations = len(web.hits), list(Observation.objects.values())
    workflow.execute_run(run)
    assert (len(web.hits), list(Observation.objects.values())) == (hits, observations)


def test_the_json_file_and_the_summary(county, tmp_path, capsys):
    path = tmp_path / "out.json"
    call_command("run_audit", "--site", county.code, "--as-of", str(today()), "--json", str(path))
    found = json.loads(path.read_text())
    assert (found["profile"], found["as_of"]) == ("county", end_of_day(today()).isoformat())
    [site] = found["sites"]
    assert (site["site"], site["url"]) == (county.code, county.home_url)
    assert site["reason"].endswith("。")
    columns = {column["name"]: column for column in site["columns"]}
    assert columns["栏目/old/"]["updated"] == str(days_ago(40))
    assert columns["栏目/old/"]["basis"] == "list-item"
    assert columns["栏目/old/"]["state"] == "dormant"
    assert columns["栏目/old/"]["class"] == "dynamic"
    assert columns["栏目/gone/"]["updated"] is None
    assert all(column["url"].startswith(county.base_url) and column["reason"] for column in columns.values())
    assert list(tmp_path.glob(".out.json*")) == []
    out = capsys.readouterr()
    assert len(out.out.splitlines()) == 3
    assert out.err


@pytest.mark.parametrize("step", [RunStep.PLANNED, RunStep.CRAWLED, RunStep.IMPORTED, RunStep.JUDGED, RunStep.FAILED])
def test_a_run_goes_on_from_any_step(county, step):
    run = inspect()
    cases, observations = list(Case.objects.values()), list(Observation.objects.values())
    verdicts = list(run.verdicts.values())
    run.step = step
    run.save()
    call_command("run_audit", "--resume", run.pk)
    run.refresh_from_db()
    assert run.step == RunStep.DONE
    assert list(Case.objects.values()) == cases
    assert list(Observation.objects.values()) == observations
    assert list(run.verdicts.values()) == verdicts


def test_a_run_that_stops_says_why_and_can_be_taken_up(county):
    run = workflow.start_run()
    plan = run.folder / PLAN
    good = plan.read_text()
    plan.write_text(good.replace('"schema_version": 1', '"schema_version": 99'))
    with pytest.raises(CommandError, match=f"--resume {run.pk}"):
        call_command("run_audit", "--resume", run.pk)
    run.refresh_from_db()
    assert run.step == RunStep.FAILED
    assert "99" in run.error
    assert "\n" not in run.error
    plan.write_text(good)
    call_command("run_audit", "--resume", run.pk)
    run.refresh_from_db()
    assert (run.step, run.error) == (RunStep.DONE, "")


def test_a_run_as_of_an_earlier_day_is_no_news(county, web, reviewer):
    inspect()
    workflow.confirm_cases(cases=[case_of("/old/")], actor=reviewer, reason="属实")
    before = states(), list(case_of("/old/").events.values())
    web.column("/fresh/", days_ago(1), days_ago(90))  # as of 38 days ago: not updated for 52
    run = inspect(as_of=end_of_day(days_ago(38)))
    assert {row.column.location: row.state for row in run.verdicts.select_related("column")} == {
        "/fresh/": "dormant",
        "/old/": "fresh",
        "/older/": "dormant",
        "/gone/": "unreachable",
    }
    assert (states(), list(case_of("/old/").events.values())) == before


def test_of_runs_as_of_one_day_the_last_to_look_is_news(county, web):
    """Whatever the moments: the end of a day that is not over yet, then now."""
    inspect(as_of=end_of_day(today()))
    assert states() == {"/old/": "new", "/older/": "new"}
    web.column("/old/", today())
    inspect()
    assert states() == {"/old/": "closed", "/older/": "new"}


def test_reread_with_the_same_reader_adds_nothing(county):
    run = inspect()
    before = Observation.objects.count()
    call_command("reread", run.pk)
    assert Observation.objects.count() == before


def test_a_new_reader_reads_the_saved_bytes_into_new_observations(county, web, monkeypatch):
    run = inspect()
    hits = len(web.hits)
    monkeypatch.setattr("audits.runs.services.READER_VERSION", "next")
    call_command("reread", run.pk)
    again = run.observations.filter(reader_version="next")
    assert {row.column.location: row.updated for row in again} == {
        "/fresh/": days_ago(1),
        "/old/": days_ago(40),
        "/older/": days_ago(400),
    }
    assert run.observations.count() == 4 + 3
    assert len(web.hits) == hits
    assert states() == {"/old/": "new", "/older/": "new"}
    call_command("reread", run.pk)
    assert run.observations.count() == 4 + 3


def test_confirmed_cases_join_one_draft_and_want_pictures(county, reviewer):
    inspect()
    for _ in range(2):
        workflow.confirm_cases(cases=Case.objects.all(), actor=reviewer, reason="电话核实属实")
    assert states() == {"/old/": "confirmed", "/older/": "confirmed"}
    paper = Paper.objects.get()
    assert (paper.unit, paper.step, paper.state) == (county.unit, Step.REMINDER, PaperState.DRAFT)
    assert paper.items.count() == 2
    assert workflow.capture_evidence() == 2
    assert workflow.capture_evidence() == 0
    assert all(row.missing_reason for row in Evidence.objects.all())
    [drawn] = workflow.draft_papers()
    assert {file.format for file in drawn.files.all()} == {"docx", "pdf"}
    workflow.draft_papers()
    assert drawn.files.count() == 2


def test_confirming_is_all_or_nothing(county, web, reviewer):
    inspect()
    web.column("/old/", today())
    inspect()
    assert case_of("/old/").state == CaseState.CLOSED
    with pytest.raises(IllegalActError, match="/old/"):
        workflow.confirm_cases(cases=Case.objects.order_by("-column"), actor=reviewer, reason="")
    assert case_of("/older/").state == CaseState.NEW
    assert not Paper.objects.exists()


@pytest.mark.parametrize(("bar", "told"), [("exempt", str(today())), ("trial", "试运行"), ("retired", "停用")])
def test_a_case_that_no_paper_may_name_is_not_confirmed(county, reviewer, bar, told):
    inspect()
    case = case_of("/old/")
    bar_from_papers(case.column, bar, actor=reviewer, day=today())
    with pytest.raises(IllegalActError, match=told):
        workflow.confirm_cases(cases=[case], actor=reviewer, reason="属实")
    assert case_of("/old/").state == CaseState.NEW
    assert not Paper.objects.exists()


def test_a_case_written_off_leaves_the_draft(county, reviewer):
    inspect()
    workflow.confirm_cases(cases=Case.objects.all(), actor=reviewer, reason="属实")
    with pytest.raises(IllegalActError):
        workflow.write_off_case(case=case_of("/old/"), actor=reviewer, reason=" ")
    for _ in range(2):
        workflow.write_off_case(case=case_of("/old/"), actor=reviewer, reason="误报")
    assert states() == {"/old/": "written_off", "/older/": "confirmed"}
    assert [item.case.column.location for item in Paper.objects.get().items.all()] == ["/older/"]
    inspect()
    assert states() == {"/old/": "written_off", "/older/": "confirmed"}


@pytest.fixture
def replied(county, reviewer):
    """A paper on two columns that the unit has answered."""
    inspect()
    workflow.confirm_cases(cases=Case.objects.all(), actor=reviewer, reason="属实")
    workflow.draft_papers()
    paper = Paper.objects.get()
    for _ in range(2):
        paper = workflow.sign_paper(paper=paper, actor=reviewer, signatory="周明")
    assert set(states().values()) == {"notified"}
    with pytest.raises(PaperError):
        workflow.recheck_paper(paper=paper, actor=reviewer)
    workflow.deliver_paper(paper=paper, actor=reviewer)
    workflow.acknowledge_paper(paper=paper, actor=reviewer)
    for _ in range(2):
        paper = workflow.reply_to_paper(paper=paper, actor=reviewer, text="已更新")
    assert set(states().values()) == {"replied"}
    return paper


def test_a_recheck_settles_what_is_fixed_and_a_person_closes(replied, web, reviewer):
    web.column("/old/", today())
    web.column("/older/", today())
    paper = workflow.recheck_paper(paper=replied, actor=reviewer)
    assert paper.state == PaperState.SETTLED
    run = Run.objects.get(kind=RunKind.RECHECK)
    assert {row.column.location for row in run.observations.all()} == {"/old/", "/older/"}
    assert set(states().values()) == {"fix_confirmed"}
    workflow.recheck_paper(paper=paper, actor=reviewer)
    assert Run.objects.filter(kind=RunKind.RECHECK).count() == 1
    for _ in range(2):
        workflow.close_case(case=case_of("/old/"), actor=reviewer, reason="复查合格")
    assert [event.kind for event in case_of("/old/").events.all()] == [
        "opened",
        "confirmed",
        "notified",
        "replied",
        "fix_seen",
        "closed",
    ]


def test_a_recheck_returns_what_is_not_fixed(replied, web, reviewer):
    web.column("/old/", today())
    paper = workflow.recheck_paper(paper=replied, actor=reviewer)
    assert paper.state == PaperState.RETURNED
    assert "/older/" in paper.acts.last().text
    assert states() == {"/old/": "fix_confirmed", "/older/": "notified"}
    workflow.reply_to_paper(paper=paper, actor=reviewer, text="这次更新了")
    assert states() == {"/old/": "fix_confirmed", "/older/": "replied"}
    web.column("/older/", today())
    assert workflow.recheck_paper(paper=paper, actor=reviewer).state == PaperState.SETTLED


def test_a_recheck_that_reaches_nothing_settles_nothing(replied, web, reviewer):
    web.pages.clear()
    paper = workflow.recheck_paper(paper=replied, actor=reviewer)
    assert paper.state == PaperState.REPLIED
    assert "无法判定" in paper.acts.last().text
    assert set(states().values()) == {"replied"}


def test_a_withdrawn_paper_lets_its_cases_wait_for_another(replied, reviewer):
    workflow.withdraw_paper(paper=replied, actor=reviewer, reason="文号有误")
    assert set(states().values()) == {"confirmed"}
    [paper] = workflow.draft_papers()
    assert paper != replied
    assert paper.items.count() == 2


def test_a_run_that_two_workers_take_up_is_done_once(county, web):
    run = workflow.start_run()
    first, second = Run.objects.get(pk=run.pk), Run.objects.get(pk=run.pk)
    workflow.execute_run(first)
    hits = len(web.hits)
    assert workflow.execute_run(second).step == RunStep.DONE
    assert len(web.hits) == hits
    assert run.observations.count() == 4
