"""Reads the export of a Zendesk help centre: the answers of its public API, kept as files of JSON.

The answers are those of `/api/v2/help_center/{locale}/articles.json`, `sections.json`, `categories.json`,
`articles/{id}/attachments.json`, `articles/{id}/translations.json` and `user_segments.json`: any number of
pages and languages, in any number of files.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from kb.importing.batch import NothingToImportError
from tiering.files import Problem

_MAX_FILES = 20_000
_MAX_BYTES = 200_000_000
_MAX_ALL_BYTES = 1_000_000_000
_Record = TypeVar("_Record", bound="_Model")

_NUMBER = re.compile(r"(\d{1,19})(?=[-_.]|\Z)")
_ID = re.compile(r'"id"\s*:\s*(\d{1,20})')

Id = Annotated[int, Field(ge=1, lt=2**63)]


def _nothing(value: object) -> object:
    """Take a field that is null for one that is not there."""
    return value if isinstance(value, list) else []


class _Model(BaseModel):
    """What we need of a record; Zendesk sends much more, and adds to it."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Named(_Model):
    """A category, or a section of one."""

    id: Id
    name: str = ""
    description: str | None = None
    locale: str = ""
    position: int = 0
    category_id: Id | None = None
    parent_section_id: Id | None = None


class Attachment(_Model):
    """A file of an article; an inline one is shown in its text, the others are listed below it."""

    id: Id
    article_id: Id | None = None
    file_name: str = ""
    content_url: str = ""
    inline: bool = False


class Segment(_Model):
    """Who may read the articles that name it."""

    id: Id
    user_type: str = ""
    name: str = ""
    tags: Annotated[list[Any], BeforeValidator(_nothing)] = []
    or_tags: Annotated[list[Any], BeforeValidator(_nothing)] = []
    organization_ids: Annotated[list[Any], BeforeValidator(_nothing)] = []
    group_ids: Annotated[list[Any], BeforeValidator(_nothing)] = []

    @property
    def is_everybody_signed_in(self) -> bool:
        """Whether it means each and every person who has signed in."""
        narrower = (self.tags, self.or_tags, self.organization_ids, self.group_ids)
        return self.user_type == "signed_in_users" and not any(narrower)


class Written(_Model):
    """An article in one language."""

    id: Id
    title: str = ""
    body: str | None = None
    locale: str = ""
    source_locale: str = ""
    section_id: Id | None = None
    draft: bool = False
    promoted: bool = False
    position: int = 0
    label_names: Annotated[list[str], BeforeValidator(_nothing)] = []
    user_segment_id: Id | None = None
    user_segment_ids: Annotated[list[int], BeforeValidator(_nothing)] = []
    html_url: str = ""
    updated_at: str = ""


class _Translation(_Model):
    source_id: Id
    source_type: str = "Article"
    locale: str
    title: str = ""
    body: str | None = None
    draft: bool = False
    updated_at: str = ""


@dataclass(slots=True)
class Export:
    """Everything that the files said."""

    articles: dict[tuple[int, str], Written] = field(default_factory=dict)
    """By id and locale; of two answers about one the newer."""
    sections: dict[tuple[int, str], Named] = field(default_factory=dict)
    categories: dict[tuple[int, str], Named] = field(default_factory=dict)
    attachments: dict[int, Attachment] = field(default_factory=dict)
    segments: dict[int, Segment] = field(default_factory=dict)
    places: dict[int, tuple[str, int]] = field(default_factory=dict)
    """The file and the line of each article, for problems."""
    files_by_number: dict[int, Path] = field(default_factory=dict)
    """What lies beside the JSON: attachments that somebody downloaded, by the number in their path."""
    files_by_name: dict[str, list[Path]] = field(default_factory=dict)
    open_to_all: set[int] = field(default_factory=set)
    """The articles that say of their readers that there is no limit."""
    problems: list[Problem] = field(default_factory=list)

    def problem(self, article: int, text: str, *, warning: bool = False) -> Problem:
        """Make a problem that points at an article."""
        path, line = self.places.get(article, ("", 1))
        return Problem(path, line, text, warning)


def read_export(source: Path) -> Export:
    """Read a file of JSON, or all in a folder; raises NothingToImportError where there is no article."""
    export = Export()
    total = 0
    for path in _files(source, export):
        size = path.stat().st_size
        total += size
        if size > _MAX_BYTES or total > _MAX_ALL_BYTES:
            export.problems.append(Problem(str(path), 1, "the file is too large for an export"))
            continue
        _read_file(path, export)
    if not export.articles:
        said = "".join(f"\n{problem}" for problem in export.problems)
        raise NothingToImportError(f"{source} holds no articles of a Zendesk help centre{said}")
    return export


