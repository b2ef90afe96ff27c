"""What the desk hands to the queue. In tests the queue works in the caller, once the transaction is through."""

from __future__ import annotations

import pytest

from audits import tasks
from audits.runs.enums import RunStep
from audits.runs.models import Run
from tests.factories import UserFactory
from tests.factories.audits import make_column, make_site
from tests.integration.runs.web import serve

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_queued_run_is_carried_out():
    requester = UserFactory()
    with serve() as web:
        web.column("/dt/", "2026-11-15", "2026-11-01")
        site = make_site(base_url=web.url)
        make_column(site)
        run = tasks.queue_run(site_code=site.code, requested_by=requester)
    run.refresh_from_db()
    assert (run.step, run.requested_by) == (RunStep.DONE, requester)
    assert run.verdicts.count() == 1


def test_a_run_that_cannot_be_started_is_not_queued():
    with pytest.raises(ValueError, match="nowhere"):
        tasks.queue_run(site_code="nowhere")
    assert not Run.objects.exists()


def test_the_nightly_audit_looks_at_all_sites():
    with serve() as web:
        web.column("/dt/", "2026-11-15", "2026-11-01")
        for code in ("a", "b"):
            make_column(make_site(code, base_url=web.url))
        tasks.nightly_audit()
    run = Run.objects.get()
    assert run.step == RunStep.DONE
    assert run.verdicts.count() == 2
