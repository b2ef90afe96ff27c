"""Pages of the desk ask the database as often for fifty rows as for five."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from audits.cases.models import Case
from audits.notices.content import item_facts
from audits.notices.enums import PaperState
from audits.notices.models import PaperItem
from audits.runs.enums import RunKind
from audits.runs.models import Run
from tests.factories.audits import make_column, make_site
from tests.factories.cases import OLD, inspect

PAGES = {
    "columns": lambda desk: reverse("audit_columns:index"),
    "columns as csv": lambda desk: reverse("audit_columns:index") + "?export=csv",
    "cases": lambda desk: reverse("audit_cases:index"),
    "cases as csv": lambda desk: reverse("audit_cases:index") + "?export=csv",
    "sites": lambda desk: reverse("audit_sites:index"),
    "runs": lambda desk: reverse("audit_runs:index"),
    "review": lambda desk: reverse("audit_desk:review"),
    "run": lambda desk: reverse("audit_runs:inspect", args=[desk.run.pk]),
    "site": lambda desk: reverse("audit_sites:inspect", args=[desk.site.pk]),
    "paper": lambda desk: reverse("audit_papers:inspect", args=[desk.papers[PaperState.SIGNED].pk]),
    "overview": lambda desk: reverse("audit_desk:dashboard"),
    "home": lambda desk: reverse("wagtailadmin_home"),
}
#: Pages that the network centre does not fill: a unit's own first page.
WHO = {"home": "leader"}


def add_rows(desk, count: int) -> None:
    """And as many sites and runs."""
    now, user = timezone.now(), desk.users["reviewer"]
    columns = [make_column(desk.site, f"/{count}-{number}/") for number in range(count)]
    desk.run = inspect(dict.fromkeys(columns, OLD), at=now - dt.timedelta(hours=1))
    for number in range(count):
        site = make_site(f"site-{count}-{number}", unit=desk.a)
        run = {"kind": RunKind.SITE, "site": site, "profile": "county", "requested_by": user}
        Run.objects.create(as_of=now, created_at=now, **run)
    paper = desk.papers[PaperState.SIGNED]
    start = paper.items.count()
    cases = Case.objects.with_subject().filter(column__in=columns)
    PaperItem.objects.bulk_create(
        PaperItem(paper=paper, case=case, position=start + number, facts=item_facts(case))
        for number, case in enumerate(cases, start=1)
    )


def queries(desk, page: str) -> int:
    client = desk.client(WHO.get(page, "reviewer"))
    url = PAGES[page](desk)
    client.get(url)  # what is cached once for the process is
    cache.clear()
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url)
        _ = b"".join(response.streaming_content) if response.streaming else response.content
    assert response.status_code == 200
    return len(captured)


@pytest.mark.parametrize("page", PAGES)
def test_queries_do_not_grow_with_rows(desk, page):
    add_rows(desk, 5)
    few = queries(desk, page)
    add_rows(desk, 45)

    assert queries(desk, page) <= few
