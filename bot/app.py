"""The Bolt application and its door: what Slack sends is verified, acknowledged and handed on."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl
from wsgiref.types import StartResponse, WSGIEnvironment

import structlog
from slack_bolt import App, BoltContext, BoltRequest, BoltResponse, Respond
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_bolt.adapter.wsgi.http_request import WsgiHttpRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.request.internals import build_context
from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web import SlackResponse

from bot.conversation import Desk, apologise, send, sentence
from bot.features import tier

EVENTS_PATH = "/slack/events"
HEALTH_PATH = "/healthz"
WORKERS = 20
"""Turns that are answered at the same time; more of them wait, long since acknowledged."""
REMEMBERED_DELIVERIES = 10_000
OUT_OF_DATE = "That belongs to an older answer and can no longer be used. Please ask again."

CONVERSATIONS = (tier,)
COMMANDS = tuple(command for conversation in CONVERSATIONS for command in conversation.COMMANDS)

log = structlog.get_logger(__name__)


_bolt_log = logging.getLogger("slack_bolt")
# Bolt warns of a token in the environment that it does not use; what matters reaches the error boundary.
_bolt_log.setLevel(logging.ERROR)


def create_app(client: WebClient, signing_secret: str, identity: SlackResponse, desk: Desk) -> App:
    """Make the application; `identity` is what `auth.test` said of the client's token."""

    def authorize() -> AuthorizeResult:
        return AuthorizeResult.from_auth_test_response(bot_token=client.token, auth_test_response=identity)

    app = App(
        name="longtail",
        # Bolt gives each request a client of its own, with the token that `authorize` names.
        client=WebClient(base_url=client.base_url, timeout=client.timeout),
        signing_secret=signing_secret,
        # With a token of its own, Bolt would start an OAuth flow as soon as it finds SLACK_CLIENT_ID.
        authorize=authorize,
        # Answered before the signature is checked; Slack has not needed it for years.
        ssl_check_enabled=False,
        raise_error_for_unhandled_request=True,
        logger=_bolt_log,
        listener_executor=ThreadPoolExecutor(WORKERS, thread_name_prefix="turn"),
    )
    app.middleware(Deliveries().receive)
    app.error(_unhandled)
    for conversation in CONVERSATIONS:
        conversation.register(app, desk)
    return app


class Deliveries:
    """Acknowledges commands and buttons at once, and lets a repeated delivery go no further.

    It runs in the thread of the request, so that no acknowledgement waits for a worker.
    """

    def __init__(self) -> None:
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._lock = threading.Lock()

    def receive(
        self, request: BoltRequest, context: BoltContext, next_: Callable[[], BoltResponse]
    ) -> BoltResponse:
        """Receive one request of Slack's."""
        seen = self._was_seen(request.body)
        if seen and "x-slack-retry-num" in request.headers:
            return BoltResponse(status=HTTPStatus.OK)
        if "command" in request.body or request.body.get("type") == "block_actions":
            context.ack()
        return next_()

    def _was_seen(self, body: dict[str, Any]) -> bool:
        key = str(body.get("event_id") or body.get("trigger_id") or "")
        if not key:
            return False
        with self._lock:
            seen = key in self._seen
            self._seen[key] = None
            if len(self._seen) > REMEMBERED_DELIVERIES:
                self._seen.popitem(last=False)
        return seen


def _unhandled(error: Exception, respond: Respond) -> BoltResponse:
    """Answer what no listener takes, such as a button of an older version."""
    if not isinstance(error, BoltUnhandledRequestError):
        apologise(error, respond)
    elif respond.response_url:
        send(respond, sentence(OUT_OF_DATE))
    return BoltResponse(status=HTTPStatus.OK)


class Door(SlackRequestHandler):
    """The bot's HTTP: everything from Slack at one path, a sign of life at another, nothing else."""

    def __init__(self, app: App, signing_secret: str) -> None:
        super().__init__(app, path=EVENTS_PATH)
        self._verifier = SignatureVerifier(signing_secret)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve one request."""
        if environ["PATH_INFO"] == HEALTH_PATH and environ["REQUEST_METHOD"] in ("GET", "HEAD"):
            start_response("200 OK", [("Content-Type", "text/plain; charset=utf-8")])
            return [b"ok\n"] if environ["REQUEST_METHOD"] == "GET" else []
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
        return self.app.dispatch(read)

    def _is_genuine(self, body: bytes, headers: Mapping[str, Any]) -> bool:
        """Check signature and age (five minutes); the SDK trips over odd headers."""
        try:
            return self._verifier.is_valid_request(body, headers)
        except (ValueError, TypeError, OverflowError):
            return False


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
