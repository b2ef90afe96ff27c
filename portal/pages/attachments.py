"""What is written in the files that go with an article: a secrecy mark stops, numbers of persons warn.

What cannot be read a person looks at. Reading is not done here: setting ATTACHMENT_TEXTS names the module that does.
"""

from __future__ import annotations

import dataclasses
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, cast

from django.conf import settings

from portal.pages import content_checks
from portal.pages.blocks import documents_in


@dataclasses.dataclass(frozen=True, slots=True)
class FileText:
    """What could be read in a file; `problem` says in Chinese why it is not, or not all, of it (empty: it is)."""

    text: str
    problem: str = ""


class Reader(Protocol):
    """What the module named by ATTACHMENT_TEXTS has."""

    def text_in_file(self, path: Path) -> FileText: ...

    def text_in_document(self, document: Any) -> FileText: ...


@dataclasses.dataclass(frozen=True, slots=True)
class Looked:
    """`warnings`: numbers of persons. `unread`: title of each file that the system could not read whole, and why."""

    stops: list[content_checks.Finding]
    warnings: list[content_checks.Finding]
    unread: list[tuple[str, str]]


def reader() -> Reader:
    return cast(Reader, import_module(settings.ATTACHMENT_TEXTS))


def look_into(body: Any) -> Looked:
    """The files of an article's body: those in its lists of attachments and those that its text links to."""
    looked = Looked([], [], [])
    for document in documents_in(body):
        found = reader().text_in_document(document)
        for finding in content_checks.findings(f"{document.title}\n{found.text}"):
            told = dataclasses.replace(finding, sentence=f"附件“{document.title}”：{finding.sentence}")
            (looked.stops if finding.stops else looked.warnings).append(told)
        if found.problem:
            looked.unread.append((document.title, found.problem))
    return looked
