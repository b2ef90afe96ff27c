"""manage.py confirm_columns: a site's columns on trial are judged from now on, in someone's name."""

from __future__ import annotations

import contextlib
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from audits.registry import services
from audits.registry.enums import ColumnStanding
from audits.registry.models import Column, Site
from portal.units.models import User


class Command(BaseCommand):
    help = "Confirm the list, classes and rhythms of a site's columns, as signed on its filing form."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--site", metavar="CODE", required=True)
        parser.add_argument("--by", metavar="USERNAME", required=True, help="who confirms")
        parser.add_argument(
            "--except",
            metavar="COLUMN",
            dest="left_out",
            action="append",
            default=[],
            help="a column that stays on trial, by its address or name; may be given several times",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        site = Site.objects.filter(code=options["site"]).first()
        if site is None:
            raise CommandError(f"--site {options['site']!r}: no such site", returncode=2)
        actor = User.objects.filter(username=options["by"], is_active=True).first()
        if actor is None:
            raise CommandError(f"--by {options['by']!r}: no such account, or not active", returncode=2)
        try:
            left_out = {_column(site, said).pk for said in options["left_out"]}
        except ValueError as error:
            raise CommandError(str(error), returncode=2) from error
        confirmed = services.confirm_columns(
            site=site,
            actor=actor,
            reason="命令行 confirm_columns：按栏目备案表确认",
            now=timezone.now(),
            columns=site.columns.exclude(pk__in=left_out),
        )
        self.stdout.write(f"site {site.code}: {len(confirmed)} columns confirmed by {actor.username}")


def _column(site: Site, said: str) -> Column:
    """The one unconfirmed column of that address or name. Raises ValueError for none and for several."""
    columns = site.columns.exclude(standing=ColumnStanding.CONFIRMED).order_by("pk")
    with contextlib.suppress(services.RegistryError):  # a name is no address
        if found := columns.filter(location=services.location_of(site, said)).last():
            return found
    named = list(columns.exclude(standing=ColumnStanding.RETIRED).filter(name=said))
    if len(named) > 1:
        raise ValueError(f"--except {said!r}: several columns are called so; give the address of the one that is meant")
    if not named:
        raise ValueError(f"--except {said!r}: the site has no unconfirmed column of that address or name")
    return named[0]
