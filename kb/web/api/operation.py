"""An operation of the API: a function whose parameters and answer say all that a program needs to know."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, get_type_hints

from flask import Blueprint, Response, request, url_for
from pydantic import BaseModel, ConfigDict
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from kb.web.api.body import Body, read_body
from kb.web.api.parameters import Paged, Parameters, read
from kb.web.desk import public_url
from kb.web.health import bears_events_token, bears_token

_Asked = TypeVar("_Asked", bound=Parameters)
_Told = TypeVar("_Told", bound=Body)
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
    token: str | None
    """The variable whose token it needs."""
    body: type[Body] | None = None
    """What is told to it by POST; without it, it is asked by GET."""

    @property
    def method(self) -> Literal["get", "post"]:
        """How it is called."""
        return "post" if self.body else "get"

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
                _require(bears_token(), "the token of the knowledge base")
            answer = answers(read(parameters))
            response = Response(answer.model_dump_json(), mimetype="application/json")
            if isinstance(answer, Page) and answer.next:
                response.headers["Link"] = f'<{answer.next}>; rel="next"'
            return response

        path, told = _VARIABLE.sub(r"{\1}", rule), inspect.getdoc(answers) or ""
        needed = "KB_API_TOKEN" if token else None
        OPERATIONS.append(Operation(name, path, told, parameters, hints["return"], needed))
        return answers

    return register


def taking(rule: str) -> Callable[[Callable[[_Told], _Given]], Callable[[_Told], _Given]]:
    """Answer POST requests for a path below `/api/v1` with what a function makes of their body.

    Only whoever bears EVENTS_TOKEN is listened to.
    """

    def register(answers: Callable[[_Told], _Given]) -> Callable[[_Told], _Given]:
        hints = get_type_hints(answers)
        name, body = answers.__name__, hints["told"]

        @blueprint.post(rule, endpoint=name)
        def view() -> Response:
            _require(bears_events_token(), "the token for events")
            read(Parameters)
            return Response(answers(read_body(body)).model_dump_json(), mimetype="application/json")

        told = inspect.getdoc(answers) or ""
        OPERATIONS.append(Operation(name, rule, told, Parameters, hints["return"], "EVENTS_TOKEN", body))
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


def _require(borne: bool, what: str) -> None:
    if borne:
        return
    told: dict[str, str | None] = {"realm": "Longtail"}
    if "Authorization" in request.headers:
        told["error"] = "invalid_token"
    raise Unauthorized(
        f"This needs {what}, as `Authorization: Bearer …`.",
        www_authenticate=WWWAuthenticate("bearer", told),
    )
