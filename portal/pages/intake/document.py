"""One .docx, from Word or WPS, as title and blocks in their order. Pure: bytes in, parts and problems out.

Nothing vanishes silently: what cannot be kept, and every paragraph that did not come through, is a problem in words.
"""

from __future__ import annotations

import dataclasses
import io
import re
import zipfile
from typing import Any

import mammoth
from bs4 import BeautifulSoup, NavigableString, Tag
from willow.image import Image as Raster

from portal.pages.intake.losses import losses

#: Raster formats that browsers show; what Office draws in (EMF, WMF) they do not.
KEPT_PICTURES = {"image/png": "png", "image/jpeg": "jpg", "image/jpg": "jpg", "image/gif": "gif", "image/webp": "webp"}
_STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='标题'] => h1:fresh
p[style-name='Subtitle'] => p:fresh
u => u
"""
_NUMBER = re.compile(r"^[\u4e00-\u9fff]{1,12}[〔\[（(【]\d{4}[〕\]）)】]\s*\d{1,4}\s*号$")
_RED_HEAD = re.compile(r"^[\u4e00-\u9fff]{4,24}文件$")
_KEPT_TAGS = {"p", "b", "ul", "ol", "li", "a", "sup", "sub", "br"}
TITLE_CAP = 120


class DocumentError(ValueError):
    """A file that is no readable .docx; the message is one line for the person."""


@dataclasses.dataclass(frozen=True, slots=True)
class Picture:
    """A picture where it stood; `caption` is the line below it that begins with 图."""

    content: bytes
    extension: str
    caption: str = ""


@dataclasses.dataclass(slots=True)
class Converted:
    """`blocks`: ("text", html), ("heading", words), ("table", value of a TableBlock), ("image", Picture)."""

    title: str = ""
    document_number: str = ""
    blocks: list[tuple[str, Any]] = dataclasses.field(default_factory=list)
    problems: list[str] = dataclasses.field(default_factory=list)


def convert(content: bytes) -> Converted:
    """Raises DocumentError for what is no .docx."""
    pictures: list[tuple[str, bytes]] = []

    def keep(image: Any) -> dict[str, str]:
        with image.open() as stream:
            pictures.append((image.content_type, stream.read()))
        return {"src": f"picture:{len(pictures) - 1}"}

    try:
        result = mammoth.convert_to_html(
            io.BytesIO(content), convert_image=mammoth.images.img_element(keep), style_map=_STYLES
        )
        wanted = _paragraphs_of(content)
        lost = losses(content, said=[message.message for message in result.messages], taken=len(pictures))
    except Exception as error:  # whatever the parts of a broken package make their readers raise
        raise DocumentError("不是可以读取的 .docx 文件：请在 Word 或 WPS 中另存为 .docx 后再试") from error
    converted = Converted()
    for node in BeautifulSoup(result.value, "lxml").select("body > *"):
        _take(node, converted, pictures)
    _name(converted)
    _captions(converted)
    converted.problems += lost
    _tell_what_is_missing(converted, wanted)
    return converted


def _take(node: Tag, to: Converted, pictures: list[tuple[str, bytes]]) -> None:
    if node.name == "table":
        _table(node, to)
    elif re.fullmatch(r"h[1-6]", node.name) and not node.find("img"):
        words = node.get_text(" ", strip=True)
        if words:
            to.blocks.append(("title" if node.name == "h1" else "heading", words[:TITLE_CAP]))
    else:
        for part in _around_pictures(node):
            if isinstance(part, int):
                _picture(part, to, pictures)
            else:
                _text(part, to)


def _around_pictures(node: Tag) -> list[int | str]:
    """Text before, between and after the pictures of a paragraph: pictures by number, text as HTML."""
    parts = re.split(r'<img[^>]*src="picture:(\d+)"[^>]*/?>', _clean(node))
    kept: list[int | str] = []
    for place, part in enumerate(parts):
        if place % 2:
            kept.append(int(part))
        elif BeautifulSoup(part, "lxml").get_text(strip=True):
            whole = str(BeautifulSoup(part, "html.parser")) if place == 0 or len(parts) == 1 else part
            kept.append(whole if whole.lstrip().startswith("<") else f"<p>{whole}</p>")
    return kept


def _clean(node: Tag) -> str:
    """A node's HTML with the tags that an article's text knows, nothing else."""
    for tag in node.find_all(True):
        if tag.name == "strong":
            tag.name = "b"
        href = str(tag.get("href") or "")
        if tag.name == "img":
            tag.attrs = {"src": str(tag.get("src") or "")}
        elif tag.name not in _KEPT_TAGS or (tag.name == "a" and not re.match(r"https?://|mailto:|/", href)):
            tag.unwrap()
        else:
            tag.attrs = {"href": href} if tag.name == "a" else {}
    if node.name not in _KEPT_TAGS:
        node.name = "p"
    node.attrs = {}
    return str(node)


def _text(html: str, to: Converted) -> None:
    if to.blocks and to.blocks[-1][0] == "text":
        to.blocks[-1] = ("text", to.blocks[-1][1] + html)
    else:
        to.blocks.append(("text", html))


def _picture(number: int, to: Converted, pictures: list[tuple[str, bytes]]) -> None:
    content_type, content = pictures[number]
    extension = KEPT_PICTURES.get(content_type)
    if extension is None:
        kind = content_type.removeprefix("image/").removeprefix("x-").upper()
        to.problems.append(
            f"第{number + 1}幅图片（{kind}格式）网页不能显示，未带入：请另存为 PNG 或 JPG 后在编辑页插入。"
        )
        return
    try:
        Raster.open(io.BytesIO(content)).resize((1, 1))  # reads all of it, not only its size
    except Exception as error:  # whatever the reader of each format raises
        to.problems.append(f"第{number + 1}幅图片已损坏，未带入（{type(error).__name__}）。")
        return
    to.blocks.append(("image", Picture(content, extension)))


def _table(node: Tag, to: Converted) -> None:
    """Cells as text; merged cells as the grid of TableBlock keeps them."""
    if node.find("table"):
        to.problems.append("有一处表格中套有表格，已把内层表格并入单元格文字，请核对。")
    if node.find("img"):
        to.problems.append("表格中的图片未带入：请在编辑页另行插入。")
    grid: list[list[str | None]] = []
    merges: list[dict[str, int]] = []
    rows = [row for row in node.find_all("tr") if row.find_parent("table") is node]
    for y, row in enumerate(rows):
        while len(grid) <= y:
            grid.append([])
        x = 0
        for cell in [each for each in row.find_all(["td", "th"]) if each.find_parent("tr") is row]:
            while x < len(grid[y]) and grid[y][x] is not None:
                x += 1
            across, down = int(str(cell.get("colspan") or 1)), int(str(cell.get("rowspan") or 1))
            words = "\n".join(text for text in (part.get_text(strip=True) for part in cell.find_all("p")) if text)
            for dy in range(down):
                while len(grid) <= y + dy:
                    grid.append([])
                line = grid[y + dy]
                line.extend([None] * (x + across - len(line)))
                for dx in range(across):
                    line[x + dx] = (words or cell.get_text(strip=True)) if not (dx or dy) else ""
            if across > 1 or down > 1:
                merges.append({"row": y, "col": x, "rowspan": down, "colspan": across})
            x += across
    width = max((len(line) for line in grid), default=0)
    data = [[value or "" for value in line] + [""] * (width - len(line)) for line in grid]
    if not data or not any(any(line) for line in data):
        return
    to.blocks.append(("table", table_value(data, merges)))


def table_value(data: list[list[str]], merges: list[dict[str, int]] | None = None) -> dict[str, Any]:
    """What a TableBlock stores. The first row is a heading where all of it is filled and nothing in it is merged."""
    merges = merges or []
    headed = len(data) > 1 and all(data[0]) and not any(merge["row"] == 0 for merge in merges)
    spanned = {(merge["row"], merge["col"]) for merge in merges}
    hidden = {
        (y, x)
        for merge in merges
        for y in range(merge["row"], merge["row"] + merge["rowspan"])
        for x in range(merge["col"], merge["col"] + merge["colspan"])
    } - spanned
    return {
        "data": data,
        "cell": [{"row": y, "col": x, "hidden": True} for y, x in sorted(hidden)],
        "mergeCells": merges,
        "first_row_is_table_header": headed,
        "first_col_is_header": False,
        "table_header_choice": "row" if headed else "neither",
        "table_caption": "",
    }


def _name(to: Converted) -> None:
    """The title: what is styled as one, else the first line that is neither a red head nor a document number."""
    titled = next((place for place, (kind, _) in enumerate(to.blocks) if kind == "title"), None)
    if titled is not None:
        to.title = to.blocks.pop(titled)[1]
    to.blocks = [("heading" if kind == "title" else kind, value) for kind, value in to.blocks]
    if not to.blocks or to.blocks[0][0] not in ("text", "heading"):
        return
    if to.blocks[0][0] == "heading":
        if not to.title:
            to.title = to.blocks.pop(0)[1]
        return
    soup = BeautifulSoup(to.blocks[0][1], "html.parser")
    for line in [child for child in soup.children if isinstance(child, Tag)]:
        words = line.get_text(strip=True)
        if _NUMBER.match(words):
            to.document_number = words
        elif _RED_HEAD.match(words):
            to.problems.append(f"版头“{words}”未带入正文。")
        elif not to.title and words and len(words) <= TITLE_CAP:
            to.title = words
        elif words:
            break
        line.extract()
        if to.title and not _NUMBER.match(words):
            following = soup.find("p")
            if not (following and _NUMBER.match(following.get_text(strip=True))):
                break
    rest = "".join(str(child) for child in soup.children if not isinstance(child, NavigableString) or child.strip())
    to.blocks[0:1] = [("text", rest)] if rest else []


def _captions(to: Converted) -> None:
    """A line below a picture that begins with 图 is its caption."""
    for place, (kind, value) in enumerate(to.blocks[:-1]):
        after = to.blocks[place + 1]
        if kind != "image" or after[0] != "text":
            continue
        soup = BeautifulSoup(after[1], "html.parser")
        first = soup.find("p")
        words = first.get_text(strip=True) if first else ""
        if first and re.match(r"图\s*[\d一二三四五六七八九十：:]", words) and len(words) <= 120:
            first.extract()
            to.blocks[place] = (kind, dataclasses.replace(value, caption=words))
            to.blocks[place + 1] = ("text", str(soup))
    to.blocks = [block for block in to.blocks if block[0] != "text" or block[1].strip()]


def text_of(converted: Converted) -> str:
    """All its words, one paragraph, cell or caption a line."""
    lines = [converted.title, converted.document_number]
    for kind, value in converted.blocks:
        if kind == "text":
            lines += [part.get_text() for part in BeautifulSoup(value, "html.parser").find_all(["p", "li"])]
        elif kind == "table":
            lines += [cell for row in value["data"] for cell in row]
        elif kind == "image":
            lines.append(value.caption)
        else:
            lines.append(value)
    return "\n".join(line for line in lines if line)


def _paragraphs_of(content: bytes) -> list[str]:
    """Every paragraph of the package's main part, text boxes too, as the reader of the file sees it."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        soup = BeautifulSoup(package.read("word/document.xml"), "xml")
    for fallback in soup.find_all("Fallback"):
        fallback.decompose()
    return ["".join(run.get_text() for run in paragraph.find_all("t")) for paragraph in soup.find_all("p")]


def _tell_what_is_missing(to: Converted, wanted: list[str]) -> None:
    told = "".join(to.problems)
    have = re.sub(r"\s", "", text_of(to) + told)
    lost = [words.strip() for words in wanted if words.strip() and re.sub(r"\s", "", words) not in have]
    for words in dict.fromkeys(lost):
        shown = words if len(words) <= 40 else f"{words[:40]}…"
        to.problems.append(f"这段文字未能带入（可能在文本框、批注或域中）：{shown}")
