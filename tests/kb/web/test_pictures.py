"""Sizes are read from real kinds of pictures, and damaged ones do no harm."""

from __future__ import annotations

import contextlib
import struct
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.web.pictures import measure, size_of


def _png(width: int, height: int) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))


_JPEG = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    b"\xff\xc2\x00\x11\x08" + struct.pack(">HH", 480, 640) + b"\x03\x01\x22\x00"
)
_WEBP = b"RIFF\x00\x00\x00\x00WEBP"


@pytest.mark.parametrize(
    ("head", "size"),
    [
        (_png(640, 480), (640, 480)),
        (b"GIF89a" + struct.pack("<HH", 640, 480), (640, 480)),
        (_JPEG, (640, 480)),
        (_WEBP + b"VP8 " + bytes(10) + struct.pack("<HH", 640, 480), (640, 480)),
        (_WEBP + b"VP8L" + bytes(4) + b"\x2f" + struct.pack("<I", 639 | 479 << 14), (640, 480)),
        (_WEBP + b"VP8X" + bytes(8) + (639).to_bytes(3, "little") + (479).to_bytes(3, "little"), (640, 480)),
        (b'<?xml version="1.0"?><svg width="640px" height="480">', (640, 480)),
        (b'<svg viewBox="0 0 640 480" width="100%">', (640, 480)),
        (b"<svg>", None),
        (b"<html>", None),
        (b"", None),
    ],
)
def test_the_size_is_what_the_picture_says(head: bytes, size: tuple[int, int] | None) -> None:
    assert measure(head) == size


@given(
    st.sampled_from([_png(9, 9), _JPEG, b"GIF89a", _WEBP + b"VP8 ", b"\xff\xd8"]),
    st.binary(max_size=60),
    st.data(),
)
def test_a_damaged_picture_has_no_size_or_some_size_but_never_a_failure(
    head: bytes, more: bytes, data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(head)))
    with contextlib.suppress(struct.error):
        measure(head[:cut] + more)


def test_a_file_that_is_cut_off_or_missing_has_no_size(tmp_path: Path) -> None:
    (tmp_path / "cut.png").write_bytes(_png(9, 9)[:18])
    assert size_of(tmp_path / "cut.png") is None
    assert size_of(tmp_path / "none.png") is None
    (tmp_path / "whole.png").write_bytes(_png(9, 8))
    assert size_of(tmp_path / "whole.png") == (9, 8)
