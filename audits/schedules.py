"""What the queue starts by the clock, made from the settings."""

from __future__ import annotations

from croniter import croniter
from django.conf import settings
from django_q.models import Schedule

#: Pictures and drafts that a killed worker or a missing browser left undone are tried again this often.
FOLLOW_UP_CRON = "*/15 * * * *"
#: What is scheduled goes live within a minute.
EVERY_MINUTE = "* * * * *"
#: Roles begin and end with the day.
ROLES_CRON = "1 0 * * *"


class ScheduleError(ValueError):
    """A schedule in the settings that is no cron line; the message names setting and value."""


def ensure_schedules() -> list[Schedule]:
    """Make the stored schedules say what the settings say; twice changes nothing. Raises ScheduleError."""
    if not croniter.is_valid(settings.AUDIT_SCHEDULE):
        raise ScheduleError(f"AUDIT_SCHEDULE={settings.AUDIT_SCHEDULE!r} is no cron line, e.g. '0 2 * * *'")
    return [
        _ensure("nightly-audit", "audits.tasks.nightly_audit", settings.AUDIT_SCHEDULE),
        _ensure("follow-up", "audits.tasks.follow_up", FOLLOW_UP_CRON),
        _ensure(
            "scheduled-publishing", "django.core.management.call_command", EVERY_MINUTE, args="'publish_scheduled'"
        ),
        _ensure("roles", "django.core.management.call_command", ROLES_CRON, args="'ensure_groups'"),
    ]


def _ensure(name: str, func: str, cron: str, args: str = "") -> Schedule:
    schedule = Schedule.objects.filter(name=name).first() or Schedule(name=name, args="")
    if (schedule.func, schedule.args, schedule.schedule_type, schedule.cron) != (func, args, Schedule.CRON, cron):
        schedule.func, schedule.args, schedule.schedule_type, schedule.cron = func, args, Schedule.CRON, cron
        schedule.next_run = schedule.calculate_next_run()
        schedule.save()
    return schedule
