"""Fonts that pictures and papers are set in, found through fontconfig."""

from __future__ import annotations

import dataclasses
import functools
import subprocess
from pathlib import Path


class FontMissingError(ValueError):
    """A font is not installed; the message names it and says what to do."""


@dataclasses.dataclass(frozen=True, slots=True)
class FontFile:
    """A font file; `index` is the face within a collection."""

    path: Path
    index: int


@functools.cache
def find_font(family: str) -> FontFile:
    """The regular face of an installed family. Raises FontMissingError: fontconfig alone would offer another font."""
    try:
        matched = subprocess.run(
            ["fc-match", "--format", "%{file}|%{index}|%{family}", family],
            capture_output=True,
            text=True,
            check=True,
            timeout=30,
        ).stdout
    except (OSError, subprocess.SubprocessError) as error:
        raise FontMissingError(f"fc-match does not work ({error}): install fontconfig") from error
    path, index, families = matched.split("|", 2)
    if family not in families.split(","):
        raise FontMissingError(f"font {family!r} is not installed (apt-packages.txt lists the fonts that are needed)")
    return FontFile(Path(path), int(index) & 0xFFFF)
