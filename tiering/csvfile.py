"""The one reader of CSV: encoding and delimiter are found out, rows stream, and each knows its line."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import chain
from pathlib import Path
from typing import BinaryIO, NamedTuple

from tiering.files import Problem

DELIMITERS = ",;\t|"
"""What may be found out; a mapping may name any other."""

LONGEST_RECORD = 1_000_000
"""Characters that one record may have, over all its lines; an open quote is not followed further."""

_CHUNK = 1 << 20
_BOMS = (  # UTF-32 first: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NO_TEXT = {
    b"PK\x03\x04": "an Excel or ZIP file",
    b"\xd0\xcf\x11\xe0": "an old Excel file",
    b"\x1f\x8b": "a gzip file",
}
_OPEN_QUOTE = "a quote opens in this row and is not closed properly"


class Row(NamedTuple):
    """One record: the line on which it begins, and as many cells as the header has."""

    line: int
    cells: list[str]


class CsvFile:
    """An open CSV file. Iterate over it once: each item is a Row, or a Problem in a Row's place."""

    def __init__(self, name: str) -> None:
        self.name = name
        """The path as it was given, for problems."""
        self.problems: list[Problem] = []
        """What makes the whole file unusable; iterating then gives nothing."""
        self.header: tuple[str, ...] = ()
        """The column names exactly as the file has them; empty when the file cannot be used."""
        self.encoding = "utf-8"
        self.delimiter = ","
        self.size = 0
        """Bytes in the file."""
        self._raw: BinaryIO | None = None
        self._text: io.TextIOWrapper | None = None
        self._records: _Records | None = None
        self._damaged = False
        """Whether a few bytes are not of the file's encoding; only their rows are problems."""

    @property
    def position(self) -> int:
        """Bytes read so far, for a progress bar."""
        return self._raw.tell() if self._raw and not self._raw.closed else self.size

    def problem(self, line: int, text: str) -> Problem:
        """Make a problem at a line of this file."""
        return Problem(self.name, line, text)

    def __iter__(self) -> Iterator[Row | Problem]:
        """Give the rows after the header, one by one."""
        width = len(self.header)
        if self._records is None or self.problems:
            return
        for line, found in self._records:
            if isinstance(found, str):
                yield self.problem(line, found)
                continue
            count = len(found)
            if count < width:  # many exports leave out the empty cells at the end of a row
                found += [""] * (width - count)
            elif count > width:
                if any(cell.strip() for cell in found[width:]):
                    yield self.problem(
                        line,
                        f"this row has {count} cells, but the header has {width} columns; is a cell with"
                        f" {_shown(self.delimiter)} in it not quoted?",
                    )
                    continue
                del found[width:]
            yield Row(line, found)

    def start(self, path: Path, encoding: str | None, delimiter: str | None) -> None:
        """Open the file, find out encoding and delimiter, and read the header; raises OSError."""
        if path.exists() and not path.is_file():
            raise IsADirectoryError(None, "it is a directory or a device")
        self._raw = path.open("rb")
        self.size = self._raw.seek(0, io.SEEK_END)
        if problem := self._decide_encoding(self._raw, encoding):
            self.problems.append(problem)
            return
        self._raw.seek(0)
        self._text = io.TextIOWrapper(self._raw, self.encoding, errors="replace", newline="")
        self._read_header(self._text, delimiter)

    def close(self) -> None:
        """Close the file; what was read stays."""
        for opened in (self._text, self._raw):
            if opened:
                opened.close()

    def _decide_encoding(self, raw: BinaryIO, wanted: str | None) -> Problem | None:
        """Read the whole file once: the first byte that is not UTF-8 may stand anywhere."""
        raw.seek(0)
        head = raw.read(8)
        for magic, kind in _NO_TEXT.items():
            if head.startswith(magic):
                return self.problem(1, f"this is {kind}; export it as CSV")
        marked = next((name for mark, name in _BOMS if head.startswith(mark)), None)
        if wanted and not is_encoding(wanted):
            return self.problem(1, f"there is no encoding {wanted!r}; expected one such as utf-8 or cp1252")
        if wanted or marked:
            self.encoding = marked if marked and (not wanted or _is_unicode(wanted)) else str(wanted)
            bad = _first_bad_line(raw, self.encoding)
            return self.problem(bad, f"the text is not {self.encoding}") if bad else None
        if _first_bad_line(raw, "utf-8"):
            self._damaged = _is_mostly_utf8(raw)
            if not self._damaged:
                self.encoding = "latin-1" if _first_bad_line(raw, "cp1252") else "cp1252"
        return None

    def _read_header(self, text: io.TextIOWrapper, delimiter: str | None) -> None:
        lines = iter(partial(text.readline, LONGEST_RECORD), "")
        skipped, first = 0, ""
        for first in lines:
            if first.strip():
                break
            skipped += 1
        if not first.strip():
            self.problems.append(self.problem(1, "the file is empty"))
            return
        if named := _named_delimiter(first):  # Excel's own first line, such as sep=;
            delimiter, skipped, first = delimiter or named, skipped + 1, next(lines, "")
        self.delimiter = delimiter or _likely_delimiter(first)
        self._records = _Records(chain([first], lines), self.delimiter, skipped)
        self._records.damaged = self._damaged
        line, header = next(iter(self._records), (1, "the file is empty"))
        if isinstance(header, str):
            self.problems.append(self.problem(line, header))
            return
        while header and not header[-1].strip():
            header.pop()
        self.problems.extend(self.problem(line, text) for text in _wrong_columns(header))
        self.header = () if self.problems else tuple(header)
        self._records.width = len(header)


