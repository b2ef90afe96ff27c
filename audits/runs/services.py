"""Writes of runs: records become observations, observations become verdicts. Twice changes nothing."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from audits.registry.enums import ColumnStanding, SiteKind
from audits.registry.models import Column, Downtime, Exemption, Site
from audits.registry.plans import override_of
from audits.rules.freshness import ColumnFacts, ColumnVerdict, judge_column
from audits.rules.profiles import Profile
from audits.rules.site import SiteFacts, judge_site
from audits.rules.states import ColumnState
from audits.rules.workdays import civil_day
from audits.runs.crawl import PLAN
from audits.runs.enums import RunKind, RunStep
from audits.runs.models import Observation, Probe, Run, SiteVerdict, Verdict
from crawler import plan as plans
from crawler import records
from crawler.plan import Kind, Plan
from crawler.reading import VERSION as READER_VERSION
from crawler.reading import ArticleReading, Basis, ColumnReading, PageKind, read_article, read_column
from crawler.reading.follow import settled
from crawler.reading.rendered import RENDERED_HEADERS, is_filled
from crawler.records import RECORDS_NAME, FetchOutcome, PageRecord


class RecordsError(ValueError):
    """What a crawl left cannot be imported; the message says which file and line, and why, in one line."""


@transaction.atomic
def import_records(run: Run) -> int:
    """Import a finished crawl's records; returns how many rows were added. All or nothing, once or often.

    Raises RecordsError for a torn line, a record that the plan or the registry does not know, and a
    target without a record.
    """
    found = _read_records(run)
    columns = _by_uuid([record.target for record in found if record.kind == Kind.COLUMN])
    sites = {site.code: site for site in Site.objects.filter(code__in=[r.target for r in found])}
    seen_before = _sites_seen_before(run)

    observations, probes = [], []
    for record in found:
        if record.kind == Kind.COLUMN:
            column = columns.get(record.target)
            if column is None:
                raise RecordsError(f"{run.folder / RECORDS_NAME}: column {record.target} is not in the registry")
            observations.append(_observation(run, column, record, is_baseline=column.site_id not in seen_before))
        else:
            site = sites.get(record.target)
            if site is None:
                raise RecordsError(f"{run.folder / RECORDS_NAME}: site {record.target} is not in the registry")
            probes.append(_probe(run, site, record))

    known = set(run.observations.values_list("column_id", "reader_version"))
    new_observations = [row for row in observations if (row.column_id, row.reader_version) not in known]
    known_sites = set(run.probes.values_list("site_id", flat=True))
    new_probes = [row for row in probes if row.site_id not in known_sites]
    Observation.objects.bulk_create(new_observations, batch_size=500)
    Probe.objects.bulk_create(new_probes, batch_size=500)
    return len(new_observations) + len(new_probes)


@transaction.atomic
def judge_run(run: Run, profile: Profile) -> list[Verdict]:
    """Judge what a run saw under a profile; returns the verdicts that were added.

    Exemptions and downtimes count as of the run. Sites are judged by runs that looked at all of their
    columns, so not by re-checks.
    """
    day = civil_day(run.as_of)
    newest = _newest(run)
    exemptions = _exemptions([seen.column_id for seen in newest], day)
    downtimes = _downtimes({seen.column.site_id for seen in newest}, run)

    judged: list[tuple[Observation, ColumnVerdict]] = []
    for seen in newest:
        facts = _facts(
            seen, day, exempt=exemptions.get(seen.column_id, ""), downtime=downtimes.get(seen.column.site_id, "")
        )
        judged.append((seen, judge_column(facts, profile)))

    have = set(
        run.verdicts.filter(profile=profile.code, profile_version=profile.version).values_list(
            "observation_id", flat=True
        )
    )
    added = [_verdict(seen, result, profile) for seen, result in judged if seen.pk not in have]
    Verdict.objects.bulk_create(added, batch_size=500)
    if run.kind != RunKind.RECHECK:
        _judge_sites(run, profile, judged, day)
    return added


@transaction.atomic
def reread(run: Run) -> list[Observation]:
    """Read the saved bytes of a run again; returns the new observations, none if today's reader made the old ones.

    Nothing is fetched. Raises RecordsError when saved bytes are gone.
    """
    again = [
        _read_again(run, seen)
        for seen in _newest(run)
        if seen.outcome == FetchOutcome.OK and seen.body_path and seen.reader_version != READER_VERSION
    ]
    return Observation.objects.bulk_create(again, batch_size=500)


# Records


def load_plan(run: Run) -> Plan:
    """The plan a run was started with."""
    return plans.load(json.loads((run.folder / PLAN).read_text(encoding="utf-8")))


def _read_records(run: Run) -> list[PageRecord]:
    """One record per target of the plan. A target visited twice (a crawl that was killed) counts by its first visit."""
    path = run.folder / RECORDS_NAME
    wanted = {(target.kind.value, target.id) for target in load_plan(run).targets}
    found: dict[tuple[str, str], PageRecord] = {}
    try:
        for record in records.read_records(path):
            key = (str(record.kind), record.target)
            if key not in wanted or not isinstance(record, PageRecord):
                raise RecordsError(f"{path}: {record.kind} {record.target} is not in the run's plan")
            found.setdefault(key, record)
    except OSError as error:
        raise RecordsError(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise RecordsError(str(error)) from error
    if missing := wanted - found.keys():
        kind, target = min(missing)
        raise RecordsError(f"{path}: {len(missing)} targets have no record, the first is {kind} {target}")
    return list(found.values())


def _by_uuid(uuids: Iterable[str]) -> dict[str, Column]:
    return {str(column.uuid): column for column in Column.objects.filter(uuid__in=list(uuids))}


def _sites_seen_before(run: Run) -> set[int]:
    """Sites that a run made before this one, and finished, could read at least one column of that counted then.

    Columns on trial, or retired, open no case: what they show was told to nobody.
    """
    earlier = Observation.objects.filter(
        run__step=RunStep.DONE, run__created_at__lt=run.created_at, outcome=FetchOutcome.OK.value
    )
    uncounted = Verdict.objects.own().filter(state__in=[ColumnState.TRIAL.value, ColumnState.RETIRED.value])
    earlier = earlier.exclude(pk__in=uncounted.values("observation"))
    return set(earlier.order_by().values_list("column__site", flat=True).distinct())


def _observation(run: Run, column: Column, record: PageRecord, *, is_baseline: bool) -> Observation:
    return Observation(
        run=run,
        column=column,
        url=record.url,
        final_url=record.final_url,
        fetched_at=record.fetched_at,
        as_of=record.as_of,
        outcome=record.outcome.value,
        detail=record.detail[:500],
        status=record.status,
        elapsed_ms=record.elapsed_ms,
        headers=[list(pair) for pair in record.headers],
        etag=record.etag[:200],
        address=record.address,
        tls=record.tls,
        size=record.size,
        body_path=record.body_path,
        rendered=record.rendered,
        rendered_path=record.rendered_path,
        sha256_rendered=record.sha256_rendered,
        sha256_raw=record.sha256_raw,
        sha256_text=record.sha256_text,
        sha256_skeleton=record.sha256_skeleton,
        reader_version=record.reader_version,
        tool_versions=record.tool_versions,
        reading=record.reading,
        followed=[records.plain(page) for page in record.followed],
        updated=_updated(record.reading),
        is_baseline=is_baseline,
        schema_version=record.schema_version,
    )


def _probe(run: Run, site: Site, record: PageRecord) -> Probe:
    return Probe(
        run=run,
        site=site,
        url=record.url,
        fetched_at=record.fetched_at,
        outcome=record.outcome.value,
        detail=record.detail[:500],
        status=record.status,
        elapsed_ms=record.elapsed_ms,
        address=record.address,
    )


def _updated(reading: dict[str, Any] | None) -> dt.date | None:
    day = reading.get("updated") if reading else None
    return dt.date.fromisoformat(day) if day else None


def _read_again(run: Run, seen: Observation) -> Observation:
    reading = read_column(
        _bytes(run, seen.read_path),
        url=seen.final_url,
        as_of=seen.as_of,
        headers=seen.read_headers,
        override=override_of(seen.column),
    )
    if seen.rendered:
        raw = _bytes(run, seen.body_path)
        whole = not seen.detail  # a rendered page's detail says what did not come
        if not is_filled(reading, raw=raw, headers=dict(seen.headers), whole=whole):
            reading = dataclasses.replace(reading, kind=PageKind.SCRIPTED, updated=None, basis=None)
    if reading.leads:
        known = {page["url"]: page for page in seen.followed}
        found = [(lead, _read_lead(run, seen, known.get(lead.url))) for lead in reading.leads]
        reading = settled(reading, found, url=seen.final_url, as_of=seen.as_of)
    fields = {
        field.attname: getattr(seen, field.attname) for field in Observation._meta.concrete_fields if field.name != "id"
    }
    said = reading.as_dict()
    return Observation(**{**fields, "reading": said, "updated": _updated(said), "reader_version": READER_VERSION})


def _read_lead(run: Run, seen: Observation, page: dict[str, Any] | None) -> ArticleReading | ColumnReading | None:
    """What a page that was followed says to today's reader; None for one that was not, or not answered."""
    if page is None or page["outcome"] != FetchOutcome.OK:
        return None
    rendered = page["rendered_path"]
    headers = RENDERED_HEADERS if rendered else {"Content-Type": page["content_type"]}
    read = read_column if page["basis"] == Basis.CHILD_COLUMN else read_article
    return read(_bytes(run, rendered or page["body_path"]), url=page["url"], as_of=seen.as_of, headers=headers)


