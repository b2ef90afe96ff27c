"""manage.py ensure_schedules: the nightly audit and the follow-up, as the settings say."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audits.schedules import ScheduleError, ensure_schedules


class Command(BaseCommand):
    help = "Store the queue's schedules as the settings (AUDIT_SCHEDULE) say."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            schedules = ensure_schedules()
        except ScheduleError as error:
            raise CommandError(str(error), returncode=2) from error
        for schedule in schedules:
            self.stdout.write(f"{schedule.name}: {schedule.cron}")
