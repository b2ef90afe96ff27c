"""verify_evidence finds every kind of change that can be made behind the program's back."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from PIL import Image

from audits.evidence import seal, services
from audits.evidence.enums import EvidenceStatus
from audits.evidence.models import Evidence
from audits.evidence.queries import evidence_path, pending_cases
from audits.evidence.verify import breaches
from audits.facts import FactChangedError
from crawler.plan import Plan
from crawler.records import RECORDS_NAME, FetchOutcome, ShotRecord, dump
from tests.integration.evidence.conftest import SEEN_AT


def draw(plan: Plan, folder: Path, progress: object) -> None:
    """Leaves what a crawler leaves, without a browser: Chromium is met in test_capture."""
    folder.mkdir(parents=True)
    lines = []
    for number, target in enumerate(plan.targets):
        image = io.BytesIO()
        Image.new("RGB", (600, 400), (number, 80, 160)).save(image, "PNG")
        (folder / f"{target.id}.png").write_bytes(image.getvalue())
        record = ShotRecord(
            target=target.id,
            url=target.url,
            final_url=target.url,
            taken_at=SEEN_AT,
            as_of=plan.as_of,
            outcome=FetchOutcome.OK,
            path=f"{target.id}.png",
            sha256=hashlib.sha256(image.getvalue()).hexdigest(),
            tool_versions={"chromium": "1"},
        )
        lines.append(dump(record) + "\n")
    (folder / RECORDS_NAME).write_text("".join(lines), encoding="utf-8")


@pytest.fixture
def chain(make_case, monkeypatch) -> list[Evidence]:
    """Three rows with their files."""
    monkeypatch.setattr(services, "run_crawler", draw)
    for path in ("/dt/", "/tz/", "/zc/"):
        make_case(path)
    return services.capture(cases=pending_cases(), now=SEEN_AT)


def sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_nothing_was_changed(chain, capsys):
    assert [row.status for row in chain] == [EvidenceStatus.CAPTURED] * 3
    assert list(breaches()) == []
    out = io.StringIO()
    call_command("verify_evidence", stdout=out)
    assert out.getvalue() == f"evidence: 3 rows, 0 breaches; head {chain[-1].seal}\n"


@pytest.mark.parametrize("which", ["original", "stamped", "thumbnail"])
def test_one_byte_of_a_file(chain, which):
    path = evidence_path(chain[1], which)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.chmod(0o644)
    path.write_bytes(data)
    assert list(breaches()) == [f"evidence 2: file {getattr(chain[1], which)} was changed"]


@pytest.mark.parametrize("which", ["original", "stamped", "thumbnail"])
def test_a_file_that_is_gone(chain, which):
    evidence_path(chain[1], which).unlink()
    [breach] = breaches()
    assert breach.startswith(f"evidence 2: file {getattr(chain[1], which)} is not in ")


@pytest.mark.parametrize("field", sorted(set(seal.SEALED_FIELDS) - {"sequence", "previous_seal"}))
def test_every_field_of_a_row(chain, field):
    other = {
        "case_id": chain[0].case_id,
        "observation_id": chain[0].observation_id,
        "status": "missing",
        "taken_at": "2020-01-01 00:00:00",
        "width": 1,
        "height": 1,
        "tool_versions": "{}",
        "original": chain[0].original,
        "stamped": chain[0].stamped,
        "thumbnail": chain[0].thumbnail,
    }.get(field, "changed")
    sql(f"UPDATE audits_evidence SET {field} = %s WHERE sequence = 2", other)
    assert "evidence 2: the row was changed after it was sealed" in list(breaches())


def test_a_row_that_was_sealed_again_breaks_the_next_link(chain):
    sql("UPDATE audits_evidence SET missing_reason = 'x' WHERE sequence = 2")
    row = Evidence.objects.get(sequence=2)
    sql("UPDATE audits_evidence SET seal = %s WHERE sequence = 2", seal.seal_of(row))
    found = "evidence 3: does not follow the row before it (inserted, replaced or reordered)"
    assert list(breaches()) == [found]


def test_a_removed_row(chain):
    sql("DELETE FROM audits_evidence WHERE sequence = 2")
    found = list(breaches())
    assert found[0] == "evidence 2 to 2: removed from the chain"
    assert len([line for line in found if "named by no row" in line]) == 3


def test_a_removed_last_row_leaves_its_files_behind(chain):
    sql("DELETE FROM audits_evidence WHERE sequence = 3")
    found = list(breaches())
    assert len(found) == 3
    assert all("named by no row" in line for line in found)


def test_two_rows_that_changed_places(chain):
    sql("UPDATE audits_evidence SET sequence = 99 WHERE sequence = 1")
    sql("UPDATE audits_evidence SET sequence = 1 WHERE sequence = 2")
    sql("UPDATE audits_evidence SET sequence = 2 WHERE sequence = 99")
    found = list(breaches())
    for sequence in (1, 2, 3):
        assert f"evidence {sequence}: does not follow the row before it (inserted, replaced or reordered)" in found


def test_the_command_names_every_breach_and_ends_with_1(chain):
    evidence_path(chain[0], "original").unlink()
    sql("UPDATE audits_evidence SET url = 'x' WHERE sequence = 3")
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("verify_evidence", stdout=out, stderr=err)
    assert ended.value.code == 1
    assert len(err.getvalue().splitlines()) == 2
    assert "3 rows, 2 breaches" in out.getvalue()


def test_evidence_is_never_edited_through_the_program(chain):
    with pytest.raises(FactChangedError):
        chain[0].save()
    with pytest.raises(FactChangedError):
        Evidence.objects.all().delete()
