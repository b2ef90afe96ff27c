"""The files of a paper: rendered when its content has none yet, named after their own hash, never written over."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

from django.conf import settings

from audits.notices import pdf, word
from audits.notices.content import compose
from audits.notices.models import Paper, PaperFile
from audits.notices.queries import current_files

RENDERERS = {"docx": word.render, "pdf": pdf.render}


def render(paper: Paper, *, now: dt.datetime) -> list[PaperFile]:
    """Make the files that a paper's content lacks; returns what was made, nothing when all were there.

    Raises FontMissingError when a font for the .pdf is not installed.
    """
    content = compose(paper)
    content_sha256 = content.sha256()
    current = current_files(paper)
    made = []
    for format_, renderer in RENDERERS.items():
        file = current.get(format_)
        if file and file.content_sha256 == content_sha256 and (Path(settings.PAPERS_DIR) / file.path).is_file():
            continue
        data = renderer(content)
        sha256 = hashlib.sha256(data).hexdigest()
        standing = f"{paper.year}-{paper.serial}" if paper.serial else "draft"
        name = f"{paper.unit.code}-{paper.step}-{standing}-{sha256[:8]}.{format_}"
        _store(name, data)
        made.append(
            PaperFile.objects.create(
                paper=paper, format=format_, path=name, sha256=sha256, content_sha256=content_sha256, made_at=now
            )
        )
    return made


def _store(name: str, data: bytes) -> None:
    path = Path(settings.PAPERS_DIR) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{name}.part")
    part.write_bytes(data)
    part.replace(path)
