"""manage.py ensure_home: the front page of a county that begins, and the site that readers find it at."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from portal.pages.models import HomePage
from portal.pages.services import ensure_home


class Command(BaseCommand):
    help = "Make the portal's front page, once. Readers find it at PORTAL_BASE_URL."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("title", help="of the portal; where it begins with the county's name, that is set apart")
        parser.add_argument("--county", default="", help="the county's name")
        parser.add_argument("--phone", default="", help="of the network centre: at the foot of pages and on refusals")

    def handle(self, *args: Any, **options: Any) -> None:
        is_there = HomePage.objects.exists()
        try:
            home = ensure_home(
                title=options["title"],
                county=options["county"],
                contact_phone=options["phone"],
                base_url=settings.PORTAL_BASE_URL,
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"{home.title}: {'there already, unchanged' if is_there else 'made'}")
