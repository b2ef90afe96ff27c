"""Old articles in a sheet (.xlsx, .csv in UTF-8 or GBK) or in a folder of .docx (a .zip): one row each.

Pure: bytes in, rows out. What is wrong with a row is said in words; a file that cannot be read raises RowsError.
"""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from pathlib import PurePath
from zoneinfo import ZoneInfo

import openpyxl

from portal.pages import content_checks, files
from portal.pages.intake.document import Converted, DocumentError, convert, text_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
#: Heading of a sheet's column -> field of a row.
HEADINGS = {
    "标题": "title",
    "正文": "text",
    "发布时间": "published",
    "来源": "source",
    "文号": "document_number",
    "发文机关": "issuing_body",
    "成文日期": "issued",
    "有效性": "validity",
}
VALIDITY = {"": "", "有效": "valid", "废止": "repealed", "失效": "expired"}
_DATE = re.compile(
    r"(?P<y>(?:19|20)\d{2})[-/.年]?(?P<m>\d{1,2})[-/.月]?(?P<d>\d{1,2})日?"
    r"(?:[ T]+(?P<h>\d{1,2}):(?P<i>\d{2})(?::\d{2})?)?"
)
MOST_ROWS = 5000
MOST_BYTES_OF_A_DOCUMENT = 100 * 2**20
#: What Windows and macOS leave in folders.
_LITTER = ("~$", ".", "Thumbs.db", "desktop.ini")


class RowsError(ValueError):
    """A file that holds no rows; the message is one line for the person."""


@dataclasses.dataclass(slots=True)
class Row:
    """`number` counts as the sheet does, `name` is the file's for a document. `errors` keep it from being imported."""

    number: int
    name: str = ""
    title: str = ""
    text: str = ""
    published_at: dt.datetime | None = None
    fields: dict[str, object] = dataclasses.field(default_factory=dict)
    converted: Converted | None = None
    errors: list[str] = dataclasses.field(default_factory=list)
    notes: list[str] = dataclasses.field(default_factory=list)


def read_rows(name: str, content: bytes) -> list[Row]:
    """Rows of a sheet or of a folder of documents, by the ending of its name."""
    kind = PurePath(name).suffix.lower()
    if kind == ".csv":
        return _sheet(_lines(content))
    if kind == ".xlsx":
        return _sheet(_cells(content))
    if kind == ".zip":
        return _folder(content)
    raise RowsError(f"{name}：请上传 .xlsx、.csv，或装有 .docx 的 .zip")


def _lines(content: bytes) -> Iterable[Sequence[object]]:
    reader = csv.reader(io.StringIO(_decoded(content), newline=""), strict=True)
    try:
        yield from reader
    except csv.Error as error:
        raise RowsError(f"CSV 第{reader.line_num}行不能读取：引号不成对，或单元格超过13万字") from error


def _decoded(content: bytes) -> str:
    if b"\0" in content:
        raise RowsError("CSV 里有空字符：请另存为 UTF-8 或 GBK 编码的 CSV，或改用 .xlsx")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise RowsError("CSV 的编码既不是 UTF-8 也不是 GBK")


def _cells(content: bytes) -> Iterable[Sequence[object]]:
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        yield from book.worksheets[0].iter_rows(values_only=True)
    except Exception as error:  # whatever the parts of a broken package make their readers raise
        raise RowsError("不是可以读取的 .xlsx 文件") from error


def _sheet(lines: Iterable[Sequence[object]]) -> list[Row]:
    lines = iter(lines)
    first = next(lines, None)
    if first is None:
        raise RowsError("表格是空的")
    heads = [str(cell or "").strip() for cell in first]
    missing = [head for head in ("标题", "正文", "发布时间") if head not in heads]
    if missing:
        raise RowsError(f"第一行缺少列：{'、'.join(missing)}")
    unknown = [head for head in heads if head and head not in HEADINGS]
    if unknown:
        raise RowsError(f"第一行有不认识的列：{'、'.join(unknown)}")
    rows: list[Row] = []
    for number, line in enumerate(lines, start=2):
        cells = {HEADINGS[head]: cell for head, cell in zip(heads, line, strict=False) if head and cell is not None}
        if not any(str(cell).strip() for cell in cells.values()):
            continue
        if len(rows) == MOST_ROWS:
            raise RowsError(f"一次最多导入{MOST_ROWS}行")
        rows.append(_row(number, cells))
    if not rows:
        raise RowsError("除第一行以外，表格里没有内容")
    return rows


