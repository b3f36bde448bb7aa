"""The head of an article: its keys, what each may hold, and how it is checked."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from kb.visibility import Audience, parse_audience
from tiering.files import Document, Problem

_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
_SPAN = re.compile(r"(\d{1,4})\s*(day|week|month|year)s?\Z")
_SLUG = re.compile(r"[\w.~+-]+(/[\w.~+-]+)*\Z")


def words(value: object) -> object:
    """Accept one word, or several with commas, where a list is meant."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


def _days(value: object) -> object:
    """Accept `180`, `180 days`, `26 weeks`, `6 months` (of 30 days) and `2 years` (of 365)."""
    if isinstance(value, str):
        found = _SPAN.match(value.strip().lower())
        if not found:
            raise ValueError(
                f"{value!r} is no span of time; write days such as 180, or '26 weeks', or '6 months'"
            )
        return int(found[1]) * _DAYS[found[2]]
    return value


def _slug(value: object) -> object:
    """Accept what can stand in an address; raises ValueError for everything else."""
    if isinstance(value, str) and (
        not _SLUG.match(value) or any(set(part) == {"."} for part in value.split("/"))
    ):
        raise ValueError(
            f"{value!r} is no slug; use letters, digits and hyphens, with slashes between folders"
        )
    return value


Days = Annotated[int, BeforeValidator(_days), Field(ge=0, le=3650)]
"""A span of days, as a number or as words such as `2 weeks`."""

_Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
_Lines = Annotated[tuple[_Line, ...], BeforeValidator(words)]
_Slug = Annotated[str, BeforeValidator(_slug), Field(max_length=200)]
_Slugs = Annotated[tuple[_Slug, ...], BeforeValidator(words)]


class FrontMatter(BaseModel):
    """The keys between the two `---` lines of an article; every one of them may be missing."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    title: _Line | None = None
    summary: Annotated[str, StringConstraints(strip_whitespace=True, max_length=600)] | None = None
    slug: _Slug | None = None
    aliases: _Slugs = ()
    category: _Slug | None = None
    order: int = 1000
    keywords: _Lines = ()
    audience: object = None
    """Anything, since an audience that is wrong must close an article and not leave it as it was."""
    status: Literal["draft", "published"] = "published"
    publish_on: date | None = None
    owner: _Line | None = None
    last_reviewed: date | None = None
    review_every: Annotated[Days, Field(ge=1)] | None = None
    related: _Slugs = ()
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] | None = None


def audience_of(document: Document) -> tuple[Audience | None, list[Problem]]:
    """Return who may see something as its head says it; what is wrong there closes it to all but staff."""
    if not isinstance(document.data, dict) or "audience" not in document.data:
        return None, []
    audience, wrong = parse_audience(document.data["audience"])
    return audience, [document.problem(["audience"], f"`audience`: {wrong}")] if wrong else []
