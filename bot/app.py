"""The Bolt application and its door: what Slack sends is verified, acknowledged and handed on."""

from __future__ import annotations

import logging
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl
from wsgiref.types import StartResponse, WSGIEnvironment

import structlog
from slack_bolt import App, BoltContext, BoltRequest, BoltResponse
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_bolt.adapter.wsgi.http_request import WsgiHttpRequest
from slack_bolt.adapter.wsgi.http_response import WsgiHttpResponse
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.request.internals import build_context
from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier

from bot.conversation import answering, apologise, desk_at, heeding, offering, submitting, tell
from bot.desk import Desk
from bot.ears import Ears
from bot.features import (
    accounts,
    announcements,
    away,
    book,
    channel,
    digest,
    effort,
    exception,
    history,
    home,
    installation,
    kb,
    links,
    numbers,
    rehearsal,
    shortcuts,
    signals,
    tier,
)
from bot.gesture import is_turn, makes_sense, request_of, way_back
from bot.installing import INSTALL_PATH, REDIRECT_PATH, Installing
from bot.router import Router
from bot.slack import client as slack_client
from bot.way import SAY

EVENTS_PATH = "/slack/events"
HEALTH_PATH = "/healthz"
WORKERS = 20
"""Turns that are answered at the same time; more of them wait, long since acknowledged."""
REMEMBERED_DELIVERIES = 10_000
HEARD = ("app_mention", "message")
"""The events in which somebody speaks to the bot; what they say goes where a command's text goes."""
OUT_OF_DATE = "That belongs to an older answer and can no longer be used. Please ask again."

CONVERSATIONS = (
    tier,
    effort,
    exception,
    history,
    accounts,
    book,
    signals,
    digest,
    numbers,
    kb,
    channel,
    announcements,
    rehearsal,
    away,
    shortcuts,
    home,
    links,
    installation,
)
"""In the order in which the help tells of them."""

log = structlog.get_logger(__name__)


_bolt_log = logging.getLogger("slack_bolt")
# Bolt warns of a token in the environment that it does not use; what matters reaches the error boundary.
_bolt_log.setLevel(logging.ERROR)


def all_ears() -> Ears:
    """Collect what every conversation listens to."""
    ears = Ears()
    for conversation in CONVERSATIONS:
        conversation.register(ears)
    return ears


def create_app(signing_secret: str, ears: Ears, desk: Desk) -> App:
    """Make the application; whose workspace a request is of, and with which token, the desk knows."""

    def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id)

    app = App(
        name="longtail",
        # Without a token: each listener asks for its workspace's, which may have to be read from the record.
        client=slack_client(None, desk.slack.client.base_url),
        signing_secret=signing_secret,
        # With a token of its own, Bolt would start an OAuth flow as soon as it finds SLACK_CLIENT_ID.
        authorize=authorize,
        # Answered before the signature is checked; Slack has not needed it for years.
        ssl_check_enabled=False,
        raise_error_for_unhandled_request=True,
        logger=_bolt_log,
        listener_executor=ThreadPoolExecutor(WORKERS, thread_name_prefix="turn"),
    )
    app.middleware(Deliveries(frozenset(name for name, _ in ears.tidings)).receive)
    app.error(_unhandled(desk))
    _listen(app, ears, desk)
    return app


def _listen(app: App, ears: Ears, desk: Desk) -> None:
    """Give every ear its listener."""
    router = Router(tuple(ears.phrases), ears.otherwise)
    for command in ears.commands:
        app.command(desk.commands[command.key])(answering(desk, command.handler or router))
    app.action(_begins(SAY))(answering(desk, router))
    for event in HEARD:
        app.event(event)(answering(desk, router))
    for name, handler in ears.events:
        app.event(name)(answering(desk, handler))
    for name, heed in ears.tidings:
        app.event(name)(heeding(desk, heed))
    for begins, handler in ears.actions:
        app.action(begins)(answering(desk, handler))
    for callback_id, handler in ears.forms:
        app.view(callback_id)(submitting(desk, handler))
    for action_id, offer in ears.menus:
        app.options(action_id)(offering(desk, offer))
    for shortcut in ears.shortcuts:
        listen = app.message_shortcut if shortcut.on_message else app.global_shortcut
        listen(shortcut.callback_id)(answering(desk, shortcut.handler))


def _begins(text: str) -> re.Pattern[str]:
    return re.compile(f"^{re.escape(text)}")


