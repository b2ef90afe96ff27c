"""The pages that a run saved, as they were: what a person checks a reading against."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping

from django.utils.translation import gettext as _

from audits.runs.models import Observation
from crawler.reading.rendered import RENDERED_HEADERS

#: As the server sent it; as Chromium made it.
RAW, RENDERED = "raw", "rendered"


class SavedPageError(ValueError):
    """A saved page that cannot be shown; the message is one line for a person."""


@dataclasses.dataclass(frozen=True, slots=True)
class SavedPage:
    """Where a page lies below its run's folder, the hash it had, and the headers to read it with."""

    which: str
    path: str
    sha256: str
    headers: Mapping[str, str]
    was_read: bool


def saved_pages(seen: Observation) -> dict[str, SavedPage]:
    """What was kept of an observation's page: as sent, as rendered, both or nothing."""
    rendered = bool(seen.rendered)
    pages = {}
    if seen.body_path:
        pages[RAW] = SavedPage(RAW, seen.body_path, seen.sha256_raw, dict(seen.headers), not rendered)
    if seen.rendered_path:
        pages[RENDERED] = SavedPage(RENDERED, seen.rendered_path, seen.sha256_rendered, RENDERED_HEADERS, rendered)
    return pages


def saved_bytes(seen: Observation, page: SavedPage) -> bytes:
    """The bytes of a saved page, unchanged. Raises SavedPageError when they are gone or are not what was saved."""
    folder = seen.run.folder.resolve()
    path = (folder / page.path).resolve()
    if not path.is_relative_to(folder):
        raise SavedPageError(_("The saved page does not lie in its run's folder: %(path)s") % {"path": page.path})
    try:
        body = path.read_bytes()
    except OSError:
        raise SavedPageError(_("The saved page is no longer there: %(path)s") % {"path": page.path}) from None
    if hashlib.sha256(body).hexdigest() != page.sha256:
        raise SavedPageError(
            _("The saved page is not what the crawl saved (SHA-256 differs): %(path)s") % {"path": page.path}
        )
    return body
