"""The problem: what a program reads where it cannot be answered, as RFC 9457 has it."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict
from pydantic.json_schema import SkipJsonSchema
from werkzeug.exceptions import BadRequest

PROBLEM_TYPE = "application/problem+json"


class WrongParameter(BaseModel):
    """A parameter that cannot be used."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    parameter: str
    """Its name."""
    detail: str
    """What is wrong with it, and what was expected."""


class Problem(BaseModel):
    """Why a request was not answered."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    type: str
    """Always `about:blank`: the status says what kind of problem it is."""
    title: str
    """What happened, the same for every problem of this status."""
    status: int
    """The HTTP status."""
    detail: str
    """What is wrong here, and what to do next."""
    instance: str
    """The path that was asked for."""
    errors: list[WrongParameter] | SkipJsonSchema[None] = None
    """Each parameter that is wrong; not there where none is."""


class WrongParametersError(BadRequest):
    """Parameters that cannot be used, each with a sentence that says what was expected."""

    def __init__(self, sentences: Mapping[str, str]) -> None:
        super().__init__(" ".join(sentences.values()))
        self.errors = [WrongParameter(parameter=name, detail=said) for name, said in sentences.items()]