class Deliveries:
    """Acknowledges at once what may be, and lets a repeated delivery go no further.

    It runs in the thread of the request, so that no acknowledgement waits for a worker. What another process
    has answered is found out later, in the record. Forms and menus are answered within the acknowledgement,
    every time that they are delivered: whoever writes knows a form by the name that Slack gave it.
    """

    def __init__(self, tidings: frozenset[str]) -> None:
        self._tidings = tidings
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._lock = threading.Lock()

    def receive(
        self, request: BoltRequest, context: BoltContext, next_: Callable[[], BoltResponse]
    ) -> BoltResponse:
        """Receive one request of Slack's."""
        body = request.body
        if body.get("type") in ("view_submission", "block_suggestion"):
            return next_()
        told = (body.get("event") or {}).get("type") in self._tidings
        if self._was_seen(body) or not (told or is_turn(body)):
            return BoltResponse(status=HTTPStatus.OK)
        context.ack()
        return next_()

    def _was_seen(self, body: dict[str, Any]) -> bool:
        key = request_of(body)
        if not key:
            return False
        with self._lock:
            seen = key in self._seen
            self._seen[key] = None
            if len(self._seen) > REMEMBERED_DELIVERIES:
                self._seen.popitem(last=False)
        return seen


def _unhandled(desk: Desk) -> Callable[..., BoltResponse]:
    """Make what answers where no listener does, such as after a press of a button of an older version."""

    def listener(
        error: Exception, body: dict[str, Any], client: WebClient, context: BoltContext
    ) -> BoltResponse:
        here = desk_at(desk, body, client, context)
        way = way_back(body, here.slack) if here else None
        if way and not isinstance(error, BoltUnhandledRequestError):
            apologise(error, way)
        elif way and way.user and "event" not in body:
            tell(way, OUT_OF_DATE)
        return BoltResponse(status=HTTPStatus.OK)

    return listener


class Door(SlackRequestHandler):
    """The bot's HTTP: everything from Slack at one path, a sign of life at another, and two to install it."""

    def __init__(self, app: App, signing_secret: str, installing: Installing | None = None) -> None:
        super().__init__(app, path=EVENTS_PATH)
        self._verifier = SignatureVerifier(signing_secret)
        self._installing = installing

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve one request."""
        if environ["PATH_INFO"] == HEALTH_PATH and environ["REQUEST_METHOD"] in ("GET", "HEAD"):
            start_response("200 OK", [("Content-Type", "text/plain; charset=utf-8")])
            return [b"ok\n"] if environ["REQUEST_METHOD"] == "GET" else []
        asked = (environ["REQUEST_METHOD"], environ["PATH_INFO"])
        if self._installing and asked in (("GET", INSTALL_PATH), ("GET", REDIRECT_PATH)):
            return _installation(self._installing, environ, start_response)
        if environ["PATH_INFO"] != EVENTS_PATH or environ["REQUEST_METHOD"] != "POST":
            start_response("404 Not Found", [("Content-Type", "text/plain; charset=utf-8")])
            return [b"There is nothing here.\n"]
        return super().__call__(environ, start_response)

    def dispatch(self, request: WsgiHttpRequest) -> BoltResponse:
        """Hand a request to Bolt; Bolt would read the body before it checks the signature."""
        body = request.environ["wsgi.input"].read(int(request.environ.get("CONTENT_LENGTH") or 0))
        headers = request.get_headers()
        if not self._is_genuine(body, headers):
            log.warning("forged")
            return BoltResponse(status=HTTPStatus.UNAUTHORIZED, body="The signature is not Slack's.")
        try:
            read = _read(body.decode(), request.query_string, headers)
        except (ValueError, AttributeError):
            # Bolt finds JSON that is broken, or that is no object, in its own ways.
            return BoltResponse(status=HTTPStatus.BAD_REQUEST, body="The body cannot be read.")
        if not makes_sense(read.body):
            return BoltResponse(status=HTTPStatus.BAD_REQUEST, body="That is nothing that Slack sends.")
        return self.app.dispatch(read)

    def _is_genuine(self, body: bytes, headers: Mapping[str, Any]) -> bool:
        """Check signature and age (five minutes); the SDK trips over odd headers."""
        try:
            return self._verifier.is_valid_request(body, headers)
        except (ValueError, TypeError, OverflowError):
            return False


def _installation(
    installing: Installing, environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    """Serve one page of an installation."""
    asked = WsgiHttpRequest(environ)
    page = installing.serve(
        asked.path, BoltRequest(body="", query=asked.query_string, headers=asked.get_headers())
    )
    answer = WsgiHttpResponse(page.status, page.headers, page.body)
    start_response(answer.status, answer.get_headers())
    return answer.get_body()


def _read(body: str, query: str, headers: dict[str, Any]) -> BoltRequest:
    """Make Bolt's request of a body, the form of a command included.

    Bolt 1.30 takes any form in which the word "payload" stands, even within what somebody typed, for one with
    a field of that name, and reads nothing at all.
    """
    read = BoltRequest(body=body, query=query, headers=headers)
    form = {} if read.body else dict(parse_qsl(body, keep_blank_values=True))
    if "command" in form:
        read.body = form
        read.context = build_context(BoltContext(), form)
    return read
