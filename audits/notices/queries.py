"""Reads of papers in domain words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models

from audits.notices.enums import AWAITING_REPLY, PaperActKind, PaperState

if TYPE_CHECKING:
    from audits.notices.models import Paper, PaperFile
    from portal.units.models import Unit


class PaperFileError(ValueError):
    """A paper's file that is not there; the message says which."""


class PaperQuerySet(models.QuerySet["Paper"]):
    def drafts(self) -> PaperQuerySet:
        """Open drafts that have something to say; one that lost its last case waits, empty, for the next."""
        return self.filter(state=PaperState.DRAFT, items__isnull=False).distinct()

    def delivered(self) -> PaperQuerySet:
        """Those that reached their unit, whatever became of them."""
        return self.filter(acts__kind=PaperActKind.DELIVER)  # a paper is delivered once

    def awaiting_reply(self) -> PaperQuerySet:
        """Signed, and the unit's reply is not there yet."""
        return self.filter(state__in=AWAITING_REPLY)

    def overdue(self, today: dt.date) -> PaperQuerySet:
        """Awaiting a reply after the last day for it (a civil day, Asia/Shanghai)."""
        return self.awaiting_reply().filter(deadline__lt=today)

    def for_units(self, units: Iterable[Unit]) -> PaperQuerySet:
        return self.filter(unit__in=units)


def current_files(paper: Paper) -> dict[str, PaperFile]:
    """The newest rendering of a paper in each format."""
    return {file.format: file for file in paper.files.order_by("pk")}


def paper_path(file: PaperFile) -> Path:
    """The absolute path of a rendering, for code that has asked for permission.

    Raises PaperFileError when the file is gone or the path leads out of PAPERS_DIR.
    """
    folder = Path(settings.PAPERS_DIR).resolve()
    path = (folder / file.path).resolve()
    if not path.is_relative_to(folder) or not path.is_file():
        raise PaperFileError(f"paper {file.paper_id}: file {file.path} is not in {settings.PAPERS_DIR}")
    return path
