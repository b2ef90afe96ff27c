"""Writes: take the pictures that are missing, keep them, stamp copies, seal the rows."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import os
import tempfile
import uuid
from collections.abc import Callable, Iterable
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from audits.cases.models import Case
from audits.evidence import seal
from audits.evidence.enums import EvidenceStatus
from audits.evidence.fonts import FontMissingError
from audits.evidence.models import Evidence
from audits.evidence.queries import unpictured
from audits.evidence.stamp import PictureError, open_picture, stamp, thumbnail
from audits.registry.plans import build_plan
from audits.rules import words
from audits.runs.crawl import CrawlError, run_crawler
from audits.runs.models import Observation
from crawler.plan import Kind, Plan
from crawler.records import RECORDS_NAME, FetchOutcome, ShotRecord, read_records


def capture(
    *, cases: Iterable[Case], now: dt.datetime, progress: Callable[[str], None] = lambda line: None
) -> list[Evidence]:
    """Photograph the pages of these cases; a row says why when there is no picture.

    Each case is pictured for its newest stale visit. Nothing is added for a page that is pictured
    already, nor for a failure that the newest row of the case tells already.
    """
    wanted = unpictured(cases)
    if not wanted:
        return []
    progress(f"截图：{len(wanted)} 个页面")
    folder = Path(settings.RUNS_DIR) / f"shots-{timezone.localtime(now):%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:8]}"
    failure = ""
    try:
        run_crawler(_plan(folder.name, wanted), folder, progress)
    except CrawlError as error:
        failure = f"截图程序未能运行：{error}"
    shots = _read_shots(folder)
    rows = []
    for case, observation in wanted:
        if shot := shots.get(str(case.column.uuid)):
            rows.append(_keep(case, observation, shot, folder))
        else:
            rows.append(_missing(case, observation, now, failure or "截图程序没有留下这一页的记录"))
    return [row for row in rows if row]


def _plan(name: str, wanted: list[tuple[Case, Observation]]) -> Plan:
    """A plan that photographs the cases' columns where the registry says they are now."""
    as_of = max(observation.as_of for _, observation in wanted)
    plan = build_plan(run_id=name, as_of=as_of, sites=[], columns=[case.column for case, _ in wanted])
    shots = (dataclasses.replace(target, kind=Kind.SHOT, override=None) for target in plan.targets)
    return dataclasses.replace(plan, targets=tuple(shots))


def _read_shots(folder: Path) -> dict[str, ShotRecord]:
    """Shots by column uuid."""
    path = folder / RECORDS_NAME
    found = read_records(path) if path.is_file() else ()
    return {record.target: record for record in found if isinstance(record, ShotRecord)}


def _keep(case: Case, observation: Observation, shot: ShotRecord, folder: Path) -> Evidence | None:
    if shot.outcome != FetchOutcome.OK:
        detail = f"（{shot.detail}）" if shot.detail else ""
        return _missing(case, observation, shot.taken_at, f"{words.OUTCOMES[shot.outcome]}{detail}", shot)
    try:
        data = (folder / shot.path).read_bytes()
        sha256 = hashlib.sha256(data).hexdigest()
        if sha256 != shot.sha256:
            raise PictureError("截图文件与采集记录的校验值不符")
        picture = open_picture(data)
        stamped = stamp(picture, _strip(case, observation, shot, sha256))
    except OSError as error:
        return _missing(case, observation, shot.taken_at, f"截图文件无法读取：{error.strerror}", shot)
    except (PictureError, FontMissingError) as error:
        return _missing(case, observation, shot.taken_at, str(error), shot)
    return seal.append(
        case=case,
        observation=observation,
        status=EvidenceStatus.CAPTURED,
        taken_at=shot.taken_at,
        url=shot.url,
        final_url=shot.final_url,
        original=_store(case, shot.taken_at, "original", data),
        stamped=_store(case, shot.taken_at, "stamped", stamped),
        thumbnail=_store(case, shot.taken_at, "thumbnail", thumbnail(picture)),
        sha256_original=sha256,
        sha256_stamped=hashlib.sha256(stamped).hexdigest(),
        width=picture.width,
        height=picture.height,
        tool_versions=shot.tool_versions,
    )


def _missing(
    case: Case, observation: Observation, taken_at: dt.datetime, reason: str, shot: ShotRecord | None = None
) -> Evidence | None:
    """The row that says why there is no picture; None when the newest row of the case says so already."""
    reason = reason[:300]
    newest = Evidence.objects.filter(case=case).order_by("-sequence").first()
    if newest and newest.status == EvidenceStatus.MISSING and newest.missing_reason == reason:
        return None
    return seal.append(
        case=case,
        observation=observation,
        status=EvidenceStatus.MISSING,
        missing_reason=reason,
        taken_at=taken_at,
        url=observation.url,
        final_url=shot.final_url if shot else "",
        tool_versions=shot.tool_versions if shot else {},
    )


def _strip(case: Case, observation: Observation, shot: ShotRecord, sha256: str) -> list[tuple[str, str]]:
    unit = case.column.site.unit
    remarks = []
    if shot.is_cut:
        remarks.append(f"页面较长，本图截取自上而下{shot.height}像素，以下未截")
    if shot.is_loading:
        remarks.append("截图时页面仍在加载，部分内容可能未显示")
    return [
        ("单位", unit.name if unit else "（未登记主管单位）"),
        ("栏目", f"{case.column.name}（{case.column.site.name}）"),
        ("网址", shot.final_url or shot.url),
        ("采集时间", _moment(observation.fetched_at)),
        ("截图时间", _moment(shot.taken_at)),
        ("判定时点", _moment(observation.as_of)),
        ("检查批次", f"#{observation.run_id}"),
        *([("截图说明", "；".join(remarks))] if remarks else []),
        ("原图 SHA-256", sha256),
    ]


def _moment(at: dt.datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}（北京时间）"


def _store(case: Case, taken_at: dt.datetime, which: str, data: bytes) -> str:
    """Write a file once, read-only, under a name that holds the head of its own hash; returns the name.

    The file appears whole or not at all, and an existing one is never written over.
    """
    name = f"{timezone.localtime(taken_at):%Y}/{case.pk}-{hashlib.sha256(data).hexdigest()[:12]}-{which}.png"
    path = Path(settings.EVIDENCE_DIR) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".part") as part:
        part.write(data)
        part.flush()
        os.fsync(part.fileno())
        os.fchmod(part.fileno(), 0o444)
        try:
            os.link(part.name, path)
        except FileExistsError:
            # the same picture, kept before a row could be written for it
            if path.read_bytes() != data:
                raise
    return name
