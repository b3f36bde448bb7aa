"""What a program may ask with: read by the same models that the OpenAPI document shows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, TypeAlias, TypeVar

from flask import request
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import ErrorDetails, PydanticCustomError

from kb.visibility import EXPECTED, PATTERN
from kb.web.language import TAG
from kb.web.problem import WrongParametersError

_Read = TypeVar("_Read", bound="Parameters")

_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,8})")


_FORMS = {
    PATTERN: f"is not understood: {EXPECTED}",
    TAG: "must be a language such as de or pt-BR",
}
"""What is said of a parameter that has not the form of its pattern."""


def _digits(written: object) -> object:
    """Take digits only: not ` 1`, `+1`, `1_000` or `1.0`, which pydantic would take for numbers too."""
    if isinstance(written, str) and not _WHOLE.fullmatch(written):
        raise PydanticCustomError("whole_number", "no whole number")
    return written


DIGITS = BeforeValidator(_digits)
"""Of a whole number; it stands behind the bounds, which the schema would not show otherwise."""

Text: TypeAlias = Annotated[str, Field(pattern=r"^[^\x00]*$")]
"""Any text; no request of ours may hold the character 0."""


class Parameters(BaseModel):
    """The parameters of an operation: those that its path names, and all others in the query."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


class Viewed(Parameters):
    """Parameters of what not everybody sees alike."""

    audience: Annotated[
        str,
        Field(
            pattern=PATTERN, description=f"As whom to ask; {EXPECTED}. Without the token it changes nothing."
        ),
    ] = "public"
    lang: Annotated[str, Field(pattern=TAG)] | SkipJsonSchema[None] = None
    """In which language to answer, such as de or pt-BR; else in the one that `Accept-Language` prefers."""


class Paged(Parameters):
    """Parameters of a list that is given page by page."""

    page: Annotated[int, Field(ge=1, le=1_000_000), DIGITS] = 1
    """Which page, from 1; after the last one every page is empty."""
    limit: Annotated[int, Field(ge=1, le=200), DIGITS] = 50
    """How many there are on a page."""

    @property
    def before(self) -> int:
        """How many there are on the pages before."""
        return (self.page - 1) * self.limit


def read(model: type[_Read]) -> _Read:
    """Read the parameters of the request; raises WrongParametersError, which names every wrong one."""
    path: Mapping[str, Any] = request.view_args or {}
    schemas = shown(model)
    known = [name for name in schemas if name not in path]
    offered = f"; there are {', '.join(known)}" if known else ""
    wrong: dict[str, str] = {}
    for name, values in request.args.lists():
        if name not in known:
            wrong[name] = f"There is no parameter `{name}` here{offered}."
        elif len(values) > 1:
            wrong[name] = f"The parameter `{name}` may stand there only once."
    try:
        asked = model.model_validate({**request.args.to_dict(), **path})
    except ValidationError as error:
        for detail in error.errors():
            name = str(detail["loc"][0])
            wrong.setdefault(name, _sentence(name, detail, schemas[name]))
    if wrong:
        raise WrongParametersError(wrong)
    return asked


@cache
def shown(model: type[Parameters]) -> dict[str, dict[str, Any]]:
    """Return the JSON schema of each parameter, whole in itself."""
    schema = model.model_json_schema()
    parts = schema.get("$defs", {})
    return {name: _inlined(one, parts) for name, one in schema.get("properties", {}).items()}


def _inlined(schema: dict[str, Any], parts: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    named = parts.get(schema.get("$ref", "").rpartition("/")[2], {})
    whole = {**named, **{key: value for key, value in schema.items() if key not in {"$ref", "title"}}}
    if whole.get("default", "") is None:
        del whole["default"]
    whole.pop("title", None)
    return whole


def _sentence(name: str, detail: ErrorDetails, schema: Mapping[str, Any]) -> str:
    if detail["type"] == "missing":
        return f"The parameter `{name}` is missing: {schema['description']}"
    return (
        f"The parameter `{name}` {_FORMS.get(schema.get('pattern', '')) or f'must be {_expected(schema)}'}."
    )


def _expected(schema: Mapping[str, Any]) -> str:
    """Say what a schema expects, such as `a whole number from 1 to 50`."""
    if "enum" in schema:
        return f"one of {', '.join(schema['enum'])}"
    if schema["type"] == "integer":
        return f"a whole number from {schema['minimum']} to {schema['maximum']}"
    return f"text of at most {schema['maxLength']} characters"
