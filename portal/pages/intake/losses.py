"""What of a .docx its reader leaves behind: pictures, charts, headers. Pure: the file's bytes in, sentences out."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable

from lxml import etree

#: Messages of the reader -> what the person is told; nothing where nothing is lost or another sentence tells it.
_TOLD = (
    (re.compile(r"style|unlikely to display|break type"), ""),
    (re.compile(r"external image '(?P<what>[^']*)'"), "有一幅链接的图片未带入（{what}）：图片不在文档里，请另行插入。"),
    (re.compile(r"image file|imagedata"), "有一幅图片在文档里找不到，未带入：请在编辑页另行插入。"),
    (re.compile(r"character was ignored: char (?P<what>\S+)"), "有一个特殊符号（编码{what}）未带入，请核对。"),
    (re.compile(r"element was ignored: (?P<what>\S+)"), "有网页不支持的内容（{what}），未带入，请核对。"),
    (re.compile(r"(?P<what>.+)", re.DOTALL), "有一处内容未能照原样带入（{what}），请核对。"),
)
#: Local name of what is drawn in another part of the package -> what it is called.
_DRAWN = {"chart": "图表", "relIds": "SmartArt 图形", "OLEObject": "嵌入对象"}
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
#: A footer of these alone numbers the pages.
_PAGE_NUMBER = re.compile(r"[\d\s第页共/·.\-—–－~]*")


def losses(content: bytes, *, said: Iterable[str], taken: int) -> list[str]:
    """`said`: messages of the reader; `taken`: pictures that it handed over, also those that are refused later."""
    told = [sentence for message in dict.fromkeys(said) if (sentence := _in_chinese(message))]
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        main = _without_fallbacks(package.read("word/document.xml"))
        names = [etree.QName(element).localname for element in main.iter("{*}*")]
        missing = sum(name in ("blip", "imagedata") for name in names) - taken
        missing -= sum("图片" in sentence for sentence in told)
        if missing > 0:
            told.append(f"有{missing}幅图片未带入（在形状、文本框或链接中）：请在编辑页另行插入。")
        for name, called in _DRAWN.items():
            if name in names:
                told.append(f"有{names.count(name)}处{called}未带入：请另存为图片后在编辑页插入。")
        for part in sorted(package.namelist()):
            if re.fullmatch(r"word/(header|footer)\d*\.xml", part):
                told += _around_the_page(_without_fallbacks(package.read(part)))
    return list(dict.fromkeys(told))


def _in_chinese(message: str) -> str:
    for pattern, sentence in _TOLD:
        found = pattern.search(message)
        if found:
            return sentence.format(**found.groupdict())
    return ""


def _without_fallbacks(xml: bytes) -> etree._Element:
    """A part with what new readers see: the same again for old ones would count twice."""
    root = etree.fromstring(xml, _PARSER)
    for fallback in list(root.iter("{*}Fallback")):
        fallback.getparent().remove(fallback)
    return root


def _around_the_page(root: etree._Element) -> list[str]:
    told = []
    words = " ".join(
        line
        for paragraph in root.iter("{*}p")
        if (line := "".join(t.text or "" for t in paragraph.iter("{*}t")).strip())
    )
    if not _PAGE_NUMBER.fullmatch(words):
        told.append(f"页眉或页脚的文字未带入：{words if len(words) <= 40 else f'{words[:40]}…'}")
    if next(root.iter("{*}blip", "{*}imagedata"), None) is not None:
        told.append("页眉或页脚中的图片未带入。")
    return told
