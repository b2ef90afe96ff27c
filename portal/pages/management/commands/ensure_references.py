"""manage.py ensure_references: attachments of articles that came in without being saved can be read again."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from portal.pages.references import ensure_references


class Command(BaseCommand):
    help = "Index which files articles use, where that is not known: after an upgrade, or when tables were restored."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{ensure_references()} articles indexed")
