"""Attachments of articles: which documents an article carries, and what is written in them."""

from __future__ import annotations

import json
import logging
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from wagtail.documents import get_document_model
from wagtail.models import Collection, ReferenceIndex

from portal.pages.attachments import FileText
from portal.pages.models import ArticlePage
from portal.prepared import prepared
from search import extract
from search.highlight import has_mark
from search.models import AttachmentText, IndexChange

logger = logging.getLogger(__name__)

#: More than the processor time that `search.extract` allows itself: a file may also make it wait.
WALL_SECONDS = 90
#: Kinds of files whose text stands in lines as they are printed, and not in paragraphs.
_OF_LINES = (".pdf", ".ofd")
#: Shorter lines are headings or cells; one so near to the longest goes on in the next, unless a sentence ends there.
_FEW_CHARACTERS, _NEARLY, _ENDS = 12, 0.85, "。！？；：!?;:"
#: What a page bears at its foot or head, between two halves of a word: - 2 -, 第2页 共9页.
_PAGE_NUMBER = re.compile(r"\W*(?:第\s*)?\d{1,4}(?:\s*页)?(?:\W+(?:共\s*)?\d{1,4}(?:\s*页)?)?\W*")
#: Of a scan.
NO_TEXT = "是扫描件或图片，没有可读的文字"


@dataclass(frozen=True)
class Attachment:
    title: str
    text: str
    state: str = ""

    def holds(self, marks: Sequence[tuple[str, ...]]) -> bool:
        """Whether it says something of what was asked for."""
        return has_mark(self.title, marks) or has_mark(self.text, marks)


def document_ids(article: ArticlePage) -> list[int]:
    """Documents in the article's lists of attachments."""
    return [pk for block in article.body.raw_data if block["type"] == "attachments" for pk in _ids(block["value"])]


def _ids(value: Iterable[Any]) -> Iterable[int]:
    for item in value:
        pk = item["value"] if isinstance(item, dict) else item
        if pk:
            yield int(pk)


def of_articles(articles: Iterable[ArticlePage]) -> dict[int, list[Attachment]]:
    """Article id -> its attachments with their texts; three queries, however many articles.

    A document in a collection that not everybody may read gives its title only, which the article shows as well.
    """
    ids_of = {article.pk: document_ids(article) for article in articles}
    wanted = {pk for ids in ids_of.values() for pk in ids}
    if not wanted:
        return {}
    documents = get_document_model().objects.filter(pk__in=wanted)
    titles = dict(documents.values_list("pk", "title"))
    texts = AttachmentText.objects.filter(document__in=_open_to_all(documents)).in_bulk(field_name="document_id")
    found: dict[int, list[Attachment]] = defaultdict(list)
    for article, ids in ids_of.items():
        found[article] += [
            Attachment(titles[pk], running_text(texts[pk]), texts[pk].state)
            if pk in texts
            else Attachment(titles[pk], "")
            for pk in ids
            if pk in titles
        ]
    return found


