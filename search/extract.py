"""A file that somebody uploaded -> its text; run as a process of its own, because files may be broken or hostile.

    python -m search.extract FILE       prints one line of JSON: {"text": ..., "gap": ...} or {"problem": ...}

The process limits itself: processor time, memory, and how much text it gives back.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from portal.pages import plain

SECONDS = 60
MEMORY = 1_500_000_000
#: About 500 pages; what lies behind is not found.
CHARACTERS = 500_000
FILE_SIZE = 100_000_000
#: A page is a picture when pictures cover so much of it and there are fewer characters beside them: programs that
#: scan add a line of their own, offices a number.
PICTURE_SHARE = 0.5
FEW_CHARACTERS = 50
#: Stretches of pages that are named; of more the number is told.
MOST_STRETCHES = 8
NO_OFFICE = "未安装 LibreOffice，旧格式文件仅标题可检索"
#: Whatever an uploaded file refers to is not fetched, and no macro runs.
_OFFICE_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop>
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
</item></oor:items>
"""


class Unreadable(Exception):
    """A file whose text cannot be had; the message is for the office."""


class Picture(str):
    """The text of a page that is mostly a picture: what is written in the picture is not in it."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of a file, line by line, and in `gap` what was not, for the office; empty: nothing."""

    text: str
    gap: str = ""


def text_of(path: Path) -> Reading:
    """What can be read of a file by its kind; no text for a scan.

    Raises:
        Unreadable: no kind that is read, or too large.
    """
    kind = path.suffix.lower()
    if path.stat().st_size > FILE_SIZE:
        raise Unreadable("文件过大，未读取")
    if kind in _THROUGH_OFFICE:
        return _through_office(path, _THROUGH_OFFICE[kind])
    if kind not in _READERS:
        raise Unreadable(f"不支持的格式：{kind or '无扩展名'}")
    pieces, pictures, size = [], [], 0
    for number, piece in enumerate(_READERS[kind](path), start=1):
        pieces.append(piece)
        if isinstance(piece, Picture):
            pictures.append(number)
        size += len(piece)
        if size > CHARACTERS:
            break
    gaps = [f"{_pages(pictures)}是扫描件或图片，其中的文字未能读出"] if pictures else []
    if size > CHARACTERS:
        gaps.append(f"文件过长，只读了前{CHARACTERS // 10_000}万字")
    return Reading("\n".join(pieces)[:CHARACTERS].strip(), "；".join(gaps))


def _pages(numbers: Sequence[int]) -> str:
    """Pages in words, from their rising numbers: 第1-3、7页."""
    stretches = [
        [number for _place, number in together]
        for _, together in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0])
    ]
    named = "、".join(
        str(each[0]) if len(each) == 1 else f"{each[0]}-{each[-1]}" for each in stretches[:MOST_STRETCHES]
    )
    return f"第{named}页" + (f"等共{len(numbers)}页" if len(stretches) > MOST_STRETCHES else "")


def _pdf(path: Path) -> Iterator[str]:
    import pypdfium2  # noqa: PLC0415 -- each reader is loaded for its own kind only

    for page in pypdfium2.PdfDocument(path):
        text = page.get_textpage().get_text_range().replace("\r", "")
        yield Picture(text) if _is_picture(page, len("".join(text.split()))) else text


def _is_picture(page: Any, characters: int) -> bool:
    """Whether a page of a PDF has so few characters that what is to be read on it is in a picture, or drawn."""
    from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE  # noqa: PLC0415

    if not characters:
        return next(page.get_objects(), None) is not None  # else it is blank
    if characters >= FEW_CHARACTERS:
        return False
    pictures = [each.get_bounds() for each in page.get_objects([FPDF_PAGEOBJ_IMAGE])]
    covered = sum((right - left) * (top - bottom) for left, bottom, right, top in pictures)
    return bool(covered >= PICTURE_SHARE * page.get_width() * page.get_height())


def _docx(path: Path) -> Iterator[str]:
    import docx  # noqa: PLC0415
    from docx.table import Table  # noqa: PLC0415

    document = docx.Document(str(path))
    # A section without a header of its own has that of the one before it.
    frames = [frame for section in document.sections for frame in _frames(section) if not frame.is_linked_to_previous]
    for container in (document, *frames):
        for part in container.iter_inner_content():
            if isinstance(part, Table):
                for row in part.rows:
                    yield "\t".join(dict.fromkeys(cell.text for cell in row.cells))
            else:
                yield part.text


