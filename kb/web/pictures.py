"""How large a picture is, read from the first bytes of its file, so that pages leave room for it."""

from __future__ import annotations

import re
import struct
from functools import lru_cache
from pathlib import Path

_HEAD = 64 * 1024
_SVG = re.compile(rb"<svg\b[^>]*>", re.DOTALL)
_LENGTH = re.compile(rb"\b(width|height)\s*=\s*[\"'](\d+(?:\.\d+)?)(?:px)?[\"']")
_BOX = re.compile(rb"\bviewBox\s*=\s*[\"'][-\d.]+[\s,]+[-\d.]+[\s,]+([\d.]+)[\s,]+([\d.]+)")
_JPEG_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}

Size = tuple[int, int]


def size_of(path: Path) -> Size | None:
    """Return width and height in pixels; None for what is no PNG, GIF, JPEG, WebP or SVG that says it."""
    try:
        found = path.stat()
        return _size_of(path, found.st_mtime_ns, found.st_size)
    except OSError:
        return None


@lru_cache(maxsize=4096)
def _size_of(path: Path, changed: int, length: int) -> Size | None:  # noqa: ARG001 (a changed file is another)
    with path.open("rb") as file:
        head = file.read(_HEAD)
    try:
        return measure(head)
    except (struct.error, ValueError):  # cut off or damaged
        return None


def measure(head: bytes) -> Size | None:
    """Return the size that the beginning of a picture states; raises struct.error where it is cut off."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        width, height = struct.unpack_from(">II", head, 16)
        return width, height
    if head[:6] in {b"GIF87a", b"GIF89a"}:
        width, height = struct.unpack_from("<HH", head, 6)
        return width, height
    if head.startswith(b"\xff\xd8"):
        return _jpeg(head)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return _webp(head)
    return _svg(head)


def _jpeg(head: bytes) -> Size | None:
    """Walk the segments up to the frame header (ITU T.81, B.2.2)."""
    at = 2
    while at < len(head):
        marker, length = struct.unpack_from(">xBH", head, at)
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", head, at + 5)
            return width, height
        at += 2 + length
    return None


def _webp(head: bytes) -> Size | None:
    """Read the three kinds of first chunk (WebP container specification)."""
    kind = head[12:16]
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", head, 26)
        return width & 0x3FFF, height & 0x3FFF
    if kind == b"VP8L":
        (bits,) = struct.unpack_from("<I", head, 21)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8X":
        wide, high = head[24:27], head[27:30]
        return int.from_bytes(wide, "little") + 1, int.from_bytes(high, "little") + 1
    return None


def _svg(head: bytes) -> Size | None:
    found = _SVG.search(head)
    if not found:
        return None
    lengths = {name: float(value) for name, value in _LENGTH.findall(found[0])}
    if len(lengths) == 2:
        return round(lengths[b"width"]), round(lengths[b"height"])
    box = _BOX.search(found[0])
    return (round(float(box[1])), round(float(box[2]))) if box else None
