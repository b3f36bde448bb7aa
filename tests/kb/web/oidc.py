"""A small Slack for signing in: OpenID Connect as Slack does it, and two methods that say who a user is."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask, Response, jsonify, redirect, request
from jwt.algorithms import RSAAlgorithm
from werkzeug.serving import make_server
from werkzeug.wrappers import Response as AnyResponse

CLIENT, SECRET, BOT = "1.2", "the client's own secret", "xoxb-the-bot"


@dataclass
class Slack:
    """What this Slack says of the one user who is signed in to it."""

    port: int = 0
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    claims: dict[str, Any] = field(
        default_factory=lambda: {
            "https://slack.com/user_id": "U1",
            "https://slack.com/team_id": "T1",
            "name": "Olivia Otter",
            "email": "olivia@harbour.example",
        }
    )
    """Of the id token, beside those that every token has; a None leaves one out."""
    user: dict[str, Any] = field(default_factory=lambda: {"id": "U1", "team_id": "T1", "deleted": False})
    nonces: dict[str, str] = field(default_factory=dict)
    forged: rsa.RSAPrivateKey | None = None
    """Signs the id token instead of the key that Slack publishes."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def api(self) -> str:
        return f"{self.url}/api"

    def token(self, code: str) -> str:
        said: dict[str, Any] = {
            "iss": self.url, "aud": CLIENT, "sub": "U1", "exp": 4_000_000_000, "iat": 1_700_000_000,
            "nonce": self.nonces.pop(code),
        } | self.claims  # fmt: skip
        said = {name: value for name, value in said.items() if value is not None}
        return jwt.encode(said, self.forged or self.key, "RS256", headers={"kid": "k1"})


def _app(slack: Slack) -> Flask:
    app = Flask("slack")

    @app.get("/.well-known/openid-configuration")
    def configuration() -> Response:
        return jsonify(
            issuer=slack.url,
            authorization_endpoint=f"{slack.url}/openid/connect/authorize",
            token_endpoint=f"{slack.api}/openid.connect.token",
            jwks_uri=f"{slack.url}/openid/connect/keys",
            id_token_signing_alg_values_supported=["RS256"],
        )

    @app.get("/openid/connect/keys")
    def keys() -> Response:
        public = RSAAlgorithm.to_jwk(slack.key.public_key(), as_dict=True)
        return jsonify(keys=[{**public, "kid": "k1", "alg": "RS256", "use": "sig"}])

    @app.get("/openid/connect/authorize")
    def authorize() -> AnyResponse:
        asked = request.args
        assert (asked["client_id"], asked["response_type"]) == (CLIENT, "code")
        assert set(asked["scope"].split()) == {"openid", "profile", "email"}
        code = f"code-{len(slack.nonces)}-{asked['state'][:6]}"
        slack.nonces[code] = asked["nonce"]
        return redirect(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")

    @app.post("/api/openid.connect.token")
    def token() -> tuple[Response, int]:
        asked = request.form
        if (asked.get("client_id"), asked.get("client_secret")) != (CLIENT, SECRET):
            return jsonify(ok=False, error="bad_client_secret"), 401
        if asked["code"] not in slack.nonces:
            return jsonify(ok=False, error="invalid_code"), 400
        said = {"ok": True, "access_token": "xoxp-1", "token_type": "Bearer"}
        return jsonify(**said, id_token=slack.token(asked["code"])), 200

    @app.post("/api/auth.test")
    def auth_test() -> Response:
        return jsonify(ok=request.headers["Authorization"] == f"Bearer {BOT}", team_id="T1")

    @app.post("/api/users.info")
    def users_info() -> Response:
        assert request.headers["Authorization"] == f"Bearer {BOT}"
        if request.form["user"] != slack.user["id"]:
            return jsonify(ok=False, error="user_not_found")
        return jsonify(ok=True, user=slack.user)

    return app


@contextmanager
def running() -> Iterator[Slack]:
    """Serve a Slack on loopback until the block ends."""
    slack = Slack()
    server = make_server("127.0.0.1", 0, _app(slack), threaded=True)
    slack.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield slack
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def visit(location: str) -> str:
    """Follow a browser's way through Slack; returns path and query to which it comes back."""
    answer = requests.get(location, allow_redirects=False, timeout=5)
    assert answer.status_code == 302, answer.text
    back = urlsplit(answer.headers["Location"])
    assert set(parse_qs(back.query)) == {"code", "state"}
    return f"{back.path}?{back.query}"
