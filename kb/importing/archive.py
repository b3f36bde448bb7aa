"""Reads a zip that a stranger packed: inside its own folder, within limits, and nothing but plain files."""

from __future__ import annotations

import contextlib
import lzma
import re
import stat
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from unicodedata import normalize

from kb.importing.batch import NothingToImportError
from kb.importing.pictures import MAX_BYTES
from tiering.files import Problem

MAX_FILES = 20_000
MAX_ALL_BYTES = 500_000_000
_MAX_RATIO = 200
"""Text packs to a tenth; what packs to less than a two-hundredth holds nothing."""

_SMALL = 100_000
"""Bytes of which nobody need ask how well they were packed."""

_PIECE = 256 * 1024
_UTF8 = 0x800
_ENCRYPTED = 0x1
_DRIVE = re.compile(r"[A-Za-z]:")
_JUNK = {"__MACOSX", "Thumbs.db", "desktop.ini", "node_modules"}
_DAMAGE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, NotImplementedError, ValueError)


class _RefusedError(Exception):
    """An entry is left out; the message says why."""


@dataclass(slots=True)
class Archive:
    """The plain files of a zip by their path, with slashes, and what was left out of it."""

    files: dict[str, bytes] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    size: int = 0


def read_archive(source: Path) -> Archive:
    """Read a zip; raises NothingToImportError where it is none, or too much of one.

    An entry that leads out of the folder, or is no plain file, is left out and named.
    """
    archive = Archive()
    try:
        with zipfile.ZipFile(source) as opened:
            entries = opened.infolist()
            if len(entries) > MAX_FILES:
                raise NothingToImportError(f"{source} holds more than {MAX_FILES:,} files")
            for entry in entries:
                _take(opened, entry, archive, str(source))
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError, EOFError) as error:
        raise NothingToImportError(f"{source} is no zip that can be read: {error}") from error
    return archive


def _take(opened: zipfile.ZipFile, entry: zipfile.ZipInfo, archive: Archive, source: str) -> None:
    """Take the file of an entry, unless it is none or refused."""
    name = _name(entry)
    if name.endswith("/") or _is_junk(name):
        return
    try:
        path = _path(name)
        _refuse_odd(entry)
        content = _content(opened, entry, MAX_ALL_BYTES - archive.size)
    except _RefusedError as error:
        shown = "".join(char if char.isprintable() else "?" for char in name)[:200]
        archive.problems.append(Problem(source, 1, f"{shown} is left out: {error}"))
        return
    if path in archive.files:
        archive.problems.append(Problem(source, 1, f"{path} stands in the zip twice; the first one is taken"))
    archive.files.setdefault(path, content)
    archive.size += len(content)


def _name(entry: zipfile.ZipInfo) -> str:
    """Return the name as it was meant: packers write UTF-8 and do not say so, and Windows its own slash."""
    name = entry.orig_filename
    if not entry.flag_bits & _UTF8:
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode()
    return normalize("NFC", name.replace("\\", "/"))


def _is_junk(name: str) -> bool:
    """Whether a name belongs to what systems and tools leave behind; `.` and `..` are no such thing."""
    parts = name.split("/")
    return any(part in _JUNK or (part.startswith(".") and part.strip(" .")) for part in parts)


def _path(name: str) -> str:
    """Return a path that stays inside; raises _RefusedError."""
    if name.startswith("/") or _DRIVE.match(name):
        raise _RefusedError("its path begins at the root of a disk")
    parts = [part.strip() for part in name.split("/") if part.strip() not in {"", "."}]
    if ".." in parts:
        raise _RefusedError("its path leads out of the folder")
    if not parts or not all(part.isprintable() and part.strip(" .") for part in parts):
        raise _RefusedError("its name holds characters that no name should")
    return "/".join(parts)


def _refuse_odd(entry: zipfile.ZipInfo) -> None:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind == stat.S_IFLNK:
        raise _RefusedError("it is a link")
    if kind not in {0, stat.S_IFREG}:
        raise _RefusedError("it is no plain file")
    if entry.flag_bits & _ENCRYPTED:
        raise _RefusedError("it is encrypted")


def _content(opened: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> bytes:
    """Unpack an entry piece by piece: what its head says of its size may be a lie."""
    content = bytearray()
    try:
        with opened.open(entry) as file:
            while piece := file.read(_PIECE):
                content += piece
                if len(content) > MAX_BYTES:
                    raise _RefusedError(f"it is larger than {MAX_BYTES // 1_000_000} MB")
                if len(content) > _SMALL and len(content) > _MAX_RATIO * max(entry.compress_size, 1):
                    raise _RefusedError("it unpacks to far more than a text or a picture would")
                if len(content) > left:
                    limit = MAX_ALL_BYTES // 1_000_000
                    raise NothingToImportError(
                        f"the zip unpacks to more than {limit} MB; nothing was imported"
                    )
    except _DAMAGE as error:
        raise _RefusedError(f"it is damaged ({type(error).__name__})") from error
    return bytes(content)