def _frames(section: Any) -> Sequence[Any]:
    """Headers and footers of a section of a DOCX file that its pages show."""
    frames = [section.header, section.footer]
    if section.different_first_page_header_footer:
        frames += [section.first_page_header, section.first_page_footer]
    return [*frames, section.even_page_header, section.even_page_footer]


def _xlsx(path: Path) -> Iterator[str]:
    import openpyxl  # noqa: PLC0415

    for sheet in openpyxl.load_workbook(path, read_only=True, data_only=True):
        yield sheet.title
        for row in sheet.iter_rows(values_only=True):
            cells = [str(cell) for cell in row if cell is not None]
            if cells:
                yield "\t".join(cells)


def _pptx(path: Path) -> Iterator[str]:
    import pptx  # noqa: PLC0415

    for slide in pptx.Presentation(str(path)).slides:
        yield from _shapes(slide.shapes)


def _shapes(shapes: Any) -> Iterator[str]:
    """Texts of a slide's shapes, and of those that are grouped."""
    for shape in shapes:
        if shape.has_text_frame:
            yield shape.text_frame.text
        elif getattr(shape, "has_table", False):
            for row in shape.table.rows:
                yield "\t".join(cell.text for cell in row.cells)
        elif hasattr(shape, "shapes"):
            yield from _shapes(shape.shapes)


def _ofd(path: Path) -> Iterator[str]:
    """GB/T 33190, page by page as it is read; where no text is on a page that shows something, that is a picture."""
    import ofdkit  # noqa: PLC0415
    from ofdkit.package import Package  # noqa: PLC0415

    with ofdkit.open(path) as document, Package(path) as package:
        for page in document.pages:
            if page.location is None:
                raise Unreadable(f"文件损坏：缺少第{page.index + 1}页")
            text = page.text()
            shown = package.read_xml(page.location).iter() if not text else ()
            is_picture = any(str(each.tag).endswith(("ImageObject", "PathObject")) for each in shown)
            yield Picture(text) if is_picture else text


def _picture(path: Path) -> Iterator[str]:
    """A scan or a photo: nothing in it can be read."""
    yield Picture()


def _txt(path: Path) -> Iterator[str]:
    text = plain.text_in(path.read_bytes())
    if text is None:
        raise Unreadable("文本编码无法识别")
    yield text


def office() -> str | None:
    """Where LibreOffice is installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def _through_office(path: Path, target: str) -> Reading:
    """Old binary formats: LibreOffice makes them new ones first, where it is installed."""
    program = office()
    if not program:
        raise Unreadable(NO_OFFICE)
    with tempfile.TemporaryDirectory() as folder:
        user = Path(folder) / "profile" / "user"
        user.mkdir(parents=True)
        (user / "registrymodifications.xcu").write_text(_OFFICE_SETTINGS, encoding="utf-8")
        profile = f"-env:UserInstallation=file://{user.parent}"
        command = [program, profile, "--headless", "--convert-to", target, "--outdir", folder, str(path)]
        # A session of its own: the command is a script, what it started must end with it.
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        try:
            process.wait(timeout=SECONDS)
        except subprocess.TimeoutExpired as error:
            raise Unreadable(f"LibreOffice 转换超过 {SECONDS} 秒，已停止") from error
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        made = list(Path(folder).glob(f"*.{target}"))
        if not made:
            raise Unreadable("LibreOffice 无法转换")
        _limit_memory()
        return text_of(made[0])


_READERS: dict[str, Callable[[Path], Iterator[str]]] = {
    ".pdf": _pdf,
    ".docx": _docx,
    ".xlsx": _xlsx,
    ".pptx": _pptx,
    ".ofd": _ofd,
    ".txt": _txt,
    **dict.fromkeys((".jpg", ".jpeg", ".png", ".gif", ".bmp", ".tif", ".tiff", ".webp"), _picture),
}
_THROUGH_OFFICE = {".doc": "docx", ".wps": "docx", ".xls": "xlsx", ".et": "xlsx", ".ppt": "pptx", ".dps": "pptx"}


def _limit_memory() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MEMORY, MEMORY))
    path = Path(sys.argv[1])
    # LibreOffice reserves far more than it uses.
    if path.suffix.lower() not in _THROUGH_OFFICE:
        _limit_memory()
    try:
        answer = asdict(text_of(path))
    except Unreadable as error:
        answer = {"problem": str(error)}
    except Exception:
        traceback.print_exc()  # for whoever runs the queue; the office reads the line
        answer = {"problem": "文件损坏或无法解析"}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
