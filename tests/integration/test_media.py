"""What editors upload: pictures have an address, documents go through a view that asks for permission."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


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
