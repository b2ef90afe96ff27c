"""manage.py import_articles: old articles from a folder of .docx files or a sheet; a dry run by default."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from portal.pages.intake import services
from portal.pages.intake.rows import RowsError
from portal.pages.models import ColumnPage
from portal.units.models import User

OUTCOMES = {"ok": "new", "known": "known", "error": "wrong"}


class Command(BaseCommand):
    help = (
        "Look through old articles for a column: a folder of .docx files (each with its date in its name), or a sheet "
        "(.xlsx, or .csv in UTF-8 or GBK) with 标题, 正文, 发布时间. Nothing is stored without --yes, nor while "
        "one row is wrong."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", metavar="FOLDER|FILE", type=Path)
        parser.add_argument("--column", metavar="UNIT/COLUMN", required=True, help="its address: qinghe/tzgg")
        parser.add_argument("--by", metavar="USERNAME", required=True, help="who may import with old dates")
        parser.add_argument("--yes", action="store_true", help="import them, if every row is right")

    def handle(self, *args: Any, **options: Any) -> None:
        source: Path = options["source"]
        given: dict[str, Any] = {"user": _account(options["by"]), "column": _column(options["column"])}
        try:
            given |= {"name": _name(source), "content": _content(source), "now": timezone.now()}
            report = services.reported(**given)
        except (RowsError, OSError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            raise CommandError(f"{source}: {reason}", returncode=2) from error
        except PermissionDenied as error:
            raise CommandError(f"--by {options['by']!r}: may not import with old dates", returncode=2) from error
        for entry in report:
            self.stdout.write(_line(entry))
        counts = {word: sum(entry["outcome"] == kind for entry in report) for kind, word in OUTCOMES.items()}
        self.stdout.write(", ".join(f"{count} {word}" for word, count in counts.items()))
        if counts["wrong"]:
            raise CommandError(f"{source}: {counts['wrong']} rows are wrong, nothing was imported", returncode=2)
        if not options["yes"]:
            self.stdout.write("dry run: nothing was imported; --yes imports")
            return
        with transaction.atomic():
            batch = services.look_through(**given)
            made = services.carry_out(batch=batch, user=given["user"], now=given["now"])
        self.stdout.write(f"{made} articles imported")


def _account(username: str) -> User:
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise CommandError(f"--by {username!r}: no such account, or not active", returncode=2)
    return user


def _column(address: str) -> ColumnPage:
    unit, _slash, slug = address.strip("/").partition("/")
    column = ColumnPage.objects.filter(slug=slug, url_path__endswith=f"/{unit}/{slug}/").first()
    if column is None:
        raise CommandError(f"--column {address!r}: no such column", returncode=2)
    return column


def _name(source: Path) -> str:
    return f"{source.resolve().name}.zip" if source.is_dir() else source.name


def _content(source: Path) -> bytes:
    """A file's bytes; a folder and what lies below it as the archive that the screen takes."""
    if not source.is_dir():
        return source.read_bytes()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", strict_timestamps=False) as package:
        for path in sorted(source.rglob("*")):
            if path.is_file():
                package.write(path, path.relative_to(source))
    return buffer.getvalue()


def _line(entry: dict[str, Any]) -> str:
    """A row of the report: what it is called and when it was published, what is wrong or noteworthy."""
    row = f"row {entry['number']}" + (f" {entry['name']}" if entry["name"] else "")
    parts = [row, OUTCOMES[entry["outcome"]], entry["published_at"], entry["title"], *entry["words"]]
    return "  ".join(part for part in parts if part)