def _bytes(run: Run, path: str) -> bytes:
    try:
        return (run.folder / path).read_bytes()
    except OSError as error:
        raise RecordsError(f"{run.folder / path}: {error.strerror}") from error


# Judging


def _newest(run: Run) -> list[Observation]:
    """The newest observation of each of a run's columns: one may have been read again."""
    newest = {seen.column_id: seen for seen in run.observations.select_related("column__site").order_by("pk")}
    return list(newest.values())


def _facts(seen: Observation, day: dt.date, *, exempt: str, downtime: str) -> ColumnFacts:
    column, reading = seen.column, seen.reading or {}
    return ColumnFacts(
        column_class=column.column_class,
        as_of=day,
        outcome=seen.outcome,
        outcome_detail=seen.detail,
        page_kind=reading.get("kind", ""),
        updated=seen.updated,
        basis=reading.get("basis") or "",
        year_inferred=bool(reading.get("year_inferred")),
        entries=len(reading.get("entries", ())),
        warnings=tuple(reading.get("warnings", ())),
        rhythm_days=column.rhythm_days,
        trial=column.standing == ColumnStanding.TRIAL,
        retired=column.standing == ColumnStanding.RETIRED,
        exempt_reason=exempt,
        downtime_reason=downtime,
    )


def _exemptions(columns: Iterable[int], day: dt.date) -> dict[int, str]:
    rows = Exemption.objects.covering(day).filter(column__in=columns)
    return dict(rows.order_by("pk").values_list("column_id", "reason"))


