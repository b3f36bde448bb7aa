"""What the front matter of other tools says in ours: Jekyll, Hugo, Docusaurus, GitBook; pure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from kb.front_matter import FrontMatter
from kb.importing.head import one_line
from kb.visibility import parse_audience
from tiering.files import Document, Problem, parse_front_matter, validate

_TOML = re.compile(r"\A\+\+\+[ \t]*\r?\n(?P<head>.*?)^\+\+\+[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_SAME = {
    "title": "title",
    "summary": "summary", "description": "summary", "excerpt": "summary", "subtitle": "summary",
    "order": "order", "weight": "order", "nav_order": "order", "sidebar_position": "order",
    "owner": "owner", "author": "owner", "authors": "owner", "maintainer": "owner",
    "language": "language", "lang": "language", "locale": "language",
    "category": "category", "audience": "audience", "status": "status", "publish_on": "publish_on",
    "last_reviewed": "last_reviewed", "review_every": "review_every", "related": "related",
}  # fmt: skip
_WORDS = {"keywords", "tags", "labels", "categories"}
_ADDRESSES = {"aliases", "alias", "redirect_from", "permalink", "url", "old_slugs"}
_DAYS = {"date", "publishdate", "publish_date", "published_at"}
_CLOSED = {
    "private", "hidden", "unlisted", "internal", "access", "visibility", "permission", "permissions", "roles",
    "members_only", "protected", "restricted", "secret", "login_required",
}  # fmt: skip
_SILENT = {
    "layout", "id", "sidebar_label", "pagination_prev", "pagination_next", "toc", "parent", "grand_parent",
    "has_children", "lastmod", "last_modified_at", "last_update", "updated", "comments", "type", "hide_title",
    "icon", "image", "thumbnail", "cover", "slug",
}  # fmt: skip
"""Keys about how another tool shows a page, of which nobody misses anything here."""

_SLUG = re.compile(r"[^\w.~+/-]+")


@dataclass(slots=True)
class Head:
    """The keys of an article in our words, its text, and what could not be said."""

    keys: dict[str, object] = field(default_factory=dict)
    body: str = ""
    problems: list[Problem] = field(default_factory=list)


def read_head(text: str, path: str, today: date) -> Head:
    """Read the head of a Markdown file in YAML or TOML; what is in doubt about its readers closes it."""
    document, wrong = _parsed(text, path)
    head = Head(body=document.body, problems=list(wrong))
    said = document.data if isinstance(document.data, dict) else {}
    if wrong:
        head.problems.append(
            Problem(path, 1, "its head cannot be read, so it is a draft that only staff see")
        )
        head.keys = {"status": "draft", "audience": "staff"}
        return head
    unknown = []
    for written, value in said.items():
        key = str(written).lower().replace("-", "_")
        if value is None or key in _CLOSED:
            continue
        if not _take(head, key, value, today):
            unknown.append(str(written))
    if unknown:
        names = ", ".join(f"`{one_line(name, 40)}`" for name in unknown[:10])
        head.problems.append(Problem(path, 1, f"left out of the head: {names}", warning=True))
    _keep_what_is_good(head, path)
    for written, value in said.items():
        if str(written).lower().replace("-", "_") in _CLOSED and _limits(value):
            text = (
                f"`{one_line(str(written), 40)}` says that not everybody may read this, so only staff see it"
            )
            _close(head, document.problem([written], text))
    return head


def _parsed(text: str, path: str) -> tuple[Document, list[Problem]]:
    toml = _TOML.match(text)
    if toml is None:
        return parse_front_matter(text, path)
    body = text[toml.end() :]
    try:
        return Document(path, tomllib.loads(toml["head"]), body), []
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        return Document(path, {}, body), [Problem(path, 1, f"this is not valid TOML: {error}")]


def _close(head: Head, problem: Problem) -> None:
    """Let only staff see an article of which nobody knows for sure who may read it."""
    head.keys["audience"] = "staff"
    head.problems.append(problem)


def _take(head: Head, key: str, value: object, today: date) -> bool:
    """Take one key; False for one that says nothing to us."""
    if key in _SAME:
        _same(head, _SAME[key], value)
    elif key in _WORDS:
        head.keys["keywords"] = (*_known(head, "keywords"), *_texts(value))[:50]
    elif key in _ADDRESSES:
        old = (_SLUG.sub("-", one.split("?")[0]).strip("/-") for one in _texts(value))
        head.keys["aliases"] = (*_known(head, "aliases"), *(one for one in old if one))[:50]
    elif key in {"draft", "published"}:
        if value is (key == "draft") or str(value).lower() == ("true" if key == "draft" else "false"):
            head.keys["status"] = "draft"
    elif key in _DAYS:
        day = value.date() if isinstance(value, datetime) else value
        if isinstance(day, date) and day > today:
            head.keys["publish_on"] = day
    else:
        return key in _SILENT
    return True


def _same(head: Head, key: str, value: object) -> None:
    """Take a key that has another name here; our own name goes before the others."""
    if key == "owner":
        value = next(iter(_texts(value)), None)
    if key in {"title", "summary"} and isinstance(value, str | int | float | date):
        value = one_line(str(value), 300 if key == "title" else 600)
    if key == "related":
        value = tuple(_texts(value))
    if isinstance(value, datetime):
        value = value.date()
    head.keys.setdefault(key, value)


def _limits(value: object) -> bool:
    """Whether the value of a key about readers keeps somebody out."""
    return value not in (False, None, "", [], {}) and str(value).strip().lower() not in {
        "false", "no", "public", "everyone", "everybody", "all", "open",
    }  # fmt: skip


def _keep_what_is_good(head: Head, path: str) -> None:
    """Leave out every value that our own check would refuse; a wrong audience closes the article."""
    for key, value in list(head.keys.items()):
        listed = list(value) if isinstance(value, tuple) else value
        found, wrong = validate(FrontMatter, Document(path, {key: listed}))
        if key == "audience":
            if doubt := parse_audience(value)[1]:
                _close(head, Problem(path, 1, f"`audience`: {doubt}; only staff see it"))
        elif found is None:
            head.problems += wrong
            del head.keys[key]
            if key in {"status", "publish_on"}:  # somebody meant to hold it back
                head.keys["status"] = "draft"
        elif key in {"order", "publish_on", "last_reviewed", "review_every"}:
            head.keys[key] = getattr(found, key)


def _known(head: Head, key: str) -> tuple[str, ...]:
    value = head.keys.get(key, ())
    return value if isinstance(value, tuple) else ()


def _texts(value: object) -> list[str]:
    """Return the words of a text with commas, of a list, or of groups that have a name."""
    if isinstance(value, str):
        value = value.split(",")
    if isinstance(value, Mapping):
        value = [value.get("name", "")]
    if not isinstance(value, list | tuple):
        value = [value]
    found = (one.get("name", "") if isinstance(one, Mapping) else one for one in value)
    return [text for one in found if (text := one_line(str(one), 100))]