def running_text(kept: AttachmentText) -> str:
    """The text as it is searched: of what is kept by the lines of its pages, lines that go on are put together."""
    if not kept.file_name.lower().endswith(_OF_LINES):
        return kept.text
    lines = kept.text.split("\n")
    lengths = sorted(len(line) for line in lines if len(line) > _FEW_CHARACTERS)
    # Nine of ten lines are no longer: what is nearly as long went on to the edge of its page.
    full = _NEARLY * lengths[len(lengths) * 9 // 10] if lengths else 0
    goes_on = [bool(full) and len(line) >= full and line[-1] not in _ENDS for line in lines]
    for at in range(1, len(lines) - 1):
        if goes_on[at - 1] and _PAGE_NUMBER.fullmatch(lines[at]):
            lines[at - 1 : at + 1] = lines[at], lines[at - 1]
            goes_on[at - 1 : at + 1] = False, True
    pieces: list[str] = []
    for line, following, runs_over in zip(lines, [*lines[1:], ""], goes_on, strict=True):
        between = " " if runs_over and following and line[-1].isascii() and following[0].isascii() else ""
        pieces += [line, between if runs_over and following else "\n"]
    return "".join(pieces[:-1])


def opened_or_closed() -> models.QuerySet[AttachmentText]:
    """Texts that everybody may read now and could not when they were last looked at, or the other way round."""
    open_to_all = Q(document__in=_open_to_all(get_document_model().objects.order_by()).values("pk"))
    return AttachmentText.objects.filter(Q(is_open=True) & ~open_to_all | Q(is_open=False) & open_to_all)


def index_may_tell() -> bool:
    """Whether the index may still hold what is written in a document that not everybody may read by now.

    Asked in this order: whoever sees that texts were closed writes down a change and marks them, in one transaction, so
    one of the two is always to be seen.
    """
    return _are_unnoticed(_closed_paths()) or bool(_a_closing())


def _are_unnoticed(closed: list[str]) -> bool:
    """Whether there are texts below a closed collection that are taken for open."""
    if not closed:
        return False
    within = Q()
    for path in closed:
        within |= Q(path__startswith=path)
    collections = Collection.objects.filter(within).order_by().values("pk")
    return AttachmentText.objects.filter(is_open=True, document__collection__in=collections).exists()


@prepared
def _a_closing() -> models.QuerySet:
    return IndexChange.objects.closing().values_list("pk")[:1]


def _open_to_all(documents: models.QuerySet) -> models.QuerySet:
    """Those of the documents that lie in no collection with a restriction, nor below one."""
    for path in _closed_paths():
        documents = documents.exclude(collection__path__startswith=path)
    return documents


@prepared
def _closed_paths() -> models.QuerySet:
    return Collection.objects.filter(view_restrictions__isnull=False).values_list("path", flat=True)


def read(document: Any) -> AttachmentText:
    """Read an uploaded file's text in a process of its own and keep what came of it; the file decides nothing else."""
    answer = _extract(Path(document.file.path))
    problem, gap = answer.get("problem", ""), answer.get("gap", "")
    text = answer.get("text", "").replace("\0", "")
    if problem:
        state = AttachmentText.State.REFUSED
    elif not text:
        state, gap = AttachmentText.State.SCAN, ""
    else:
        state = AttachmentText.State.PARTLY if gap else AttachmentText.State.READ
    values = {
        "file_name": document.file.name,
        "state": state,
        "text": text,
        "problem": (problem or gap)[:300],
    }
    is_open = _open_to_all(get_document_model().objects.filter(pk=document.pk)).exists()
    # Of a file read again, whoever notices a closing must see it.
    kept, _created = AttachmentText.objects.update_or_create(
        document=document, defaults=values, create_defaults={**values, "is_open": is_open}
    )
    return kept


def text_in_file(path: Path) -> FileText:
    """Of a file that is not yet kept; see `portal.pages.attachments`."""
    answer = _extract(path)
    text = answer.get("text", "")
    return FileText(text, answer.get("problem", "") or (answer["gap"] if text else NO_TEXT))


def text_in_document(document: Any) -> FileText:
    """Of a document, read now if the queue has not come to it; see `portal.pages.attachments`."""
    kept = AttachmentText.objects.filter(document=document, file_name=document.file.name).first() or read(document)
    return FileText(kept.text, NO_TEXT if kept.state == AttachmentText.State.SCAN else kept.problem)


def articles_with(*documents: Any) -> list[int]:
    """Ids of the articles that refer to any of the documents."""
    ids = {
        int(reference.object_id) for document in documents for reference in ReferenceIndex.get_references_to(document)
    }
    return list(ArticlePage.objects.filter(pk__in=ids).values_list("pk", flat=True))


def unread() -> list[int]:
    """Ids of the documents whose present file has not been read, or could not be before LibreOffice was there."""
    read = AttachmentText.objects.filter(document=OuterRef("pk"), file_name=OuterRef("file"))
    if extract.office():
        read = read.exclude(problem=extract.NO_OFFICE)
    return list(get_document_model().objects.filter(~Exists(read)).order_by("pk").values_list("pk", flat=True))


def _extract(path: Path) -> dict[str, str]:
    if not path.exists():
        return {"problem": "文件不存在"}
    command = [sys.executable, "-m", "search.extract", str(path)]
    try:
        done = subprocess.run(
            command, capture_output=True, timeout=WALL_SECONDS, cwd=Path(__file__).parents[1], check=False
        )
    except subprocess.TimeoutExpired:
        return {"problem": f"读取超过 {WALL_SECONDS} 秒，已停止"}
    if done.stderr:
        logger.warning("%s: %s", path, done.stderr.decode(errors="replace").strip())
    if done.returncode:
        return {"problem": f"读取进程异常结束（{done.returncode}）"}
    answer: dict[str, str] = json.loads(done.stdout)
    return answer
