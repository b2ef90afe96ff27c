"""What a file is, whatever its name says, and what can be read in it."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest

from portal.pages.files import is_what_it_says, text_of


def package(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return buffer.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


@pytest.mark.parametrize(
    ("kind", "content", "holds"),
    [
        ("pdf", b"%PDF-1.7\n", True),
        ("pdf", package("word/document.xml"), False),
        ("docx", package("word/document.xml"), True),
        ("docx", package("xl/workbook.xml"), False),
        ("docx", b"PK\x03\x04 not a package", False),
        ("zip", package("anything.exe"), True),
        ("ofd", package("OFD.xml"), True),
        ("doc", OLE, True),
        ("wps", OLE, True),
        ("et", package("xl/workbook.xml"), True),
        ("jpg", b"\x89PNG\r\n\x1a\n", False),
        ("png", b"<html>", False),
        ("txt", "一、关于排查的情况\r\n\f".encode("gb18030"), True),
        ("txt", "一、关于排查的情况".encode("utf-8-sig"), True),
        ("txt", "一、关于排查的情况".encode("utf-16"), True),
        ("txt", b"", True),
        ("txt", b"MZ\x90\x00\x03\x00\x00\x00", False),
        ("txt", OLE, False),
        ("txt", package("word/document.xml"), False),
    ],
)
def test_a_file_is_judged_by_its_content(kind: str, content: bytes, holds: bool):
    assert is_what_it_says(kind, content) is holds


def test_the_text_of_new_and_old_office_files_is_read():
    document, buffer = docx.Document(), io.BytesIO()
    document.add_paragraph("机密★5年")
    document.add_paragraph("关于某事的请示")
    document.save(buffer)
    assert "机密★5年\n" in text_of(buffer.getvalue())
    assert "机密★5年" in text_of(OLE + "机密★5年".encode("utf-16-le"))
