"""manage.py seed_demo: write the sample county."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from audits.management.sample.articles import SHANGHAI
from audits.management.sample.progress import every_two_seconds
from audits.management.sample.seed import sample_as_of, seed
from audits.runs.dates import check_has_come, parse_as_of

#: Late enough in the day for all that was published on it.
INSPECTED_AT = dt.time(17, 30)


class Command(BaseCommand):
    help = "Write the sample county: units, people, columns, articles, outside sites. A second time changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--as-of",
            metavar="DATE",
            help="the day or moment that the county is written for; default: what was stored, else the last 17:30",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        try:
            given = options["as_of"]
            as_of = parse_as_of(given) if given is not None else sample_as_of() or _last_inspection()
            check_has_come(as_of, now=timezone.now())  # no run could inspect it
            new = seed(as_of=as_of, progress=every_two_seconds(self.stderr.write))
        except ValueError as error:
            raise CommandError(str(error), returncode=2) from error
        took = f" in {time.monotonic() - started:.0f} s" if new else ", unchanged"
        self.stdout.write(f"sample county as of {as_of:%Y-%m-%d %H:%M}{took}")


def _last_inspection() -> dt.datetime:
    """The last 17:30 (Asia/Shanghai): nothing in the sample is dated later than now."""
    now = timezone.localtime()
    today = dt.datetime.combine(now.date(), INSPECTED_AT, SHANGHAI)
    return today if today <= now else today - dt.timedelta(days=1)
