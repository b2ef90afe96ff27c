"""A paper's way from the signature to its end; wrong turns are refused, repeated steps change nothing."""

from __future__ import annotations

import datetime as dt

import pytest

from audits.cases import services as cases
from audits.cases.enums import ActKind
from audits.notices import files, services
from audits.notices.content import compose
from audits.notices.enums import PaperActKind, PaperState
from audits.notices.models import Paper, PaperAct, PaperFile
from audits.notices.services import PaperError
from crawler.records import FetchOutcome
from tests.factories import UnitFactory
from tests.factories.audits import make_column, make_site
from tests.factories.cases import OLD, bar_from_papers, inspect
from tests.integration.notices.conftest import BARS, NOW

DAY = dt.timedelta(days=1)


@pytest.fixture
def draft(make_case, site) -> Paper:
    """A rectification notice: what it tells was not there on the site's first run."""
    inspect({make_column(site, "/first/"): (NOW - 9 * DAY).date()}, at=NOW - 9 * DAY)
    return services.add_to_draft(case=make_case("/dt/"), now=NOW)


def sign(paper: Paper, actor, now: dt.datetime = NOW) -> Paper:
    return services.sign(paper=paper, actor=actor, signatory="李明", now=now)


@pytest.fixture
def replied(draft, actor) -> Paper:
    paper = sign(draft, actor)
    paper = services.deliver(paper=paper, actor=actor, now=NOW)
    paper = services.acknowledge(paper=paper, actor=actor, now=NOW)
    return services.reply(paper=paper, actor=actor, text="已更新", now=NOW + DAY)


def test_signing_gives_number_date_and_deadline(draft, actor, settings):
    paper = sign(draft, actor)
    assert (paper.state, paper.number, paper.signed_on) == (PaperState.SIGNED, "栖督〔2026〕1号", dt.date(2026, 11, 18))
    assert paper.deadline == dt.date(2026, 12, 2)  # ten workdays
    current = files.current_files(paper)
    assert {file.path for file in current.values()} == {
        f"nongye-rectification-2026-1-{file.sha256[:8]}.{file.format}" for file in current.values()
    }
    assert all((settings.PAPERS_DIR / file.path).is_file() for file in current.values())


def test_the_deadline_leaves_out_holidays_and_counts_worked_weekends(draft, actor):
    # National day 2026: 1 to 7 October off, Saturday 10 October worked.
    paper = sign(draft, actor, dt.datetime(2026, 9, 30, 2, 0, tzinfo=dt.UTC))
    assert paper.deadline == dt.date(2026, 10, 20)


def test_the_day_of_signing_is_the_day_in_shanghai(draft, actor):
    paper = sign(draft, actor, dt.datetime(2026, 12, 31, 16, 30, tzinfo=dt.UTC))
    assert (paper.signed_on, paper.number) == (dt.date(2027, 1, 1), "栖督〔2027〕1号")
    assert "2027年节假日安排尚未公布" in paper.acts.get().text


def test_numbers_run_without_gaps_within_a_year(make_case, actor):
    numbers = []
    for number, when in enumerate((NOW, NOW, NOW + 60 * DAY, NOW + 61 * DAY)):
        site = make_site(f"s{number}", base_url=f"http://127.0.0.1:{20 + number}/", unit=UnitFactory())
        paper = services.add_to_draft(case=make_case(site=site), now=NOW)
        numbers.append(sign(paper, actor, when).number)
    assert numbers == ["栖督〔2026〕1号", "栖督〔2026〕2号", "栖督〔2027〕1号", "栖督〔2027〕2号"]


def test_a_signature_that_fails_takes_its_number_back(draft, actor, settings, make_case):
    settings.PAPER_FANGSONG_FONT = "No Such Font"
    with pytest.raises(ValueError, match="No Such Font"):
        sign(draft, actor)
    draft.refresh_from_db()
    assert (draft.state, draft.serial) == (PaperState.DRAFT, None)
    assert not PaperAct.objects.exists()
    assert not PaperFile.objects.exists()
    settings.PAPER_FANGSONG_FONT = ""
    assert sign(draft, actor).serial == 1


def test_what_a_signed_paper_says_is_frozen(draft, actor):
    paper = sign(draft, actor)
    said = compose(paper)
    column = paper.items.first().case.column
    column.name = "改名"
    column.save()
    inspect({item.case.column: "blank" for item in paper.items.all()}, at=NOW + DAY)
    services.refresh_drafts(NOW + DAY)
    services.render_drafts(now=NOW + DAY)
    paper = Paper.objects.get(pk=paper.pk)
    assert compose(paper) == said
    assert paper.files.count() == 2


