"""Build the search index anew and switch to it."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from search import services
from search.index import RebuildRunning


class Command(BaseCommand):
    help = "Build the search index anew from the published articles, then switch to it at once."

    def handle(self, *args: Any, **options: Any) -> None:
        started = told = time.monotonic()

        def progress(done: int, total: int) -> None:
            nonlocal told
            if time.monotonic() - told >= 2:
                told = time.monotonic()
                self.stdout.write(f"indexed {done} of {total} articles")
                self.stdout.flush()

        try:
            count = services.rebuild(progress)
        except RebuildRunning as error:
            raise CommandError(str(error), returncode=2) from error
        self.stdout.write(f"search index: {count} articles in {time.monotonic() - started:.1f} s")
