"""An operation of the API: a function whose parameters and answer say all that a program needs to know."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, get_type_hints

from flask import Blueprint, Response, request, url_for
from pydantic import BaseModel, ConfigDict
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from kb.web.api.parameters import Paged, Parameters, read
from kb.web.desk import public_url
from kb.web.health import bears_token

_Asked = TypeVar("_Asked", bound=Parameters)
_Given = TypeVar("_Given", bound="Answer")
_VARIABLE = re.compile(r"<(?:\w+:)?(\w+)>")

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")


class Answer(BaseModel):
    """What an operation answers, or a part of it."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


class Page(Answer):
    """A page of a list."""

    total: int
    """How many there are on all pages."""
    page: int
    """The number of this page, from 1."""
    pages: int
    """How many pages there are, at least 1."""
    next: str | None
    """The address of the next page; null on the last one."""


@dataclass(frozen=True, slots=True)
class Operation:
    """What the OpenAPI document tells of an operation."""

    name: str
    path: str
    """With its variables in braces."""
    description: str
    parameters: type[Parameters]
    answer: type[Answer]
    needs_token: bool

    @property
    def variables(self) -> list[str]:
        """The names of those parameters that stand in the path."""
        return re.findall(r"{(\w+)}", self.path)


OPERATIONS: list[Operation] = []
"""Every operation, in the order of the document."""


def operation(
    rule: str, *, token: bool = False
) -> Callable[[Callable[[_Asked], _Given]], Callable[[_Asked], _Given]]:
    """Answer GET requests for a path below `/api/v1` with what a function makes of its parameters.

    With `token` only whoever bears KB_API_TOKEN is answered; whoever does not learns nothing else.
    """

    def register(answers: Callable[[_Asked], _Given]) -> Callable[[_Asked], _Given]:
        hints = get_type_hints(answers)
        name, parameters = answers.__name__, hints["asked"]

        @blueprint.get(rule, endpoint=name)
        def view(**_: str) -> Response:
            if token:
                _require_token()
            answer = answers(read(parameters))
            response = Response(answer.model_dump_json(), mimetype="application/json")
            if isinstance(answer, Page) and answer.next:
                response.headers["Link"] = f'<{answer.next}>; rel="next"'
            return response

        path, told = _VARIABLE.sub(r"{\1}", rule), inspect.getdoc(answers) or ""
        OPERATIONS.append(Operation(name, path, told, parameters, hints["return"], token))
        return answers

    return register


def pages_of(total: int, asked: Paged) -> int:
    """Return how many pages there are, at least 1."""
    return max(1, -(-total // asked.limit))


def next_page(asked: Paged, pages: int) -> str | None:
    """Return the address of the page after the one that was asked for; None where that was the last."""
    if asked.page >= pages:
        return None
    values: dict[str, Any] = {**request.args.to_dict(), **(request.view_args or {}), "page": asked.page + 1}
    return public_url(url_for(request.endpoint or "", **values))


def _require_token() -> None:
    if bears_token():
        return
    told: dict[str, str | None] = {"realm": "Longtail"}
    if "Authorization" in request.headers:
        told["error"] = "invalid_token"
    raise Unauthorized(
        "This needs the token of the knowledge base, as `Authorization: Bearer …`.",
        www_authenticate=WWWAuthenticate("bearer", told),
    )