def test_signing_twice_changes_nothing(draft, actor):
    first = sign(draft, actor)
    second = sign(draft, actor, NOW + DAY)
    assert (second.number, second.signed_on) == (first.number, first.signed_on)
    assert PaperAct.objects.count() == 1
    with pytest.raises(PaperError, match="栖督〔2026〕1号"):
        services.sign(paper=draft, actor=actor, signatory="王芳", now=NOW)


def test_a_draft_without_cases_is_not_signed(draft, actor):
    draft.items.all().delete()
    with pytest.raises(PaperError, match="no cases"):
        sign(draft, actor)


def test_a_signature_needs_a_name(draft, actor):
    with pytest.raises(PaperError, match="name"):
        services.sign(paper=draft, actor=actor, signatory=" ", now=NOW)


def test_a_site_that_went_to_another_unit_after_the_draft_stops_the_signature(draft, actor):
    site = draft.items.first().case.column.site
    site.unit = UnitFactory()
    site.save()
    with pytest.raises(PaperError, match="belongs to another unit by now"):
        sign(draft, actor)
    draft.refresh_from_db()
    assert draft.state == PaperState.DRAFT


def test_a_case_that_was_fixed_after_the_draft_stops_the_signature(draft, actor):
    inspect({draft.items.first().case.column: NOW.date()}, at=NOW)
    with pytest.raises(PaperError, match="no longer confirmed"):
        sign(draft, actor)
    services.refresh_drafts(NOW)
    draft.refresh_from_db()
    assert draft.state == PaperState.DRAFT


@pytest.mark.parametrize("bar", BARS)
def test_a_column_on_trial_retired_or_exempt_since_the_draft_stops_the_signature(draft, actor, bar):
    bar_from_papers(draft.items.get().case.column, bar, actor=actor, day=NOW.date())
    with pytest.raises(PaperError, match=BARS[bar]):
        sign(draft, actor)
    draft.refresh_from_db()
    assert (draft.state, draft.serial) == (PaperState.DRAFT, None)


@pytest.mark.parametrize("step", ["deliver", "acknowledge", "reply", "record_recheck", "withdraw"])
def test_a_draft_takes_no_step_but_the_signature(draft, actor, step):
    run = inspect({draft.items.first().case.column: OLD}, at=NOW)
    more = {"reply": {"text": "已更新"}, "record_recheck": {"run": run}, "withdraw": {"reason": "有误"}}.get(step, {})
    with pytest.raises(PaperError) as refused:
        getattr(services, step)(paper=draft, actor=actor, now=NOW, **more)
    assert "\n" not in str(refused.value)
    assert "栖云县农业农村局" in str(refused.value)
    assert not PaperAct.objects.exists()


@pytest.mark.parametrize("step", ["acknowledge", "reply"])
def test_a_signed_paper_is_delivered_before_it_is_answered(draft, actor, step):
    paper = sign(draft, actor)
    with pytest.raises(PaperError):
        getattr(services, step)(paper=paper, actor=actor, now=NOW, **({"text": "已更新"} if step == "reply" else {}))


def test_every_step_taken_twice_is_taken_once(replied, actor):
    sign(replied, actor)
    services.deliver(paper=replied, actor=actor, now=NOW)
    services.acknowledge(paper=replied, actor=actor, now=NOW)
    services.reply(paper=replied, actor=actor, text="已更新 ", now=NOW)
    assert [act.kind for act in PaperAct.objects.order_by("pk")] == ["sign", "deliver", "acknowledge", "reply"]
    replied.refresh_from_db()
    assert replied.state == PaperState.REPLIED
    with pytest.raises(PaperError):
        services.reply(paper=replied, actor=actor, text="另一份反馈", now=NOW)


def columns_of(paper: Paper):
    return [item.case.column for item in paper.items.order_by("position")]


def recheck(paper: Paper, actor, *seen, day: int = 2) -> Paper:
    run = inspect(dict(zip(columns_of(paper), seen, strict=True)), at=NOW + day * DAY)
    return services.record_recheck(paper=paper, actor=actor, run=run, now=NOW + day * DAY)


@pytest.fixture
def two_columns(make_case, actor, site) -> Paper:
    """A paper over two columns that the unit has answered."""
    one, two = make_case("/dt/"), make_case("/tz/")
    paper = services.add_to_draft(case=one, now=NOW)
    assert services.add_to_draft(case=two, now=NOW) == paper
    paper = sign(paper, actor)
    services.deliver(paper=paper, actor=actor, now=NOW)
    services.acknowledge(paper=paper, actor=actor, now=NOW)
    return services.reply(paper=paper, actor=actor, text="已更新", now=NOW)