def _downtimes(sites: Iterable[int], run: Run) -> dict[int, str]:
    rows = Downtime.objects.covering(run.as_of).filter(site__in=sites)
    return dict(rows.order_by("pk").values_list("site_id", "reason"))


def _verdict(seen: Observation, result: ColumnVerdict, profile: Profile) -> Verdict:
    return Verdict(
        observation=seen,
        run_id=seen.run_id,
        column_id=seen.column_id,
        profile=profile.code,
        profile_version=profile.version,
        rule_id=result.rule_id,
        state=result.state.value,
        underlying_state=result.underlying_state.value,
        inputs=result.inputs,
        sentence=result.sentence,
        updated=result.updated,
        due_on=result.due_on,
        days_overdue=result.days_overdue,
    )


def _judge_sites(run: Run, profile: Profile, judged: Iterable[tuple[Observation, ColumnVerdict]], day: dt.date) -> None:
    columns: dict[int, list[tuple[str, ColumnVerdict]]] = {}
    for seen, result in judged:
        if seen.column.standing != ColumnStanding.RETIRED:
            columns.setdefault(seen.column.site_id, []).append((seen.column.column_class, result))
    probes = list(run.probes.select_related("site"))
    downtimes = _downtimes([probe.site_id for probe in probes], run)
    have = set(
        run.site_verdicts.filter(profile=profile.code, profile_version=profile.version).values_list(
            "site_id", flat=True
        )
    )
    added = []
    for probe in probes:
        if probe.site_id in have:
            continue
        facts = SiteFacts(
            as_of=day,
            home_outcome=probe.outcome,
            columns=tuple(columns.get(probe.site_id, ())),
            downtime_reason=downtimes.get(probe.site_id, ""),
            availability_only=probe.site.kind == SiteKind.PORTAL,
        )
        found = judge_site(facts, profile)
        added.append(
            SiteVerdict(
                run=run,
                site_id=probe.site_id,
                profile=profile.code,
                profile_version=profile.version,
                rule_id=found.rule_id,
                state=found.state.value,
                inputs=found.inputs,
                sentence=found.sentence,
            )
        )
    SiteVerdict.objects.bulk_create(added, batch_size=500)
