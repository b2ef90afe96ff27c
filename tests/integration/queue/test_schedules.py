"""The queue's schedules follow the settings."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone
from django.utils.module_loading import import_string
from django_q.models import Schedule

pytestmark = pytest.mark.django_db


@time_machine.travel("2026-11-18 09:30+08:00", tick=False)
def test_the_nightly_audit_is_next_due_by_its_cron_line(settings):
    settings.AUDIT_SCHEDULE = "0 2 * * *"
    call_command("ensure_schedules", verbosity=0)
    nightly = Schedule.objects.get(name="nightly-audit")
    assert timezone.localtime(nightly.next_run) == dt.datetime(
        2026, 11, 19, 2, 0, tzinfo=timezone.get_current_timezone()
    )


def test_twice_changes_nothing():
    call_command("ensure_schedules", verbosity=0)
    before = list(Schedule.objects.values())
    call_command("ensure_schedules", verbosity=0)
    assert list(Schedule.objects.values()) == before
    assert {row["name"] for row in before} == {"nightly-audit", "follow-up", "scheduled-publishing", "roles"}


def test_a_changed_setting_changes_the_schedule(settings):
    call_command("ensure_schedules", verbosity=0)
    settings.AUDIT_SCHEDULE = "30 4 * * 1"
    call_command("ensure_schedules", verbosity=0)
    assert Schedule.objects.get(name="nightly-audit").cron == "30 4 * * 1"


def test_every_schedule_names_a_function_that_is_there():
    call_command("ensure_schedules", verbosity=0)
    for func in Schedule.objects.values_list("func", flat=True):
        assert callable(import_string(func))


@pytest.mark.parametrize("cron", ["", "every night", "99 2 * * *"])
def test_a_setting_that_is_no_cron_line(settings, cron):
    settings.AUDIT_SCHEDULE = cron
    with pytest.raises(CommandError, match="AUDIT_SCHEDULE") as caught:
        call_command("ensure_schedules", verbosity=0)
    assert caught.value.returncode == 2
    assert not Schedule.objects.exists()
