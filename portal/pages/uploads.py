"""Wagtail's form for a document, in every place where one is uploaded (setting WAGTAILDOCS_DOCUMENT_FORM_BASE)."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from wagtail.documents.forms import BaseDocumentForm

from portal.pages.files import check_attachment


class DocumentForm(BaseDocumentForm):
    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if isinstance(file, UploadedFile):
            check_attachment(file.name or "", file, size=file.size or 0)
        return file