def harmless(cell: str) -> str:
    """Write a cell so that no spreadsheet takes what somebody typed for a formula; numbers stay numbers."""
    if cell[:1] in ("=", "+", "-", "@", "\t", "\r") and not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", cell):
        return f"'{cell}"
    return cell


@contextmanager
def open_csv(
    path: Path, *, encoding: str | None = None, delimiter: str | None = None, name: str | None = None
) -> Iterator[CsvFile]:
    """Open a CSV file for a `with` block; what is wrong with it stands in its `problems`."""
    file = CsvFile(name or str(path))
    try:
        file.start(path, encoding, delimiter)
    except FileNotFoundError:
        file.problems.append(file.problem(1, "there is no such file"))
    except OSError as error:
        text = f"the file cannot be read: {(error.strerror or str(error)).lower()}"
        file.problems.append(file.problem(1, text))
    try:
        yield file
    finally:
        file.close()


def is_encoding(name: str) -> bool:
    """Whether text can be decoded by this name."""
    try:
        "a".encode(name)
    except (LookupError, ValueError):
        return False
    return True


class _Records:
    """The records of a CSV text, each with its first line; a sentence stands for what is no record.

    A quote that is never closed would swallow everything up to the next one or to the end, so quotes are
    read strictly, and after a bad one reading goes on behind the line where it opened.
    """

    def __init__(self, source: Iterator[str], delimiter: str, skipped: int) -> None:
        self.width: int | None = None
        """Cells of a full row, once the header is known."""
        self.damaged = False
        """Whether bytes that could not be decoded were replaced with U+FFFD."""
        self._source = source
        self._delimiter = delimiter
        self._line = skipped
        """How many lines were read before the record at hand."""
        self._again: deque[str] = deque()
        """Lines to be read once more."""
        self._pending: list[str] = []
        """The lines of the record at hand."""
        self._length = 0
        self._unreadable = ""
        """Why the record at hand cannot be used, although it is a record."""

    def __iter__(self) -> Iterator[tuple[int, list[str] | str]]:
        while True:
            reader = csv.reader(self._feed(), delimiter=self._delimiter, strict=True)
            try:
                for cells in reader:
                    line, unreadable = self._line + 1, self._unreadable
                    self._line += len(self._pending)
                    self._pending.clear()
                    self._length, self._unreadable = 0, ""
                    if unreadable:
                        yield line, unreadable
                    elif cells and (cells[0] or any(cells)):
                        yield line, cells
            except (csv.Error, _RecordTooLong) as error:
                yield self._recover(error)
            else:
                return

    def _feed(self) -> Iterator[str]:
        while self._again:
            yield self._noted(self._again.popleft())
        for line in self._source:
            yield self._noted(line)

    def _noted(self, line: str) -> str:
        self._pending.append(line)
        self._length += len(line)
        if self._length >= LONGEST_RECORD:
            raise _RecordTooLong
        if "\0" in line:
            self._unreadable = "this row has NUL characters in it; is the file damaged, or in UTF-16?"
        elif self.damaged and "\ufffd" in line:
            self._unreadable = "this row has bytes that are not UTF-8, unlike the rest of the file"
        return line

    def _recover(self, error: Exception) -> tuple[int, str]:
        """Say what was wrong and get ready to go on behind it."""
        begin = self._line + 1
        lines, self._pending, self._length, self._unreadable = self._pending, [], 0, ""
        if len(lines[-1]) >= LONGEST_RECORD:
            self._skip_rest_of_line()
            lines[-1] = "\n"
        self._line += 1
        if len(lines) == 1:
            return begin, _what_is_wrong(error)
        self._again.extendleft(reversed(lines[1:]))
        skipped = self._skip_to_full_row()
        if not skipped:
            return begin, f"{_OPEN_QUOTE}; this line was left out"
        return begin, f"{_OPEN_QUOTE}; lines {begin} to {begin + skipped} were left out"

    def _skip_rest_of_line(self) -> None:
        for piece in self._source:
            if piece.endswith(("\n", "\r")):
                return

    def _skip_to_full_row(self) -> int:
        """Leave out lines until one is a whole row by itself: what stood within the quote is no row."""
        skipped = 0
        while line := self._again.popleft() if self._again else next(self._source, ""):
            if self._is_full_row(line):
                self._again.appendleft(line)
                break
            skipped += 1
        self._line += skipped
        return skipped

    def _is_full_row(self, line: str) -> bool:
        try:
            cells = next(csv.reader([line], delimiter=self._delimiter, strict=True), [])
        except csv.Error:
            return False
        return len(cells) == self.width


