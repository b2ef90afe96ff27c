"""manage.py run_audit: one inspection from plan to cases, and what it found."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audits import workflow
from audits.management.numbers import number_in
from audits.reports import inspection
from audits.runs.dates import parse_as_of
from audits.runs.models import Run


class Command(BaseCommand):
    help = "Crawl, read and judge all sites, or one, and bring the cases up to date."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--site", metavar="CODE", help="only this site")
        parser.add_argument(
            "--as-of",
            metavar="DATE",
            help="judge as of this day (2026-11-18: its end in Asia/Shanghai) or moment (ISO 8601); default: now",
        )
        parser.add_argument("--profile", metavar="NAME", help="rule profile; default: AUDIT_PROFILE")
        parser.add_argument("--json", metavar="PATH", help="write what was found to this file")
        parser.add_argument("--resume", metavar="ID", help="take up a run that was killed or failed")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            json_path = _writable(options["json"])
            run = _resumed(options) if options["resume"] is not None else _started(options)
        except ValueError as error:
            raise CommandError(str(error), returncode=2) from error
        self._progress(f"run {run.pk}: {run.folder}")
        try:
            workflow.execute_run(run, progress=self._progress)
        except workflow.RunFailedError as error:
            raise CommandError(f"run {run.pk} failed: {error} (to take it up again: --resume {run.pk})") from error
        found = inspection.of_run(run)
        if json_path:
            _write(found, json_path)
        self.stdout.write("\n".join(inspection.summary(found)))

    def _progress(self, line: str) -> None:
        self.stderr.write(line, self.style.NOTICE)
        self.stderr.flush()


def _started(options: dict[str, Any]) -> Run:
    try:
        as_of = parse_as_of(options["as_of"]) if options["as_of"] is not None else None
    except ValueError as error:
        raise ValueError(f"--as-of: {error}") from error
    return workflow.start_run(site_code=options["site"], as_of=as_of, profile=options["profile"])


def _resumed(options: dict[str, Any]) -> Run:
    given = [f"--{name.replace('_', '-')}" for name in ("site", "as_of", "profile") if options[name] is not None]
    if given:
        raise ValueError(f"--resume goes on with what its run was started for: leave out {', '.join(given)}")
    number = number_in(options["resume"])
    run = Run.objects.filter(pk=number).first() if number is not None else None
    if run is None:
        raise ValueError(f"--resume {options['resume']}: there is no run of that number")
    return run


def _writable(name: str | None) -> Path | None:
    """The path, after making sure that a file can be put there. Raises ValueError."""
    if name is None:
        return None
    path = Path(name).absolute()
    if path.is_dir():
        raise ValueError(f"--json: {path} is a folder")
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent):
            return path
    except OSError as error:
        raise ValueError(f"--json: cannot write into {path.parent}: {error.strerror}") from error


def _write(found: dict[str, Any], path: Path) -> None:
    """Put the file there whole or not at all."""
    with tempfile.NamedTemporaryFile(
        "w", dir=path.parent, prefix=f".{path.name}.", encoding="utf-8", delete=False
    ) as scratch:
        json.dump(found, scratch, ensure_ascii=False, indent=1)
        scratch.write("\n")
    Path(scratch.name).chmod(0o644)
    Path(scratch.name).replace(path)