def _row(number: int, cells: dict[str, object]) -> Row:
    def words(field: str) -> str:
        return str(cells.get(field) or "").strip()

    row = Row(number, title=" ".join(words("title").split()), text=words("text"))
    row.published_at = _moment(cells.get("published"), row, "发布时间")
    if not row.title:
        row.errors.append("没有标题")
    if len(row.title) > 255:
        row.errors.append("标题超过255字")
    if not row.text:
        row.errors.append("没有正文")
    for field in ("source", "document_number", "issuing_body"):
        row.fields[field] = words(field)[: 80 if field != "document_number" else 60]
    if words("issued"):
        issued = _moment(cells.get("issued"), row, "成文日期")
        row.fields["issued_on"] = issued.date() if issued else None
    if words("validity") not in VALIDITY:
        row.errors.append(f"有效性“{words('validity')}”不是有效、废止或失效")
    row.fields["validity"] = VALIDITY.get(words("validity"), "")
    _look_at(row, "\n".join([row.title, row.text, *map(words, ("source", "document_number", "issuing_body"))]))
    return row


def _folder(content: bytes) -> list[Row]:
    try:
        package = zipfile.ZipFile(io.BytesIO(content))
    except zipfile.BadZipFile as error:
        raise RowsError("不是可以读取的 .zip 文件") from error
    members = [each for each in package.infolist() if not each.is_dir()]
    rows = []
    for number, member in enumerate(sorted(members, key=_name_of), start=1):
        name = PurePath(_name_of(member)).name
        if name.startswith(_LITTER):
            continue
        row = Row(number, name=name)
        rows.append(row)
        if not name.lower().endswith(".docx"):
            row.errors.append("不是 .docx 文件")
            continue
        try:
            content = _unpacked(package, member)
            row.converted = convert(content)
        except DocumentError as error:
            row.errors.append(str(error))
            continue
        stem = PurePath(name).stem
        row.published_at = _moment(stem, row, "文件名")
        row.title = row.converted.title or _DATE.sub("", stem).strip(" -_")
        row.fields = {"document_number": row.converted.document_number}
        row.notes += row.converted.problems
        if not row.converted.blocks:
            row.errors.append("没有正文")
        row.errors += [finding.sentence for finding in marks_in(name, content, row.converted)]
        row.notes += [finding.sentence for finding in content_checks.warnings(text_of(row.converted))]
    if not rows:
        raise RowsError("压缩包里没有文件")
    return rows


def marks_in(name: str, content: bytes, converted: Converted) -> list[content_checks.Finding]:
    """Secrecy marks in a document, also where its conversion does not look: headers, text boxes, notes."""
    parts = (PurePath(name).stem, text_of(converted), *converted.problems, files.text_of(content))
    return content_checks.stops("\n".join(parts))


def _unpacked(package: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """Raises DocumentError for what is encrypted, damaged or too large."""
    if member.file_size > MOST_BYTES_OF_A_DOCUMENT:
        raise DocumentError(f"文件超过{MOST_BYTES_OF_A_DOCUMENT // 2**20}MB")
    try:
        return package.read(member)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise DocumentError("压缩包里的这个文件不能读取：已损坏，或加了密码") from error


def _name_of(member: zipfile.ZipInfo) -> str:
    """Windows in China writes names in GBK without saying so."""
    if member.flag_bits & 0x800:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("gbk")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return member.filename


def _look_at(row: Row, text: str) -> None:
    row.errors += [finding.sentence for finding in content_checks.stops(text)]
    row.notes += [finding.sentence for finding in content_checks.warnings(text)]


def _moment(value: object, row: Row, what: str) -> dt.datetime | None:
    """A cell or a file name's date as an aware moment (Asia/Shanghai); a date alone means 09:00."""
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=SHANGHAI)
    if isinstance(value, dt.date):
        return dt.datetime.combine(value, dt.time(9), SHANGHAI)
    found = _DATE.search(str(value or ""))
    if not found:
        row.errors.append(f"{what}“{value or ''}”里没有日期")
        return None
    year, month, day = (int(found[part]) for part in "ymd")
    hour, minute = int(found["h"] or 9), int(found["i"] or 0)
    try:
        return dt.datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)
    except ValueError:
        row.errors.append(f"{what}“{value}”不是有效的日期")
        return None
