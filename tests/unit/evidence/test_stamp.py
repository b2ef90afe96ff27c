"""The strip goes below the picture, says everything, and is drawn in real characters."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageDraw, ImageFile

from audits.evidence import fonts, stamp
from audits.evidence.fonts import FontMissingError

FACTS = [
    ("单位", "栖云县农业农村局"),
    ("网址", "http://127.0.0.1:8000/" + "a-very-long-segment/" * 30 + "index.html"),
    ("原图 SHA-256", "0123456789abcdef" * 4),
]


def picture(width: int = 1366, height: int = 900) -> Image.Image:
    image = Image.effect_noise((width, height), 60).convert("RGB")
    ImageDraw.Draw(image).rectangle((0, 0, width - 1, height - 1), outline=(255, 0, 0))
    return image


def png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize(("width", "height"), [(1366, 900), (360, 640), (1366, 8000), (4000, 300)])
def test_nothing_of_the_picture_is_covered(width, height):
    original = picture(width, height)
    stamped = stamp.open_picture(stamp.stamp(original, FACTS))
    assert stamped.width == width
    assert stamped.height > height
    assert stamped.crop((0, 0, width, height)).tobytes() == original.tobytes()


def test_a_longer_address_makes_a_higher_strip():
    original = picture()
    short = stamp.open_picture(stamp.stamp(original, [("网址", "http://a/")]))
    long = stamp.open_picture(stamp.stamp(original, [("网址", "http://a/" + "b" * 600)]))
    assert long.height > short.height


def test_wrapping_loses_no_character_and_exceeds_no_line():
    font = stamp.load_font(20)
    text = FACTS[1][1]
    lines = list(stamp.wrap(text, font, 300))
    assert "".join(lines) == text
    assert len(lines) > 5
    assert max(font.getlength(line) for line in lines) <= 300


def test_every_character_of_the_strip_is_drawn():
    font = stamp.load_font(20)
    text = "单位栏目网址采集时间截图时间判定时点检查批次原图栖云县〔〕（）：—·龘"
    assert [character for character in text if not stamp.has_glyph(character, font)] == []


def test_a_character_without_a_glyph_is_named_instead_of_drawn_as_a_box():
    font = stamp.load_font(20)
    assert not stamp.has_glyph("\U0001f600", font)
    assert stamp.drawable("公告\U0001f600", font) == "公告[U+1F600]"


def test_a_font_without_chinese_is_an_error(monkeypatch):
    latin = fonts.find_font("DejaVu Sans")
    monkeypatch.setattr(stamp, "find_font", lambda family: latin)
    with pytest.raises(FontMissingError, match="draws no Chinese"):
        stamp.stamp(picture(), FACTS)


def test_a_font_that_is_not_installed_is_named():
    with pytest.raises(FontMissingError, match="No Such Font"):
        fonts.find_font("No Such Font")


@pytest.mark.parametrize(("width", "height", "expected"), [(1366, 900, 211), (1366, 8000, 640), (100, 100, 320)])
def test_a_thumbnail_is_320_wide_and_shows_the_head_of_a_long_page(width, height, expected):
    small = stamp.open_picture(stamp.thumbnail(picture(width, height)))
    assert small.size == (320, expected)


@pytest.mark.parametrize("data", [b"", b"not a picture", png(picture(50, 50))[:200], png(picture(50, 50))[:-20]])
@pytest.mark.parametrize("lenient", [False, True])
def test_a_broken_picture_is_told_in_chinese(data, lenient, monkeypatch):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", lenient)
    with pytest.raises(stamp.PictureError, match="损坏"):
        stamp.open_picture(data)


def test_a_picture_too_large_to_decode_is_told_in_chinese(monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    with pytest.raises(stamp.PictureError, match="尺寸过大"):
        stamp.open_picture(png(picture(50, 30)))


def test_a_picture_too_narrow_for_words_is_told_in_chinese():
    with pytest.raises(stamp.PictureError, match="宽度只有90像素"):
        stamp.stamp(picture(90, 90), FACTS)
