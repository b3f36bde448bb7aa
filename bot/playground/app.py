"""The local Slack as a Flask application, and the helper that serves it on loopback."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Flask, Response, request
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from bot.playground.delivery import Delivery
from bot.playground.gestures import Gestures
from bot.playground.local import LocalSlack
from bot.playground.page import page
from bot.playground.socket_mode import SocketMode
from bot.playground.web_api import web_api
from bot.playground.workspace import Workspace

HOST = "127.0.0.1"
_POLL_SECONDS = 0.05
"""How often the server looks whether it shall stop."""
_KNOWN_HOSTS = frozenset({HOST, "localhost"})
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data: https: http:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def create_playground(gestures: Gestures, socket_url: Callable[[], str]) -> Flask:
    """Make the application: the page in the browser, Slack's Web API and the response urls.

    `socket_url` gives a fresh address for a Socket Mode connection.
    """
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = 2 * 1024 * 1024
    app.register_blueprint(web_api(gestures.workspace, socket_url))
    app.register_blueprint(page(gestures))
    app.before_request(_refuse_strangers)
    app.after_request(_harden)
    return app


def _refuse_strangers() -> tuple[str, int] | None:
    """Refuse names that were rebound to this machine, and posts from other sites' pages."""
    if urlsplit(f"//{request.host}").hostname not in _KNOWN_HOSTS:
        return "This address serves 127.0.0.1 only.", 403
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"http://{request.host}":
        return "Requests from other sites are refused.", 403
    if request.headers.get("Sec-Fetch-Site") == "cross-site" and request.method != "GET":
        return "Requests from other sites are refused.", 403
    return None


def _harden(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    if response.status_code == HTTPStatus.NOT_MODIFIED:
        response.close()  # a file that is not sent would stay open
    return response


class _Quiet(WSGIRequestHandler):
    """Says nothing about requests that went well; the page shows them."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


class _Servers:
    """The web server and the websocket server behind a local Slack, in threads of their own."""

    def __init__(self, server: BaseWSGIServer, sockets: SocketMode) -> None:
        self._server = server
        self._sockets = sockets
        self.base_url = f"http://{HOST}:{server.port}"
        self._thread = threading.Thread(
            target=server.serve_forever, args=(_POLL_SECONDS,), name="local-slack", daemon=True
        )
        self._thread.start()

    def join(self) -> None:
        """Serve until interrupted."""
        self._thread.join()

    def stop(self) -> None:
        """Stop both servers."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._sockets.stop()


def serve(workspace: Workspace, port: int = 0, request_url: str | None = None) -> LocalSlack:
    """Start the local Slack on 127.0.0.1 (port 0 chooses a free one) and return at once.

    Raises OSError when the port is taken.
    """
    # Bound here, because werkzeug would end the whole process when the port is taken.
    with socket.create_server((HOST, port)) as bound:
        delivery = Delivery(workspace, request_url=request_url)
        gestures = Gestures(workspace, delivery)
        sockets = SocketMode(delivery)
        app = create_playground(gestures, sockets.address)
        chosen = bound.getsockname()[1]
        server = make_server(HOST, chosen, app, threaded=True, request_handler=_Quiet, fd=bound.fileno())
    servers = _Servers(server, sockets)
    workspace.base_url = servers.base_url
    return LocalSlack(gestures, servers)