class _RecordTooLong(Exception):
    """More characters than any record has: a quote was left open, or a line has no end."""


def _what_is_wrong(error: Exception) -> str:
    if isinstance(error, _RecordTooLong):
        return f"this row is longer than {LONGEST_RECORD:,} characters; it was left out"
    if "field larger" in str(error):
        return f"a cell of this row is longer than {csv.field_size_limit():,} characters; it was left out"
    if "end of data" in str(error):
        return f"{_OPEN_QUOTE}; this line was left out"
    return 'a quote ends before its cell does in this row; write a quote within a quoted cell twice, as ""'


def _first_bad_line(raw: BinaryIO, encoding: str) -> int:
    """Return the line of the first byte that the encoding cannot have, or 0."""
    decoder = codecs.getincrementaldecoder(encoding)()
    raw.seek(0)
    lines = 1
    while chunk := raw.read(_CHUNK):
        try:
            decoder.decode(chunk)
        except UnicodeError as error:
            start = error.start if isinstance(error, UnicodeDecodeError) else 0
            return lines + chunk[:start].count(b"\n")
        lines += chunk.count(b"\n")
    try:
        decoder.decode(b"", final=True)
    except UnicodeError:
        return lines
    return 0


def _is_mostly_utf8(raw: BinaryIO) -> bool:
    """Whether more characters beyond ASCII are UTF-8 than are not: then the others are damage."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    raw.seek(0)
    good = bad = 0
    while chunk := raw.read(_CHUNK):
        marks = re.findall("[^\x00-\x7f]", decoder.decode(chunk))
        wrong = marks.count("\ufffd")
        good, bad = good + len(marks) - wrong, bad + wrong
    return good > bad


def _is_unicode(encoding: str) -> bool:
    return codecs.lookup(encoding).name.startswith("utf-")


def _named_delimiter(line: str) -> str | None:
    found = re.fullmatch('"?sep=(.)"?', line.rstrip("\r\n"), re.IGNORECASE)
    return found[1] if found else None


def _likely_delimiter(header: str) -> str:
    """Return the delimiter that makes the most columns of the header, a comma where none makes two."""
    return max(DELIMITERS, key=lambda mark: len(next(csv.reader([header], delimiter=mark), [])))


def _wrong_columns(header: Sequence[str]) -> Iterator[str]:
    seen: set[str] = set()
    for number, name in enumerate(header, start=1):
        if not name.strip():
            yield f"column {number} of the header has no name; name it, or remove the column"
        elif name.strip() in seen:
            yield f"the header has two columns `{name.strip()}`; rename or remove one of them"
        seen.add(name.strip())


def _shown(delimiter: str) -> str:
    return {",": "a comma", ";": "a semicolon", "\t": "a tab"}.get(delimiter, repr(delimiter))
