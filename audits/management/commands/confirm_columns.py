"""manage.py confirm_columns: a site's columns on trial are judged from now on, in someone's name."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from audits.registry import services
from audits.registry.models import Site
from portal.units.models import User


class Command(BaseCommand):
    help = "Confirm the list, classes and rhythms of a site's columns, as signed on its filing form."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--site", metavar="CODE", required=True)
        parser.add_argument("--by", metavar="USERNAME", required=True, help="who confirms")

    def handle(self, *args: Any, **options: Any) -> None:
        site = Site.objects.filter(code=options["site"]).first()
        if site is None:
            raise CommandError(f"--site {options['site']!r}: no such site", returncode=2)
        actor = User.objects.filter(username=options["by"], is_active=True).first()
        if actor is None:
            raise CommandError(f"--by {options['by']!r}: no such account, or not active", returncode=2)
        confirmed = services.confirm_columns(
            site=site, actor=actor, reason="命令行 confirm_columns：按栏目备案表确认", now=timezone.now()
        )
        self.stdout.write(f"site {site.code}: {len(confirmed)} columns confirmed by {actor.username}")
