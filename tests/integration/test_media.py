"""What editors upload: pictures have an address, documents go through a view that asks for permission."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.test import Client
from wagtail.images import get_image_model

pytestmark = pytest.mark.django_db
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture(autouse=True)
def files(settings) -> None:
    for name in ("images/one.png", "documents/one.pdf", "../evidence/one.png"):
        path = Path(settings.MEDIA_ROOT) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"content")


def test_a_picture_is_served(client: Client):
    answer = client.get("/media/images/one.png")
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == b"content"


@pytest.mark.parametrize(
    "address",
    [
        "/media/documents/one.pdf",
        "/media/images/../documents/one.pdf",
        "/media/images/%2e%2e/documents/one.pdf",
        "/media/images/../../evidence/one.png",
        "/media/../evidence/one.png",
        "/media/images/",
    ],
)
def test_nothing_else_is(client: Client, address: str):
    assert client.get(address).status_code in (400, 404)


@pytest.mark.parametrize("name", ["IMG_2031.png", "演练.png", f"{'a' * 120}.png"])
def test_nobody_guesses_where_the_picture_of_a_draft_lies(client: Client, name: str):
    cache.clear()  # of the small pictures of others, which had the same numbers
    first, second = (get_image_model().objects.create(title="演练", file=ContentFile(PNG, name=name)) for _ in range(2))
    for image in (first, second):
        small = image.get_rendition("width-800|format-webp")
        assert client.get(image.file.url).status_code == client.get(small.url).status_code == 200
        token = re.match(r"original_images/([A-Za-z0-9]{10})-", image.file.name)
        assert token, image.file.name
        assert token[1] in small.file.name
    assert first.file.name != second.file.name
    assert client.get(f"/media/original_images/{name}").status_code == 404
