"""Attachments: which kinds, how large, and whether a file is what its name says."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path, PurePath
from tempfile import NamedTemporaryFile
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

from portal.pages import content_checks, plain
from portal.pages.attachments import reader

DEFAULT_EXTENSIONS = "docx doc wps xlsx xls et pptx ppt ofd pdf jpg png zip"
#: How a file of each kind begins. WPS writes its own formats into the same container as the old Office.
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BEGINNINGS: dict[str, tuple[bytes, ...]] = {
    **dict.fromkeys(("docx", "xlsx", "pptx", "ofd", "zip"), (_ZIP,)),
    **dict.fromkeys(("doc", "xls", "ppt"), (_OLE,)),
    **dict.fromkeys(("wps", "et"), (_OLE, _ZIP)),
    "pdf": (b"%PDF-",),
    "jpg": (b"\xff\xd8\xff",),
    "jpeg": (b"\xff\xd8\xff",),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "txt": (b"",),
}
#: What must be inside the container for it to be more than some archive.
_MEMBER = {"docx": "word/", "xlsx": "xl/", "pptx": "ppt/", "ofd": "OFD.xml"}
_TEXT_PARTS = re.compile(r"(?:word|xl|ppt)/.*\.xml$|.*Content\.xml$")
_PACKED = {"docx", "doc", "wps", "xlsx", "xls", "et", "pptx", "ppt", "ofd"}
_READ = {"pdf", "ofd"}
#: More XML than this is not read for marks; no office paper comes near.
_TEXT_CAP = 20 * 2**20


@register_setting(icon="doc-full", order=300)
class AttachmentRules(BaseGenericSetting):
    """The list that the county office keeps."""

    extensions = models.CharField(
        gettext_lazy("kinds of files"),
        max_length=300,
        default=DEFAULT_EXTENSIONS,
        help_text=gettext_lazy("File name endings, separated by spaces."),
    )
    max_megabytes = models.PositiveSmallIntegerField(gettext_lazy("largest size in MB"), default=50)

    class Meta:
        verbose_name = gettext_lazy("attachment rules")

    @property
    def allowed(self) -> list[str]:
        return self.extensions.lower().replace(".", " ").replace("，", " ").replace(",", " ").split()

    def clean(self) -> None:
        unknown = sorted(set(self.allowed) - set(_BEGINNINGS))
        if unknown:
            raise ValidationError(
                {"extensions": _("Files of this kind cannot be checked: %(kinds)s") % {"kinds": " ".join(unknown)}}
            )


def check_attachment(name: str, file: BinaryIO | UploadedFile, *, size: int) -> None:
    """Raises ValidationError with one line for the editor when a file must not be attached.

    `size` in bytes. The file is left at its beginning.
    """
    rules = AttachmentRules.load()
    kind = PurePath(name).suffix.lower().removeprefix(".")
    if kind not in rules.allowed:
        raise ValidationError(
            _("“%(name)s”: files of this kind are not accepted. Accepted: %(kinds)s")
            % {"name": name, "kinds": " ".join(rules.allowed)}
        )
    if size > rules.max_megabytes * 2**20:
        raise ValidationError(
            _("“%(name)s” is larger than %(limit)s MB.") % {"name": name, "limit": rules.max_megabytes}
        )
    file.seek(0)
    content = file.read()
    file.seek(0)
    if not is_what_it_says(kind, content):
        raise ValidationError(_("“%(name)s” is not a file of that kind, or it is damaged.") % {"name": name})
    for finding in content_checks.stops(f"{PurePath(name).stem}\n{text_of(content)}\n{_text_read(kind, content)}"):
        raise ValidationError(f"“{name}”：{finding.sentence}")


def is_what_it_says(kind: str, content: bytes) -> bool:
    """Whether a file begins, and where it is a container is filled, as its kind wants."""
    if not content.startswith(_BEGINNINGS[kind]):
        return False
    if kind == "txt":
        return plain.text_in(content) is not None
    if not content.startswith(_ZIP):
        return True
    try:
        names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    except zipfile.BadZipFile:
        return False
    wanted = _MEMBER.get(kind)
    return wanted is None or any(name.startswith(wanted) for name in names)


def text_of(content: bytes, *, packed: bool = False) -> str:
    """As much of a file's text as secrecy marks can be looked for in, one paragraph a line.

    Office and OFD packages are read; the old binary formats keep their text as UTF-16 between other bytes.
    `packed` says that the file came out of an archive: what is packed into it again is left alone.
    """
    if content.startswith(_ZIP):
        return "\n".join(_package_text(content, follow=not packed))
    if content.startswith(_OLE):
        return "".join(re.findall(r"[\u3000-\u9fff\uff00-\uffef★☆0-9\r\n]+", content.decode("utf-16-le", "ignore")))
    return ""


def _text_read(kind: str, content: bytes) -> str:
    """Of the kinds whose text stands otherwise than it is read: a PDF packs it, an OFD may cut it into letters.

    Empty for a scan: of that the people of the approval are told, see `portal.pages.attachments`.
    """
    if kind == "txt":
        return plain.text_in(content) or ""
    if kind not in _READ:
        return ""
    with NamedTemporaryFile(suffix=f".{kind}") as copy:
        copy.write(content)
        copy.flush()
        return reader().text_in_file(Path(copy.name)).text


def _package_text(content: bytes, *, follow: bool) -> list[str]:
    """The texts of a package, with `follow` also those of office files packed into it."""
    texts: list[str] = []
    left = _TEXT_CAP
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for member in package.infolist():
            inner = follow and PurePath(member.filename).suffix.lower().removeprefix(".") in _PACKED
            is_locked = member.flag_bits & 1  # with a password: the reviewer is asked about every archive
            if is_locked or member.file_size > left or not (inner or _TEXT_PARTS.match(member.filename)):
                continue
            left -= member.file_size
            data = package.read(member)
            if inner:
                texts.append(text_of(data, packed=True) if _opens(data) else "")
                continue
            paragraphs = re.split(
                r"</(?:w:p|a:p|si|ofd:TextCode|row)>|(?=<w:p[ >])|<w:br\s*/>", data.decode("utf-8", "replace")
            )
            texts.extend(strip_tags(paragraph) for paragraph in paragraphs)
    return texts


def _opens(content: bytes) -> bool:
    return not content.startswith(_ZIP) or zipfile.is_zipfile(io.BytesIO(content))
