"""What an import is about to write, and the way in which it is written: as a whole, or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from tiering.files import Problem

_LONGEST_NAME = 200
"""Bytes of one part of a path; file systems take 255, and an editor adds some of its own."""


class NothingToImportError(Exception):
    """The source cannot be read at all; the message is a sentence for whoever imports it."""


class LandingError(Exception):
    """Nothing was written; the message says why."""


@dataclass(slots=True)
class Batch:
    """The files of an import by their path below the articles' folder, and what there is to say of it."""

    files: dict[str, bytes] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    """What was left out or closed although somebody may want it; warnings among them."""
    counts: Counter[str] = field(default_factory=Counter)
    """How many `articles`, `drafts`, `pictures`, ... there are."""
    shelves: list[tuple[str, str, str]] = field(default_factory=list)
    """Slug, title and summary of each category."""
    elsewhere: list[str] = field(default_factory=list)
    """Addresses of pictures and files that stay on a server of somebody's."""
    _taken: dict[str, str] = field(default_factory=dict, repr=False)

    def add(self, path: str, content: bytes) -> bool:
        """Take a file; False where its path is another's already, also on disks that do not tell case."""
        parts = PurePosixPath(path).parts
        folded = path.casefold()
        above = ["/".join(parts[:count]).casefold() for count in range(1, len(parts))]
        clash = folded in self._taken or any(self._taken.get(folder) == "file" for folder in above)
        if clash or any(len(part.encode()) > _LONGEST_NAME for part in parts):
            return False
        self._taken |= dict.fromkeys(above, "folder") | {folded: "file"}
        self.files[path] = content
        return True


def in_the_way(batch: Batch, into: Path) -> list[Problem]:
    """Return a problem for each file of the batch whose place is taken."""
    return [
        Problem(str(into / path), 1, "the file is there already; --replace overwrites it")
        for path in batch.files
        if (into / path).exists() or (into / path).is_symlink()
    ]


def land(batch: Batch, into: Path) -> None:
    """Write the whole batch over what stands at its places; raises LandingError, having changed nothing.

    The files are written beside their places first, in a hidden folder that nobody serves, and then moved.
    """
    home = into.resolve()
    existed = [folder for folder in (home, *home.parents) if folder.exists()]
    try:
        home.mkdir(parents=True, exist_ok=True)
        _refuse_links(batch, home)
        with tempfile.TemporaryDirectory(prefix=".import-", dir=home) as name:
            _write(batch, Path(name) / "new")
            _move(batch, Path(name), home)
    except OSError as error:
        _remove_empty(home, existed[0])
        raise LandingError(
            f"{error.filename or into}: {error.strerror or error}; nothing was imported"
        ) from error


def _refuse_links(batch: Batch, home: Path) -> None:
    """Refuse to write through a folder that is a link, which may lead anywhere."""
    for folder in {home / parent for path in batch.files for parent in PurePosixPath(path).parents}:
        if not folder.resolve().is_relative_to(home) or folder.is_symlink():
            raise LandingError(f"{folder} is a link to somewhere else; nothing was imported")
        if folder.exists() and not folder.is_dir():
            raise LandingError(f"{folder} is no folder; nothing was imported")
    for place in (home / path for path in batch.files):
        if place.is_dir() and not place.is_symlink():
            raise LandingError(f"{place} is a folder; nothing was imported")


def _write(batch: Batch, folder: Path) -> None:
    for path, content in batch.files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


def _move(batch: Batch, waiting: Path, home: Path) -> None:
    """Move every file to its place; where one cannot be moved, everything is as it was before."""
    done: list[tuple[Path, Path | None]] = []
    made: list[Path] = []
    try:
        for number, path in enumerate(batch.files):
            place, old = home / path, None
            for folder in reversed([one for one in place.parents if not one.exists()]):
                folder.mkdir()
                made.append(folder)
            if place.exists() or place.is_symlink():
                old = waiting / f"old-{number}"
                place.rename(old)
            done.append((place, old))
            (waiting / "new" / path).rename(place)
    except OSError:
        for place, old in reversed(done):
            place.unlink(missing_ok=True)
            if old:
                old.rename(place)
        for folder in reversed(made):
            folder.rmdir()
        raise


def _remove_empty(home: Path, existed: Path) -> None:
    """Take away the folders that were made for an import that failed."""
    for folder in (home, *home.parents):
        if folder == existed or not folder.is_dir() or any(folder.iterdir()):
            return
        shutil.rmtree(folder)
