"""manage.py demo: the whole loop on the sample county, from seeding to drafted papers, and one summary."""

from __future__ import annotations

import datetime as dt
import signal
import sys
import time
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from audits import workflow
from audits.cases.enums import CaseState
from audits.cases.models import Case
from audits.management.sample import truth
from audits.management.sample.processes import StartError, alone, outside_sites, portal
from audits.management.sample.progress import every_two_seconds
from audits.management.sample.seed import key_of, sample_as_of, sample_columns, sample_user
from audits.management.sample.summary import Tally, summary
from audits.runs.models import Run
from portal.units.enums import Role
from search import services

CONFIRMED = "人工复核属实"
#: Columns whose cases the sample's reviewer leaves for the person who looks at the desk next.
LEFT_OPEN = ("heifeng/rsxx", "ddj/ldfg", "jyj-web/zsks")


class Command(BaseCommand):
    help = "Seed the sample county, inspect it over HTTP, confirm, photograph, draft papers, and say what came of it."

    def handle(self, *args: Any, **options: Any) -> None:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is stopped
        started = time.monotonic()
        if not settings.AUDIT_ALLOW_LOOPBACK:
            raise CommandError(
                "the sample's sites are served on loopback: set AUDIT_ALLOW_LOOPBACK=true (make demo does)",
                returncode=2,
            )
        try:
            with ExitStack() as servers:
                servers.enter_context(alone())
                as_of = self._prepare()
                before = Tally.now()
                self._say("starting the portal and the outside sites")
                address = servers.enter_context(portal(urlsplit(settings.PORTAL_BASE_URL).port or 80))
                servers.enter_context(outside_sites())
                self._say(f"portal at {address}")
                run = self._loop(as_of)
        except (StartError, workflow.RunFailedError) as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            raise CommandError("stopped; what was found so far is kept", returncode=130) from None
        for line in summary(run=run, as_of=as_of, before=before):
            self.stdout.write(line)
        result = truth.compare(truth.found(as_of))
        for mismatch in result.mismatches:
            self.stdout.write(f"  {mismatch}")
        self.stdout.write(f"took {time.monotonic() - started:.0f} s")
        self.stdout.write(str(result))
        if result.mismatches:
            sys.exit(1)

    def _prepare(self) -> dt.datetime:
        """Groups, county and search index; returns the moment that the county was seeded for."""
        call_command("ensure_groups", stdout=self.stderr)
        call_command("seed_demo", stdout=self.stderr, stderr=self.stderr)
        if not services.is_complete():
            call_command("rebuild_index", stdout=self.stderr)
        as_of = sample_as_of()
        if as_of is None:
            raise CommandError("the sample county was not seeded")
        return as_of

    def _loop(self, as_of: dt.datetime) -> Run:
        """Inspect, confirm, photograph, draft."""
        progress = every_two_seconds(self._say)
        run = workflow.start_run(as_of=as_of)
        self._say(f"run {run.pk}: visiting every column")
        workflow.execute_run(run, progress=progress)
        new = Case.objects.filter(state=CaseState.NEW, column__in=sample_columns()).select_related("column__site")
        cases = [case for case in new if key_of(case.column) not in LEFT_OPEN]
        workflow.confirm_cases(cases=cases, actor=sample_user(Role.NETWORK_CENTRE), reason=CONFIRMED)
        self._say(f"{len(cases)} cases confirmed by the sample's reviewer; taking pictures")
        workflow.capture_evidence(progress=progress)
        self._say("drafting papers")
        workflow.draft_papers(progress=progress)
        self._say("bringing what was read to the search")
        services.index_changes()
        return run

    def _say(self, line: str) -> None:
        self.stderr.write(line)
        self.stderr.flush()
