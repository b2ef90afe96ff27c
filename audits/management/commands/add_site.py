"""manage.py add_site: register an outside site, and the columns that its home page links to."""

from __future__ import annotations

from argparse import BooleanOptionalAction
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from audits.registry import services
from audits.registry.enums import ColumnStanding
from audits.registry.models import Column, Site, SiteEvent
from audits.runs.crawl import CrawlError
from audits.runs.discovery import discover
from crawler.records import FetchOutcome, Link
from portal.units.models import Unit

REASON = "命令行 add_site --yes：接受全部栏目及建议类别"
CHANGED = "命令行 add_site：按所给选项变更"


class Command(BaseCommand):
    help = "Register an outside site by its home page. A second call adds what is new and changes what is given."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("url", metavar="URL", help="address of the home page")
        parser.add_argument("--code", default="", help="the site's code; default: from host and port")
        parser.add_argument("--name", default="", help="the site's name; default: its host")
        parser.add_argument("--unit", metavar="UNITCODE", help="the unit that answers for the site")
        parser.add_argument("--discover", action="store_true", help="look for columns on the home page")
        parser.add_argument("--yes", action="store_true", help="take every column with the class suggested")
        parser.add_argument(
            "--login-required", action=BooleanOptionalAction, help="the site cannot be read without sign-in"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        try:
            given = _given(options)
            site = services.outside_site(
                url=options["url"],
                code=options["code"],
                name=options["name"],
                unit=given.get("unit"),
                login_required=given.get("login_required", False),
                now=now,
            )
            # The home page is looked at as the site is going to be.
            site.login_required = given.get("login_required", site.login_required)
            links = self._discover(site) if options["discover"] else ()
            with transaction.atomic():
                is_new = site.pk is None
                changed = None
                if is_new:
                    site.save()
                elif given:
                    changed = services.change_site(site=site, values=given, actor=None, reason=CHANGED, now=now)
                added = [column for link in links if (column := self._taken(site, link, now=now))]
                confirmed = (
                    services.confirm_columns(site=site, actor=None, reason=REASON, now=now) if options["yes"] else []
                )
        except ValueError as error:
            raise CommandError(str(error), returncode=2) from error
        except CrawlError as error:
            raise CommandError(f"the crawler failed: {error}") from error
        self._report(site, changed)
        if not (is_new or changed or added or confirmed):
            self.stdout.write("nothing changed")

    def _discover(self, site: Site) -> tuple[Link, ...]:
        record = discover(site=site, as_of=timezone.now(), progress=self._progress)
        if record.outcome != FetchOutcome.OK:
            self._progress(f"{site.home_url}: {record.outcome} {record.detail}: no columns could be looked for")
        else:
            self._progress(f"{site.home_url}: {record.detail}")
        return record.columns

    def _taken(self, site: Site, link: Link, *, now: Any) -> Column | None:
        """The column a link leads to, if it is new. One that a person has retired stays retired."""
        try:
            if Column.objects.filter(site=site, location=services.location_of(site, link.url)).exists():
                return None
            return services.add_column(
                site=site, name=link.name, url=link.url, page_kind=link.page_kind, now=now, reason=link.reason
            )
        except services.RegistryError as error:  # one link of a stranger's page; the others are taken
            self._progress(f"left out: {link.name}: {error}")
            return None

    def _progress(self, line: str) -> None:
        self.stderr.write(line)
        self.stderr.flush()

    def _report(self, site: Site, changed: SiteEvent | None) -> None:
        columns = list(site.columns.order_by("pk"))
        confirmed = sum(column.standing == ColumnStanding.CONFIRMED for column in columns)
        self.stdout.write(f"site {site.code}: {len(columns)} columns, {confirmed} confirmed")
        for column in columns:
            cells = (column.name, column.column_class, column.standing, column.class_reason, column.url)
            self.stdout.write("  ".join(cells))
        if changed:
            for field, before in changed.before.items():
                if (after := changed.after[field]) != before:
                    self.stdout.write(f"changed {field}: {_word(before)} -> {_word(after)}")


def _given(options: dict[str, Any]) -> dict[str, Any]:
    """What the command line says of the site itself. Raises ValueError for an unknown unit."""
    said = {
        "name": options["name"] or None,
        "unit": _unit(options["unit"]),
        "login_required": options["login_required"],
    }
    return {field: value for field, value in said.items() if value is not None}


def _word(value: str | bool) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value or "none"


def _unit(code: str | None) -> Unit | None:
    if code is None:
        return None
    unit = Unit.objects.active().filter(code=code).first()
    if unit is None:
        known = ", ".join(Unit.objects.active().order_by("code").values_list("code", flat=True))
        raise ValueError(f"--unit {code!r}: no such unit; there are: {known or 'none'}")
    return unit
