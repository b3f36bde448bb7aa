"""Sends Slack's requests to the bot, signed over HTTP or through Socket Mode, and times the answer."""

from __future__ import annotations

import http.client
import json
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol
from urllib.parse import urlencode, urlsplit

from slack_sdk.signature import SignatureVerifier

from bot.playground.workspace import Workspace

Kind = Literal["slash_commands", "interactive", "events_api"]
_KEPT = 200


class Connection(Protocol):
    """A bot that is connected through Socket Mode."""

    def ask(self, envelope: Mapping[str, Any], timeout: float) -> Mapping[str, Any]:
        """Send an envelope and give the acknowledgement's payload; raises TimeoutError or OSError."""


@dataclass(frozen=True)
class Request:
    """Something that Slack tells the bot; a repeated one carries the number of the attempt and why."""

    kind: Kind
    payload: Mapping[str, Any]
    retry: int = 0
    reason: str = ""


@dataclass(frozen=True)
class Acknowledgement:
    """How the bot answered: an HTTP status (0 for none), what it said, and after how many seconds.

    `error` is Slack's word for what went wrong: `operation_timeout`, `dispatch_failed`, or nothing.
    """

    request: Request
    status: int = 0
    body: str = ""
    seconds: float = 0.0
    error: str = ""

    @property
    def said(self) -> dict[str, Any]:
        """Read the body as JSON; plain text counts as a message's text, as for slash commands."""
        try:
            said = json.loads(self.body) if self.body.strip() else {}
        except ValueError:
            return {"text": self.body}
        return said if isinstance(said, dict) else {"text": self.body}


@dataclass
class Delivery:
    """The way to the bot: a request URL, or whatever connected last through Socket Mode.

    `timer` measures seconds and never runs backwards.
    """

    workspace: Workspace
    timer: Callable[[], float] = time.monotonic
    request_url: str | None = None
    connections: list[Connection] = field(default_factory=list)
    log: deque[Acknowledgement] = field(default_factory=lambda: deque(maxlen=_KEPT))

    def send(self, request: Request) -> Acknowledgement:
        """Send a request and wait for its acknowledgement, as long as Slack does."""
        begun = self.timer()
        try:
            status, body = self._exchange(request)
            error = "" if status == http.HTTPStatus.OK else "dispatch_failed"
            answer = Acknowledgement(request, status, body, error=error)
        except TimeoutError:
            answer = Acknowledgement(request, error="operation_timeout")
        except (OSError, http.client.HTTPException):
            answer = Acknowledgement(request, error="dispatch_failed")
        answer = replace(answer, seconds=self.timer() - begun)
        self.log.append(answer)
        self.workspace.touch()
        return answer

    def _exchange(self, request: Request) -> tuple[int, str]:
        if self.connections:
            return http.HTTPStatus.OK, json.dumps(self._over_socket(self.connections[-1], request))
        if self.request_url is None:
            raise ConnectionError("no bot is connected")
        return self._over_http(self.request_url, request)

    def _over_socket(self, connection: Connection, request: Request) -> Mapping[str, Any]:
        envelope: dict[str, Any] = {
            "type": request.kind,
            "envelope_id": self.workspace.new_id("", 24),
            "payload": request.payload,
            "accepts_response_payload": request.kind != "events_api",
        }
        if request.kind == "events_api":
            envelope |= {"retry_attempt": request.retry, "retry_reason": request.reason}
        return connection.ask(envelope, self.workspace.acknowledgement_seconds)

    def _over_http(self, url: str, request: Request) -> tuple[int, str]:
        body, content_type = _encoded(request)
        address = urlsplit(url)
        connection = http.client.HTTPConnection(
            address.hostname or "", address.port, timeout=self.workspace.acknowledgement_seconds
        )
        try:
            connection.request(
                "POST", address.path or "/", body.encode(), self._headers(request, body, content_type)
            )
            response = connection.getresponse()
            return response.status, response.read().decode("utf-8", "replace")
        finally:
            connection.close()

    def _headers(self, request: Request, body: str, content_type: str) -> dict[str, str]:
        stamp = str(int(self.workspace.clock()))
        verifier = SignatureVerifier(self.workspace.bot.credentials.signing_secret)
        headers = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": verifier.generate_signature(timestamp=stamp, body=body) or "",
        }
        if request.retry:
            headers |= {"X-Slack-Retry-Num": str(request.retry), "X-Slack-Retry-Reason": request.reason}
        return headers


def _encoded(request: Request) -> tuple[str, str]:
    match request.kind:
        case "slash_commands":
            return urlencode(request.payload), "application/x-www-form-urlencoded"
        case "interactive":
            return urlencode({"payload": json.dumps(request.payload)}), "application/x-www-form-urlencoded"
        case "events_api":
            return json.dumps(request.payload), "application/json"
