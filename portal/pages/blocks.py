"""What an article's body may be made of."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock


class ArticleBody(blocks.StreamBlock):
    """Text, headings, pictures and attachments, in the order the editor gives them."""

    text = blocks.RichTextBlock(label=_("Body text"), features=["bold", "ol", "ul", "link", "document-link"])
    heading = blocks.CharBlock(label=_("Heading"), max_length=80, icon="title")
    image = ImageBlock(label=_("Picture"))
    attachment = DocumentChooserBlock(label=_("Attachment"))
