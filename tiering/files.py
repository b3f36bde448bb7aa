"""The one home of YAML and front matter: values, for every value its line and column, and changes."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from rapidfuzz import fuzz, process
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq, TaggedScalar
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError
from ruamel.yaml.scalarbool import ScalarBoolean

from tiering.expectation import expected

SHIPPED_CONTENT = Path(__file__).resolve().parent.parent / "content"
"""The content that Longtail ships, used for what a deployment's own directory leaves out."""

MAX_BYTES = 5_000_000
"""A file of settings or prose that is larger than this is a mistake, not a document."""

MAX_VALUES = 100_000
"""More than this in one file is an alias that unfolds without end, not a document."""

_FENCE = re.compile(r"\A---[ \t]*\r?\n(?P<head>(?:.*\n)*?)---[ \t]*(?:\r?\n|\Z)")
_DAY = re.compile(r"\b[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}\b")
_Model = TypeVar("_Model", bound=BaseModel)

_IN_OTHER_WORDS = (
    (re.compile(r"found character '\\t'"), "there is a tab; indent with spaces"),
    (
        re.compile(r"found character '(.)' that cannot start"),
        r"a value cannot begin with \1; put it in quotes",
    ),
    (re.compile("expected chomping or indentation"), "a value cannot begin with >; put it in quotes"),
    (
        re.compile("mapping values are not allowed"),
        "there is a second `: ` in this line, or the line is indented too far; put text with `: ` in quotes",
    ),
    (re.compile("could not find expected ':'"), "expected `key: value`"),
    (
        re.compile("unexpected end of stream|expected ',' or '[]}]'"),
        "a quotation mark or bracket is never closed",
    ),
    (re.compile('found duplicate key "(.*?)"'), r"the key `\1` stands here for the second time"),
    (re.compile("found another document"), "a line of --- begins a second document; expected only one"),
    (re.compile("found undefined alias '(.*?)'"), r"a value that begins with *\1 must be in quotes"),
    (re.compile("expected <block end>"), "this line is not indented like the lines around it"),
)
"""What ruamel says, and the same for people who have never read the YAML specification."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something wrong in an input: the path as it was given, a line counted from 1, and a sentence."""

    path: str
    line: int
    text: str
    warning: bool = False
    """Whether everything works all the same, so that no command ends with 1 because of it."""

    def __str__(self) -> str:
        """Return the form in which every command prints it on stderr."""
        return f"{self.path}:{self.line}: {'warning: ' if self.warning else ''}{self.text}"


@dataclass(frozen=True, slots=True)
class Document:
    """Plain values (dicts, lists, scalars) and the place in the file of each of them."""

    path: str
    data: object
    body: str = ""
    body_line: int = 1
    lines: Mapping[tuple[str | int, ...], tuple[int, int]] = field(default_factory=dict)

    def line(self, place: Sequence[str | int]) -> int:
        """Return the line of the value at `place`, or of the nearest thing around it."""
        place = tuple(place)
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, (1, 1))[0]

    def problem(self, place: Sequence[str | int], text: str) -> Problem:
        """Make a problem that points at the value at `place`."""
        return Problem(self.path, self.line(place), text)


def own_or_shipped(content_dir: Path, name: str) -> Path:
    """Return a file or folder of a content directory, or the shipped one where it has none."""
    own = content_dir / name
    return own if own.exists() else SHIPPED_CONTENT / name


def read_text(path: Path, name: str | None = None) -> tuple[str, list[Problem]]:
    """Read a UTF-8 file, with or without a byte order mark; what is wrong comes back as a problem."""
    shown = name or str(path)
    try:
        if path.stat().st_size > MAX_BYTES:
            return "", [Problem(shown, 1, f"the file is larger than {MAX_BYTES // 1_000_000} MB")]
        raw = path.read_bytes()
    except FileNotFoundError:
        return "", [Problem(shown, 1, "there is no such file")]
    except OSError as error:
        return "", [Problem(shown, 1, f"the file cannot be read: {error.strerror or error}")]
    try:
        return raw.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        return "", [Problem(shown, line, "the text is not UTF-8; save the file as UTF-8")]


def read_yaml(path: Path, name: str | None = None) -> tuple[Document, list[Problem]]:
    """Read a whole YAML file."""
    shown = name or str(path)
    text, problems = read_text(path, shown)
    if problems:
        return Document(shown, None), problems
    return parse_yaml(text, shown)


