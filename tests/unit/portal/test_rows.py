"""Sheets and folders of old articles, as offices send them."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import docx
import openpyxl
import pytest

from portal.pages.intake.rows import SHANGHAI, RowsError, read_rows

CSV = "标题,正文,发布时间,有效性\n通知一,第一段,2024-03-05,有效\n通知二,正文,2024/3/6 14:30,\n"


def packed(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name, content in members.items():
            package.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_csv_in_either_encoding(encoding: str):
    first, second = read_rows("a.csv", CSV.encode(encoding))
    assert (first.title, first.text, first.fields["validity"]) == ("通知一", "第一段", "valid")
    assert first.published_at == dt.datetime(2024, 3, 5, 9, tzinfo=SHANGHAI)
    assert second.published_at == dt.datetime(2024, 3, 6, 14, 30, tzinfo=SHANGHAI)
    assert first.errors == second.errors == []


def test_xlsx_with_real_dates():
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["标题", "正文", "发布时间"])
    book.active.append(["通知", "正文", dt.datetime(2023, 1, 2, 8, 0)])  # noqa: DTZ001 -- a cell has none
    book.save(buffer)
    (row,) = read_rows("a.xlsx", buffer.getvalue())
    assert row.published_at == dt.datetime(2023, 1, 2, 8, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (",正文,2024-03-05,", "没有标题"),
        ("题,,2024-03-05,", "没有正文"),
        ("题,文,昨天,", "没有日期"),
        ("题,文,2024-02-30,", "不是有效的日期"),
        ("题,文,2024-03-05,作废", "有效性"),
        ("题,机密★5年,2024-03-05,", "密级标志"),
    ],
)
def test_a_wrong_row_says_why(line: str, why: str):
    (row,) = read_rows("a.csv", f"标题,正文,发布时间,有效性\n{line}\n".encode())
    assert why in "".join(row.errors)
    assert row.number == 2


def test_a_folder_of_documents_with_names_in_gbk():
    document, word, buffer = docx.Document(), io.BytesIO(), io.BytesIO()
    document.add_paragraph("关于某事的通知")
    document.add_paragraph("正文。")
    document.save(word)
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("2024-03-05 某事.docx", word.getvalue())
        package.writestr("没有日期.docx", word.getvalue())
        package.writestr("旧.doc", b"x")
    rows = {row.name: row for row in read_rows("a.zip", buffer.getvalue())}
    good = rows["2024-03-05 某事.docx"]
    assert (good.title, good.errors) == ("关于某事的通知", [])
    assert good.published_at == dt.datetime(2024, 3, 5, 9, tzinfo=SHANGHAI)
    assert "没有日期" in rows["没有日期.docx"].errors[0]
    assert rows["旧.doc"].errors == ["不是 .docx 文件"]


def test_documents_that_cannot_be_read_are_wrong_rows():
    broken = packed({"[Content_Types].xml": b"<T", "_rels/.rels": b"<r", "word/document.xml": b"<w"})
    damaged = bytearray(packed({"2024-03-05 a.docx": b"as it was"}))
    damaged[damaged.index(b"as it was")] ^= 0xFF
    for content in (packed({"2024-03-05 a.docx": b"no"}), packed({"2024-03-05 a.docx": broken}), bytes(damaged)):
        (row,) = read_rows("a.zip", content)
        assert len(row.errors) == 1
        assert "读取" in row.errors[0]


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.txt", b"", "请上传"),
        ("a.csv", "题目,正文\n".encode(), "缺少列"),
        ("a.csv", "标题,正文,发布时间,心情\n".encode(), "不认识的列：心情"),
        ("a.csv", b"\xff\xff\xff\xff", "编码"),
        ("a.csv", b"", "空的"),
        ("a.csv", "标题,正文,发布时间\n".encode(), "没有内容"),
        ("a.csv", "标题,正文,发布时间\n题,a\0b,2024-01-01\n".encode(), "空字符"),
        ("a.csv", '标题,正文,发布时间\n题,"文,2024-01-01\n'.encode(), "第2行不能读取"),
        ("a.csv", f"标题,正文,发布时间\n题,{'文' * 140_000},2024-01-01\n".encode(), "第2行不能读取"),
        ("a.csv", ("标题,正文,发布时间\n" + "题,文,2024-01-01\n" * 5001).encode(), "最多导入5000行"),
        ("a.xlsx", b"no", "xlsx"),
        ("a.xlsx", packed({"[Content_Types].xml": b"<a"}), "xlsx"),
        ("a.xlsx", packed({"a.txt": b""}), "xlsx"),
        ("a.zip", b"no", "zip"),
        ("a.zip", packed({"Thumbs.db": b"", "~$a.docx": b""}), "没有文件"),
    ],
)
def test_a_file_without_rows_is_refused_in_a_line(name: str, content: bytes, why: str):
    with pytest.raises(RowsError, match=why):
        read_rows(name, content)
