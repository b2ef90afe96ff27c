"""Build the search index anew and switch to it."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from search import services
from search.errors import RebuildRunning


class Command(BaseCommand):
    help = "Build the search index anew of everything that can be found, then switch to it at once."

    def handle(self, *args: Any, **options: Any) -> None:
        started = told = time.monotonic()

        def progress(done: int, total: int) -> None:
            nonlocal told
            if time.monotonic() - told >= 2:
                told = time.monotonic()
                self.stdout.write(f"indexed {done} of {total} documents")
                self.stdout.flush()

        try:
            count = services.rebuild(progress)
        except RebuildRunning as error:
            raise CommandError(str(error), returncode=2) from error
        self.stdout.write(f"search index: {count} documents in {time.monotonic() - started:.1f} s")