def read_front_matter(path: Path, name: str | None = None) -> tuple[Document, list[Problem]]:
    """Read a Markdown file: the YAML between the two `---` lines, if any, and the body after it."""
    shown = name or str(path)
    text, problems = read_text(path, shown)
    if problems:
        return Document(shown, None), problems
    return parse_front_matter(text, shown)


def parse_front_matter(text: str, path: str) -> tuple[Document, list[Problem]]:
    """Split and parse the text of a Markdown file; a missing head is an empty mapping."""
    found = _FENCE.match(text)
    if not found:
        if re.match(r"---[ \t]*\r?\n", text):
            return Document(path, {}, text), [Problem(path, 1, "the front matter has no closing --- line")]
        return Document(path, {}, text), []
    document, problems = parse_yaml(found["head"], path, first_line=2)
    body_line = text[: found.end()].count("\n") + 1
    data = {} if document.data is None else document.data
    if not isinstance(data, dict):
        problems.append(
            Problem(path, 2, "the front matter is something else; expected lines of `key: value`")
        )
        data = {}
    return Document(path, data, text[found.end() :], body_line, document.lines), problems


def parse_yaml(text: str, path: str, first_line: int = 1) -> tuple[Document, list[Problem]]:
    """Parse YAML text; `first_line` is the line of the file at which the text begins."""
    yaml = YAML(typ="rt", pure=True)
    yaml.allow_duplicate_keys = False
    lines: dict[tuple[str | int, ...], tuple[int, int]] = {}
    try:
        data = _plain(yaml.load(text), (), lines, first_line)
    except MarkedYAMLError as error:
        begun = error.context_mark if re.search("flow|quoted", str(error.context)) else None
        mark = begun or error.problem_mark or error.context_mark
        line = (mark.line if mark else 0) + first_line
        return Document(path, None), [Problem(path, line, f"this is not valid YAML: {_explain(error)}")]
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + first_line
        sentence = "this is not valid YAML: there is an invisible character that does not belong in text"
        return Document(path, None), [Problem(path, line, sentence)]
    except RecursionError:
        return Document(path, None), [Problem(path, first_line, "the values are nested too deeply")]
    except ValueError as error:
        day = next(_odd_days(text), None)
        first = f"{day[0]} is a day that no calendar has" if day else str(error).strip().split("\n")[0]
        line = text.count("\n", 0, day.start()) + first_line if day else first_line
        return Document(path, None), [Problem(path, line, f"this is not valid YAML: {first}")]
    except YAMLError as error:
        first = str(error).strip().split("\n")[0]
        return Document(path, None), [Problem(path, first_line, f"this is not valid YAML: {first}")]
    return Document(path, data, lines=lines), []


def changed_yaml(text: str, change: Callable[[Any], Any]) -> str:
    """Change the values of a YAML text; its comments, quotes and ways to write lists stay, spaces may not.

    `change` gets the whole value, None where there is none, and returns what is to stand there.
    Raises ValueError for what is no YAML.
    """
    yaml = YAML(typ="rt", pure=True)
    yaml.preserve_quotes = True
    yaml.width = 4096  # no line is broken that was not broken before
    try:
        before = yaml.load(text)
    except (YAMLError, RecursionError) as error:
        raise ValueError(str(error).strip().split("\n")[0]) from error
    after = change(before)
    out = io.StringIO()
    yaml.dump(after, out)
    if before is None and text.strip():  # comments alone, which belong to no value
        return f"{text.rstrip()}\n\n{out.getvalue()}"
    return out.getvalue()


def flow_list(items: Sequence[str]) -> Any:
    """Return a list that `changed_yaml` writes in brackets on one line."""
    made = CommentedSeq(items)
    made.fa.set_flow_style()
    return made


def _odd_days(text: str) -> Iterator[re.Match[str]]:
    """Find what looks like a date and is none: YAML reads it as one, and does not say where it stands."""
    for found in _DAY.finditer(text):
        try:
            date(*map(int, found[0].split("-")))
        except ValueError:
            yield found


def validate(
    model: type[_Model], document: Document, context: object = None
) -> tuple[_Model | None, list[Problem]]:
    """Turn a document into a model; each thing that is wrong becomes a problem with its line.

    `context` is what the model's own validators need to know.
    """
    try:
        return model.model_validate(document.data, context=context), []
    except ValidationError as error:
        return None, [_problem(model, document, detail) for detail in error.errors(include_url=False)]


