"""Confirmed cases get pictures taken by a real Chromium of a real page, or the reason why there is none."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import stat

import pytest

from audits.cases.enums import CaseState
from audits.cases.models import Case
from audits.evidence import services, stamp
from audits.evidence.enums import EvidenceStatus
from audits.evidence.models import Evidence
from audits.evidence.queries import EvidenceFileError, evidence_path, latest_evidence, pending_cases
from tests.factories import UserFactory
from tests.factories.audits import make_column
from tests.factories.cases import confirm, inspect
from tests.integration.evidence.conftest import SEEN_AT

NOW = SEEN_AT + dt.timedelta(hours=2)


def capture() -> list[Evidence]:
    return services.capture(cases=pending_cases(), now=NOW)


def test_a_confirmed_case_gets_a_picture(make_case, settings):
    case = make_case()
    [evidence] = capture()
    assert (evidence.status, evidence.missing_reason) == (EvidenceStatus.CAPTURED, "")
    assert evidence.case == case
    assert evidence.url == case.column.url
    original = evidence_path(evidence, "original")
    data = original.read_bytes()
    assert hashlib.sha256(data).hexdigest() == evidence.sha256_original
    assert original.name == f"{case.pk}-{evidence.sha256_original[:12]}-original.png"
    assert original.parent.parent == settings.EVIDENCE_DIR
    assert stat.S_IMODE(original.stat().st_mode) == 0o444
    picture = stamp.open_picture(data)
    assert picture.size == (evidence.width, evidence.height)
    stamped = stamp.open_picture(evidence_path(evidence, "stamped").read_bytes())
    assert stamped.crop((0, 0, *picture.size)).tobytes() == picture.tobytes()
    assert stamp.open_picture(evidence_path(evidence, "thumbnail").read_bytes()).width == 320


def test_the_strip_says_where_when_and_for_what(make_case, monkeypatch):
    case = make_case()
    said = {}
    stamped = services.stamp
    monkeypatch.setattr(services, "stamp", lambda picture, facts: said.update(facts) or stamped(picture, facts))
    [evidence] = capture()
    assert said.pop("截图时间").endswith("（北京时间）")
    assert said == {
        "单位": "栖云县农业农村局",
        "栏目": "栏目/dt/（站点yunxi）",
        "网址": case.column.url,
        "采集时间": "2026-11-18 09:30:00（北京时间）",
        "判定时点": "2026-11-18 09:30:00（北京时间）",
        "检查批次": f"#{evidence.observation.run_id}",
        "原图 SHA-256": evidence.sha256_original,
    }


def test_the_strip_says_what_the_picture_does_not_show(make_case, monkeypatch):
    make_case()
    said = {}
    read, stamped = services.read_records, services.stamp
    cut = {"is_cut": True, "is_loading": True}
    monkeypatch.setattr(services, "read_records", lambda path: [dataclasses.replace(r, **cut) for r in read(path)])
    monkeypatch.setattr(services, "stamp", lambda picture, facts: said.update(facts) or stamped(picture, facts))
    [evidence] = capture()
    assert said["截图说明"] == (
        f"页面较长，本图截取自上而下{evidence.height}像素，以下未截；截图时页面仍在加载，部分内容可能未显示"
    )


def test_an_unchanged_page_is_not_photographed_twice_a_changed_one_is(make_case):
    case = make_case()
    [first] = capture()
    assert capture() == []
    inspect({case.column: dt.date(2024, 3, 1)}, at=SEEN_AT + dt.timedelta(days=1))
    assert capture() == []
    inspect({case.column: dt.date(2024, 3, 2)}, at=SEEN_AT + dt.timedelta(days=2))
    [second] = capture()
    assert second.observation != first.observation
    assert latest_evidence(case) == second


def test_only_what_a_person_confirmed_and_nobody_fixed_is_photographed(make_case):
    case = make_case()
    assert pending_cases() == [case]
    found = make_column(case.column.site, "/tz/")
    inspect({found: dt.date(2024, 3, 1)}, at=SEEN_AT)
    assert Case.objects.get(column=found).state == CaseState.NEW
    assert pending_cases() == [case]
    inspect({case.column: SEEN_AT.date()}, at=SEEN_AT + dt.timedelta(days=1))
    assert pending_cases() == []


def test_without_chromium_the_row_says_why_and_the_next_capture_tries_again(make_case, settings):
    case = make_case()
    settings.CHROMIUM_PATH = "/nowhere/chromium"
    [missing] = capture()
    assert missing.status == EvidenceStatus.MISSING
    assert missing.missing_reason.startswith("采集端未安装浏览器")
    assert capture() == []  # told once
    with pytest.raises(EvidenceFileError, match="has no picture"):
        evidence_path(missing, "original")
    settings.CHROMIUM_PATH = ""
    [captured] = capture()
    assert (captured.status, captured.sequence) == (EvidenceStatus.CAPTURED, 2)
    assert latest_evidence(case) == captured


def test_a_page_that_is_gone_is_told_and_the_others_are_taken(make_case, web):
    web.pages["/gone/"], web.status["/gone/"] = "<p>页面不存在</p>", 404
    gone, there = make_case("/gone/"), make_case("/dt/")
    rows = {evidence.case: evidence for evidence in capture()}
    assert rows[there].status == EvidenceStatus.CAPTURED
    assert rows[gone].missing_reason.startswith("页面不存在")


def test_a_crawler_that_fails_is_told(make_case, monkeypatch):
    make_case()

    def fail(*args: object) -> None:
        raise services.CrawlError("plan.json: no such host")

    monkeypatch.setattr(services, "run_crawler", fail)
    [missing] = capture()
    assert missing.missing_reason == "截图程序未能运行：plan.json: no such host"


def test_a_picture_that_was_torn_on_its_way_is_told(make_case, monkeypatch):
    make_case()
    run = services.run_crawler

    def tear(plan, folder, progress) -> None:
        run(plan, folder, progress)
        for path in folder.rglob("*.png"):
            path.write_bytes(path.read_bytes()[:1000])

    monkeypatch.setattr(services, "run_crawler", tear)
    [missing] = capture()
    assert missing.missing_reason == "截图文件与采集记录的校验值不符"


def test_a_kept_picture_is_never_written_over(make_case):
    case = make_case()
    [evidence] = capture()
    path = evidence_path(evidence, "original")
    data = path.read_bytes()
    # a capture that was killed before its row was written finds its own file again
    assert services._store(case, evidence.taken_at, "original", data) == evidence.original
    path.unlink()
    path.write_bytes(b"another picture that took the name")
    with pytest.raises(FileExistsError):
        services._store(case, evidence.taken_at, "original", data)
    assert path.read_bytes() == b"another picture that took the name"


def test_the_path_of_evidence_never_leads_out_of_its_folder(make_case, settings, tmp_path):
    make_case()
    [evidence] = capture()
    (tmp_path / "secret.png").write_bytes(b"x")
    evidence.original = "../../secret.png"
    with pytest.raises(EvidenceFileError):
        evidence_path(evidence, "original")
    with pytest.raises(EvidenceFileError, match="no file 'seal'"):
        evidence_path(evidence, "seal")


def test_a_relapse_is_photographed_after_it_is_confirmed_again(make_case):
    case = make_case()
    capture()
    inspect({case.column: SEEN_AT.date()}, at=SEEN_AT + dt.timedelta(days=1))
    inspect({case.column: SEEN_AT.date()}, at=SEEN_AT + dt.timedelta(days=60))
    case = Case.objects.get()
    assert pending_cases() == []
    confirm(case, actor=UserFactory(), at=SEEN_AT + dt.timedelta(days=61))
    assert pending_cases() == [case]
