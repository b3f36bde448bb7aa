"""Changes to the content that colleagues make on the pages: a synonym, the beginning of an article."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from kb.synonyms import FILE as SYNONYMS
from kb.synonyms import MOST_WORDS, phrase_of
from tiering.files import changed_yaml, flow_list, read_text


class CannotEdit(Exception):
    """A change that cannot be made; the message says why."""


@dataclass(frozen=True, slots=True)
class NewSynonym:
    """A word that means the same as another."""

    word: str
    means: str

    @property
    def path(self) -> str:
        """The file that it stands in."""
        return SYNONYMS

    def applied(self, text: str | None) -> str:
        """Return the file with it, unchanged where it stands there; raises CannotEdit."""
        return with_synonym(text or "", self.word, self.means)


@dataclass(frozen=True, slots=True)
class NewArticle:
    """The beginning of an article, at a path where there is none."""

    path: str
    text: str

    def applied(self, text: str | None) -> str:
        """Return the file: the one that is there, if there is one."""
        return self.text if text is None else text


Edit: TypeAlias = NewSynonym | NewArticle


def with_synonym(text: str, word: str, means: str) -> str:
    """Return synonyms.yaml in which a word means the same as another; raises CannotEdit.

    It joins the list that one of the two stands in, else both become a list of their own.
    """
    pair = [_phrase(word), _phrase(means)]
    if pair[0] == pair[1]:
        raise CannotEdit(f"“{word}” and “{means}” are the same word to the search already.")

    def change(groups: Any) -> Any:
        if groups is None:
            groups = flow_list([])
            groups.fa.set_block_style()
        if not isinstance(groups, list) or not all(isinstance(group, list) for group in groups):
            raise CannotEdit(
                f"{SYNONYMS} is no list of lists, so nothing can be added; `kb check` says more."
            )
        said = [[phrase_of(str(other)) for other in group] for group in groups]
        first, second = ([at for at, group in enumerate(said) if one in group] for one in pair)
        if set(first) & set(second):
            return groups
        if first and second:
            raise CannotEdit(
                f"“{word}” and “{means}” each stand in a list of {SYNONYMS} already; make one of these."
            )
        if second:
            groups[second[0]].append(word)
        elif first:
            groups[first[0]].append(means)
        else:
            groups.append(flow_list([means, word]))
        return groups

    try:
        return changed_yaml(text, change)
    except ValueError as error:
        raise CannotEdit(
            f"{SYNONYMS} cannot be read, so nothing can be added; `kb check` says more."
        ) from error


def _phrase(text: str) -> tuple[str, ...]:
    phrase = phrase_of(text)
    if not 1 <= len(phrase) <= MOST_WORDS or len(text) > 100:
        raise CannotEdit(f"“{text}” has {len(phrase)} words; a synonym has 1 to {MOST_WORDS}.")
    return phrase


def edited(content_dir: Path, edits: Iterable[Edit]) -> dict[str, str]:
    """Return the files that the changes make different, with their text; what cannot be made is left out."""
    before: dict[str, str | None] = {}
    after: dict[str, str | None] = {}
    for edit in edits:
        with suppress(CannotEdit):
            if edit.path not in before:
                before[edit.path] = after[edit.path] = text_of(content_dir / edit.path)
            after[edit.path] = edit.applied(after[edit.path])
    return {path: text for path, text in after.items() if text is not None and text != before[path]}


def text_of(path: Path) -> str | None:
    """Return the text of a file; None where there is none. Raises CannotEdit where it cannot be read."""
    if not path.exists():
        return None
    text, problems = read_text(path, path.name)
    if problems:
        raise CannotEdit(f"{problems[0].path}: {problems[0].text}.")
    return text


def make(content_dir: Path, edit: Edit) -> None:
    """Write a change into the content directory; raises CannotEdit, and OSError where nothing can be written.

    Whoever reads the file meanwhile sees all of the old one or all of the new one.
    """
    with _alone(content_dir):
        path = content_dir / edit.path
        before = text_of(path)
        if isinstance(edit, NewArticle) and before is not None:
            raise CannotEdit(f"There is a file {edit.path} already; give the article another title.")
        after = edit.applied(before)
        if after != before:
            write(path, after)


def write(path: Path, text: str) -> None:
    """Put a text in the place of a file, at once; raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", dir=path.parent, prefix=".", delete=False
    ) as file:
        try:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).chmod(mode)
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise


def put_over(folder: Path, texts: Mapping[str, str]) -> dict[str, Path]:
    """Write texts under a working folder, for the reader of files; returns where each lies."""
    placed = {}
    for name, text in texts.items():
        path = folder / name
        if not path.exists() or text_of(path) != text:
            write(path, text)
        placed[name] = path
    return placed


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other processes of this machine from changing the same directory meanwhile; raises OSError."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield
    finally:
        os.close(opened)
