"""The one error boundary: says what happened and what to do next; details go to the log only."""

from __future__ import annotations

import secrets
from http import HTTPStatus

import structlog
from flask import Flask, Response, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import (
    BadRequest,
    HTTPException,
    InternalServerError,
    NotFound,
    ServiceUnavailable,
)

from kb.web.desk import edition
from kb.web.live import NotReadyError
from kb.web.problem import PROBLEM_TYPE, Problem, WrongParameter, WrongParametersError
from kb.web.prose import words_of
from kb.web.search import LONGEST, nearest
from tiering.usecases.policy import NoPolicy
from tiering.usecases.record import RecordUnavailable

log = structlog.get_logger(__name__)

_FOR_PROGRAMS = ("/api/", "/suggest")

_STALE_FORM = (
    "The form was open for too long, or cookies are switched off. Please load the page and try again."
)

_MOVED = "It may have moved, or the address may be mistyped."

_WHAT_HAPPENED = {
    400: "We could not read that request",
    401: "That needs a token",
    404: "This page does not exist",
    405: "That is not possible here",
    413: "That is too large",
    414: "That address is too long",
    422: "We cannot use what that request says",
    429: "That was a little too fast",
    500: "Something went wrong on our side",
    503: "Back in a moment",
}


def handle_errors(app: Flask) -> None:
    """Answer every error with a page of ours, or with RFC 9457 problem details where a program asks."""
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(CSRFError, lambda _: _refused(BadRequest(_STALE_FORM)))
    app.register_error_handler(NotReadyError, lambda error: _refused(ServiceUnavailable(str(error))))
    app.register_error_handler(NoPolicy, lambda error: _refused(ServiceUnavailable(str(error))))
    app.register_error_handler(RecordUnavailable, _without_record)
    app.register_error_handler(InternalServerError, _failed)


def _refused(error: HTTPException) -> Response:
    errors = error.errors if isinstance(error, WrongParametersError) else None
    response = _answer(error.code or 500, error.description or "", errors)
    for name, value in error.get_headers(request.environ):
        if name in {"Allow", "WWW-Authenticate"}:
            response.headers[name] = value
    if error.code == HTTPStatus.TOO_MANY_REQUESTS:
        response.headers["Retry-After"] = "60"
    if error.code == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = "5"
    return response


def _without_record(error: RecordUnavailable) -> Response:
    log.warning("record unavailable", reason=str(error))
    return _refused(ServiceUnavailable("We cannot look this up right now. Please try again in a minute."))


def _failed(error: InternalServerError) -> Response:
    reference = secrets.token_hex(4)
    log.error("request failed", reference=reference, path=request.path, exc_info=error.original_exception)
    return _answer(500, f"Please try again. If it happens once more, tell us this reference: {reference}.")


def _answer(status: int, detail: str, errors: list[WrongParameter] | None = None) -> Response:
    title = _WHAT_HAPPENED.get(status, HTTPStatus(status).phrase)
    if request.path.startswith(_FOR_PROGRAMS):
        problem = Problem(
            type="about:blank",
            title=title,
            status=status,
            detail=detail,
            instance=request.path,
            errors=errors,
        )
        response = Response(problem.model_dump_json(exclude_none=True), mimetype=PROBLEM_TYPE)
    else:
        response = make_response(_page(status, title, detail))
    response.status_code = status
    return response


def _page(status: int, title: str, detail: str) -> str:
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:  # whatever failed must not be needed to say so
        return render_template("errors/bare.html", title=title, detail=detail)
    try:
        edition()  # the frame of every page needs it, also where the request itself did not
        words = words_of(request.path)[:LONGEST] if status == HTTPStatus.NOT_FOUND else ""
        detail = _MOVED if detail == NotFound.description else detail
        said = {"status": status, "title": title, "detail": detail, "words": words}
        return render_template("errors/error.html", **said, nearest=nearest(words))
    except NotReadyError:
        return render_template("errors/bare.html", title=title, detail=detail)
