"""What an article's body may be made of."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.documents import get_document_model
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

TEXT_FEATURES = ["bold", "ol", "ul", "link", "document-link", "superscript", "subscript"]

#: A link to a document, as rich text is stored; the order of the attributes is Wagtail's.
_DOCUMENT_LINK = re.compile(r'<a\b(?=[^>]*\blinktype="document")[^>]*\bid="(\d+)"')

#: The grid's own menu speaks English only.
TABLE_OPTIONS = {
    "minSpareRows": 0,
    "startRows": 3,
    "startCols": 3,
    "colHeaders": False,
    "rowHeaders": False,
    "contextMenu": {
        "items": {
            "row_above": {"name": "在上方插入一行"},
            "row_below": {"name": "在下方插入一行"},
            "col_left": {"name": "在左侧插入一列"},
            "col_right": {"name": "在右侧插入一列"},
            "remove_row": {"name": "删除行"},
            "remove_col": {"name": "删除列"},
            "mergeCells": {"name": "合并或拆分单元格"},
            "undo": {"name": "撤销"},
            "redo": {"name": "重做"},
        }
    },
    "editor": "text",
    "stretchH": "all",
    "height": 108,
    "renderer": "text",
    "autoColumnSize": False,
    "mergeCells": True,
}


class PictureValue(blocks.StructValue):
    @property
    def alt(self) -> str:
        """What a screen reader says: the text for it, else the caption."""
        return str(self.get("alt_text") or self.get("caption") or "")


class PictureBlock(blocks.StructBlock):
    """A picture with its caption. Without alternative text of its own the caption serves."""

    image = ImageChooserBlock(label=_("Picture"))
    caption = blocks.CharBlock(label=_("Caption"), required=False, max_length=120)
    alt_text = blocks.CharBlock(
        label=_("Text for those who cannot see it"), required=False, max_length=200, help_text=_("Empty: the caption.")
    )

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "pages/blocks/picture.html"
        value_class = PictureValue


class QuoteBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("Quotation"))
    source = blocks.CharBlock(label=_("Whose words"), required=False, max_length=80)

    class Meta:
        icon = "openquote"
        label = _("Quotation")
        template = "pages/blocks/quote.html"


class NoticeBlock(blocks.StructBlock):
    """A box that stands out: a deadline, a phone to call, a condition."""

    title = blocks.CharBlock(label=_("Heading"), required=False, max_length=40)
    text = blocks.RichTextBlock(label=_("Body text"), features=TEXT_FEATURES)

    class Meta:
        icon = "info-circle"
        label = _("Notice box")
        template = "pages/blocks/notice.html"


class ArticleBody(blocks.StreamBlock):
    """Text, headings, pictures, tables and attachments, in the order the editor gives them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Wagtail shows no label for a block of one field, and gives it none for who cannot see its icon either.
        heading = self.child_blocks["heading"]
        heading.field.widget.attrs["aria-label"] = heading.label

    text = blocks.RichTextBlock(label=_("Body text"), features=TEXT_FEATURES)
    heading = blocks.CharBlock(label=_("Heading"), max_length=80, icon="title", template="pages/blocks/heading.html")
    image = PictureBlock()
    table = TableBlock(label=_("Table"), icon="table", table_options=TABLE_OPTIONS, template="pages/blocks/table.html")
    attachments = blocks.ListBlock(
        DocumentChooserBlock(label=_("Attachment")),
        label=_("Attachments"),
        icon="doc-full",
        template="pages/blocks/attachments.html",
    )
    quote = QuoteBlock()
    notice = NoticeBlock()

    def value_from_datadict(self, data: Any, files: Any, prefix: str) -> blocks.StreamValue:
        """Without fields of text in which nobody wrote, beside others: the form offers one to everybody."""
        value = super().value_from_datadict(data, files, prefix)
        empty = [
            place
            for place, block in enumerate(value)
            if block.block_type == "text" and not any(map(str.strip, _lines("text", block.value)))
        ]
        if len(empty) < len(value):
            for place in reversed(empty):
                del value[place]
        return value


def plain_text(body: Any) -> str:
    """Everything a body says, line by line: text, headings, cells, captions, quotations, names of attachments."""
    return "\n".join(line for block in body for line in _lines(block.block_type, block.value) if line)


def pictures_in(body: Any) -> list[Any]:
    """Pictures of a body, in their order."""
    return [block.value["image"] for block in body if block.block_type == "image" and block.value["image"]]


def pictures_told_by_caption(body: Any) -> int:
    """Pictures whose caption is read out in place of a text for those who cannot see them."""
    told = (block.value for block in body if block.block_type == "image")
    return sum(1 for value in told if value["caption"] and not value["alt_text"])


def documents_in(body: Any) -> list[Any]:
    """Documents that a body carries or links to, each once, in their order."""
    found: dict[int, Any] = {}
    linked: list[int] = []
    for block in body:
        if block.block_type == "attachments":
            found.update({document.pk: document for document in block.value if document})
        elif block.block_type in ("text", "notice"):
            text = block.value if block.block_type == "text" else block.value["text"]
            linked += [int(pk) for pk in _DOCUMENT_LINK.findall(text.source)]
    wanted = set(linked) - set(found)
    if wanted:
        found.update(get_document_model().objects.in_bulk(wanted))
    return list(found.values())


def _lines(kind: str, value: Any) -> list[str]:
    if kind == "text":
        return _paragraphs(value.source)
    if kind == "image":
        return [value["caption"], value["alt_text"]]
    if kind == "table":
        return [str(value.get("table_caption") or "")] + [
            "\t".join(cell or "" for cell in row) for row in value["data"]
        ]
    if kind == "attachments":
        return [document.title for document in value if document]
    if kind == "quote":
        return [value["text"], value["source"]]
    if kind == "notice":
        return [value["title"], *_paragraphs(value["text"].source)]
    return [str(value)]


def _paragraphs(html: str) -> list[str]:
    return [unescape(strip_tags(part)) for part in re.split(r"</(?:p|li|h\d)>|<br/?>", html)]
