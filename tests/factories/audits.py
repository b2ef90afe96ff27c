"""Sites and columns without pages behind them, and runs that a crawler has just left."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from audits.registry.enums import ColumnStanding, SiteKind
from audits.registry.models import Column, Site
from audits.registry.plans import build_plan, override_of
from audits.rules.profiles import load_profile
from audits.runs.crawl import write_plan
from audits.runs.enums import RunKind, RunStep
from audits.runs.models import Observation, Run
from audits.runs.services import judge_run
from crawler import records
from crawler.pipelines import page_path
from crawler.reading import VERSION, Basis, PageKind, read_column
from crawler.reading.rendered import RENDERED_HEADERS
from crawler.records import FetchOutcome, PageRecord
from portal.pages.enums import ColumnClass
from portal.units.models import Unit

CREATED = dt.datetime(2026, 1, 5, 1, 0, tzinfo=dt.UTC)

#: What a page showed: a date, "blank", or how its fetch failed.
Seen = dt.date | str | FetchOutcome


def make_site(
    code: str = "yunxi", *, base_url: str = "http://127.0.0.1:9/", unit: Unit | None = None, **fields: Any
) -> Site:
    """An outside site."""
    defaults = {"name": f"站点{code}", "kind": SiteKind.OUTSIDE, "created_at": CREATED}
    return Site.objects.create(code=code, base_url=base_url, unit=unit, **{**defaults, **fields})


def make_column(site: Site, location: str = "/dt/", **fields: Any) -> Column:
    """A confirmed column of news."""
    defaults = {
        "name": f"栏目{location}",
        "column_class": ColumnClass.DYNAMIC,
        "standing": ColumnStanding.CONFIRMED,
        "created_at": CREATED,
    }
    return Column.objects.create(site=site, location=location, **{**defaults, **fields})


def make_crawled_run(
    seen: Mapping[Column, Seen], *, at: dt.datetime, as_of: dt.datetime | None = None, profile: str = "county"
) -> Run:
    """A run over one site whose crawler ended at `at`: its plan and records lie in its folder."""
    site = next(iter(seen)).site
    run = Run.objects.create(
        kind=RunKind.SITE, step=RunStep.CRAWLED, as_of=as_of or at, profile=profile, site=site, created_at=at
    )
    write_plan(build_plan(run_id=run.pk, as_of=run.as_of, sites=[site], columns=list(seen)), run.folder)
    found = [_record(site.code, "probe", site.home_url, run.as_of, at, FetchOutcome.OK, None)]
    for column, what in seen.items():
        outcome = what if isinstance(what, FetchOutcome) else FetchOutcome.OK
        reading = None if isinstance(what, FetchOutcome) else _reading(what)
        found.append(_record(str(column.uuid), "column", column.url, run.as_of, at, outcome, reading))
    lines = "".join(records.dump(record) + "\n" for record in found)
    (run.folder / records.RECORDS_NAME).write_text(lines, encoding="utf-8")
    return run


def make_saved_observation(
    column: Column,
    body: bytes,
    *,
    at: dt.datetime,
    rendered: bytes = b"",
    content_type: str = "text/html",
    followed: Sequence[dict[str, str]] = (),
) -> Observation:
    """What a run saw of one column, judged, its pages saved as a crawler saves them.

    `followed`: what articles read beside the page say; the newest settles the column's date.
    """
    run = Run.objects.create(
        kind=RunKind.SITE, step=RunStep.DONE, as_of=at, profile="county", site=column.site, created_at=at
    )
    read, headers = (rendered, RENDERED_HEADERS) if rendered else (body, {"Content-Type": content_type})
    reading = read_column(read, url=column.url, as_of=at, headers=headers, override=override_of(column))
    if followed:
        newest = max(dt.date.fromisoformat(page["updated"]) for page in followed)
        reading = dataclasses.replace(reading, updated=newest, basis=Basis.ARTICLE_TEXT)
    seen = Observation.objects.create(
        run=run,
        followed=list(followed),
        column=column,
        url=column.url,
        final_url=column.url,
        fetched_at=at,
        as_of=at,
        outcome=FetchOutcome.OK.value,
        status=200,
        headers=[["Content-Type", content_type]],
        body_path=_saved(run, body),
        sha256_raw=hashlib.sha256(body).hexdigest(),
        rendered=bool(rendered),
        rendered_path=_saved(run, rendered) if rendered else "",
        sha256_rendered=hashlib.sha256(rendered).hexdigest() if rendered else "",
        reader_version=VERSION,
        reading=reading.as_dict(),
        updated=reading.updated,
        schema_version=records.SCHEMA_VERSION,
    )
    judge_run(run, load_profile(run.profile))
    return seen


def _saved(run: Run, body: bytes) -> str:
    path = run.folder / page_path(hashlib.sha256(body).hexdigest())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    return str(path.relative_to(run.folder))


def _record(
    target: str,
    kind: str,
    url: str,
    as_of: dt.datetime,
    at: dt.datetime,
    outcome: FetchOutcome,
    reading: dict[str, Any] | None,
) -> PageRecord:
    return PageRecord(
        target=target,
        kind=kind,
        url=url,
        final_url=url,
        fetched_at=at,
        as_of=as_of,
        outcome=outcome,
        status=200 if outcome is FetchOutcome.OK else None,
        sha256_text=hashlib.sha256(repr(reading).encode()).hexdigest() if reading else "",
        reader_version=VERSION if reading else "",
        reading=reading,
    )


def _reading(what: dt.date | str) -> dict[str, Any]:
    if isinstance(what, str):
        return {"kind": PageKind(what).value, "updated": None, "basis": None, "entries": [], "warnings": []}
    return {
        "kind": PageKind.LIST.value,
        "updated": what.isoformat(),
        "basis": "list-item",
        "entries": [{"title": "工作会议", "date": what.isoformat()}],
        "warnings": [],
    }
