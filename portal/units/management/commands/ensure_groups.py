"""Bring groups, permissions and who stands in them in line with the code and today's memberships."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from portal.units.services import ensure_groups, sync_groups


class Command(BaseCommand):
    help = "Make every group and permission, and put accounts into the groups their memberships give today."

    def handle(self, *args: Any, **options: Any) -> None:
        groups = ensure_groups()
        changed = sync_groups(day=timezone.localdate())
        self.stdout.write(f"{len(groups)} groups, {changed} accounts changed")
