"""manage.py serve: portal, queue worker and the sample's outside sites, until Ctrl-C."""

from __future__ import annotations

import signal
import sys
import time
from contextlib import ExitStack
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from audits.management.numbers import number_in
from audits.management.sample.processes import StartError, alone, child, is_free, outside_sites, portal
from audits.management.sample.seed import sample_as_of
from audits.management.sample.summary import accounts

LAST_PORT = 65535


class Command(BaseCommand):
    help = "Run the portal, a queue worker and the sample's outside sites on loopback, until Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", default=8000, help="of the portal; default: 8000")

    def handle(self, *args: Any, **options: Any) -> None:
        port = number_in(options["port"])
        if port is None or not 1 <= port <= LAST_PORT:
            raise CommandError(f"--port {options['port']}: a port is a number from 1 to {LAST_PORT}", returncode=2)
        if not is_free(port):
            raise CommandError(f"port {port} is taken: give another one with --port", returncode=2)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        call_command("ensure_schedules", stdout=self.stderr)
        try:
            with ExitStack() as processes:
                processes.enter_context(alone())
                address = processes.enter_context(portal(port))
                seeded = sample_as_of() is not None
                if seeded:
                    processes.enter_context(outside_sites())
                worker = processes.enter_context(
                    child(["manage", "qcluster"], environment={"PORTAL_BASE_URL": address})
                )
                self.stdout.write(f"portal      {address}/   desk {address}/admin/")
                for line in accounts() if seeded else ["no sample county here: make demo"]:
                    self.stdout.write(line)
                self.stdout.write("Ctrl-C stops everything")
                self.stdout.flush()
                while worker.poll() is None:
                    time.sleep(1)
                raise CommandError(f"the queue worker ended with exit code {worker.returncode}")
        except StartError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            self.stdout.write("stopped")
