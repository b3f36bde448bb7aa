"""The OpenAPI document, made of the very models that read parameters and write answers."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from flask import Response
from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, models_json_schema

from kb.web.api.operation import OPERATIONS, Operation, Page, blueprint
from kb.web.api.parameters import Viewed, shown
from kb.web.desk import public_url
from kb.web.problem import PROBLEM_TYPE, Problem

_INTRODUCTION = """Search and articles as everybody may read them, and with the token as anybody may; accounts
with the token only. It is `KB_API_TOKEN` and goes into the header `Authorization: Bearer …`. Events are told
with a token of their own, `EVENTS_TOKEN`, which opens nothing else.

**Problems** are answered as RFC 9457 has it. `detail` says what is wrong and what was expected, and `errors`
names each parameter that is wrong; one that is unknown is wrong too, and so is one that stands there twice.

**Lists** come page by page: `page` and `limit` choose, `total` and `pages` count, and `next`, like the header
`Link` with `rel="next"`, is the address of the next page. What moves meanwhile may be missed or come twice.

**Limits**: 120 requests a minute for each visitor. The headers `RateLimit-Limit`, `RateLimit-Remaining` and
`RateLimit-Reset` (seconds) tell how many are left. Beyond that the answer is 429, and `Retry-After` says when
to come back. Nothing is counted with the token, nor from the knowledge base's own host. Of events
600 batches a minute are taken.

**Caches**: without the token an answer has an `ETag` to ask again with; with it, nothing may be stored.

New fields may come at any time; nothing else of version 1 changes."""

_REFUSALS = {
    400: ("BadRequest", "A parameter is wrong."),
    401: ("Unauthorized", "The token is missing or wrong."),
    404: ("NotFound", "There is no such thing, or it is not for whoever asks."),
    413: ("TooLarge", "The body has more than 512 KiB."),
    422: ("Unusable", "The body is JSON, but not what was expected."),
    429: ("TooManyRequests", "That was too often."),
    500: ("Failed", "Something went wrong on our side."),
    503: ("Unavailable", "The content, the index or the record cannot be used right now."),
}
_HEADERS = {
    "RateLimit-Limit": ("How many requests a minute are answered.", "integer"),
    "RateLimit-Remaining": ("How many are left now.", "integer"),
    "RateLimit-Reset": ("In how many seconds there are more.", "integer"),
    "Retry-After": ("In how many seconds to ask again.", "integer"),
    "WWW-Authenticate": ("How to show the token.", "string"),
    "Link": ('The next page, as `rel="next"`.', "string"),
}
_SCHEMES = {"KB_API_TOKEN": "token", "EVENTS_TOKEN": "events_token"}
_WITH_BODY = {413, 422}
_LIMITED = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")
_HEADERS_OF = {401: ("WWW-Authenticate",), 429: ("Retry-After",), 503: ("Retry-After",)}

JsonValue = dict[str, Any]


class _Untitled(GenerateJsonSchema):
    """Leaves out the titles of fields, which only repeat their names."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        return False


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """Give the document; it tells nothing of anybody's, so everybody may read it."""
    told = document(public_url(blueprint.url_prefix or ""))
    return Response(json.dumps(told, ensure_ascii=False), mimetype="application/json")


def document(server: str) -> JsonValue:
    """Return the OpenAPI 3.1 document of the API at an address."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "The knowledge base, for programs", "version": "1", "description": _INTRODUCTION},
        "servers": [{"url": server}],
        "paths": {one.path: {one.method: _operation(one)} for one in OPERATIONS},
        "components": {
            "schemas": _schemas(
                [Problem, *(one.answer for one in OPERATIONS), *(one.body for one in OPERATIONS if one.body)]
            ),
            "securitySchemes": {
                scheme: {"type": "http", "scheme": "bearer", "description": f"`{variable}`."}
                for variable, scheme in _SCHEMES.items()
            },
            "headers": {
                name: {"description": told, "schema": {"type": kind}}
                for name, (told, kind) in _HEADERS.items()
            },
            "responses": {
                name: _response(told, PROBLEM_TYPE, Problem, (*_LIMITED, *_HEADERS_OF.get(status, ())))
                for status, (name, told) in _REFUSALS.items()
            },
        },
    }


def _operation(one: Operation) -> JsonValue:
    summary = one.description.partition("\n")[0].rstrip(".")
    headers = (*_LIMITED, "Link") if issubclass(one.answer, Page) else _LIMITED
    told = one.answer.__doc__ or ""
    return {
        "operationId": one.name,
        "summary": summary,
        "parameters": _parameters(one),
        "security": _security(one),
        **({"requestBody": _body(one.body)} if one.body else {}),
        "responses": {
            "200": _response(told, "application/json", one.answer, headers),
            **{
                str(status): {"$ref": f"#/components/responses/{name}"}
                for status, (name, _) in _REFUSALS.items()
                if (status != 401 or one.token) and (status not in _WITH_BODY or one.body)
            },
        },
    }


def _security(one: Operation) -> list[JsonValue]:
    """Say who may ask: with the token only, also without it, or whoever they are."""
    if one.token:
        return [{_SCHEMES[one.token]: []}]
    return [{}, {"token": []}] if issubclass(one.parameters, Viewed) else []


def _parameters(one: Operation) -> list[JsonValue]:
    found = []
    for name, field in one.parameters.model_fields.items():
        schema = dict(shown(one.parameters)[name])
        found.append(
            {
                "name": name,
                "in": "path" if name in one.variables else "query",
                "description": schema.pop("description", ""),
                "required": field.is_required(),
                "schema": schema,
            }
        )
    return found


def _body(model: type[BaseModel]) -> JsonValue:
    schema = {"$ref": f"#/components/schemas/{model.__name__}"}
    return {
        "description": model.__doc__ or "",
        "required": True,
        "content": {"application/json": {"schema": schema}},
    }


def _response(told: str, kind: str, model: type[BaseModel], headers: Iterable[str]) -> JsonValue:
    return {
        "description": told,
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in headers},
        "content": {kind: {"schema": {"$ref": f"#/components/schemas/{model.__name__}"}}},
    }


def _schemas(models: Iterable[type[BaseModel]]) -> dict[str, JsonSchemaValue]:
    _, shared = models_json_schema(
        [(model, "serialization") for model in models],
        ref_template="#/components/schemas/{model}",
        schema_generator=_Untitled,
    )
    return dict(shared["$defs"])
