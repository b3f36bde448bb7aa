"""Slack's side of Socket Mode: a websocket server on loopback that bots connect to and acknowledge through.

Source: https://docs.slack.dev/apis/events-api/using-socket-mode.
"""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs, urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import Server, ServerConnection, serve

from bot.playground.delivery import Delivery
from bot.playground.people import APP_ID


class BotConnection:
    """One bot that is connected; envelopes go out, acknowledgements come back in any order."""

    def __init__(self, websocket: ServerConnection) -> None:
        self._websocket = websocket
        self._waiting: dict[str, Future[Mapping[str, Any]]] = {}

    def ask(self, envelope: Mapping[str, Any], timeout: float) -> Mapping[str, Any]:
        """Send an envelope and give the acknowledgement's payload; raises TimeoutError or ConnectionError."""
        answer: Future[Mapping[str, Any]] = Future()
        identifier = str(envelope["envelope_id"])
        self._waiting[identifier] = answer
        try:
            self._websocket.send(json.dumps(envelope))
            return answer.result(timeout)
        except ConnectionClosed as closed:
            raise ConnectionError("the bot has gone away") from closed
        finally:
            self._waiting.pop(identifier, None)

    def listen(self) -> None:
        """Hand out acknowledgements until the bot goes away; what is no acknowledgement is ignored."""
        with suppress(ConnectionClosed):
            for received in self._websocket:
                self._acknowledge(received)

    def _acknowledge(self, received: str | bytes) -> None:
        try:
            said = json.loads(received)
        except ValueError:
            return
        waiting = self._waiting.get(str(said.get("envelope_id"))) if isinstance(said, dict) else None
        if waiting is not None and not waiting.done():
            payload = said.get("payload")
            waiting.set_result(payload if isinstance(payload, dict) else {})


class SocketMode:
    """The websocket server; every address that it gives out is good for one connection."""

    def __init__(self, delivery: Delivery) -> None:
        self._delivery = delivery
        self._tickets: set[str] = set()
        # Browsers name the page they come from, bots do not: a page can therefore never connect.
        self._server: Server = serve(self._handle, "127.0.0.1", 0, origins=[None])
        self._thread = threading.Thread(target=self._server.serve_forever, name="socket-mode", daemon=True)
        self._thread.start()

    def address(self) -> str:
        """Give a fresh address to connect to."""
        ticket = secrets.token_urlsafe(16)
        self._tickets.add(ticket)
        port = self._server.socket.getsockname()[1]
        return f"ws://127.0.0.1:{port}/link/?ticket={ticket}&app_id={APP_ID}"

    def _handle(self, websocket: ServerConnection) -> None:
        path = websocket.request.path if websocket.request else ""
        ticket = parse_qs(urlsplit(path).query).get("ticket", [""])[0]
        if ticket not in self._tickets:
            websocket.close(1008, "unknown ticket")
            return
        self._tickets.discard(ticket)
        connection = BotConnection(websocket)
        info = {"type": "hello", "num_connections": 1, "connection_info": {"app_id": APP_ID}}
        websocket.send(
            json.dumps(info | {"debug_info": {"host": "local", "approximate_connection_time": 18060}})
        )
        self._delivery.connections.append(connection)
        self._delivery.workspace.touch()
        try:
            connection.listen()
        finally:
            self._delivery.connections.remove(connection)
            self._delivery.workspace.touch()

    def stop(self) -> None:
        """Close every connection and the server."""
        self._server.shutdown()
        self._thread.join()
