"""Finds the files of a content directory: articles with their attachments, shared texts and courses."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from kb.links import ATTACHMENTS
from tiering.files import Problem

INCLUDES = "includes"
"""The folder of the texts that articles share."""

COURSES = "courses"


def find_articles(content_dir: Path) -> tuple[dict[str, Path], dict[str, Path], list[Problem]]:
    """Return articles by path below the content directory, attachments by path below `articles`, problems."""
    home, problems = content_dir / "articles", list[Problem]()
    if home.is_dir():
        found, prefix = list(_walk(home, content_dir, problems)), "articles/"
    else:
        found, prefix = [path for path in sorted(content_dir.iterdir()) if path.name != "README.md"], ""
        home = content_dir
    pages: dict[str, Path] = {}
    files: dict[str, Path] = {}
    allowed = (home.resolve(), content_dir.resolve())
    for path in found:
        kind, name = path.suffix.lower(), _composed(path.relative_to(home))
        if kind != ".md" and kind not in ATTACHMENTS:
            continue
        if wrong := _wrong_with(path, name, allowed):
            problems.append(Problem(prefix + _shown(name), 1, wrong))
        elif kind == ".md":
            pages[prefix + name] = path
        else:
            files[name] = path
    return pages, files, problems


def find_includes(content_dir: Path) -> tuple[dict[str, Path], list[Problem]]:
    """Return the texts that articles share, by path below the content directory, and problems."""
    home, problems = content_dir / INCLUDES, list[Problem]()
    texts: dict[str, Path] = {}
    for path in _walk(home, content_dir, problems) if home.is_dir() else ():
        name = _composed(path.relative_to(content_dir))
        if path.suffix.lower() != ".md":
            continue
        if wrong := _wrong_with(path, name, (home.resolve(),)):
            problems.append(Problem(_shown(name), 1, wrong))
        else:
            texts[name] = path
    return texts, problems


def find_courses(content_dir: Path) -> tuple[dict[str, dict[str, Path]], list[Problem]]:
    """Return the Markdown files of each course: by folder, and then by path below the content directory."""
    home, problems = content_dir / COURSES, list[Problem]()
    courses: dict[str, dict[str, Path]] = {}
    for path in _walk(home, content_dir, problems) if home.is_dir() else ():
        name = _composed(path.relative_to(content_dir))
        if path.suffix.lower() != ".md":
            continue
        if path.parent.parent != home:
            text = "a lesson stands in the folder of its course: expected courses/<course>/01-<name>.md"
            problems.append(Problem(_shown(name), 1, text))
        elif wrong := _wrong_with(path, name, (home.resolve(),)):
            problems.append(Problem(_shown(name), 1, wrong))
        else:
            courses.setdefault(path.parent.name, {})[name] = path
    return courses, problems


def _wrong_with(path: Path, name: str, homes: tuple[Path, ...]) -> str | None:
    """Say why a file cannot be taken; `homes` are the folders that it may lie in."""
    if not _inside(path, homes):
        return "the link leads out of the content directory"
    if name != _shown(name):
        return "the file's name holds unprintable characters"
    return None if _is_file(path) else "this is no file that can be read"


def _walk(folder: Path, content_dir: Path, problems: list[Problem]) -> Iterator[Path]:
    """Yield the files below a folder in a fixed order; hidden ones and linked folders are passed by."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        name = _shown(folder.relative_to(content_dir).as_posix())
        problems.append(Problem(name, 1, f"the folder cannot be read: {error.strerror}"))
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(Path(entry.path), content_dir, problems)
        else:
            yield Path(entry.path)


def _inside(path: Path, homes: tuple[Path, ...]) -> bool:
    if not path.is_symlink():
        return True  # only a link can lead out, and folders that are links are not walked
    try:
        real = path.resolve(strict=True)
    except (OSError, RuntimeError):
        return False
    return any(real.is_relative_to(home) for home in homes)


def _is_file(path: Path) -> bool:
    """Whether this is a plain file: a pipe would never end, and a device never begin."""
    try:
        return path.is_file()
    except OSError:
        return False


def _composed(path: Path) -> str:
    """Return a file's name as links write it; a Mac keeps the accents as characters of their own."""
    return unicodedata.normalize("NFC", path.as_posix())


def _shown(name: str) -> str:
    """Return a file's name as it can be printed and encoded."""
    return "".join(char if char.isprintable() else "?" for char in name)
