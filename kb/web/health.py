"""What operators and their machines ask: is the process up, is it ready, what has it counted."""

from __future__ import annotations

import hmac

from flask import Blueprint, Response, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import SecretStr
from werkzeug.exceptions import NotFound

from kb.web.desk import desk
from kb.web.live import NotReadyError
from tiering.usecases.record import RecordUnavailable, check

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    """Say that the process is up."""
    return jsonify(status="up")


@blueprint.get("/readyz")
def readyz() -> tuple[Response, int]:
    """Say whether the index and the database are both usable; 503 names the one that is not."""
    waits = []
    if not desk().live.ready:
        waits.append("index")
    try:
        check(desk().store)
    except RecordUnavailable:
        waits.append("database")
    return jsonify(status="waiting" if waits else "ready", waits_for=waits), 503 if waits else 200


@blueprint.get("/metrics")
def metrics() -> Response:
    """Give what this process has counted to whoever bears the token; to others the page does not exist."""
    if not bears_token():
        raise NotFound
    counted = desk().metrics
    try:
        now = desk().live.edition
    except NotReadyError:
        pass
    else:
        counted.articles.set(len(now.library.articles))
        counted.problems.set(len(now.problems))
    return Response(counted.text(), content_type=CONTENT_TYPE_LATEST)


def bears_token() -> bool:
    """Whether the request carries KB_API_TOKEN."""
    return _bears(desk().settings.kb_api_token)


def bears_events_token() -> bool:
    """Whether the request carries EVENTS_TOKEN."""
    return _bears(desk().settings.events_token)


def _bears(expected: SecretStr | None) -> bool:
    """Whether the request carries a token; compared in constant time."""
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    if expected is None or kind.lower() != "bearer":
        return False
    return hmac.compare_digest(given.strip().encode(), expected.get_secret_value().encode())
