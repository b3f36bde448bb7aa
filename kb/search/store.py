"""The index on disk: a Whoosh index with one document for each article, written incrementally."""

from __future__ import annotations

import fcntl
import gc
import json
import os
import shutil
import time
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage, RamStorage
from whoosh.index import FileIndex
from whoosh.reading import SegmentReader

from kb.article import Article
from kb.search.columns import Columns, read_columns
from kb.search.meaning import Model
from kb.search.schema import document_of, schema, version_of

_SUMS = "sums.json"
"""The check sums of all other files, written after each commit."""

_MEGABYTES = 16
"""Of postings that wait in memory while an index is written; more makes it no quicker."""

Stamp = tuple[tuple[str, int, int], ...]


class IndexBusyError(Exception):
    """Another process is writing the index and did not finish in time."""

    def __init__(self) -> None:
        super().__init__("another process is writing the search index; try again when it has finished")


class DamagedIndexError(Exception):
    """The files of the index do not fit together; only writing it anew helps."""


@contextmanager
def noticing_damage() -> Iterator[None]:
    """Turn whatever Whoosh raises over damaged files into one DamagedIndexError."""
    try:
        yield
    except DamagedIndexError:
        raise
    except FileNotFoundError as error:
        raise DamagedIndexError(f"a file is missing: {error.filename}") from error
    except OSError:
        raise  # a full or read-only disk is no damage
    except (
        Exception
    ) as error:  # a damaged pickle can raise anything, and Whoosh itself raises bare Exceptions
        raise DamagedIndexError(f"{type(error).__name__}: {error}") from error


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of the index that is never changed, but for the documents that were deleted since."""

    stamp: Stamp
    """Its files; it need not be read again while they are the same."""
    columns: Columns
    deleted: frozenset[int]


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh changed in the index."""

    added: int = 0
    changed: int = 0
    removed: int = 0

    def __bool__(self) -> bool:
        """Whether anything changed."""
        return bool(self.added or self.changed or self.removed)


