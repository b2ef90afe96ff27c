"""What bytes are decides, not what is said of them."""

import pytest

from crawler.reading.encoding import decode

TEXT = "<html><head>{meta}</head><body>栖云县水务局通知公告 2026年10月20日</body></html>"


@pytest.mark.parametrize(
    ("written", "declared", "charset", "basis"),
    [
        ("utf-8", "utf-8", "utf-8", "valid-utf-8"),
        ("utf-8", "gb2312", "utf-8", "valid-utf-8"),
        ("gb18030", "gb2312", "gb18030", "meta"),
        ("gb18030", "utf-8", "gb18030", "fallback"),
        ("gb18030", "iso-8859-1", "gb18030", "fallback"),
        ("gb18030", "no-such-charset", "gb18030", "fallback"),
        ("utf-8-sig", "gbk", "utf-8", "bom"),
        ("utf-16", "utf-8", "utf-16-le", "bom"),
    ],
)
def test_charset(written: str, declared: str, charset: str, basis: str) -> None:
    decoded = decode(TEXT.format(meta=f'<meta charset="{declared}">').encode(written))
    assert (decoded.charset, decoded.basis, decoded.bad_bytes) == (charset, basis, False)
    assert "2026年10月20日" in decoded.text


def test_the_header_is_a_hint_for_bytes_that_are_not_utf_8() -> None:
    decoded = decode(TEXT.format(meta="").encode("gb18030"), {"Content-Type": "text/html; charset=GBK"})
    assert (decoded.charset, decoded.basis) == ("gb18030", "header")


@pytest.mark.parametrize(("most", "other"), [("utf-8", "gb18030"), ("gb18030", "utf-8")])
@pytest.mark.parametrize("times", [1, 5])
def test_every_part_of_mixed_bytes_is_read_as_what_it_is(most: str, other: str, times: int) -> None:
    body = (TEXT.format(meta="") * times).encode(most) + "<p>版权所有：县水务局</p><p>联通</p>".encode(other)
    decoded = decode(body)
    assert (decoded.charset, decoded.basis, decoded.bad_bytes) == (most, "mixed", False)
    assert decoded.text.count("2026年10月20日") == times
    assert "版权所有：县水务局" in decoded.text


def test_a_byte_that_fits_nothing_is_said() -> None:
    decoded = decode((TEXT.format(meta="") * 5).encode() + b"<p>\xff\xff</p>")
    assert (decoded.charset, decoded.basis, decoded.bad_bytes) == ("utf-8", "mostly-utf-8", True)


def test_a_page_cut_in_a_character_is_still_utf_8() -> None:
    assert decode("栖云县".encode()[:-1]).charset == "utf-8"


def test_bytes_that_are_no_text() -> None:
    decoded = decode(bytes(range(256)) * 20)
    assert (decoded.basis, decoded.text) == ("binary", "")