def test_all_fixed_settles_a_paper(two_columns, actor):
    fresh = (NOW + 2 * DAY).date()
    paper = recheck(two_columns, actor, fresh, fresh)
    act = paper.acts.last()
    assert (paper.state, act.kind) == (PaperState.SETTLED, PaperActKind.SETTLE)
    assert act.run_id is not None
    assert act.text.endswith("截至2026年11月20日）：附件所列栏目均已恢复更新或者无须更新。")


def test_one_that_is_still_stale_returns_it_by_name(two_columns, actor):
    paper = recheck(two_columns, actor, (NOW + 2 * DAY).date(), OLD)
    act = paper.acts.last()
    assert (paper.state, act.kind) == (PaperState.RETURNED, PaperActKind.RETURN)
    assert "仍未更新：县农业农村局 / 栏目/tz/" in act.text
    assert "/dt/" not in act.text


@pytest.mark.parametrize("seen", [FetchOutcome.TIMEOUT, FetchOutcome.DNS, "scripted"])
def test_what_cannot_be_judged_neither_settles_nor_returns_and_is_said(two_columns, actor, seen):
    paper = recheck(two_columns, actor, (NOW + 2 * DAY).date(), seen)
    act = paper.acts.last()
    assert (paper.state, act.kind) == (PaperState.REPLIED, PaperActKind.UNCLEAR)
    assert "无法判定：县农业农村局 / 栏目/tz/（" in act.text
    fresh = (NOW + 3 * DAY).date()
    assert recheck(paper, actor, fresh, fresh, day=3).state == PaperState.SETTLED


def test_a_column_that_the_run_did_not_visit_is_not_taken_for_fixed(two_columns, actor):
    one, _two = columns_of(two_columns)
    run = inspect({one: (NOW + 2 * DAY).date()}, at=NOW + 2 * DAY)
    paper = services.record_recheck(paper=two_columns, actor=actor, run=run, now=NOW)
    assert paper.state == PaperState.REPLIED
    assert "栏目/tz/（本批次没有检查）" in paper.acts.last().text


def test_what_was_written_off_after_an_objection_is_no_longer_asked_for(two_columns, actor):
    case = two_columns.items.last().case
    cases.act(case=case, kind=ActKind.WRITE_OFF, actor=actor, at=NOW + DAY, reason="误报")
    assert recheck(two_columns, actor, (NOW + 2 * DAY).date(), OLD).state == PaperState.SETTLED


def test_the_same_recheck_counts_once(two_columns, actor):
    run = inspect(dict.fromkeys(columns_of(two_columns), OLD), at=NOW + DAY)
    for _twice in range(2):
        paper = services.record_recheck(paper=two_columns, actor=actor, run=run, now=NOW + DAY)
    assert paper.state == PaperState.RETURNED
    assert paper.acts.filter(kind=PaperActKind.RETURN).count() == 1


def test_after_a_return_a_new_reply_is_due_and_the_way_goes_on(two_columns, actor):
    paper = recheck(two_columns, actor, OLD, OLD)
    paper = services.reply(paper=paper, actor=actor, text="已更新", now=NOW + 3 * DAY)
    assert paper.state == PaperState.REPLIED
    fresh = (NOW + 4 * DAY).date()
    paper = recheck(paper, actor, fresh, fresh, day=4)
    assert [act.kind for act in paper.acts.order_by("pk")][3:] == ["reply", "return", "reply", "settle"]


def test_withdrawing_keeps_the_number_and_needs_a_reason(draft, actor):
    paper = sign(draft, actor)
    with pytest.raises(PaperError, match="reason"):
        services.withdraw(paper=paper, actor=actor, reason="", now=NOW)
    paper = services.withdraw(paper=paper, actor=actor, reason="印错", now=NOW)
    assert (paper.state, paper.number, paper.acts.last().text) == (PaperState.WITHDRAWN, "栖督〔2026〕1号", "印错")
    with pytest.raises(PaperError):
        services.reply(paper=paper, actor=actor, text="已更新", now=NOW)


def test_overdue_is_computed_from_the_deadline(draft, actor, unit):
    paper = sign(draft, actor)
    for day, late in ((-1, False), (0, False), (1, True)):
        today = paper.deadline + day * DAY
        assert paper.is_overdue(today) is late
        assert Paper.objects.overdue(today).exists() is late
    assert list(Paper.objects.awaiting_reply().for_units([unit])) == [paper]
    assert list(Paper.objects.for_units([UnitFactory()])) == []


def test_a_reply_ends_the_waiting(replied):
    assert not replied.is_overdue(replied.deadline + DAY)
    assert not Paper.objects.overdue(replied.deadline + DAY).exists()
