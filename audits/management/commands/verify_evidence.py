"""Check that evidence is as it was sealed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from audits.evidence.models import Evidence
from audits.evidence.verify import breaches


class Command(BaseCommand):
    help = "Check every evidence file and the chain of seals; exit code 1 and one line for each breach."

    def handle(self, *args: Any, **options: Any) -> None:
        found = 0
        for breach in breaches():
            found += 1
            self.stderr.write(breach)
        head = Evidence.objects.order_by("-sequence").first()
        count = Evidence.objects.count()
        self.stdout.write(f"evidence: {count} rows, {found} breaches; head {head.seal if head else 'none'}")
        if found:
            raise SystemExit(1)
