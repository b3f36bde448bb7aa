"""The OpenAPI document, and the running application held to it by schemathesis."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.conftest import OLGA, TODAY, MakeUrl, noon
from tests.kb.web.cast import settle
from tests.kb.web.conftest import EVENTS_TOKEN, TOKEN, House
from tests.kb.web.serving import gunicorn, served
from tiering.content import Content
from tiering.usecases.policy import publish_first
from tiering.usecases.record import open_store

_VARIABLE = re.compile(r"<(?:\w+:)?(\w+)>")


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    """The document as a stranger reads it."""
    answer = client.get("/api/v1/openapi.json")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    told: dict[str, Any] = answer.get_json()
    return told


def operations(document: dict[str, Any]) -> dict[str, Any]:
    """Return the one operation of each path."""
    return {path: next(iter(told.values())) for path, told in document["paths"].items()}


def test_the_document_tells_of_every_operation_and_where_they_are(
    harbour: House, document: dict[str, Any]
) -> None:
    paths = {
        _VARIABLE.sub(r"{\1}", rule.rule).removeprefix("/api/v1")
        for rule in harbour.app.url_map.iter_rules()
        if rule.endpoint.startswith("api.")
    }
    assert document["openapi"] == "3.1.0"
    assert document["servers"] == [{"url": "https://help.harbour.example/api/v1"}]
    assert set(document["paths"]) == paths - {"/openapi.json"}


def test_a_parameter_is_told_with_its_bounds(document: dict[str, Any]) -> None:
    told = {one["name"]: one for one in document["paths"]["/search"]["get"]["parameters"]}
    assert told["limit"]["schema"] == {"type": "integer", "minimum": 1, "maximum": 50, "default": 10}
    assert (told["limit"]["required"], told["limit"]["in"]) == (False, "query")
    assert (told["q"]["required"], told["q"]["schema"]["maxLength"]) == (True, 300)
    (account,) = document["paths"]["/accounts/{id}"]["get"]["parameters"]
    assert (account["in"], account["required"]) == ("path", True)


def test_the_document_says_who_needs_the_token(document: dict[str, Any]) -> None:
    needs = {path: told["security"] for path, told in operations(document).items()}
    assert needs == {
        "/accounts": [{"token": []}],
        "/accounts/{id}": [{"token": []}],
        "/accounts/{id}/entitlements": [{"token": []}],
        "/articles": [{}, {"token": []}],
        "/articles/{slug}": [{}, {"token": []}],
        "/events": [{"events_token": []}],
        "/search": [{}, {"token": []}],
        "/services": [],
    }
    refused = {path: "401" in told["responses"] for path, told in operations(document).items()}
    assert refused == {path: len(needs[path]) == 1 for path in needs}


def test_only_what_takes_a_body_tells_of_one(document: dict[str, Any]) -> None:
    told = operations(document)
    assert [path for path, one in told.items() if "requestBody" in one] == ["/events"]
    assert [path for path, one in told.items() if {"413", "422"} <= one["responses"].keys()] == ["/events"]


def test_every_refusal_is_told_as_a_problem(document: dict[str, Any]) -> None:
    for response in document["components"]["responses"].values():
        assert list(response["content"]) == ["application/problem+json"]
    assert "Retry-After" in document["components"]["responses"]["TooManyRequests"]["headers"]
    assert "WWW-Authenticate" in document["components"]["responses"]["Unauthorized"]["headers"]


def test_every_reference_of_the_document_leads_somewhere(document: dict[str, Any]) -> None:
    for reference in re.findall(r"'\$ref': '#/([^']+)'", str(document)):
        found = document
        for part in reference.split("/"):
            found = found[part]
        assert found


@pytest.mark.parametrize(
    ("kind", "token"), [("postgresql", TOKEN), ("sqlite", None), ("sqlite", EVENTS_TOKEN)]
)
def test_schemathesis_finds_no_answer_that_differs_from_the_document(
    make_url: MakeUrl, content: Content, harbour: House, tmp_path: Path, kind: str, token: str | None
) -> None:
    database_url = make_url(kind)
    store = open_store(database_url, noon)
    publish_first(store, content, OLGA, TODAY)
    settle(store)
    store.close()
    command = [sys.executable, "-m", "schemathesis.cli", "run", "--checks", "all", "--seed", "1"]
    command += ["--max-examples", "15", "--continue-on-failure"]
    if token:
        command += ["--header", f"Authorization: Bearer {token}"]
    known = {"KB_API_TOKEN": TOKEN, "EVENTS_TOKEN": EVENTS_TOKEN}
    with served(tmp_path, harbour.content, gunicorn, DATABASE_URL=database_url, **known) as port:
        command += [f"http://127.0.0.1:{port}/api/v1/openapi.json"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "8 selected / 8 total" in done.stdout
