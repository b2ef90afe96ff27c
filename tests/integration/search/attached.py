"""Documents with a text of their own, as editors upload them, and what is found with it."""

from __future__ import annotations

import io

import docx
from django.core.files.base import ContentFile
from wagtail.documents import get_document_model

from search import queries
from search.parsing import parse
from tests.integration.search.conftest import request_of

SAID = "地质灾害隐患点排查表"


def in_docx() -> bytes:
    document, out = docx.Document(), io.BytesIO()
    document.add_paragraph("附件一")
    document.add_table(1, 1).cell(0, 0).text = SAID
    document.save(out)
    return out.getvalue()


def upload(name: str, content: bytes):
    document = get_document_model()(title=f"附件 {name}")
    document.file.save(name, ContentFile(content), save=False)
    document.save()
    return document


def found(text: str = "隐患点排查") -> list[str]:
    return [hit.snippet for hit in queries.search(parse(text), request=request_of()).hits]
