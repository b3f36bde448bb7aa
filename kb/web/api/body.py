"""What a program tells: a JSON object, read by the model that the OpenAPI document shows."""

from __future__ import annotations

from typing import TypeVar

from flask import request
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails, from_json
from werkzeug.exceptions import BadRequest, UnprocessableEntity

_Read = TypeVar("_Read", bound="Body")

_MOST, _LONGEST = 10, 60
"""How many mistakes are named, and how much of a key is repeated."""

_WRONG = {
    "dict_type": "must be a JSON object",
    "extra_forbidden": "is not known here",
    "list_type": "must be a list",
    "missing": "is missing",
    "model_type": "must be a JSON object",
    "too_long": "may hold {max_length} at most, not {actual_length}",
}


class Body(BaseModel):
    """What is told to an operation."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


def read_body(model: type[_Read]) -> _Read:
    """Read the body of the request; raises BadRequest for no JSON, UnprocessableEntity for another shape."""
    try:
        said = from_json(request.get_data(cache=False), allow_inf_nan=False)
    except ValueError as error:
        raise BadRequest(f"The body must be JSON; it is not: {error}.") from error
    try:
        return model.model_validate(said)
    except ValidationError as error:
        raise UnprocessableEntity(" ".join(map(_sentence, error.errors()[:_MOST]))) from error


def _sentence(detail: ErrorDetails) -> str:
    place = ".".join(str(part)[:_LONGEST] for part in detail["loc"])
    said = _WRONG.get(detail["type"])
    wrong = said.format_map(detail.get("ctx", {})) if said else detail["msg"]
    return f"`{place}` {wrong}." if place else f"The body {wrong}."
