"""Kind COLUMN: a list page, read for its last update. Nothing it links to is followed."""

from __future__ import annotations

from crawler.plan import Plan, Target
from crawler.reading import VERSION, PageKind, read_column
from crawler.records import FetchOutcome
from crawler.spiders.base import Page


def finish(page: Page, *, target: Target, plan: Plan) -> Page:
    """The page with its reading; a page that turns out to ask for sign-in gets no reading."""
    reading = read_column(
        page.body, url=page.record.final_url, as_of=plan.as_of, headers=page.headers, override=target.override
    )
    if reading.kind is PageKind.LOGIN:
        return page.with_record(outcome=FetchOutcome.LOGIN_REQUIRED, detail="the page asks for sign-in")
    return page.with_record(reading=reading.as_dict(), reader_version=VERSION)
