"""The heads of a course and of a lesson: their keys, what each may hold, and how they are checked."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
)

from kb.front_matter import Days, words

SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
"""What the folder of a course and the id of a lesson may be called."""

_Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
_Summary = Annotated[str, StringConstraints(strip_whitespace=True, max_length=600)]
_Id = Annotated[str, StringConstraints(pattern=SLUG, max_length=80)]
_Ids = Annotated[tuple[_Id, ...], BeforeValidator(words)]
_Minutes = Annotated[int, Field(ge=1, le=600)]


class _Head(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    title: _Line
    summary: _Summary = ""
    aliases: _Ids = ()


class CourseHead(_Head):
    """The head of `index.md`; only a title is required."""

    goals: Annotated[tuple[_Line, ...], BeforeValidator(words)] = ()
    order: int = 1000
    prerequisites: _Ids = ()
    audience: object = None
    """Anything, since an audience that is wrong must close a course and not leave it as it was."""
    status: Literal["draft", "published"] = "published"
    pass_mark: Annotated[int, Field(ge=1, le=100)] = 80
    attempts: Annotated[int, Field(ge=1, le=100)] | None = None
    certificate: Annotated[Days, Field(ge=1)] | None = None
    certifies: Literal["partners"] | None = None

    @field_validator("certifies")
    @classmethod
    def _ends(cls, certifies: str | None, info: ValidationInfo) -> str | None:
        if certifies and info.data.get("certificate", 1) is None:
            raise ValueError("say with `certificate`, such as `certificate: 2 years`, for how long it does")
        return certifies


class LessonHead(_Head):
    """The head of a lesson; its id must be there, since progress is kept under it."""

    id: _Id
    minutes: _Minutes | None = None
