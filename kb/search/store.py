"""The index on disk: a Whoosh index with one document for each article, written incrementally."""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from whoosh import formats
from whoosh.fields import ID, STORED, FieldType, Schema
from whoosh.filedb.filestore import FileStorage, RamStorage
from whoosh.index import FileIndex
from whoosh.reading import IndexReader

from kb.article import Article, Section
from kb.search.words import fold, terms_of, words

FORMAT = 2
"""Counted up when the analysis or the fields change, so that an index of an older release is left alone."""

FIELDS = ("title", "headings", "summary", "keywords", "body")
"""The fields that are ranked."""

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
    except FileNotFoundError as error:
        raise DamagedIndexError(f"a file is missing: {error.filename}") from error
    except OSError:
        raise  # a full or read-only disk is no damage
    except (
        Exception
    ) as error:  # a damaged pickle can raise anything, and Whoosh itself raises bare Exceptions
        raise DamagedIndexError(f"{type(error).__name__}: {error}") from error


class Counted(FieldType):  # type: ignore[misc]  # Whoosh is untyped
    """Text of which only the number of each term is kept: positions are found in the stored text.

    The terms are those of our own analysis, or, unstemmed, the words as they were written.
    """

    analyzer = None
    scorable = (
        True  # Whoosh then keeps each document's length, without which it asks the disk at every posting
    )
    stored = unique = spelling = False
    vector = column_type = None

    def __init__(self, *, stemmed: bool) -> None:
        self.stemmed = stemmed
        self.format = formats.Existence()  # the count travels as the weight of a posting

    def index(self, value: str, **_: object) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Yield each term with its count, as Whoosh's writer wants it."""
        counts = Counter(word for word, _begin, _end in words(fold(value)))
        if self.stemmed:
            written, counts = counts, Counter()
            for word, count in written.items():
                for term in terms_of(word):
                    counts[term] += count
        for term, count in counts.items():
            yield term.encode(), count, float(count), b""


def _schema() -> Schema:
    ranked = {name: Counted(stemmed=True) for name in FIELDS}
    return Schema(slug=ID(unique=True), page=STORED, words=Counted(stemmed=False), **ranked)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a section stands in the text of its page; its title stands in the line before `begin`."""

    anchor: str
    title: str
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Page:
    """What is stored of an article: all that a hit shows."""

    slug: str
    title: str
    summary: str
    category: str
    version: str
    """Changes whenever the article does."""
    text: str
    """All sections, each as a line with its title and then its text."""
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh changed in the index."""

    added: int = 0
    changed: int = 0
    removed: int = 0

    def __bool__(self) -> bool:
        """Whether anything changed."""
        return bool(self.added or self.changed or self.removed)


def version_of(article: Article) -> str:
    """Return what differs between two articles that must not look the same in the index."""
    return f"{article.digest} {article.path}"


class Store:
    """A folder with a Whoosh index. Whoosh commits by renaming one file, so every state is a whole one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def stamp(self) -> Stamp:
        """Return a value that differs from one generation to the next; empty where there is no index."""
        try:
            tocs = [entry for entry in os.scandir(self.folder) if entry.name.endswith(".toc")]
            return tuple(sorted((entry.name, entry.stat().st_mtime_ns, entry.inode()) for entry in tocs))
        except OSError:
            return ()

    def read(self) -> FileIndex | None:
        """Read the newest generation whole; None where there is no index.

        Raises DamagedIndexError, and OSError when the disk says no.
        """
        if not self.stamp():
            return None
        with noticing_damage():
            copy = RamStorage()  # cannot change under a reader, and leaves no file open when it is damaged
            for entry in os.scandir(self.folder):
                if entry.is_file():
                    with copy.create_file(entry.name) as file:
                        file.write(Path(entry.path).read_bytes())
            return copy.open_index()

    def _files(self) -> FileStorage:
        # Without memory maps: a file that shrinks under a map would kill the process.
        return FileStorage(str(self.folder), supports_mmap=False)

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

    def wipe(self) -> None:
        """Throw a damaged index away; the caller holds the lock."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def write(self, articles: Mapping[str, Article]) -> Refreshed:
        """Make the index hold exactly these articles, touching what differs; the caller holds the lock.

        Raises DamagedIndexError, and OSError when the disk is full or read-only.
        """
        with noticing_damage():
            return self._write(articles)

    def _write(self, articles: Mapping[str, Article]) -> Refreshed:
        self.folder.mkdir(parents=True, exist_ok=True)
        index = self._files().open_index() if self.stamp() else self._files().create_index(_schema())
        with index.reader() as reader:
            known = {page.slug: (number, page.version) for number, page in pages(reader)}
        gone = known.keys() - articles.keys()
        new = articles.keys() - known.keys()
        changed = {
            slug for slug in articles.keys() & known.keys() if known[slug][1] != version_of(articles[slug])
        }
        if gone or new or changed:
            with index.writer(limitmb=64) as writer:
                for slug in gone | changed:
                    writer.delete_document(known[slug][0])
                for slug, article in articles.items():
                    if slug in new or slug in changed:
                        _add(writer, article)
        index.close()
        return Refreshed(len(new), len(changed), len(gone))


def pages(reader: IndexReader) -> Iterator[tuple[int, Page]]:
    """Yield the number and the page of every live document."""
    for number, stored in reader.iter_docs():
        slug, title, summary, category, version, text, places = stored["page"]
        yield (
            number,
            Page(slug, title, summary, category, version, text, tuple(Place(*one) for one in places)),
        )


def _add(writer: object, article: Article) -> None:
    headings = "\n".join(section.title for section in article.sections)
    body = "\n".join(section.text for section in article.sections)
    keywords = "\n".join(article.keywords)
    text, places = _laid_out(article.sections)
    writer.add_document(  # type: ignore[attr-defined]  # Whoosh is untyped
        slug=article.slug,
        # Plain tuples, so that the stored bytes do not depend on where our classes live.
        page=(
            article.slug,
            article.title,
            article.summary,
            article.category,
            version_of(article),
            text,
            places,
        ),
        title=article.title,
        headings=headings,
        summary=article.summary,
        keywords=keywords,
        body=body,
        words="\n".join((article.title, article.summary, keywords, headings, body)),
    )


def _laid_out(sections: Sequence[Section]) -> tuple[str, list[tuple[str, str, int, int]]]:
    text, places = "", []
    for section in sections:
        begin = len(text) + len(section.title) + 1
        text += f"{section.title}\n{section.text}\n"
        places.append((section.anchor, section.title, begin, begin + len(section.text)))
    return text, places