class Store:
    """A folder with a Whoosh index. Whoosh commits by renaming one file, so every state is a whole one.

    The first state is made aside and moved into place, so that a folder that is there is an index that
    was finished.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def stamp(self) -> Stamp:
        """Return a value that differs from one generation to the next; empty where there is no index."""
        found = self._stamps()
        return found if any(name.endswith(".toc") for name, _, _ in found) else ()

    def read(self, known: Sequence[Segment]) -> tuple[Segment, ...] | None:
        """Read the newest generation, but for the segments that are known; None where there is no index.

        Raises DamagedIndexError, and OSError when the disk says no.
        """
        found = self.stamp()
        if not found:
            return None
        held = {segment.stamp: segment.columns for segment in known}
        with noticing_damage():
            sums = self._sums()
            toc = self._open_copy([name for name, _, _ in found if name.endswith(".toc")], sums)
            info = FileIndex(toc)._read_toc()
            segments = []
            for segment in info.segments:
                stamp = tuple(one for one in found if one[0].startswith(f"{segment.segment_id()}."))
                if stamp not in held:
                    copy = self._open_copy([name for name, _, _ in stamp], sums)
                    held[stamp] = read_columns(SegmentReader(copy, info.schema, segment))
                segments.append(Segment(stamp, held[stamp], frozenset(segment.deleted_docs())))
            return tuple(segments)

    def _stamps(self) -> Stamp:
        try:
            entries = [entry for entry in os.scandir(self.folder) if entry.name.endswith((".toc", ".seg"))]
            return tuple(sorted((entry.name, entry.stat().st_mtime_ns, entry.inode()) for entry in entries))
        except OSError:
            return ()

    def _open_copy(self, names: Sequence[str], sums: Mapping[str, int]) -> RamStorage:
        """Copy files into memory: there they cannot change under a reader."""
        copy = RamStorage()
        for name in names:
            content = (self.folder / name).read_bytes()
            if sums.get(name, zlib.crc32(content)) != zlib.crc32(content):
                raise DamagedIndexError(f"{name} is not what was written")
            with copy.create_file(name) as file:
                file.write(content)
        return copy

    def _sums(self) -> dict[str, int]:
        """Return the check sums; a file that is not among them was written by who was killed right then."""
        try:
            return dict(json.loads((self.folder / _SUMS).read_bytes()))
        except FileNotFoundError:
            return {}

    @contextmanager
    def lock(self, wait: float) -> Iterator[None]:
        """Be the only writer; raises IndexBusyError after `wait` seconds. The lock dies with its process."""
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        with (self.folder.parent / f"{self.folder.name}.lock").open("w") as file:
            until = time.monotonic() + wait
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() >= until:
                        raise IndexBusyError from None
                    time.sleep(0.05)
            yield

    def create(self, articles: Mapping[str, Article], model: Model | None) -> Refreshed:
        """Write an index anew, whatever was there; the caller holds the lock.

        Raises OSError when the disk is full or read-only.
        """
        new = Store(self.folder.with_name(f"{self.folder.name}.new"))
        shutil.rmtree(new.folder, ignore_errors=True)
        new.folder.mkdir(parents=True)
        index = new._files().create_index(schema())
        with index.writer(limitmb=_MEGABYTES) as writer:
            for article in articles.values():
                writer.add_document(**document_of(article, model))
        del writer, index
        gc.collect()  # a writer holds itself, and with it all that it wrote
        new._seal()
        shutil.rmtree(self.folder, ignore_errors=True)
        new.folder.rename(self.folder)
        return Refreshed(added=len(articles))

    def write(
        self, articles: Mapping[str, Article], model: Model | None, segments: Sequence[Segment]
    ) -> Refreshed:
        """Make the index hold exactly these articles, touching what differs; the caller holds the lock.

        `segments` are those of the generation on disk. Raises DamagedIndexError, and OSError when the disk
        is full or read-only.
        """
        known = _known(segments)
        gone = known.keys() - articles.keys()
        new = articles.keys() - known.keys()
        changed = {
            slug
            for slug in articles.keys() & known.keys()
            if known[slug][1] != version_of(articles[slug], model)
        }
        if gone or new or changed:
            with noticing_damage():
                writer = self._files().open_index().writer(limitmb=_MEGABYTES)
                for slug in gone | changed:
                    writer.delete_document(known[slug][0])
                for slug, article in articles.items():
                    if slug in new or slug in changed:
                        writer.add_document(**document_of(article, model))
                dead = sum(len(segment.columns.pages) for segment in segments) - len(known)
                writer.commit(optimize=dead > len(articles))  # or what was deleted would stay for ever
        self._seal()
        return Refreshed(len(new), len(changed), len(gone))

    def _files(self) -> FileStorage:
        # Without memory maps: a file that shrinks under a map would kill the process.
        return FileStorage(str(self.folder), supports_mmap=False)

    def _seal(self) -> None:
        """Write down the check sums of what was written; those of older files stay as they were."""
        before = self._sums()
        names = [name for name, _, _ in self._stamps()]
        if before.keys() == set(names):
            return
        sums = {
            name: before[name] if name in before else zlib.crc32((self.folder / name).read_bytes())
            for name in names
        }
        draft = self.folder / f"{_SUMS}.new"
        draft.write_text(json.dumps(sums), encoding="utf-8")
        draft.replace(self.folder / _SUMS)


def _known(segments: Sequence[Segment]) -> dict[str, tuple[int, str]]:
    """Return the number and the version of every live document, as the whole index numbers them."""
    known: dict[str, tuple[int, Any]] = {}
    begin = 0
    for segment in segments:
        for number, page in enumerate(segment.columns.pages):
            if page and number not in segment.deleted:
                known[page.slug] = (begin + number, page.version)
        begin += len(segment.columns.pages)
    return known
