"""A document becomes a draft; a file of old articles is looked through and imported, all of it or nothing."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.html import escape
from wagtail.images import get_image_model
from wagtail.models import Collection
from wagtail.rich_text import RichText

from portal.pages.intake.document import Converted, DocumentError, Picture, convert
from portal.pages.intake.models import ImportBatch
from portal.pages.intake.rows import Row, marks_in, read_rows
from portal.pages.models import ArticlePage, ColumnPage
from portal.pages.services import IMPORT_OLD_DATES, draft_article, import_article
from portal.units.models import Unit, User
from portal.units.services import collection_of


@transaction.atomic
def draft_from_document(*, column: ColumnPage, name: str, content: bytes, user: User) -> tuple[ArticlePage, list[str]]:
    """A draft from one .docx, and in words what could not be kept.

    Raises DocumentError for a file that cannot be read, is empty or bears a secrecy mark: nothing is stored then.
    """
    converted = convert(content)
    for finding in marks_in(name, content, converted):
        raise DocumentError(finding.sentence)
    if not converted.blocks:
        raise DocumentError("文档里没有可以发布的内容")
    unit = column.get_parent().specific.unit
    body = _body(converted, unit, user)
    article = draft_article(
        column=column,
        title=converted.title or name.rsplit(".", 1)[0],
        body=body,
        owner=user,
        source=unit.name,
        document_number=converted.document_number,
    )
    return article, converted.problems


def _body(converted: Converted, unit: Unit, user: User) -> list[tuple[str, Any]]:
    """Blocks as an article stores them; pictures go into the unit's collection."""
    collection = collection_of(unit)
    body: list[tuple[str, Any]] = []
    for kind, value in converted.blocks:
        if kind == "text":
            body.append(("text", RichText(value)))
        elif kind == "image":
            image = _image(value, converted, collection, user)
            body.append(("image", {"image": image, "caption": value.caption, "alt_text": ""}))
        else:
            body.append((kind, value))
    return body


def _image(picture: Picture, converted: Converted, collection: Collection, user: User) -> Any:
    file = ContentFile(picture.content, name=f"picture.{picture.extension}")
    title = picture.caption or converted.title or "图片"
    return get_image_model().objects.create(title=title[:255], file=file, collection=collection, uploaded_by_user=user)


def reported(*, column: ColumnPage, name: str, content: bytes, user: User, now: dt.datetime) -> list[dict[str, Any]]:
    """What an import would do, row by row; stores nothing. Raises RowsError for a file that cannot be read."""
    _may_import(user, column)
    return _entries(read_rows(name, content), column, now)


@transaction.atomic
def look_through(*, column: ColumnPage, name: str, content: bytes, user: User, now: dt.datetime) -> ImportBatch:
    """The dry run, kept with its file and report for whoever carries it out. Raises RowsError as `reported` does."""
    batch = ImportBatch(column=column, name=name, created_by=user, created_at=now)
    batch.report = reported(column=column, name=name, content=content, user=user, now=now)
    batch.file.save(name, ContentFile(content), save=False)
    batch.save()
    return batch


@transaction.atomic
def carry_out(*, batch: ImportBatch, user: User, now: dt.datetime) -> int:
    """Import what was looked through; returns how many articles came of it, 0 the second time.

    Raises ValueError while any row has an error: nothing is half-imported.
    """
    _may_import(user, batch.column)
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.imported_at:
        return 0
    with batch.file.open() as file:
        rows = read_rows(batch.name, file.read())
    report = _entries(rows, batch.column, now)
    wrong = sum(entry["outcome"] == "error" for entry in report)
    if wrong:
        raise ValueError(f"有{wrong}行不能导入：请改好文件后重新上传，本次没有导入任何稿件")
    made = 0
    for row, entry in zip(rows, report, strict=True):
        if entry["outcome"] == "ok":
            _import(row, batch.column, user, now)
            made += 1
    batch.report, batch.imported_at = report, now
    batch.save(update_fields=["report", "imported_at"])
    return made


def _import(row: Row, column: ColumnPage, user: User, now: dt.datetime) -> None:
    if row.converted:
        body: Any = _body(row.converted, column.get_parent().specific.unit, user)
    else:
        lines = [line.strip() for line in row.text.splitlines() if line.strip()]
        body = [("text", RichText("".join(f"<p>{escape(line)}</p>" for line in lines)))]
    assert row.published_at  # noqa: S101 -- a row without one has an error
    import_article(
        column=column,
        title=row.title,
        body=body,
        published_at=row.published_at,
        importer=user,
        now=now,
        **row.fields,
    )


def _entries(rows: list[Row], column: ColumnPage, now: dt.datetime) -> list[dict[str, Any]]:
    """The report. What the column or an earlier row has already, by title and publish time, is passed over."""
    have = set(ArticlePage.objects.child_of(column).values_list("title", "first_published_at"))
    report = []
    for row in rows:
        if row.published_at and row.published_at > now:
            row.errors.append("发布时间晚于现在")
        known = (row.title, row.published_at) in have
        words = row.errors or (["栏目或本文件前面已有同标题、同发布时间的稿件，跳过"] if known else row.notes)
        report.append(
            {
                "number": row.number,
                "name": row.name,
                "title": row.title,
                "published_at": f"{row.published_at:%Y-%m-%d %H:%M}" if row.published_at else "",
                "outcome": "error" if row.errors else "known" if known else "ok",
                "words": words,
            }
        )
        if not row.errors:
            have.add((row.title, row.published_at))
    return report


def _may_import(user: User, column: ColumnPage) -> None:
    if not (user.has_perm(IMPORT_OLD_DATES) and column.permissions_for_user(user).can_add_subpage()):
        raise PermissionDenied