def _files(source: Path, export: Export) -> Iterator[Path]:
    if source.is_file():
        yield source
        return
    for number, path in enumerate(sorted(source.rglob("*"))):
        if number > _MAX_FILES:
            raise NothingToImportError(f"{source} holds more than {_MAX_FILES:,} files")
        # What a link leads to is no part of the export.
        if path.is_symlink() or not path.is_file() or not path.resolve().is_relative_to(source.resolve()):
            continue
        if path.suffix.lower() == ".json":
            yield path
            continue
        export.files_by_name.setdefault(path.name, []).append(path)
        for part in path.relative_to(source).parts:
            if found := _NUMBER.match(part):
                export.files_by_number.setdefault(int(found[1]), path)


def _read_file(path: Path, export: Export) -> None:
    try:
        text = path.read_text(encoding="utf-8-sig")
        data = json.loads(text)
    except UnicodeDecodeError:
        export.problems.append(Problem(str(path), 1, "the text is not UTF-8"))
        return
    except json.JSONDecodeError as error:
        export.problems.append(Problem(str(path), error.lineno, f"this is not valid JSON: {error.msg}"))
        return
    except (RecursionError, ValueError):
        export.problems.append(
            Problem(str(path), 1, "the values are nested too deeply, or a number is too long")
        )
        return
    for kind, record in _records(data, path.stem):
        _take(kind, record, _Source(str(path), text), export)


@dataclass
class _Source:
    """A file while it is read."""

    path: str
    text: str

    def place(self, record: Mapping[str, Any]) -> tuple[str, int]:
        """Return where a record stands."""
        return self.path, self._lines.get(str(record.get("id")), 1)

    @cached_property
    def _lines(self) -> dict[str, int]:
        """The first line of each id; JSON's reader does not tell, and asking once for all is fast."""
        found: dict[str, int] = {}
        line, at = 1, 0
        for one in _ID.finditer(self.text):
            line, at = line + self.text.count("\n", at, one.start()), one.start()
            found.setdefault(one[1], line)
        return found


def _records(data: object, stem: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every record of an answer with its kind, which of a bare list the name of its file tells."""
    kinds = ("articles", "sections", "categories", "article_attachments", "user_segments", "translations")
    singles = {"article": "articles", "section": "sections", "category": "categories"}
    singles |= {"article_attachment": "article_attachments", "translation": "translations"}
    if isinstance(data, list):
        kind = next((one for one in kinds if stem.lower().startswith(one)), "articles")
        data = {kind: data}
    if not isinstance(data, dict):
        return
    for key, value in data.items():
        if key in kinds and isinstance(value, list):
            yield from ((key, one) for one in value if isinstance(one, dict))
        elif key in singles and isinstance(value, dict):
            yield singles[key], value


def _take(kind: str, record: dict[str, Any], source: _Source, export: Export) -> None:
    if kind == "articles":
        _take_article(record, source, export)
    elif kind == "translations":
        if found := _valid(_Translation, record, source, export):
            _take_translation(found, source, record, export)
    elif kind in {"sections", "categories"}:
        if named := _valid(Named, record, source, export):
            shelves = export.sections if kind == "sections" else export.categories
            shelves[named.id, named.locale.lower()] = named
    elif kind == "article_attachments":
        if attachment := _valid(Attachment, record, source, export):
            export.attachments[attachment.id] = attachment
    elif segment := _valid(Segment, record, source, export):
        export.segments[segment.id] = segment


def _take_article(record: dict[str, Any], source: _Source, export: Export) -> None:
    article = _valid(Written, record, source, export)
    if article is None:
        return
    export.places.setdefault(article.id, source.place(record))
    if "user_segment_id" in record or "user_segment_ids" in record:
        export.open_to_all.add(article.id)
    key = (article.id, article.locale.lower())
    before = export.articles.get(key)
    if before is None or before.updated_at <= article.updated_at:
        export.articles[key] = article
    for one in record.get("translations") or ():  # sideloaded with include=translations
        if isinstance(one, dict) and (found := _valid(_Translation, one, source, export)):
            _take_translation(found, source, record, export)


def _take_translation(found: _Translation, source: _Source, record: dict[str, Any], export: Export) -> None:
    if found.source_type != "Article":
        return
    key = (found.source_id, found.locale.lower())
    before = export.articles.get(key)
    if before is not None and before.body and before.updated_at >= found.updated_at:
        return
    export.places.setdefault(found.source_id, source.place(record))
    said = before or Written(id=found.source_id)
    changed = {
        "title": found.title,
        "body": found.body,
        "locale": found.locale,
        "draft": found.draft,
        "updated_at": found.updated_at,
    }
    export.articles[key] = said.model_copy(update=changed)


def _valid(model: type[_Record], record: dict[str, Any], source: _Source, export: Export) -> _Record | None:
    try:
        return model.model_validate(record)
    except ValidationError as error:
        wrong = error.errors(include_url=False)[0]
        path, line = source.place(record)
        name = ".".join(str(part) for part in wrong["loc"])
        text = f"a record is left out: `{name}`: {wrong['msg'][:1].lower()}{wrong['msg'][1:]}"
        export.problems.append(Problem(path, line, text))
        return None