def _problem(model: type[BaseModel], document: Document, detail: ErrorDetails) -> Problem:
    place, value = detail["loc"], detail["input"]
    name = _name(place, document.data)
    if detail["type"] in ("extra_forbidden", "invalid_key"):
        text = f"unknown key `{name}`{_meant(model, place)}"
    elif detail["type"] == "missing":
        text = f"`{name}` is missing"
    elif detail["type"] == "value_error":
        message = detail["msg"].removeprefix("Value error, ")
        text = f"`{name}`: {message}" if name else message
    elif name:
        text = f"`{name}` is {_shown(value)}; expected {expected(detail)}"
    else:
        text = (
            f"the file {'is empty' if value is None else 'holds something else'}; expected {expected(detail)}"
        )
    return document.problem(place, text)


def _name(place: Sequence[str | int], data: object) -> str:
    """Write the way to a value as its keys; which item of a list it goes through, the line tells."""
    keys = []
    for part in place:
        if isinstance(data, list):
            data = data[part] if isinstance(part, int) and part < len(data) else None
        elif part != "[key]":  # pydantic's way to say that it is the key that is wrong
            keys.append(str(part))
            data = data.get(part) if isinstance(data, dict) else None
    return ".".join(keys)


def _meant(model: type[BaseModel], place: Sequence[str | int]) -> str:
    """Suggest what was meant by an unknown key: the nearest of those that may stand at its place."""
    key = str(place[-1])
    if key.isdigit():
        return "; large numbers are written without commas, such as 100000"
    models = [model]
    for part in place[:-1]:
        inner = [
            one.model_fields[part] for one in models if isinstance(part, str) and part in one.model_fields
        ]
        models = [found for info in inner for found in _models_in(info.annotation)] or models
    keys = {info.alias or name for one in models for name, info in one.model_fields.items()}
    return nearest(key, keys) or f"; expected one of {', '.join(sorted(keys))}"


def nearest(name: str, known: Iterable[str]) -> str:
    """Ask whether the nearest of the known names was meant; empty where none is near."""
    found = process.extractOne(name, sorted(known), scorer=fuzz.ratio, score_cutoff=60)
    return f"; did you mean `{found[0]}`?" if found else ""


def _models_in(annotation: object) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for part in getattr(annotation, "__args__", ()) for found in _models_in(part)]


def _shown(value: object) -> str:
    """Write a value as it may have stood in the file."""
    if value is None or value == "":
        return "empty"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return "a list" if isinstance(value, list) else "a group of keys"
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _explain(error: MarkedYAMLError) -> str:
    said = str(error.problem or error.context or error).split("\n")[0]
    for pattern, words in _IN_OTHER_WORDS:
        if found := pattern.search(said):
            return found.expand(words)
    return said


def _plain(
    value: object,
    place: tuple[str | int, ...],
    lines: dict[tuple[str | int, ...], tuple[int, int]],
    first_line: int,
) -> object:
    """Strip ruamel's types, so that nothing outside this file knows them, and note each value's place."""
    if len(lines) > MAX_VALUES:
        raise ValueError(f"it unfolds to more than {MAX_VALUES:,} values")
    if isinstance(value, CommentedMap):
        plain = {}
        for key, inner in value.items():
            name = key if isinstance(key, int) and not isinstance(key, bool) else str(key)
            row, column = value.lc.key(key) if key in (value.lc.data or {}) else (value.lc.line, value.lc.col)
            lines[(*place, name)] = (row + first_line, column + 1)
            plain[name] = _plain(inner, (*place, name), lines, first_line)
        return plain
    if isinstance(value, CommentedSeq):
        items = []
        for number, inner in enumerate(value):
            row, column = value.lc.item(number) if number in (value.lc.data or {}) else (value.lc.line, 0)
            lines[(*place, number)] = (row + first_line, column + 1)
            items.append(_plain(inner, (*place, number), lines, first_line))
        return items
    return _scalar(value)


def _scalar(value: object) -> object:
    if isinstance(value, datetime):
        return datetime.fromisoformat(value.isoformat())
    if value is None or isinstance(value, bool | date):
        return value
    if isinstance(value, TaggedScalar):
        return str(value.value)
    if isinstance(value, ScalarBoolean):
        return bool(value)
    for kind in (str, int, float):
        if isinstance(value, kind):
            return kind(value)
    return value
