"""The stamp: a strip added below a picture that says where, when and for what it was taken. Pillow only here."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterable, Sequence

from PIL import Image, ImageDraw, ImageFont

from audits.evidence.fonts import FontMissingError, find_font

FONT_FAMILY = "Noto Sans CJK SC"
THUMBNAIL_WIDTH = 320
#: A thumbnail of a long page shows its head.
THUMBNAIL_MAX_HEIGHT = 640
INK = (27, 31, 36)
QUIET = (87, 96, 106)
PAPER = (255, 255, 255)
LINE = (216, 222, 228)


class PictureError(ValueError):
    """A picture that cannot be used; the message says why, in Chinese, for the evidence row."""


def open_picture(data: bytes) -> Image.Image:
    """The decoded picture. Raises PictureError for broken data and for one too large to decode safely."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            # Loading alone may fill a torn picture up with grey: WeasyPrint tells Pillow so for the whole process.
            Image.open(io.BytesIO(data)).verify()
            picture = Image.open(io.BytesIO(data))
            picture.load()
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise PictureError("截图尺寸过大，无法加注说明条") from error
    except (OSError, SyntaxError, ValueError) as error:
        raise PictureError("截图文件损坏，无法读取") from error
    return picture.convert("RGB")


def stamp(picture: Image.Image, facts: Sequence[tuple[str, str]]) -> bytes:
    """A PNG: the picture untouched, and below it one line (wrapped, never cut) for each label and value.

    Raises FontMissingError when no installed font can draw Chinese.
    """
    size = max(14, min(64, picture.width // 60))
    font = load_font(size)
    margin, leading = size, size * 3 // 2
    label_width = max(font.getlength(f"{label}：") for label, _ in facts)
    room = picture.width - 2 * margin - label_width
    if room < 4 * size:
        raise PictureError(f"截图宽度只有{picture.width}像素，无法加注说明条")
    rows = [
        (label if place == 0 else "", line)
        for label, value in facts
        for place, line in enumerate(wrap(drawable(value, font), font, room))
    ]
    strip = 2 * margin + leading * len(rows)
    stamped = Image.new("RGB", (picture.width, picture.height + strip), PAPER)
    stamped.paste(picture, (0, 0))
    draw = ImageDraw.Draw(stamped)
    draw.rectangle((0, picture.height, picture.width, picture.height + max(2, size // 8)), fill=LINE)
    top = picture.height + margin
    for label, line in rows:
        if label:
            draw.text((margin, top), f"{label}：", font=font, fill=QUIET)
        draw.text((margin + label_width, top), line, font=font, fill=INK)
        top += leading
    return as_png(stamped)


def thumbnail(picture: Image.Image) -> bytes:
    """A PNG 320 pixels wide: the picture, or the head of a long one."""
    scale = picture.width / THUMBNAIL_WIDTH
    head = picture.crop((0, 0, picture.width, min(picture.height, round(THUMBNAIL_MAX_HEIGHT * scale))))
    height = max(1, round(head.height / scale))
    return as_png(head.resize((THUMBNAIL_WIDTH, height), Image.Resampling.LANCZOS))


def as_png(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def load_font(size: int) -> ImageFont.FreeTypeFont:
    """The Chinese font at a size in pixels. Raises FontMissingError when it draws boxes instead of characters."""
    file = find_font(FONT_FAMILY)
    font = ImageFont.truetype(str(file.path), size, index=file.index)
    if not all(has_glyph(character, font) for character in "单位栏目判定"):
        raise FontMissingError(f"{file.path} draws no Chinese: install fonts-noto-cjk")
    return font


def has_glyph(character: str, font: ImageFont.FreeTypeFont) -> bool:
    """Whether the font draws this character, and not the box that stands for a missing one (tofu is silent)."""
    # U+10FFFF is no character in any font: what it draws is the box.
    return character.isspace() or bytes(font.getmask(character)) != bytes(font.getmask("\U0010ffff"))


def drawable(text: str, font: ImageFont.FreeTypeFont) -> str:
    """The text with every character that the font lacks written as its code point."""
    known = {character: has_glyph(character, font) for character in set(text)}
    return "".join(character if known[character] else f"[U+{ord(character):04X}]" for character in text)


def wrap(text: str, font: ImageFont.FreeTypeFont, room: float) -> Iterable[str]:
    """Lines of at most `room` pixels, broken at any character: an address has no better place."""
    line = ""
    for character in text:
        if line and font.getlength(line + character) > room:
            yield line
            line = ""
        line += character
    yield line
