"""Where uploads and static files lie."""

from __future__ import annotations

from typing import Any

from django.core.files.storage import FileSystemStorage
from django.utils.crypto import get_random_string
from whitenoise.storage import CompressedManifestStaticFilesStorage

#: Wagtail's folder of pictures as they came in. Smaller ones are named after them.
PICTURES = "original_images/"
TOKEN_LENGTH = 10


class Uploads(FileSystemStorage):
    """Pictures get a name that nobody guesses: the web server hands them out without asking whose draft they are in.

    Documents need none, for each is asked for through a view (`portal.pages.belonging.may_read`).
    """

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        if name.replace("\\", "/").startswith(PICTURES):
            folder, _slash, file = name.rpartition("/")
            name = f"{folder}/{get_random_string(TOKEN_LENGTH)}-{file}"  # in front, where no shortening reaches it
        return super().get_available_name(name, max_length)


class Static(CompressedManifestStaticFilesStorage):
    """What a server serves itself. A page names fifty files, mostly the same: each address is put together once.

    What the manifest says holds until the next start.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._addresses: dict[str, str] = {}

    def url(self, name: str, force: bool = False) -> str:
        if name not in self._addresses or force:
            self._addresses[name] = super().url(name, force)
        return self._addresses[name]
