"""manage.py reread RUN: read a run's saved pages again with today's reader, and judge what it says."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audits import workflow
from audits.management.numbers import number_in
from audits.runs.models import Run


class Command(BaseCommand):
    help = "Read a run's saved pages again; nothing is fetched, and what was read before stays."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("run", metavar="RUN", help="number of a complete run")

    def handle(self, *args: Any, **options: Any) -> None:
        run = Run.objects.complete().filter(pk=number_in(options["run"])).first()
        if run is None:
            raise CommandError(f"RUN {options['run']}: there is no complete run of that number", returncode=2)
        try:
            count = workflow.reread_run(run)
        except ValueError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"run {run.pk}: {count} pages read anew")
