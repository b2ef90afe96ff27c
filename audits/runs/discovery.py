"""What columns an outside site has, as its home page links to them: asked of the crawler, kept nowhere."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from audits.registry.models import Site
from audits.registry.plans import discovery_plan
from audits.runs.crawl import run_crawler
from crawler.records import RECORDS_NAME, PageRecord, read_records


def discover(*, site: Site, as_of: dt.datetime, progress: Callable[[str], None] | None = None) -> PageRecord:
    """Visit a site's home page; the record says how that ended and which columns it links to.

    The site need not be saved yet. Raises ValueError for an address that cannot be visited, and
    CrawlError when the crawler itself fails.
    """
    plan = discovery_plan(site=site, as_of=as_of)
    with tempfile.TemporaryDirectory(prefix="discover-", dir=settings.VAR_DIR) as name:
        folder = Path(name)
        run_crawler(plan, folder, progress)
        (record,) = read_records(folder / RECORDS_NAME)
    if not isinstance(record, PageRecord):
        raise TypeError(f"a home page's record is no {type(record).__name__}")
    return record
